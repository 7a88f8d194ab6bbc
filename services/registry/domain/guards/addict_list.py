"""Conditions of track C: who leaves the list of addicts, and why (L120 Đ48 k3; L73 Đ43 k3)."""

from chassis.i18n import _
from services.registry.domain.guards.several_tracks import NoSuchReason, closing_is_founded
from services.registry.domain.history import History
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.rehabilitation import COMPLETED, NEW_LAW, finished_since_listed

FACILITIES = frozenset({"PUBLIC_FACILITY", "TRUONG_GIAO_DUONG"})


class NothingToReview(RuleRefused):
    """Only entries made under the old law are reviewed."""

    code = "nothing_to_review"


def listed_under_old_law(attempt: Attempt) -> None:
    """Reading 23: the one-time review of 1 July 2026 is for entries of the old law."""
    listed = attempt.case
    if listed is None or attempt.law.regime_on(listed.opened_on).code != NEW_LAW:
        return
    raise NothingToReview(
        _("Người này vào danh sách theo luật mới nên không phải rà soát (%(article)s).", article=attempt.article),
        article=attempt.article,
    )


def removal_is_founded(attempt: Attempt) -> None:
    """Somebody leaves the list only for what happened."""
    reason, history = attempt.fact("reason"), attempt.history
    closing_is_founded(attempt)
    if reason == "COMPLETED":
        founded = any(case.state == COMPLETED for track in "DE" for case in history.cases_of(track))
    elif reason == "CLEAN_POST_REHAB":
        founded = _listed_under_old_law(attempt) and any(case.state == COMPLETED for case in history.cases_of("G"))
    elif reason == "FACILITY":
        founded = is_in_facility(attempt) or _came_out_of_facility(history)
    else:
        founded = True
    if not founded:
        raise NoSuchReason(
            _("Lý do: hồ sơ chưa có căn cứ của lý do này; hãy ghi việc đó trước (%(article)s).", article=attempt.article),
            article=attempt.article, field="reason",
        )  # fmt: skip


def is_in_facility(attempt: Attempt) -> bool:
    """Tell whether a decision holds somebody in a rehabilitation facility or a reformatory."""
    voluntary, compulsory = attempt.history.open_case("D"), attempt.history.open_case("F")
    if compulsory is not None and compulsory.state in {"ADMITTED", "SUSPENDED"}:
        return True
    return voluntary is not None and voluntary.state == "IN_REHAB" and voluntary.facts.get("venue") in FACILITIES


def _listed_under_old_law(attempt: Attempt) -> bool:
    """Under the new law nobody waits on the list for the end of post-rehabilitation management (L120 Đ48 k3a)."""
    listed = attempt.case
    since = (listed.facts.get("concluded_on") or listed.opened_on) if listed else attempt.day
    found_before: bool = since < attempt.law.regime(NEW_LAW).starts_on
    return found_before


def _came_out_of_facility(history: History) -> bool:
    """Who was admitted under the old law stayed on the list; the new one takes off whoever a decision took to a facility."""
    completed = [case for track in "DF" for case in history.cases_of(track) if case.state == COMPLETED]
    from_facility = any(case.track == "F" or case.facts.get("venue") in FACILITIES for case in completed)
    return from_facility and finished_since_listed(history)


GUARDS = (listed_under_old_law, removal_is_founded)
