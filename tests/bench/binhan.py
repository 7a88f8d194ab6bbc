"""The `binhan` command of this checkout, with the packages that `make run` installs and no others.

The tests bring some that the programme's dependencies load when they find them; they would count as its memory.
"""

import sys

# structlog colours tracebacks with rich, mako highlights them with pygments: neither is in requirements.lock.
for name in ("rich", "pygments"):
    sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to say that there is none

from chassis.cli import main  # noqa: E402

main()
