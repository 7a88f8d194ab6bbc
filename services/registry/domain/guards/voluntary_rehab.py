"""Conditions of track D: voluntary rehabilitation (L120 Đ28 to Đ34, ND163 Đ84 to Đ97; L73 Đ28 to Đ31, NĐ116 Đ28 to Đ33)."""

from datetime import date

from chassis.i18n import _
from services.registry.domain.deadlines import DeadlineRule, due
from services.registry.domain.derived import rehab_sequence_no
from services.registry.domain.guards.determination import last_conclusion
from services.registry.domain.guards.several_tracks import NoSuchReason
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.rehabilitation import LAST_STAGE, NEW_LAW, stages_done, stages_of
from services.registry.domain.term_of_status import WrongTerm
from services.registry.domain.terms import end_of_term
from services.registry.domain.use import is_after_start

PUBLIC, PRIVATE, REFORMATORY = "PUBLIC_FACILITY", "PRIVATE_FACILITY", "TRUONG_GIAO_DUONG"
ENOUGH_STAGES = 3
OLD_LAW = "R1"


class NotFoundAddicted(RuleRefused):
    """Rehabilitation is for people found addicted."""

    code = "not_found_addicted"


class ExpiredResult(RuleRefused):
    """A result older than six months is not valid for registration."""

    code = "expired_result"


class WrongVenue(RuleRefused):
    """The law does not open this venue to the person."""

    code = "wrong_venue"


class WrongStage(RuleRefused):
    """The stages follow one another, and each has its least length."""

    code = "wrong_stage"


def found_addicted(attempt: Attempt) -> None:
    """INV-4: who registers was found addicted, and who uses in post-rehabilitation management is determined first."""
    managed = attempt.history.open_case("G")
    if managed is not None and managed.state == "ACTIVE":
        raise NotFoundAddicted(
            _("Người này đang trong thời gian quản lý sau cai; phải xác định tình trạng nghiện trước (INV-4, %(article)s).",
              article=attempt.article),
            article=attempt.article,
        )  # fmt: skip
    if attempt.history.open_case("C") is None and last_conclusion(attempt.history) is None:
        raise NotFoundAddicted(
            _(
                "Chưa có kết quả xác định có nghiện; hãy đề nghị xác định trước (%(article)s).",
                article=_certificate(attempt).article,
            ),
            article=_certificate(attempt).article,
        )


def determination_valid(attempt: Attempt) -> None:
    """L120 Đ31 k1b, reading 29: a result older than six months from its conclusion leads to a new determination."""
    concluded_on, rule = last_conclusion(attempt.history), _certificate(attempt)
    if concluded_on is None or attempt.regime.code not in rule.regimes:
        return
    last_day = end_of_term(concluded_on, rule.amount or 0, "MONTH")
    if attempt.day > last_day:
        raise ExpiredResult(
            _("Kết quả xác định ngày %(day)s chỉ có giá trị đến ngày %(last)s; phải xác định lại trước khi đăng ký "
              "(%(article)s).",
              day=f"{concluded_on:%d/%m/%Y}", last=f"{last_day:%d/%m/%Y}", article=rule.article),
            article=rule.article, field=attempt.transition.on,
        )  # fmt: skip


def venue_is_open_to_person(attempt: Attempt) -> None:
    """Without stable residence only a public facility; a reformatory only for minors; nowhere else before 2026."""
    venue = attempt.known("venue")
    if attempt.regime.code == NEW_LAW and attempt.known("stable") is False and venue != PUBLIC:
        article = "khoản 3 Điều 89 Nghị định 163/2026/NĐ-CP"
        raise WrongVenue(
            _("Nơi cai nghiện: người không có nơi cư trú ổn định chỉ đăng ký tại cơ sở công lập (%(article)s).", article=article),
            article=article, field="venue",
        )  # fmt: skip
    if venue == REFORMATORY and (attempt.regime.code != NEW_LAW or not attempt.history.is_minor_on(attempt.day)):
        article = "Điều 28 Luật Phòng, chống ma túy 2025"
        raise WrongVenue(
            _("Nơi cai nghiện: trường giáo dưỡng chỉ dành cho người từ đủ 12 đến dưới 18 tuổi (%(article)s).", article=article),
            article=article, field="venue",
        )  # fmt: skip


def months_within_law(attempt: Attempt) -> None:
    """Reading 22: under the old law the decision chooses within bounds; under the new one the law itself says how long."""
    months = attempt.known("term_months")
    rule = _term_rule(attempt)
    if rule is None:
        if attempt.fact("term_months") is not None and months != _months_of_law(attempt).amount:
            said = _months_of_law(attempt)
            raise WrongTerm(
                _("Thời hạn: theo luật là %(months)s tháng (%(article)s); hãy ghi đúng hoặc để trống.",
                  months=said.amount, article=said.article),
                article=said.article, field="term_months",
            )  # fmt: skip
        return
    if months is None or not (rule.amount or 0) <= months <= (rule.up_to or 0):
        raise WrongTerm(
            _("Thời hạn: từ đủ %(least)s đến %(most)s tháng (%(article)s).",
              least=rule.amount, most=rule.up_to, article=rule.article),
            article=rule.article, field="term_months",
        )  # fmt: skip


