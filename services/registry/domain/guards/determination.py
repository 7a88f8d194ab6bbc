"""Conditions of track B: who may be asked to be examined, and on what ground (L120 Đ31 k1; L73 Đ27 k1)."""

from datetime import date

from chassis.i18n import _
from services.registry.domain.history import History
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.terms import end_of_term
from services.registry.domain.tracks import Case
from services.registry.domain.use import is_within_term

UNDER_MANAGEMENT = frozenset({"MANAGED", "SUSPENDED"})
FOUND_ADDICTED = frozenset({"RESULT_ADDICTED", "NOTIFIED"})


class NoGround(RuleRefused):
    """The law asks for no determination here."""

    code = "no_ground"


class AlreadyDetermined(RuleRefused):
    """A valid result is there already."""

    code = "already_determined"


def ground_of_request(attempt: Attempt) -> None:
    """INV-3 and INV-4: what the request says is so is so."""
    check = _GROUNDS.get(attempt.fact("ground"))
    if check is not None:
        check(attempt)


def not_determined_already(attempt: Attempt) -> None:
    """Nobody is examined again while a result «có nghiện» is valid and no rehabilitation lies between (reading 29)."""
    if attempt.fact("ground") in {"REUSE_MANAGED", "USE_POST_REHAB"}:
        return
    concluded_on = last_conclusion(attempt.history)
    listed = attempt.history.open_case("C")
    if concluded_on is None or listed is None or attempt.history.open_case("G") is not None:
        return
    rule = attempt.law.deadlines["R4-DET-CERT"]
    if attempt.day > end_of_term(concluded_on, rule.amount or 0, "MONTH"):
        return
    raise AlreadyDetermined(
        _("Người này có kết quả «có nghiện» ngày %(day)s còn hạn 06 tháng (%(article)s).",
          day=f"{concluded_on:%d/%m/%Y}", article=rule.article),
        article=rule.article,
    )  # fmt: skip


def last_conclusion(history: History) -> date | None:
    """Return when somebody was last found addicted."""
    days = [
        case.facts.get("concluded_on") or case.opened_on
        for case in history.cases_of("B")
        if case.state in FOUND_ADDICTED
    ]
    moved = [case.facts["concluded_on"] for case in history.cases_of("C") if case.facts.get("concluded_on")]
    return max([*days, *moved], default=None)


def _reuse_managed(attempt: Attempt) -> None:
    managed = attempt.history.open_case("A")
    if managed is None or managed.state not in UNDER_MANAGEMENT:
        raise _refused(attempt, _("người này không trong thời hạn quản lý"), "INV-4")
    if not _positive_within(attempt, managed):
        raise _refused(attempt, _("chưa có kết quả dương tính mới trong thời hạn quản lý"), "INV-4")


def _use_post_rehab(attempt: Attempt) -> None:
    managed = attempt.history.open_case("G")
    if managed is None or managed.state != "ACTIVE":
        raise _refused(attempt, _("người này không trong thời gian quản lý sau cai"), "INV-4")
    if not _positive_within(attempt, managed):
        raise _refused(attempt, _("chưa có kết quả dương tính trong thời gian quản lý sau cai"), "INV-4")


def _no_stable_residence(attempt: Attempt) -> None:
    detected = attempt.history.open_case("A")
    if detected is not None and detected.facts.get("stable") is True:
        raise _refused(
            attempt, _("người này có nơi cư trú ổn định; ra quyết định quản lý mà không cần xác định"), "INV-3"
        )
    if not attempt.history.positive_tests():
        raise _refused(attempt, _("chưa có kết quả xét nghiệm dương tính"), "INV-3")


def _positive_within(attempt: Attempt, managed: Case) -> bool:
    """Use after the last day is none within the term, and the test on which the case was opened shows no renewed use."""
    tests = [test for test in attempt.history.positive_tests() if test.test_id != managed.facts.get("test_id")]
    return any(is_within_term(managed, test, attempt.day) for test in tests)


def _refused(attempt: Attempt, why: object, invariant: str) -> NoGround:
    return NoGround(
        _("Căn cứ: %(why)s (%(invariant)s, %(article)s).", why=str(why), invariant=invariant, article=attempt.article),
        article=attempt.article, field="ground",
    )  # fmt: skip


_GROUNDS = {
    "REUSE_MANAGED": _reuse_managed,
    "USE_POST_REHAB": _use_post_rehab,
    "NO_STABLE_RESIDENCE": _no_stable_residence,
}

GUARDS = (ground_of_request, not_determined_already)
