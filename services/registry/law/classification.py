"""Reading the classes of communes and their criteria."""

from functools import cache
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from services.registry.domain.classification import ClassificationLaw

FILE = Path(__file__).parent / "classification.yml"


@cache
def classification_law() -> ClassificationLaw:
    """Return what decision 28/2025 says, read once. Raises BrokenDocument."""
    law = read_document(FILE, ClassificationLaw)
    grades = {each.code for each in law.classes}
    for number, criterion in enumerate(law.criteria):
        for grade, bounds in criterion.at_least.items():
            if grade not in grades or not set(bounds) <= set(criterion.measures):
                raise BrokenDocument.at(FILE, f"criteria[{number}].at_least", f"{grade}: unknown class or measure")
    return law
