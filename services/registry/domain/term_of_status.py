"""The term that an act sets: what the law gives, and a refusal of any other that is printed (reading 17.22)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from chassis.errors import NotUnderstood
from chassis.i18n import _
from services.registry.domain.deadlines import DeadlineRule
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.terms import (
    add_months,
    end_of_term,
    remainder,
    shifted_by_absences,
    shortened_by_custody,
)

NEW_LAW = "R4_L120"


class WrongTerm(RuleRefused):
    """The printed term is not the law's."""

    code = "wrong_term"


def term_of(attempt: Attempt) -> Mapping[str, Any]:
    """Return ``starts_on`` and ``ends_on`` (and months where chosen) of an act with a term, nothing for others.

    Raises WrongTerm with the article of the term when the act gives other dates.
    """
    line = attempt.transition.term
    if line is None:
        return {}
    found = _PROPOSALS[line.how_in.get(attempt.governed_by, line.how)](attempt)
    for name in ("starts_on", "ends_on"):
        given = attempt.fact(name)
        if given is not None and name in found and given != found[name]:
            raise _other_term(attempt, name, found[name])
    return found


def rule_of(attempt: Attempt, later: int = 0) -> DeadlineRule:
    """Return the rule of the term in the regime of the act; ``later`` picks the one for later times."""
    line = attempt.transition.term
    codes = line.rules[attempt.governed_by] if line else ()
    return attempt.law.deadlines[codes[min(later, len(codes) - 1)]]


def anchor_of(attempt: Attempt) -> date:
    """Return the day from which the term counts."""
    line = attempt.transition.term
    name = line.counts_from if line else ""
    found = attempt.day if name == attempt.transition.on else attempt.known(name)
    if not isinstance(found, date):
        raise NotUnderstood(_("Chưa có ngày bắt đầu tính thời hạn; hãy ghi ngày này."), field=name)
    return found


def _fixed(attempt: Attempt) -> Mapping[str, Any]:
    return _from(anchor_of(attempt), rule_of(attempt))


def _by_sequence(attempt: Attempt) -> Mapping[str, Any]:
    """24 months the first time, 36 from the second on; days in interim custody are deducted (L120 Đ29 k1, Đ37)."""
    sequence = attempt.known("rehab_sequence_no") or 1
    found = _from(anchor_of(attempt), rule_of(attempt, 0 if sequence == 1 else 1))
    return {**found, "ends_on": _less_custody(attempt, found["ends_on"]), "rehab_sequence_no": sequence}


def _chosen(attempt: Attempt) -> Mapping[str, Any]:
    """The months that the decision chose, within the law's bounds; the second rule is for people who were under 18."""
    rule = rule_of(attempt, 1 if attempt.known("adult_at_court") is False else 0)
    months = attempt.known("term_months")
    if months is None:
        raise NotUnderstood(_("Số tháng: hãy ghi thời hạn."), field="term_months")
    if not (rule.amount or 0) <= months <= (rule.up_to or rule.amount or 0):
        raise WrongTerm(
            _("Số tháng: thời hạn từ %(least)s đến %(most)s tháng (%(article)s).",
              least=rule.amount, most=rule.up_to, article=rule.article),
            article=rule.article, field="term_months",
        )  # fmt: skip
    start = anchor_of(attempt)
    return {"starts_on": start, "ends_on": _less_custody(attempt, add_months(start, months))}


def _less_custody(attempt: Attempt, ends_on: date) -> date:
    """Days in interim custody since the dossier was opened are deducted (L120 Đ37; R4-CP-CUSTODY)."""
    if attempt.case is None or attempt.case.track != "F":
        return ends_on
    stays = [
        (case.opened_on, case.closed_on or attempt.day)
        for case in attempt.history.cases_of("K")
        if case.opened_on >= attempt.case.opened_on
    ]
    return max(shortened_by_custody(ends_on, stays), attempt.day)


def _after_break(attempt: Attempt) -> Mapping[str, Any]:
    """What was left on the day of the break runs from the day of the act (L120 Đ47 k1; reading 11)."""
    line, ends_on = attempt.transition.term, attempt.known("ends_on")
    broken_on = attempt.known(line.since) if line and line.since else None
    if not isinstance(ends_on, date) or not isinstance(broken_on, date):
        return {}
    return {"ends_on": attempt.day + timedelta(days=remainder(ends_on, broken_on))}


