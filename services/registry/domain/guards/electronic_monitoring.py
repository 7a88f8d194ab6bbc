"""Conditions of track H: electronic monitoring (ND163 Đ15 to Đ25, Đ151 k1)."""

from datetime import date

from chassis.i18n import _
from services.registry.domain.deadlines import due
from services.registry.domain.guards.addict_list import is_in_facility
from services.registry.domain.guards.several_tracks import NoSuchReason, OutsideTerm, closing_is_founded
from services.registry.domain.history import History
from services.registry.domain.judgement import Attempt, RuleRefused

AGE_ARTICLE = "các điều 15 và 16, khoản 1 Điều 151 Nghị định 163/2026/NĐ-CP"
HOME = "HOME_COMMUNITY"
PARENTS_REQUEST = "PARENTS_REQUEST"
MINORS = frozenset({PARENTS_REQUEST, "MINOR_POST_REHAB"})
RUNNING = frozenset({"DECIDED", "FITTED", "TEMP_REMOVED", "PAUSED"})


class NotInTargetGroup(RuleRefused):
    """The decree does not name this person for monitoring."""

    code = "not_in_target_group"


class NotYetExempt(RuleRefused):
    """Exemption needs its time without a violation."""

    code = "not_yet_exempt"


def request_of_the_law(attempt: Attempt) -> None:
    """Asked for are minors by their parents, and adults in treatment who violated (ND163 Đ16 k2b)."""
    if attempt.fact("em_basis") not in {PARENTS_REQUEST, "OST"}:
        raise NotInTargetGroup(
            _("Chỉ đề nghị cho người từ đủ 12 đến dưới 18 tuổi theo yêu cầu của cha mẹ, hoặc người điều trị thay thế "
              "vi phạm (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="em_basis",
        )  # fmt: skip
    in_target_group(attempt)


def in_target_group(attempt: Attempt) -> None:
    """T3: the measure runs on this day, and age is measured on the day of the decision."""
    basis, minor = attempt.known("em_basis"), attempt.history.is_minor_on(attempt.day)
    age = attempt.history.age_on(attempt.day)
    fits = minor if basis in MINORS else not minor
    if not fits or (age is not None and age < 12) or not _measure_runs(attempt.history, str(basis)):  # noqa: PLR2004
        raise NotInTargetGroup(
            _("Đối tượng giám sát: người này không thuộc diện đã chọn (biện pháp đang áp dụng và tuổi tính đến "
              "ngày quyết định) (%(article)s).",
              article=AGE_ARTICLE),
            article=AGE_ARTICLE, field="em_basis",
        )  # fmt: skip


def parents_have_asked(attempt: Attempt) -> None:
    """ND163 Đ16 k2b: a minor in a measure is monitored only where the parents asked for it, and the request is on record."""
    asked = attempt.case or attempt.history.open_case("H")
    if attempt.known("em_basis") != PARENTS_REQUEST or (asked and asked.facts.get("em_basis") == PARENTS_REQUEST):
        return
    article = "điểm b khoản 2 Điều 16 Nghị định 163/2026/NĐ-CP"
    raise NotInTargetGroup(
        _("Đối tượng giám sát: hồ sơ chưa có đề nghị của cha mẹ hoặc người giám hộ; hãy ghi việc nhận đề nghị trước "
          "(%(article)s).",
          article=article),
        article=article, field="em_basis",
    )  # fmt: skip


def replaces_a_decision(attempt: Attempt) -> None:
    """A new decision replaces one that runs."""
    running = attempt.history.open_case("H")
    if running is None or running.state not in RUNNING:
        raise NotInTargetGroup(
            _("Chưa có quyết định giám sát đang áp dụng để thay (%(article)s).", article=attempt.article),
            article=attempt.article,
        )


def fitted_within_term(attempt: Attempt) -> None:
    """A device is fitted while the measure that it watches over still runs."""
    ends_on = attempt.known("ends_on")
    if isinstance(ends_on, date) and attempt.day > ends_on:
        raise OutsideTerm(
            _("Ngày gắn thiết bị: thời hạn giám sát đã hết ngày %(day)s; hãy chấm dứt giám sát (%(article)s).",
              day=f"{ends_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def may_be_exempted(attempt: Attempt) -> None:
    """ND163 Đ20 k3: without a violation, adults after a year, minors after six months, counted from the fitting (reading 17)."""
    case = attempt.case
    fitted_on = (case.facts.get("fitted_on") or case.starts_on) if case else None
    minor = attempt.history.is_minor_on(attempt.day)
    rule = attempt.law.deadlines["R4-EM-EXEMPT-MINOR" if minor else "R4-EM-EXEMPT-ADULT"]
    violated = case is not None and case.did("ViolationRecorded") is not None
    if violated or fitted_on is None or attempt.day < due(rule, fitted_on, attempt.law.calendar).day:
        raise NotYetExempt(
            _("Chưa đủ điều kiện miễn: không vi phạm và đã giám sát đủ thời gian (%(article)s).", article=rule.article),
            article=rule.article, field=attempt.transition.on,
        )  # fmt: skip


def termination_is_founded(attempt: Attempt) -> None:
    """Monitoring ends with its term, with the measure, with the move into a facility, or with the person (ND163 Đ20 k4)."""
    reason, ends_on = attempt.fact("reason"), attempt.known("ends_on")
    if reason == "TERM_END" and not (isinstance(ends_on, date) and attempt.day >= ends_on):
        raise OutsideTerm(
            _("Chưa hết thời hạn giám sát (%(article)s).", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip
    if reason == "NOT_TARGET" and _measure_runs(attempt.history, str(attempt.known("em_basis"))):
        raise NoSuchReason(
            _("Lý do: biện pháp mà người này bị giám sát vẫn đang áp dụng (%(article)s).", article=attempt.article),
            article=attempt.article, field="reason",
        )  # fmt: skip
    if reason == "FACILITY" and not (is_in_facility(attempt) or attempt.history.open_case("K")):
        raise NoSuchReason(
            _("Lý do: hồ sơ chưa ghi việc đưa người này vào cơ sở cai nghiện; hãy ghi việc tiếp nhận trước (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="reason",
        )  # fmt: skip
    closing_is_founded(attempt)


def _measure_runs(history: History, basis: str) -> bool:
    home, treated, after = history.open_case("D"), history.open_case("E"), history.open_case("G")
    at_home = home is not None and home.state in {"DECIDED", "IN_REHAB"} and home.facts.get("venue") == HOME
    in_treatment = treated is not None and treated.state == "ACTIVE"
    managed = after is not None and after.state == "ACTIVE"
    if basis == "MINOR_POST_REHAB":
        return managed and after is not None and after.facts.get("stable") is False
    return {
        "COMMUNITY_REHAB": at_home,
        "OST": in_treatment,
        "POST_REHAB": managed,
        PARENTS_REQUEST: at_home or in_treatment or managed,
    }.get(basis, False)


GUARDS = (
    request_of_the_law,
    in_target_group,
    parents_have_asked,
    replaces_a_decision,
    fitted_within_term,
    may_be_exempted,
    termination_is_founded,
)
