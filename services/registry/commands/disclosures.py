"""The order to hand out a list."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DiscloseList:
    """Hand out a list of people: to whom, for what, on which ground. ``asked`` are search words, for a list of those found.

    Whoever is younger than 18 is left out unless there is a reason to have them in.
    """

    list_code: str
    file_kind: str
    purpose: str
    recipient: str
    legal_basis: str
    document_number: str
    asked: str | None = None
    with_minors: bool = False
    minors_reason: str | None = None
