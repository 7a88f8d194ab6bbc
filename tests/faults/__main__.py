"""`python -m tests.faults`: kill, restart, wipe, duplicate, reorder, delay, and see that nothing is lost and nothing doubled."""

import argparse
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.faults.report import shortcomings, table
from tests.faults.runs import FULL, SMALL, a_stage


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=1, help="of the kills and the load; the machine's timing stays its own"
    )
    parser.add_argument("--small", action="store_true", help="what `make test` runs")
    chosen = parser.parse_args()
    size, began = SMALL if chosen.small else FULL, time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="binhan-faults-") as folder,
        a_stage(Path(folder), seed=chosen.seed) as stage,
    ):
        outcomes = {"one process, SQLite": stage.in_one_process(size.embedded)}
        sagas = {"one process, SQLite": stage.determinations_in_one_process(size.saga_embedded)}
        with closing(stage.services()) as services:
            outcomes["RabbitMQ and PostgreSQL"] = stage.over_the_broker(services, size.broker)
            sagas["RabbitMQ and PostgreSQL"] = stage.determinations(services, size.saga)
            caught = stage.mutations(services)
    print(table(outcomes, sagas, caught))
    missing = shortcomings(outcomes, sagas, caught, kills=size.kills, hits=size.hits)
    kills = sum(outcome.tally.kills for outcome in (*outcomes.values(), *sagas.values()))
    print(f"\n{kills} kills in {time.monotonic() - began:.0f} s: {'FAILED' if missing else 'success'}")
    print("\n".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
