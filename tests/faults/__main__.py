"""`python -m tests.faults`: kill, restart, wipe, duplicate, reorder, delay, and see that nothing is lost and nothing doubled."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.machinery import Services
from tests.faults.scenario import Outcome, Plan, embedded, on_broker

FULL = Plan(
    seconds=120, kill_every=0.35, settle_seconds=45, restarts=(0.2, 0.75), swallows=(0.12, 0.3), cuts=(0.08, 0.4, 0.65),
    witness_read=0.45, latecomer=0.5, wipes=(0.55, 0.85), poison=True,
)  # fmt: skip
FULL_EMBEDDED = Plan(seconds=25, kill_every=0.3, settle_seconds=20, poison=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["broker", "embedded"])
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        outcomes: dict[str, Outcome] = {}
        if chosen.only != "broker":
            (folder / "embedded").mkdir()
            outcomes["embedded"] = embedded(FULL_EMBEDDED, folder=folder / "embedded", seed=chosen.seed)
        if chosen.only != "embedded":
            (folder / "broker").mkdir()
            services = Services(folder / "services")
            try:
                outcomes["broker"] = on_broker(services, FULL, folder=folder / "broker", seed=chosen.seed)
            finally:
                services.close()
        for name, outcome in outcomes.items():
            print(name, outcome)
    print(time.monotonic() - began)
    return 0


if __name__ == "__main__":
    sys.exit(main())