def at_public_facility(attempt: Attempt) -> None:
    """The provincial police designate public facilities only."""
    if attempt.known("venue") != PUBLIC:
        raise WrongVenue(
            _("Chỉ đề nghị chỉ định cơ sở khi cai nghiện tại cơ sở công lập (%(article)s).", article=attempt.article),
            article=attempt.article,
        )


def not_in_public_facility(attempt: Attempt) -> None:
    """Notices of providers concern home, community and private facilities."""
    if attempt.known("venue") in {PUBLIC, REFORMATORY}:
        raise WrongVenue(
            _(
                "Thông báo này chỉ có khi cai nghiện tại gia đình, cộng đồng hoặc cơ sở tư nhân (%(article)s).",
                article=attempt.article,
            ),
            article=attempt.article,
        )


def three_stages_at_private_facility(attempt: Attempt) -> None:
    """L120 Đ33 k4: who has completed three stages at a private facility may go on at home."""
    if attempt.known("venue") != PRIVATE:
        raise WrongVenue(
            _("Chỉ rời sau 03 giai đoạn khi cai nghiện tại cơ sở tư nhân (%(article)s).", article=attempt.article),
            article=attempt.article,
        )
    if attempt.case is not None and not {1, 2, 3} <= stages_done(attempt.case):
        raise WrongStage(
            _("Chưa hoàn thành 03 giai đoạn tại cơ sở (%(article)s).", article=attempt.article), article=attempt.article
        )


def stage_in_order(attempt: Attempt) -> None:
    """Reading 7: starts never run backwards; stages 3 and 4 both follow stage 2, stage 5 follows stage 3."""
    stage, since, case = attempt.fact("stage"), attempt.fact("stage_began_on"), attempt.case
    if case is None or not isinstance(since, date):
        return
    done, intervals = stages_done(case), stages_of(case)
    if not 1 <= stage <= LAST_STAGE or stage in done:
        raise _stage(attempt, _("giai đoạn này đã ghi hoặc không có trong quy trình"))
    if since > attempt.day:
        raise _stage(attempt, _("ngày bắt đầu không thể sau ngày hoàn thành"))
    before = {1: (), 2: (1,), 3: (2,), 4: (2,), 5: (3,)}[stage]
    if any(number not in done for number in before):
        raise _stage(attempt, _("chưa hoàn thành giai đoạn trước"))
    earliest = max(
        [case.facts.get("started_on") or case.facts.get("starts_on") or case.opened_on]
        + [intervals[number].ended_on for number in before if number in intervals]
    )
    if since < earliest:
        raise _stage(attempt, _("ngày bắt đầu không thể trước khi giai đoạn trước kết thúc"))


def stage_long_enough(attempt: Attempt) -> None:
    """Stage 2 lasts at least 10 days, stage 3 at least 3 months, under the law that governs the case."""
    rule_code = {2: "R4-VR-STAGE2-MIN", 3: "R4-VR-STAGE3-MIN"}.get(attempt.fact("stage"))
    since = attempt.fact("stage_began_on")
    if rule_code is None or attempt.governed_by != NEW_LAW or not isinstance(since, date):
        return
    rule = attempt.law.deadlines[rule_code]
    first = due(rule, since, attempt.law.calendar).day
    if attempt.day < first:
        raise WrongStage(
            _("Giai đoạn %(stage)s: sớm nhất hoàn thành ngày %(day)s (%(article)s).",
              stage=attempt.fact("stage"), day=f"{first:%d/%m/%Y}", article=rule.article),
            article=rule.article, field=attempt.transition.on,
        )  # fmt: skip


def stages_of_law(attempt: Attempt) -> None:
    """All five stages under the law of 2025, at least three under that of 2021 (T1: by the day of the decision)."""
    if attempt.case is None:
        return
    done = stages_done(attempt.case)
    if attempt.governed_by == NEW_LAW and len(done) < LAST_STAGE:
        article = "khoản 2 Điều 29 Luật Phòng, chống ma túy 2025"
        raise WrongStage(_("Chưa đủ 05 giai đoạn cai nghiện (%(article)s).", article=article), article=article)
    rule = attempt.law.deadlines["R1-VR-STAGES"]
    if attempt.governed_by != NEW_LAW and not {1, 2, 3} <= done:
        raise WrongStage(
            _("Chưa đủ 03 giai đoạn cai nghiện (%(article)s).", article=rule.article), article=rule.article
        )


def violation_is_founded(attempt: Attempt) -> None:
    """What the minutes say happened in the right step and lasted long enough."""
    check = _VIOLATIONS.get(attempt.fact("reason"))
    if check is not None:
        check(attempt)


