"""Orders about old lists that an office brings in."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SheetColumns:
    """How a sheet is read: the field of each of its columns in their order («-» for none), and which list it is, if all of it."""

    fields: tuple[str, ...]
    list_code: str | None


@dataclass(frozen=True, kw_only=True)
class ChooseColumns:
    """Confirm or correct how the columns of a file are read, sheet by sheet."""

    import_id: str
    sheets: Sequence[SheetColumns]


@dataclass(frozen=True, kw_only=True)
class EnterRows:
    """Enter the rows of a checked file. ``reason`` is why those with a warning are right; needed when there are any."""

    import_id: str
    reason: str | None = None
