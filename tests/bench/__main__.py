"""`make bench`: one table of ratios, each measured side by side in this run, with the peers' code beside it.

Rates of this machine at this hour mean little; ratios of neighbouring runs mean more. Every run's result is checked row by
row against its events before its time counts.
"""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import consume, office, old_list, rebuild, relay, ward
from tests.bench.measure import CHECKOUT, Row
from tests.bench.table import as_markdown, as_text

Part = Callable[[], list[Row]]

FULL: dict[str, Part] = {
    "consume": lambda: consume.rows(consume.Sizes(ours=30_000, peers=1_500, repetitions=3)),
    "relay": lambda: relay.rows(relay.Sizes(ours=20_000, peer=1_500, repetitions=3)),
    "rebuild": lambda: rebuild.rows(rebuild.Sizes(events=1_000_000, sample=2_000, repetitions=3)),
    "ward": lambda: ward.rows(ward.Sizes(counsellings=200, requests=1_000, looks=100)),
    "office": lambda: office.rows(office.Sizes(managed=5_000, looks=100)),
    "list": lambda: old_list.rows(old_list.Sizes(rows=10_000, faulty=300, beside=1_500)),
}
QUICK: dict[str, Part] = {
    "consume": lambda: consume.rows(consume.Sizes(ours=5_000, peers=300, repetitions=1)),
    "relay": lambda: relay.rows(relay.Sizes(ours=5_000, peer=300, repetitions=1)),
    "rebuild": lambda: rebuild.rows(rebuild.Sizes(events=50_000, sample=300, repetitions=1)),
    "ward": lambda: ward.rows(ward.Sizes(counsellings=40, requests=100, looks=20)),
    "office": lambda: office.rows(office.Sizes(managed=100, looks=20)),
    "list": lambda: old_list.rows(old_list.Sizes(rows=600, faulty=30, beside=100)),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, each once: does it work, about how fast")
    parser.add_argument("--only", choices=list(FULL), action="append", help="measure only this part; may be repeated")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the table as Markdown")
    chosen = parser.parse_args()
    missing = [name for name in ("BINHAN_TEST_DATABASE_URL", "BINHAN_TEST_AMQP_URL") if not os.environ.get(name)]
    if missing:
        print(f"{' and '.join(missing)} must name the test services: run `make bench`", file=sys.stderr)
        return 2
    # Told to stop, it still drops its databases and queues and ends what it started.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
    parts = QUICK if chosen.quick else FULL
    rows, load = measured({name: parts[name] for name in chosen.only or parts})
    about = [*the_machine(), load, "small sizes, each once" if chosen.quick else "medians of three neighbouring runs"]
    print(as_text(rows, about))
    if chosen.write:
        chosen.write.write_text(as_markdown(rows, about))
    return 0


def measured(parts: dict[str, Part]) -> tuple[list[Row], str]:
    """Measure part by part; return the rows, and a sentence about what else the machine did."""
    began, before = time.perf_counter(), os.getloadavg()[0]
    rows: list[Row] = []
    for name, part in parts.items():
        print(f"measuring: {name} …", file=sys.stderr)
        rows += part()
    took = time.perf_counter() - began
    return rows, f"load average {before:.1f} before, {os.getloadavg()[0]:.1f} after; {took:.0f} s in all"


def the_machine() -> Sequence[str]:
    """Say when and on what this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        (
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
            f"Python {platform.python_version()}; client, broker and database on the same machine"
        ),
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(CHECKOUT))
    sys.exit(main())
