"""The matrix as a page for people: `python -m services.registry.permissions.document`, with `--check` to compare only."""

import sys
from collections.abc import Iterator
from pathlib import Path

from services.registry.domain.access import ALL, Cell, Fields, Matrix, Resource
from services.registry.permissions import MATRIX

PAGE = Path("docs/access.md")

HEAD = """# Access in the registry

Generated from `services/registry/access.yml` by `make docs`; change the matrix there, not this page. What is not here is refused.
Letters: R reads with identity, r reads by reference (number of the file, status, days), W writes, S signs as decider,
P prepares for somebody else's signature, X hands out a list, C confirms. `a` after a letter: of people in the care of the account
or of its team; `s`: of people with a draft that waits for a signature of the role.
"""
AFTER = {"ASSIGNED": "a", "AWAITING_SIGNATURE": "s", None: ""}


def access_page(matrix: Matrix) -> str:
    """Return the page: the matrix, then what stands behind its letters, fields and purposes."""
    parts = [HEAD, *_matrix(matrix), "", "## Rights behind the letters", "", *_rights(matrix)]
    parts += ["", "## Fields", "", *_fields(matrix), "", "## Purposes", "", *_purposes(matrix)]
    return "\n".join(parts) + "\n"


def _matrix(matrix: Matrix) -> Iterator[str]:
    yield f"| resource | {' | '.join(f'`{role}`' for role in matrix.roles)} |"
    yield "|---" * (len(matrix.roles) + 1) + "|"
    for resource in matrix.resources:
        cells = [_cells(resource.cells.get(role, ())) for role in matrix.roles]
        yield f"| {resource.name.en} | {' | '.join(cells)} |"


def _cells(cells: tuple[Cell, ...]) -> str:
    return "; ".join(" ".join(f"{letter}{AFTER[cell.of]}" for letter in cell.each) for cell in cells) or "–"


def _rights(matrix: Matrix) -> Iterator[str]:
    yield "| resource | row of the specification | letter | rights |"
    yield "|---|---|---|---|"
    for resource in matrix.resources:
        for letter, rights in resource.rights.items():
            yield f"| {resource.name.en} | {resource.row or '(own)'} | {letter} | {_codes(rights)} |"
    yield ""
    yield from _narrowed(matrix)


def _narrowed(matrix: Matrix) -> Iterator[str]:
    """Say where a cell opens or signs less than its letter."""
    yield "| resource | role | opens | signs |"
    yield "|---|---|---|---|"
    for resource, role, cell in _all_cells(matrix):
        if (cell.sees != ALL and cell.sees) or cell.forms:
            opens = _codes(cell.sees) if cell.sees != ALL else "all"
            yield f"| {resource.name.en} | `{role}` | {opens} | {_codes(cell.forms) or '–'} |"


def _all_cells(matrix: Matrix) -> Iterator[tuple[Resource, str, Cell]]:
    for resource in matrix.resources:
        for role, cells in resource.cells.items():
            for cell in cells:
                yield resource, role, cell


def _fields(matrix: Matrix) -> Iterator[str]:
    yield "| field | answers |"
    yield "|---|---|"
    for name, answers in matrix.fields.items():
        yield f"| `{name}` | {_codes(answers) or '–'} |"
    yield ""
    yield f"Held nowhere in the registry: {_codes(matrix.never)}."


def _purposes(matrix: Matrix) -> Iterator[str]:
    yield "The usual purpose of a role is taken when nothing is said and neither the address nor a running case tells."
    yield ""
    yield "| purpose | | opens | roles |"
    yield "|---|---|---|---|"
    for code, purpose in matrix.purposes.items():
        roles = [role for role, own in matrix.roles.items() if code in own]
        usual = [f"`{role}` (usual)" if matrix.roles[role][0] == code else f"`{role}`" for role in roles]
        yield f"| `{code}` | {purpose.name.en} | {_opened(purpose.fields)} | {', '.join(usual)} |"


def _opened(fields: Fields) -> str:
    return "all" if fields == ALL else _codes(fields)


def _codes(codes: Fields) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def main(arguments: list[str]) -> int:
    """Write the page; with `--check` only say whether it is out of date. Returns the exit code."""
    page = Path(next((word for word in arguments if not word.startswith("-")), PAGE))
    wanted = access_page(MATRIX)
    if page.exists() and page.read_text("utf-8") == wanted:
        return 0
    if "--check" in arguments:
        sys.stderr.write(f"{page} is out of date; run `make docs` and commit it\n")
        return 1
    page.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
