"""How a report and its figures are written out, for the page that shows them and for the one that is signed."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chassis.i18n import _, current_locale
from chassis.presentation import format_number
from services.reporting.figures import PERCENT, in_words
from services.reporting.indicators import the_catalogue
from services.reporting.indicators.definition import value_of
from services.reporting.periods import Period
from services.reporting.reports.content import MovedFigure, ReportedFigure
from services.reporting.words import COMPARATORS, said

MINUS = "\N{MINUS SIGN}"
SIGNERS: Mapping[str, str] = {"UB_CHAIR": _("Chủ tịch"), "UB_VICE": _("Phó Chủ tịch (KT.)")}


def title_of(period: Period, number: int) -> str:
    """Return the name of a version: its period and number."""
    return str(_("Báo cáo %(period)s, bản %(number)s", period=period.title(current_locale()), number=number))


def story_of(found: Any) -> list[tuple[object, object]]:
    """Return who reviewed and signed a version, when, and why it was corrected."""
    facts: list[tuple[object, object]] = [
        (_("Người rà soát"), found.reviewer),
        (_("Rà soát lúc"), found.reviewed_at),
    ]
    if found.reason:
        facts.append((_("Lý do điều chỉnh"), found.reason))
    if found.signed_at:
        role = SIGNERS.get(found.signer_role)
        facts += [(_("Người ký"), f"{role} {found.signer}" if role else found.signer), (_("Ký lúc"), found.signed_at)]
    return facts


def difference(moved: MovedFigure) -> str:
    """Return the difference of the two results that stand beside it, in the measure of the indicator."""
    before, after = (_exact(each) if each else Fraction(0) for each in (moved.before, moved.after))
    if before is None or after is None or moved.code not in the_catalogue():
        return "—"
    shown = in_words(the_catalogue()[moved.code], abs(after - before))
    return f"{'+' if after > before else MINUS if after < before else ''}{shown}"


def _exact(figure: ReportedFigure) -> Fraction | None:
    known = figure.code in the_catalogue()
    return value_of(the_catalogue()[figure.code], figure.numerator, figure.denominator) if known else None


def name_of(code: str) -> str:
    """Return the name of an indicator; of one that is no longer counted its code."""
    return said(the_catalogue()[code].name) if code in the_catalogue() else code


def in_a_line(figure: ReportedFigure | None) -> str:
    """Return a figure in one line; the parts of a share with it, so that who signs sees what it is made of."""
    if figure is None:
        return "—"
    if figure.denominator is None or not _is_share(figure.code):
        return result(figure)
    return f"{format_number(figure.numerator)}/{format_number(figure.denominator)} = {result(figure)}"


def _is_share(code: str) -> bool:
    return code in the_catalogue() and the_catalogue()[code].shown_as == PERCENT


def result(figure: ReportedFigure) -> str:
    """Return the result of a figure in the measure of its indicator."""
    if figure.code not in the_catalogue():
        return format_number(figure.numerator)
    definition = the_catalogue()[figure.code]
    return in_words(definition, value_of(definition, figure.numerator, figure.denominator))


def target_of_figure(figure: ReportedFigure) -> str | None:
    """Return what a figure was held against, in words; None when no plan spoke of it."""
    if figure.comparator is None:
        return None
    if figure.target is None:
        return str(_("chưa giao chỉ tiêu"))
    known = figure.code in the_catalogue()
    value = in_words(the_catalogue()[figure.code], Decimal(figure.target)) if known else figure.target
    return f"{COMPARATORS[figure.comparator]} {value}"
