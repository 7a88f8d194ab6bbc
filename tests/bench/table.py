"""How the measurements are shown: one table, and below it what each row is about."""

from collections.abc import Sequence
from textwrap import fill

from tests.bench.measure import Row

HEADS = ("job", "ours", "peer", "ratio", "aim", "")
WIDEST = (34, 34, 34, 16, 20, 6)


def as_text(rows: Sequence[Row], about: Sequence[str]) -> str:
    """Return the table for a terminal."""
    lines = [_line(HEADS), _line(tuple("─" * width for width in WIDEST))]
    for number, row in enumerate(rows, 1):
        cells = [fill(cell, width).splitlines() for cell, width in zip(_cells(row, number), WIDEST, strict=True)]
        height = max(len(cell) for cell in cells)
        lines += [_line(tuple(cell[at] if at < len(cell) else "" for cell in cells)) for at in range(height)]
    notes = [f"{number}. {note}" for number, row in enumerate(rows, 1) for note in row.notes]
    return "\n".join([*about, "", *lines, "", *notes])


def as_markdown(rows: Sequence[Row], about: Sequence[str]) -> str:
    """Return the table as a document that says when, where and by what it was made."""
    lines = [f"| {' | '.join(HEADS)} |", f"|{'---|' * len(HEADS)}"]
    lines += [f"| {' | '.join(_cells(row, number))} |" for number, row in enumerate(rows, 1)]
    notes = [f"{number}. {note}" for number, row in enumerate(rows, 1) for note in row.notes]
    return "\n".join(
        [
            "# Measured",
            "",
            "Written by `python -m tests.bench --write docs/bench.md`; the peers' code is in `tests/bench/peers`.",
            "",
            *(f"- {each}" for each in about),
            "",
            *lines,
            "",
            *(f"- {note}" for note in notes),
            "",
        ]
    )


def _cells(row: Row, number: int) -> tuple[str, ...]:
    met = {True: "met", False: "missed", None: ""}[row.met]
    return (f"{number}. {row.job}", row.ours, row.peer, row.ratio, row.aim, met)


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDEST, strict=True)).rstrip()