def _keeps_end(attempt: Attempt) -> Mapping[str, Any]:
    """The old decision's end stays (readings 11 and 12)."""
    ends_on = attempt.fact("original_ends_on")
    if not isinstance(ends_on, date):
        raise NotUnderstood(_("Ngày hết hạn ghi trong quyết định cũ: hãy ghi ngày này."), field="original_ends_on")
    return {"starts_on": attempt.fact("original_starts_on") or attempt.day, "ends_on": ends_on}


def _by_basis(attempt: Attempt) -> Mapping[str, Any]:
    """Two years after compulsory rehabilitation decided for an adult, one year after everything else (L120 Đ42; reading 21)."""
    long = attempt.known("basis") == "COMPULSORY" and attempt.known("adult_at_court") is not False
    return _from(anchor_of(attempt), rule_of(attempt, 1 if long else 0))


def _monitoring(attempt: Attempt) -> Mapping[str, Any]:
    """From the fitting: two years in treatment, a year or the rest at the parents' request, else as long as the measure."""
    start, basis = anchor_of(attempt), attempt.known("em_basis")
    if basis == "OST":
        return _from(start, rule_of(attempt, 1))
    measures = ("G",) if basis in {"POST_REHAB", "MINOR_POST_REHAB"} else ("D", "E", "G")
    running = [attempt.history.open_case(track) for track in (("D",) if basis == "COMMUNITY_REHAB" else measures)]
    whole = next((case.ends_on for case in running if case is not None and case.ends_on is not None), None)
    if basis == "PARENTS_REQUEST":
        year = _from(start, rule_of(attempt, 2))["ends_on"]
        whole = min(year, whole) if whole else year
    return {"starts_on": start} | ({"ends_on": max(whole, start)} if whole else {})


def _remainder(attempt: Attempt) -> Mapping[str, Any]:
    """What was left on the day of leaving: the old law keeps the end date, the new one counts from the new decision (17.11)."""
    left_on, ends_on = attempt.fact("left_on"), attempt.fact("original_ends_on")
    if not isinstance(left_on, date) or not isinstance(ends_on, date):
        raise NotUnderstood(_("Ngày rời nơi cư trú cũ và ngày hết hạn cũ: hãy ghi cả hai."), field="left_on")
    if left_on > ends_on:
        rule = rule_of(attempt)
        raise WrongTerm(
            _("Ngày rời nơi cư trú cũ: thời hạn quản lý đã hết trước ngày này (%(article)s).", article=rule.article),
            article=rule.article, field="left_on",
        )  # fmt: skip
    start = anchor_of(attempt)
    end = start + (ends_on - left_on) if attempt.regime.code == NEW_LAW else ends_on
    return {"starts_on": start, "ends_on": end}


def _resumed(attempt: Attempt) -> Mapping[str, Any]:
    """Days away do not count: the first day of absence counts as away, the day of return does not."""
    ends_on = attempt.known("ends_on")
    since, until = attempt.fact("absent_from"), attempt.fact("absent_until")
    if not all(isinstance(day, date) for day in (ends_on, since, until)):
        return {}
    return {"ends_on": shifted_by_absences(ends_on, [(since, until)])}


def _given(attempt: Attempt) -> Mapping[str, Any]:
    return {name: attempt.fact(name) for name in ("starts_on", "ends_on") if attempt.fact(name) is not None}


def _from(start: date, rule: DeadlineRule) -> Mapping[str, Any]:
    if rule.amount is None or rule.unit in {None, "HOUR", "WD", "IMMEDIATE"}:
        raise TypeError(f"{rule.code} is no term of status")
    return {"starts_on": start, "ends_on": end_of_term(start, rule.amount, rule.unit)}  # type: ignore[arg-type]


def _other_term(attempt: Attempt, name: str, proposed: date) -> WrongTerm:
    line = attempt.transition.term
    article = rule_of(attempt).article if line and line.rules.get(attempt.governed_by) else attempt.article
    label = _("Từ ngày") if name == "starts_on" else _("Đến ngày")
    return WrongTerm(
        _("%(label)s: theo luật là ngày %(day)s (%(article)s); hãy ghi đúng ngày này hoặc để trống.",
          label=str(label), day=f"{proposed:%d/%m/%Y}", article=article),
        article=article, field=name,
    )  # fmt: skip


_PROPOSALS = {
    "FIXED": _fixed,
    "BY_SEQUENCE": _by_sequence,
    "CHOSEN": _chosen,
    "REMAINDER": _remainder,
    "RESUMED": _resumed,
    "GIVEN": _given,
    "AFTER_BREAK": _after_break,
    "KEEPS_END": _keeps_end,
    "BY_BASIS": _by_basis,
    "MONITORING": _monitoring,
}
