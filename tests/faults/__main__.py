"""`python -m tests.faults`: kill, restart, wipe, duplicate, reorder, delay, and see that nothing is lost and nothing doubled."""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.faults.machinery import Services
from tests.faults.mutations import BREAKS, MUTATIONS
from tests.faults.report import shortcomings, table
from tests.faults.scenario import Plan, embedded, on_broker

FULL = Plan(
    seconds=120, at_most=150, kill_every=0.35, kills=150, settle_seconds=45, poison=True, latecomer=0.5, witness_read=0.45,
    restarts=(0.2, 0.75), wipes=(0.55, 0.85), swallows=(0.12, 0.3), cuts=(0.08, 0.4, 0.65),
)  # fmt: skip
SMALL = Plan(
    seconds=8, at_most=25, kill_every=0.4, kills=20, meddled=200, settle_seconds=20, poison=True, latecomer=0.5,
    swallows=(0.4,), cuts=(0.6,), reconcile_seconds=1,
)  # fmt: skip
FULL_EMBEDDED = Plan(seconds=25, at_most=40, kill_every=0.3, kills=60, settle_seconds=20, poison=True)
SMALL_EMBEDDED = Plan(seconds=4, at_most=15, kill_every=0.3, kills=10, settle_seconds=15, poison=True)
MUTANT = Plan(
    seconds=3, at_most=15, kill_every=2.0, meddled=200, settle_seconds=3, swallows=(0.3,), reconcile_seconds=1
)

FULL_KILLS, FULL_HITS = 200, 3
SMALL_KILLS, SMALL_HITS = 25, 0


def run(*, small: bool, seed: int, folder: Path) -> tuple[str, list[str]]:
    """Run everything; return the table and what is not as it must be."""
    outcomes = {}
    plan = SMALL_EMBEDDED if small else FULL_EMBEDDED
    outcomes["one process, SQLite"] = embedded(plan, folder=made(folder / "embedded"), seed=seed)
    services = Services(folder / "services")
    try:
        plan = SMALL if small else FULL
        outcomes["RabbitMQ and PostgreSQL"] = on_broker(services, plan, folder=made(folder / "broker"), seed=seed)
        caught = {name: is_caught(services, name, folder=made(folder / name), seed=seed) for name in MUTATIONS}
    finally:
        services.close()
    kills, hits = (SMALL_KILLS, SMALL_HITS) if small else (FULL_KILLS, FULL_HITS)
    return table(outcomes, caught), shortcomings(outcomes, caught, kills=kills, hits=hits)


def is_caught(services: Services, mutation: str, *, folder: Path, seed: int) -> bool:
    """Take one promise out; tell whether the line of the verdict that is about it says so."""
    outcome = on_broker(services, replace(MUTANT, mutation=mutation), folder=folder, seed=seed)
    return BREAKS[mutation] in outcome.verdict.failures


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="the run of `make test`: under a minute")
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="binhan-faults-") as folder:
        lines, missing = run(small=chosen.small, seed=chosen.seed, folder=Path(folder))
    print(lines)
    print(f"\n{time.monotonic() - began:.0f} s, {'success' if not missing else 'FAILED'}")
    print("\n".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
