"""An office's old list through the registry's own handlers: tried, entered, brought again, taken back; each step measured."""

import gc
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil

from chassis.testing import running
from services.registry.queries.imports import brought_by
from services.registry.service import SERVICE
from tests.bench.expected import WrongResult
from tests.registry.builders import Registry
from tests.registry.old_books import Office, business_digest
from tests.registry.workbooks import a_mixed_workbook

MEGABYTE = 1_000_000
LOOK_SECONDS = 0.01
IN_THE_REGISTER_BEFORE = 200


class Step(msgspec.Struct, kw_only=True):
    """How long a step took, what of it the processor worked, and by how much memory grew at most."""

    seconds: float
    processor: float
    megabytes: float


class Measured(msgspec.Struct, kw_only=True):
    """The steps of one list."""

    upload: Step
    trial: Step
    enter: Step
    again: Step
    undo: Step
    kinds: int


def measure(database_url: str, folder: Path, rows: int, faulty: int) -> Measured:
    """Take a list through all its steps; a step with another result than it must have is no measurement."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    with running(SERVICE, database=kind, folder=folder, database_url=database_url) as runtime:
        registry = Registry(runtime)
        office = Office(registry)
        office.entered(a_mixed_workbook(IN_THE_REGISTER_BEFORE, 20, first=500_000)[0])
        before = business_digest(registry)
        content, faults = a_mixed_workbook(rows, faulty)
        import_id, upload = _step(lambda: office.upload(content))
        office.confirm(import_id)
        _state, trial = _step(lambda: office.work(import_id))
        found = office.refused(import_id)
        _must(set(found) == set(faults), "other rows were refused than the faulty ones")
        _must(all(kind in found[row] for row, kind in faults.items()), "a faulty row is refused for another reason")
        _must(business_digest(registry) == before, "the trial wrote something")
        _none, enter = _step(lambda: office.enter(import_id, reason="đã đối chiếu"))
        with registry.asking() as uow:
            entered = brought_by(uow, import_id).rows
        _must(entered == rows - faulty, "not every accepted row was entered")
        after = business_digest(registry)
        _again, again = _step(lambda: office.entered(content))
        _must(business_digest(registry) == after, "the same file again changed something")
        _none, undo = _step(lambda: office.undone(import_id))
        _must(business_digest(registry) == before, "the register is not as it was")
    kinds = len(set(faults.values()))
    return Measured(upload=upload, trial=trial, enter=enter, again=again, undo=undo, kinds=kinds)


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise WrongResult(otherwise)


def _step(do: Callable[[], Any]) -> tuple[Any, Step]:
    gc.collect()
    process, over = psutil.Process(), threading.Event()
    highest = start = process.memory_info().rss

    def watch() -> None:
        nonlocal highest
        while not over.wait(LOOK_SECONDS):
            highest = max(highest, process.memory_info().rss)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    began, worked = time.perf_counter(), time.process_time()
    try:
        result = do()
    finally:
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
        over.set()
        watching.join()
    return result, Step(seconds=seconds, processor=processor, megabytes=(highest - start) / MEGABYTE)


if __name__ == "__main__":
    url, place, many, wrong = sys.argv[1:]
    print(msgspec.json.encode(measure(url, Path(place), int(many), int(wrong))).decode())
