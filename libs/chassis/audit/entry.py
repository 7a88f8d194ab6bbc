"""One line of the audit log, and its message authentication code."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

AuditFact = str | int | bool | None

# Codes, numbers, dates, identifiers and lists of column names. A name of a person has spaces and marks.
_CODE = re.compile(r"[A-Za-z0-9_.,:;/@+\-]{0,400}")

SEALED_FIELDS = (
    "account_id",
    "roles",
    "action",
    "record_type",
    "record_id",
    "purpose",
    "facts",
    "correlation_id",
)


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Who did or read what, when, on which record, for which purpose.

    ``facts`` hold codes, whole numbers and ISO dates only; free text is refused with ValueError, because the
    log is read by people who may not read the record.
    """

    at: datetime
    unit_code: str
    account_id: str
    roles: str
    action: str
    record_type: str
    record_id: str
    purpose: str
    facts: Mapping[str, AuditFact] = field(default_factory=dict)
    correlation_id: str = ""

    def __post_init__(self) -> None:
        for name, value in self.facts.items():
            _check_fact(self.action, name, value)


def _check_fact(action: str, name: str, value: object) -> None:
    if isinstance(value, str) and not _CODE.fullmatch(value):
        raise ValueError(f"audit fact {name!r} of {action!r} must be a code, not free text")
    if not isinstance(value, str | int | None):
        raise TypeError(f"audit fact {name!r} of {action!r} must be a code or a whole number")


def entry_mac(key: bytes, row: Mapping[Any, Any], previous: str) -> str:
    """Return the code of one stored row, which covers every column and the code of the row before it."""
    said = {name: row[name] for name in SEALED_FIELDS}
    said |= {
        "unit": row["unit_code"],
        "position": row["position"],
        "at": _instant(row["at"]),
        "previous": previous,
    }
    return _mac(key, "entry", said)


def head_mac(key: bytes, unit: str, entries: int, last_mac: str) -> str:
    """Return the code of a chain's end: how many entries there are, and the code of the last one."""
    return _mac(key, "head", {"unit": unit, "entries": entries, "last_mac": last_mac})


def same_mac(one: str, other: str) -> bool:
    """Compare two codes without telling by the time taken how much of them agrees."""
    return hmac.compare_digest(one.encode(), other.encode())


def _mac(key: bytes, kind: str, said: Mapping[str, Any]) -> str:
    return hmac.digest(key, msgspec.json.encode([kind, said], order="deterministic"), "sha256").hex()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
