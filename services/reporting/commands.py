"""The orders that the committee and its focal office give."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ReviewReport:
    """Take the figures of a closed period as they stand, to be signed. ``reason`` says why a signed report is replaced."""

    period: str
    reason: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SignReport:
    report_id: str
    details: dict[str, Any] = field(default_factory=dict)
