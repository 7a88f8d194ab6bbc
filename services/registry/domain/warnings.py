"""What the officer is told of an act that the law does not refuse: a stage too long, a paper out of time (readings 7, 18)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from chassis.i18n import _
from services.registry.domain.deadlines import due
from services.registry.domain.judgement import Attempt
from services.registry.domain.limitation import time_to_register
from services.registry.domain.rehabilitation import NEW_LAW
from services.registry.domain.terms import end_of_term

STAGE_1, STAGE_4, STAGE_5 = 1, 4, 5
CERTIFICATES = {"D": "R4-VR-CERT", "F": "R4-CP-CERT", "G": "R4-PR-CERT"}
NOTICES = {"D": "R4-VR-PRE30", "F": "R4-CP-PRE30"}
STARTS = {NEW_LAW: "R4-VR-START"}

Said = Callable[[Attempt], object | None]


def registered_late(attempt: Attempt) -> object | None:
    """The person registered after the time that runs from being told of the result: a violation, «không đăng ký»."""
    found = time_to_register(attempt)
    if found is None:
        return None
    rule, until = found
    if not until.is_missed(attempt.draft.happened_at):
        return None
    return _("Đăng ký sau thời hạn – hành vi «không đăng ký» (%(article)s).", article=rule.article)


def started_late(attempt: Attempt) -> object | None:
    """Rehabilitation began after its time: «không thực hiện»."""
    decided_on = attempt.known("decided_on")
    if not isinstance(decided_on, date):
        return None
    rule = attempt.law.deadlines[STARTS.get(attempt.law.regime_on(decided_on).code, "R1-VR-START")]
    if attempt.day <= due(rule, decided_on, attempt.law.calendar).day:
        return None
    return _("Bắt đầu sau thời hạn – hành vi «không thực hiện» (%(article)s).", article=rule.article)


def presented_late(attempt: Attempt) -> object | None:
    """The person came to the police later than two days after leaving the private facility."""
    left_on, rule = attempt.known("left_on"), attempt.law.deadlines["R4-VR-PRIV-PRESENT"]
    if not isinstance(left_on, date) or attempt.day <= due(rule, left_on, attempt.law.calendar).day:
        return None
    return _("Trình diện sau thời hạn (%(article)s).", article=rule.article)


def stage_too_long(attempt: Attempt) -> object | None:
    """Stage 1 lasts at most two days; a longer one is reported, not refused."""
    since, rule = attempt.fact("stage_began_on"), attempt.law.deadlines["R4-VR-STAGE1-MAX"]
    if attempt.fact("stage") != STAGE_1 or not isinstance(since, date) or attempt.governed_by != NEW_LAW:
        return None
    if attempt.day <= end_of_term(since, rule.amount or 0, "DAY"):
        return None
    return _("Giai đoạn 1 kéo dài hơn %(days)s ngày (%(article)s).", days=rule.amount, article=rule.article)


def stage_outside_its_time(attempt: Attempt) -> object | None:
    """Stage 4 lasts until the end of the term, and stage 5 is its last 30 days."""
    ends_on, since, stage = attempt.known("ends_on"), attempt.fact("stage_began_on"), attempt.fact("stage")
    if attempt.governed_by != NEW_LAW or not isinstance(ends_on, date) or not isinstance(since, date):
        return None
    if stage == STAGE_5 and since < ends_on - timedelta(days=attempt.law.deadlines["R4-VR-STAGE5"].amount or 0):
        rule = attempt.law.deadlines["R4-VR-STAGE5"]
        return _("Giai đoạn 5 là 30 ngày cuối của thời hạn (%(article)s).", article=rule.article)
    if stage == STAGE_4 and attempt.day < ends_on - timedelta(days=1):
        rule = attempt.law.deadlines["R4-VR-STAGE4"]
        return _("Giai đoạn 4 kéo dài đến hết thời hạn (%(article)s).", article=rule.article)
    return None


def notice_late(attempt: Attempt) -> object | None:
    """The notice of coming completion is due 30 days before the end."""
    ends_on, rule = attempt.known("ends_on"), attempt.law.deadlines[NOTICES[attempt.track.track]]
    if not isinstance(ends_on, date) or attempt.day <= due(rule, ends_on, attempt.law.calendar).day:
        return None
    return _("Thông báo sau thời hạn 30 ngày trước khi hết thời hạn (%(article)s).", article=rule.article)


def certified_early(attempt: Attempt) -> object | None:
    """The certificate belongs into the last hours or days of the term; earlier is told, later is missed (reading 18)."""
    ends_on, rule = attempt.known("ends_on"), attempt.law.deadlines[CERTIFICATES[attempt.track.track]]
    if not isinstance(ends_on, date) or attempt.regime.code != NEW_LAW:
        return None
    opens = due(rule, ends_on, attempt.law.calendar).earliest
    if opens is None or attempt.day >= opens.date():
        return None
    return _("Cấp giấy xác nhận sớm hơn thời gian luật định (%(article)s).", article=rule.article)


WARNINGS: Mapping[str, Said] = {
    warning.__name__: warning
    for warning in (
        registered_late, started_late, presented_late, stage_too_long, stage_outside_its_time, notice_late, certified_early,
    )
}  # fmt: skip
"""By the name that the track files use."""
