"""Who may do what in the registry (domain.md 13.3): read from ``access.yml``, the one place where it is written.

Who drafts is not who signs: the officer records a signed decision with its number and its signer, and the law, not the matrix,
says which office signs. Rights to sign and to prepare may be asked with the regime as their state.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.documents import BrokenDocument, read_document
from chassis.permissions import Permissions
from services.registry.domain.access import PREPARE, SIGN, Cell, Matrix, Purpose, Resource, TrackPurpose
from services.registry.domain.codes import ROLES

FILE = Path(__file__).parent.parent / "access.yml"

Grant = set[str] | bool
"""The regimes under which a right holds; True for all."""

LETTERS = frozenset({"R", "r", "W", SIGN, PREPARE, "X", "C"})
BY_REGIME = frozenset({SIGN, PREPARE})


@dataclass(frozen=True, kw_only=True)
class AccessFile:
    """access.yml: fields, purposes, roles, and the rows of the matrix."""

    fields: dict[str, tuple[str, ...]]
    never: tuple[str, ...]
    purposes: dict[str, Purpose]
    roles: dict[str, tuple[str, ...]]
    purpose_of_track: tuple[TrackPurpose, ...]
    resources: tuple[Resource, ...]


def load_matrix(file: Path) -> Matrix:
    """Read and check the matrix. Raises BrokenDocument with file, line and reason."""
    matrix = Matrix(**vars(read_document(file, AccessFile)))
    for path, reason in _mistakes(matrix):
        raise BrokenDocument.at(file, path, reason)
    return matrix


def permissions_of(matrix: Matrix) -> Permissions:
    """Return the table of role and action that the letters of the matrix make."""
    table: dict[str, dict[str, Grant]] = {role: {} for role in matrix.roles}
    for resource in matrix.resources:
        for role, cells in resource.cells.items():
            for cell in cells:
                for right, grant in _grants(resource, cell):
                    table[role][right] = _wider(table[role].get(right, False), grant)
    actions = {right for resource in matrix.resources for rights in resource.rights.values() for right in rights}
    return Permissions(table, actions=actions, roles={role: ROLES[role] for role in matrix.roles})


def _grants(resource: Resource, cell: Cell) -> Iterator[tuple[str, Grant]]:
    for letter in cell.each:
        for right in resource.rights.get(letter, ()):
            if cell.rights is None or right in cell.rights:
                yield right, set(resource.regimes) if letter in BY_REGIME and resource.regimes else True


def _wider(one: Grant, other: Grant) -> Grant:
    if isinstance(one, set) and isinstance(other, set):
        return one | other
    if one is True or other is True:
        return True
    return other if one is False else one


def _mistakes(matrix: Matrix) -> Iterator[tuple[str, str]]:
    for role, purposes in matrix.roles.items():
        if role not in ROLES:
            yield f"roles.{role}", f"{role} is no role"
        yield from ((f"roles.{role}", f"{name} is no purpose") for name in purposes if name not in matrix.purposes)
    for name, purpose in matrix.purposes.items():
        yield from _unknown_fields(matrix, purpose.fields, f"purposes.{name}.fields")
    forbidden = {answer for answers in matrix.fields.values() for answer in answers} & set(matrix.never)
    yield from (("fields", f"{answer} is held nowhere in the registry") for answer in sorted(forbidden))
    for number, resource in enumerate(matrix.resources):
        for role, cells in resource.cells.items():
            for place, cell in enumerate(cells):
                path = f"resources[{number}].cells.{role}[{place}]"
                if role not in matrix.roles:
                    yield path, f"{role} has no account here"
                for letter in set(cell.each) - LETTERS:
                    yield f"{path}.letters", f"{letter} is no letter of the matrix"
                yield from _unknown_fields(matrix, cell.sees, f"{path}.sees")
                known = {right for letter in cell.each for right in resource.rights.get(letter, ())}
                for right in set(cell.rights or ()) - known:
                    yield f"{path}.rights", f"{right} does not stand behind these letters"


def _unknown_fields(matrix: Matrix, fields: Collection[str], path: str) -> Iterator[tuple[str, str]]:
    if fields != "ALL":
        yield from ((path, f"{name} is no field") for name in fields if name not in matrix.fields)


MATRIX = load_matrix(FILE)
PERMISSIONS = permissions_of(MATRIX)
