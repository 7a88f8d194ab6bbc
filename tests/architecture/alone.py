"""`python -m tests.architecture.alone`: each service's own tests, on SQLite, in a tree that holds none of the other services.

An agency that runs one service has nothing else on its machine, so this is where these tests count.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.architecture.copies import Copy
from tests.architecture.services_here import names


def main() -> int:
    """Run them service by service; return 1 when a test of any of them failed."""
    failed = [service for service in names() if not own_tests_pass(service)]
    print(f"own tests, the other services absent: {', '.join(failed) + ' failed' if failed else 'all pass'}")
    return 1 if failed else 0


def own_tests_pass(service: str) -> bool:
    """Run the tests of one service where nothing but it and the libraries can be imported."""
    print(f"the tests of {service}, the other services absent", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = a_copy(service, Path(folder) / "tree")
        options = ["-p", "no:cacheprovider", f"--basetemp={folder}/kept", "--database=sqlite", "-m", "not broker"]
        ran = subprocess.run(
            copy.command("-m", "pytest", *options, f"tests/{service}"),
            cwd=copy.folder,
            env=copy.environment(),
            check=False,
        )
    return ran.returncode == 0


def a_copy(service: str, folder: Path) -> Copy:
    """The libraries and one service: what its image holds, and its tests."""
    parts = [
        "libs",
        f"services/{service}",
        "pyproject.toml",
        "tests/conftest.py",
        "tests/oracle.py",
        "tests/chassis/parties.py",
        f"tests/{service}",
    ]
    return Copy.of(parts, folder)


if __name__ == "__main__":
    sys.exit(main())
