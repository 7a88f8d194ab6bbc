"""Orders about issued documents."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class AnnulDocument:
    """Annul an issued document by a later one."""

    document_id: str
    issued_on: date
    reason_text: str
    signer_role: str
    signer_name: str
    number: str | None = None
