"""What the commune police announce of statutory documents: that one was issued, never what it says or of whom."""

from datetime import date

from contracts.base import Code, Count, Key, Year, event


@event("registry.document.issued.v1", subject="document_id", on="issued_on")
class DocumentIssued:
    """A statutory document was issued: it has its day, its bytes are kept and, where its form takes one, its number.

    Not sent for a draft, a preview or a reprint. A document that annuls an earlier one names it in `annuls`.
    """

    document_id: Key
    form_code: Code
    issued_on: date
    year: Year
    sequence: Count | None
    regime: Code
    signer_role: Code
    annuls: Key | None = None
