"""The ladder of breaches, read from its file and checked with its examples."""

from functools import cache
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.registry.domain.violations import ViolationLaw, faults_of

FILE = Path(__file__).parent / "violations.yml"


@cache
def violation_law() -> ViolationLaw:
    """Return the ladders of this program, read once."""
    return load_violation_law(FILE)


def load_violation_law(file: Path) -> ViolationLaw:
    """Read and check a file of ladders. Raises BrokenDocument."""
    law = read_document(file, ViolationLaw)
    for fault in faults_of(law):
        raise BrokenDocument(file, 1, fault)
    return law
