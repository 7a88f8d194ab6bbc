"""Rows about an office's old list: ten thousand rows tried, entered and taken back, and the pages while that goes on."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from chassis.web.testing import hidden_fields
from services.registry.service import SERVICE
from tests.bench import ward as wards
from tests.bench.expected import WrongResult
from tests.bench.measure import CHECKOUT, Row
from tests.bench.ours.old_list import Measured, Step
from tests.bench.places import own_database, written
from tests.bench.visits import Visitor, spread, timed
from tests.registry.workbooks import a_mixed_workbook

AIM_SECONDS, AIM_MEGABYTES = 30, 30
AIM_PROCESSOR = 180
LONGEST_SECONDS = 1_800
_LINK = re.compile(r"/imports/[0-9a-f-]{36}")
_SELECT = re.compile(r'<select id="[^"]*" name="([^"]*)">(.*?)</select>', re.DOTALL)
_SELECTED = re.compile(r'value="([^"]*)" selected')


@dataclass(frozen=True)
class Sizes:
    """How many rows a list has, how many of them are faulty, and how many are entered while pages are looked at."""

    rows: int
    faulty: int
    beside: int


@dataclass
class Beside:
    """Seconds of a page while nothing else goes on, and while a list is entered; and how long that took."""

    alone: list[float] = field(default_factory=list)
    during: list[float] = field(default_factory=list)
    seconds: float = 0.0


def rows(sizes: Sizes) -> list[Row]:
    """Measure a list on both databases, then the pages of a ward in which one is entered."""
    with TemporaryDirectory(prefix="binhan-bench-") as folder, own_database("list", SERVICE.metadata) as server:
        found = {
            "SQLite": _measured(f"sqlite:///{folder}/registry.db", Path(folder) / "sqlite", sizes),
            "PostgreSQL": _measured(written(server.url), Path(folder) / "postgres", sizes),
        }
        beside = _pages_beside(Path(folder) / "data", sizes.beside)
    kinds = next(iter(found.values())).kinds
    trials = [each.trial for each in found.values()]
    about = (
        f"three sheets, {sizes.faulty} faulty rows of {kinds} kinds, each named with its reason; the rest entered, the same file "
        "again changes nothing, and after taking back every table of the business is as before"
    )
    return [
        Row(
            job=f"old list of {sizes.rows:,} rows: trial",
            ours=_said(found, lambda each: each.trial, memory=True),
            peer="–",
            ratio="–",
            aim=f"< {AIM_SECONDS} s, grows ≤ {AIM_MEGABYTES} MB",
            met=all(each.seconds < AIM_SECONDS and each.megabytes <= AIM_MEGABYTES for each in trials),
            notes=[about, f"reading the file: {_said(found, lambda each: each.upload, memory=True)}"],
        ),
        Row(
            job=f"old list of {sizes.rows:,} rows: entered",
            ours=_said(found, lambda each: each.enter),
            peer="–",
            ratio="–",
            aim=f"< {AIM_PROCESSOR} s of processor",
            met=all(each.enter.processor < AIM_PROCESSOR for each in found.values()),
            notes=[f"the same file again, tried and entered: {_said(found, lambda each: each.again)}"],
        ),
        Row(
            job=f"old list of {sizes.rows:,} rows: taken back",
            ours=_said(found, lambda each: each.undo),
            peer="–",
            ratio="–",
            aim=f"< {AIM_PROCESSOR} s of processor",
            met=all(each.undo.processor < AIM_PROCESSOR for each in found.values()),
        ),
        Row(
            job=f"ward in one process: the list of people while {sizes.beside:,} rows are entered",
            ours=f"{spread(beside.during)}, longest {max(beside.during) * 1000:.0f} ms",
            peer=f"nothing going on: {spread(beside.alone)}",
            ratio="–",
            aim="reported",
            met=None,
            notes=[f"HTTP GET, p50 / p95; tried and entered by the registry itself in {beside.seconds:.0f} s"],
        ),
    ]


def _said(found: Mapping[str, Measured], step: Callable[[Measured], Step], *, memory: bool = False) -> str:
    return "; ".join(
        f"{name} {step(each).seconds:.1f} s, processor {step(each).processor:.1f} s"
        + (f", +{max(step(each).megabytes, 0):.0f} MB" if memory else "")
        for name, each in found.items()
    )


def _measured(database_url: str, folder: Path, sizes: Sizes) -> Measured:
    """Measure in a process of its own, whose memory holds nothing else."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.bench.ours.old_list", database_url, str(folder)]
    done = subprocess.run(
        [*command, str(sizes.rows), str(sizes.faulty)],
        cwd=CHECKOUT,
        env=os.environ.copy(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=LONGEST_SECONDS,
    )
    return msgspec.json.decode(done.stdout, type=Measured)


# -- pages beside the work -----------------------------------------------------------------------------------------------------


def _pages_beside(data: Path, lines: int) -> Beside:
    content, _faults = a_mixed_workbook(lines, 10)
    with wards.running(data):
        pass  # the first start makes the demo ward
    with wards.running(data) as ward:
        clerk, found = ward.signed_in("registry"), Beside()
        found.alone = [timed(lambda: clerk.get("/people")) for _look in range(50)]
        began = time.perf_counter()
        shown = _begin_trial(clerk, content)
        _look_while(clerk, shown, found, until="Nhập vào sổ")
        clerk.send_form(f"{shown}/enter", {**hidden_fields(clerk.get(shown)), "reason": "đã đối chiếu"})
        _look_while(clerk, shown, found, until="Dòng đang ở trong sổ")
        found.seconds = time.perf_counter() - began
    return found


def _look_while(clerk: Visitor, shown: str, found: Beside, *, until: str) -> None:
    end = time.perf_counter() + LONGEST_SECONDS
    while until not in clerk.get(shown):
        if time.perf_counter() > end:
            raise WrongResult(f"{shown} never says «{until}»")
        for _look in range(20):
            found.during.append(timed(lambda: clerk.get("/people")))


def _begin_trial(clerk: Visitor, content: bytes) -> str:
    """Send a file as a browser does, and take its columns as they are proposed."""
    clerk.send_file("/imports", {"_csrf": hidden_fields(clerk.get("/imports"))["_csrf"]}, content)
    found = _LINK.search(clerk.get("/imports"))
    if found is None:
        raise WrongResult("the file that was sent is not on the page")
    shown = found[0]
    asked = clerk.get(f"{shown}/columns")
    chosen = {
        name: selected[1] if (selected := _SELECTED.search(options)) else "-"
        for name, options in _SELECT.findall(asked)
    }
    clerk.send_form(f"{shown}/columns", {"_csrf": hidden_fields(asked)["_csrf"], **chosen})
    return shown
