"""What is said of a document's sheet: who issues, who signs, what a table's columns are; plain values, without a library."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Head:
    """The boxes on top: who issues (none for a letter of one person), the number, place and day."""

    parent: str = ""
    agency: str = ""
    number: str = ""
    place: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One who signs: the capacity in capitals, a note in italics below, the name."""

    lines: Sequence[str]
    name: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The boxes at the end: those who receive it, those who sign it, and where a seal is to be put."""

    signature: Signature
    others: Sequence[Signature] = ()
    recipients: Sequence[str] = ()
    seal: bool = False
    seal_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its heading, its width as a share of the table's, and what stands in a row's cell."""

    title: str
    share: int
    text: str
    centred: bool = False
