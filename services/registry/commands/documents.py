"""Orders about issued documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class AnnulDocument:
    """Annul an issued document by a later one."""

    document_id: str
    issued_on: date
    reason_text: str
    signer_role: str
    signer_name: str
    number: str | None = None
    confirmed_warnings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class IssuePaper:
    """Draw up a paper about somebody that no act issues; ``details`` are what it says beyond the register.

    An answer that is None there was left empty on purpose, and the register does not fill it.
    """

    person_id: str
    form_code: str
    issued_on: date
    signer_role: str
    signer_name: str
    number: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    confirmed_warnings: Mapping[str, str] = field(default_factory=dict)
