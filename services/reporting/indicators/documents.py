"""The catalogue as a page for people: `python -m services.reporting.indicators.documents`, with `--check` to compare only."""

import sys
from collections.abc import Iterator
from pathlib import Path

from services.reporting.indicators import Catalogue, load_catalogue
from services.reporting.indicators.definition import Definition, Part, Term
from services.reporting.periods import the_calendar

PAGE = Path("docs/indicators.md")

HEAD = """# Indicators

Generated from `services/reporting/indicators/catalogue/` by `make docs`; change a document there, not this page. Each
document also holds worked examples, which are its tests. A figure of any of these opens to the events it was counted from.
"""


def indicators_page(catalogue: Catalogue) -> str:
    """Return the page: a table of all indicators, then a section for each."""
    lines = [HEAD, "| code | what it says | in English | shown as | owner |", "|---|---|---|---|---|"]
    lines += [
        f"| [{each.code}](#{each.code.lower()}) | {each.name.vi} | {each.name.en} | {each.shown_as} | {each.owner} |"
        for each in catalogue
    ]
    sections = ["\n".join(_section(each)) for each in catalogue]
    return "\n".join(lines) + "\n\n" + "\n\n".join(sections) + "\n"


def _section(indicator: Definition) -> Iterator[str]:
    yield f"## {indicator.code}"
    yield ""
    yield f"**{indicator.name.vi}** ({indicator.name.en})"
    yield ""
    yield f"{indicator.definition.vi}"
    yield ""
    yield f"{indicator.definition.en}"
    yield ""
    yield f"* counted: {_part(indicator.numerator)}"
    if indicator.denominator is not None:
        yield f"* out of: {_part(indicator.denominator)}"
    yield f"* unit of measure: {indicator.unit_of_measure.vi} ({indicator.unit_of_measure.en})"
    kinds = the_calendar().kinds
    yield "* periods: " + ", ".join(f"{kinds[code].name.vi} (`{code}`)" for code in indicator.periods)
    if indicator.dimensions:
        yield "* by: " + ", ".join(f"`{each}`" for each in indicator.dimensions)
    yield "* sources: " + "; ".join(indicator.sources)
    yield f"* checked by {indicator.checked_by}; to be reviewed by {indicator.review_by:%d/%m/%Y}"
    for footnote in indicator.footnotes:
        yield f"* note: {footnote.vi}"
    for example in indicator.examples:
        yield f"* example: {example.says}"


def _part(part: Part) -> str:
    counted = f"`sum {' + '.join(part.measures)}`" if part.sum else f"`count {part.count}`"
    said = f"{counted} of " + " or ".join(_term(term) for term in part.base)
    if part.also:
        said += ", also in " + " and ".join(_term(term) for term in part.also)
    if part.every:
        said += f", all of them with {_where(part.every)}"
    return said + (f", divided by {part.divide_by}" if part.divide_by != 1 else "")


def _term(term: Term) -> str:
    found = {
        "during the window": term.during,
        f"open on the {term.open_on} of the window": term.open_on,
        "begun in the window": term.began_in,
        "ended in the window": term.ended_in,
        "in the window": term.happened_in,
        "up to its end": term.until,
        f"in the last {term.last_days} days": term.last_days,
    }
    words = [f"`{term.kind}`", *(sentence for sentence, asked in found.items() if asked)]
    if term.where:
        words.append(f"with {_where(term.where)}")
    if term.only_if:
        words.append(f"(only if `{term.only_if}`)")
    return " ".join(words)


def _where(where: dict[str, str | tuple[str, ...]]) -> str:
    return " and ".join(
        f"`{name} = {value if isinstance(value, str) else ' | '.join(value)}`" for name, value in sorted(where.items())
    )


def main(arguments: list[str]) -> int:
    """Write the page; with `--check` only say whether it is out of date. Returns the exit code."""
    page = Path(next((word for word in arguments if not word.startswith("-")), PAGE))
    wanted = indicators_page(load_catalogue())
    if page.exists() and page.read_text("utf-8") == wanted:
        return 0
    if "--check" in arguments:
        sys.stderr.write(f"{page} is out of date; run `make docs` and commit it\n")
        return 1
    page.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
