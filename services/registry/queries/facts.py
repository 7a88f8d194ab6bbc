"""How the facts of an act are kept: codes, numbers and days as JSON, and back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.registry.law import law


def stored(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def restored(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as Python values: a name ending in ``_at`` is an instant, a day is a day."""
    return {name: _restored(name, value) for name, value in facts.items()}


def _restored(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name.endswith("_at"):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if _is_day(name) else value


def _is_day(name: str) -> bool:
    kind = law().facts.get(name)
    return kind.kind == "DAY" if kind is not None else name.endswith("_on")
