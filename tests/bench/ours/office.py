"""The registry alone before its pages: no broker, one database that is there already."""

import sys

# As in tests.bench.binhan: what only the tests install would count as the registry's.
for name in ("rich", "pygments"):
    sys.modules[name] = None  # type: ignore[assignment]

from chassis import bootstrap  # noqa: E402

bootstrap.boot()

from chassis import logs  # noqa: E402
from chassis.service import Runtime  # noqa: E402
from chassis.serving import run_until_stopped, service_class  # noqa: E402
from chassis.settings import load_settings  # noqa: E402
from services.registry.service import SERVICE  # noqa: E402


def main(database_url: str, keys: str, port: str, unit: str) -> None:
    """Serve until told to stop."""
    bootstrap.assert_waits_cooperatively()
    logs.configure(service="registry", level="WARNING")
    settings = load_settings(
        {}, service="registry", units=unit, database_url=database_url, keys=keys, host="127.0.0.1", port=int(port)
    )
    runtime = Runtime(SERVICE, settings)
    runtime.prepare()
    run_until_stopped([service_class(runtime, {})])


main(*sys.argv[1:])
