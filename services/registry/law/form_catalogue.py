"""Reads the catalogue of statutory forms (forms.yml beside this file) and checks it against the roles and the layouts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.registry.domain.forms import SIGNER_ROLES, Form, FormCatalogue

FILE = Path(__file__).parent / "forms.yml"


@dataclass(frozen=True, kw_only=True)
class FormsFile:
    """forms.yml: the words above each signer's name, and the forms in the order of their annexes."""

    signatures: Mapping[str, tuple[str, ...]]
    forms: tuple[Form, ...]


@cache
def form_catalogue() -> FormCatalogue:
    """Return the catalogue of this program, read once."""
    return load_catalogue(FILE)


def load_catalogue(file: Path) -> FormCatalogue:
    """Read and check a catalogue. Raises BrokenDocument."""
    content = read_document(file, FormsFile)
    forms: dict[str, Form] = {}
    for place, form in enumerate(content.forms):
        if form.code in forms:
            raise BrokenDocument.at(file, f"forms[{place}]", f"{form.code} is written twice")
        unknown = [role for role in form.signers if role not in SIGNER_ROLES or role not in content.signatures]
        if unknown:
            raise BrokenDocument.at(file, f"forms[{place}].signers", f"unknown signers: {', '.join(unknown)}")
        if not form.regimes:
            raise BrokenDocument.at(file, f"forms[{place}].regimes", "a form belongs to at least one regime")
        if form.printed and not form.signers:
            raise BrokenDocument.at(file, f"forms[{place}].signers", "a printed form needs somebody who signs it")
        forms[form.code] = form
    return FormCatalogue(forms=forms, signatures=content.signatures)