def _not_started(attempt: Attempt) -> None:
    decided_on = attempt.known("decided_on")
    if attempt.case is None or attempt.case.state != "DECIDED" or not isinstance(decided_on, date):
        raise _no_violation(attempt, _("chỉ có khi đã có quyết định mà chưa bắt đầu"), attempt.article)
    rule = _rule(attempt, decided_on, "VR-START")
    if attempt.day <= due(rule, decided_on, attempt.law.calendar).day:
        raise _no_violation(attempt, _("chưa hết thời hạn phải bắt đầu"), rule.article)


def _self_terminated(attempt: Attempt) -> None:
    """Away long enough; under the law of 2025 also by not following the professional rules (ND163 Đ4 k9; NĐ116 Đ3 k5)."""
    if attempt.case is None or attempt.case.state not in {"IN_REHAB", "BETWEEN"}:
        raise _no_violation(attempt, _("chỉ có khi đang cai nghiện"), attempt.article)
    since = attempt.fact("absent_since")
    if since is None and attempt.regime.code == NEW_LAW and attempt.fact("rules_broken_on") is not None:
        _check_within_rehab(attempt, "rules_broken_on")
        return
    _check_within_rehab(attempt, "absent_since")
    rule = _rule(attempt, since, "VR-SELFTERM")
    if attempt.day < due(rule, since, attempt.law.calendar).day:
        raise _no_violation(attempt, _("thời gian vắng mặt chưa đủ"), rule.article)


def _check_within_rehab(attempt: Attempt, name: str) -> None:
    """The day on which somebody broke off lies between the start of rehabilitation and the minutes."""
    begun, given = attempt.known("started_on") or attempt.known("starts_on"), attempt.fact(name)
    if isinstance(given, date) and (begun is None or begun <= given) and given <= attempt.day:
        return
    article = _rule(attempt, attempt.day, "VR-SELFTERM").article
    raise NoSuchReason(
        _("%(fact)s: tự ý chấm dứt phải có ngày này, từ ngày bắt đầu cai nghiện đến ngày lập biên bản (%(article)s).",
          fact=str(attempt.law.facts[name].name), article=article),
        article=article, field=name,
    )  # fmt: skip


def _used_again(attempt: Attempt) -> None:
    case = attempt.case
    if case is None or case.state not in {"IN_REHAB", "BETWEEN"}:
        raise _no_violation(attempt, _("chỉ có khi đang cai nghiện"), attempt.article)
    found = [test for test in attempt.history.positive_tests() if test.taken_at.date() <= attempt.day]
    if not any(is_after_start(case, test) for test in found):
        raise _no_violation(attempt, _("chưa có kết quả dương tính trong thời gian cai nghiện"), attempt.article)


def _while_in_rehab(attempt: Attempt) -> None:
    if attempt.case is None or attempt.case.state == "REGISTERED":
        raise _no_violation(attempt, _("chưa có quyết định cai nghiện"), attempt.article)


def _rule(attempt: Attempt, since: date, name: str) -> DeadlineRule:
    prefix = "R4" if since >= attempt.law.regime(NEW_LAW).starts_on else OLD_LAW
    return attempt.law.deadlines[f"{prefix}-{name}"]


def _certificate(attempt: Attempt) -> DeadlineRule:
    return attempt.law.deadlines["R4-DET-CERT"]


def _term_rule(attempt: Attempt) -> DeadlineRule | None:
    """Return the rule with the bounds among which this decision chooses; None where the law gives one length."""
    if attempt.regime.code == NEW_LAW:
        return None
    if attempt.track.track == "D":
        return attempt.law.deadlines["R1-VR-TERM"]
    return attempt.law.deadlines["R1-CP-TERM12" if attempt.history.is_minor_on(attempt.day) else "R1-CP-TERM18"]


def _months_of_law(attempt: Attempt) -> DeadlineRule:
    return attempt.law.deadlines["R4-VR-TERM1" if rehab_sequence_no(attempt) == 1 else "R4-VR-TERM2"]


def _stage(attempt: Attempt, why: object) -> WrongStage:
    return WrongStage(
        _("Giai đoạn: %(why)s (%(article)s).", why=str(why), article=attempt.article),
        article=attempt.article,
        field="stage",
    )


def _no_violation(attempt: Attempt, why: object, article: str) -> NoSuchReason:
    return NoSuchReason(
        _("Lý do: %(why)s (%(article)s).", why=str(why), article=article), article=article, field="reason"
    )


_VIOLATIONS = {
    "NOT_STARTED": _not_started,
    "SELF_TERMINATED": _self_terminated,
    "REUSE": _used_again,
    "EM_REFUSED": _while_in_rehab,
    "THIRD_VIOLATION": _while_in_rehab,
}

GUARDS = (
    found_addicted, determination_valid, venue_is_open_to_person, months_within_law, at_public_facility, not_in_public_facility,
    three_stages_at_private_facility, stage_in_order, stage_long_enough, stages_of_law, violation_is_founded,
)  # fmt: skip
