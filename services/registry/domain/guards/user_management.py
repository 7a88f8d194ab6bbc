"""Conditions of track A: management of people who use drugs unlawfully."""

from datetime import date, timedelta

from chassis.i18n import _
from services.registry.domain.guards.several_tracks import (
    NoSuchReason,
    OutsideTerm,
    SameCommune,
    absence_counted_already,
)
from services.registry.domain.history import CRIMINAL_CASE, DECEASED, IMPRISONED, MISSING
from services.registry.domain.judgement import Attempt, RuleRefused
from services.registry.domain.rehabilitation import stands_as_addict
from services.registry.domain.tracks import Case

DETENTION_EXCEEDS = "DETENTION_EXCEEDS"


class NoPositiveTest(RuleRefused):
    """Whom the law calls a user has a positive test; without one there is nothing to manage."""

    code = "no_positive_test"


class UsedAlready(RuleRefused):
    """A test on which a case was opened opens no other."""

    code = "used_already"


class CriminalCase(RuleRefused):
    """Invariant 7: a criminal case bars user management and compulsory rehabilitation."""

    code = "criminal_case"


class DeterminationFirst(RuleRefused):
    """Invariants 3 and 4: addiction is determined before the decision."""

    code = "determination_first"


class FoundAddicted(RuleRefused):
    """Invariant 2: who was found addicted is not managed as a user."""

    code = "found_addicted"


class SentAlready(RuleRefused):
    """What was sent once is not sent again."""

    code = "sent_already"


class DetentionTooLong(RuleRefused):
    """Detention longer than what is left of the term stops management."""

    code = "detention_too_long"


def positive_test(attempt: Attempt) -> None:
    """The test on which the case stands is positive and was taken before the decision (L120 Đ2 k9; L73 Đ2 k10)."""
    asked = attempt.known("test_id")
    tests = [test for test in attempt.history.positive_tests() if asked is None or test.test_id == asked]
    if not tests:
        raise NoPositiveTest(
            _("Kết quả xét nghiệm không dương tính; chỉ quản lý người có kết quả dương tính (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="test_id",
        )  # fmt: skip
    if attempt.day < tests[0].taken_at.date():
        raise OutsideTerm(
            _("Ngày ký quyết định: không thể trước ngày xét nghiệm %(day)s (%(article)s).",
              day=f"{tests[0].taken_at:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def not_decided_on_already(attempt: Attempt) -> None:
    """One test opens one case, however often the person is examined afterwards."""
    test_id = attempt.fact("test_id")
    if test_id is None or all(case.facts.get("test_id") != test_id for case in attempt.history.cases_of("A")):
        return
    raise UsedAlready(
        _("Kết quả xét nghiệm này đã là căn cứ của một hồ sơ quản lý trước (%(article)s).", article=attempt.article),
        article=attempt.article, field="test_id",
    )  # fmt: skip


def no_criminal_case(attempt: Attempt) -> None:
    """INV-7 (ND163 Đ55)."""
    if attempt.history.is_so(CRIMINAL_CASE, attempt.day):
        raise CriminalCase(
            _(
                "Người này đang bị xử lý hình sự nên không mở biện pháp này (INV-7, %(article)s).",
                article=attempt.article,
            ),
            article=attempt.article,
        )


def stable_or_found_not_addicted(attempt: Attempt) -> None:
    """INV-3: without a stable residence addiction is determined first (L120 Đ23 k2, Đ31 k1đ; L73 Đ27 k1b)."""
    if attempt.known("stable") is False and attempt.known("not_addicted_at") is None:
        raise DeterminationFirst(
            _("Người không có nơi cư trú ổn định phải được xác định tình trạng nghiện trước; chỉ ra quyết định quản lý khi "
              "kết quả là không nghiện (INV-3, %(article)s).", article=attempt.article),
            article=attempt.article,
        )  # fmt: skip


def not_found_addicted(attempt: Attempt) -> None:
    """INV-2: a person found addicted is not managed as a user (L120 Đ24 k5a; L73 Đ23 k5a)."""
    if attempt.known("addicted_at") is not None or stands_as_addict(attempt.history):
        raise _found_addicted(attempt)


def reuse_found_not_addicted(attempt: Attempt) -> None:
    """INV-4: renewed use leads to a determination, and only when not addicted to a new decision (ND163 Đ59 k1; NĐ105 Đ43 k2)."""
    case = attempt.history.open_case("A")
    if case is None or case.facts.get("reuse_test_id") is None:
        raise NoPositiveTest(
            _("Chưa có kết quả dương tính mới trong thời hạn quản lý, nên chưa có căn cứ ra quyết định mới (%(article)s).",
              article=attempt.article),
            article=attempt.article,
        )  # fmt: skip
    if case.facts.get("addicted_at") is not None or stands_as_addict(attempt.history):
        raise _found_addicted(attempt)
    if case.facts.get("not_addicted_at") is None:
        raise DeterminationFirst(
            _("Sử dụng lại trong thời hạn quản lý: phải xác định tình trạng nghiện trước; chỉ ra quyết định mới khi kết quả "
              "là không nghiện (INV-4, %(article)s).", article=attempt.article),
            article=attempt.article,
        )  # fmt: skip


def no_use_to_be_decided_on(attempt: Attempt) -> None:
    """INV-4: management in which use was found ends by the determination and the new decision, not by its term."""
    if attempt.known("reuse_test_id") is None:
        return
    raise DeterminationFirst(
        _("Có sử dụng lại trong thời hạn quản lý: phải xác định tình trạng nghiện, rồi ra quyết định mới hoặc dừng quản lý "
          "(INV-4, %(article)s).",
          article=attempt.article),
        article=attempt.article,
    )  # fmt: skip


def determined_in_post_rehab(attempt: Attempt) -> None:
    """INV-4: use during post-rehabilitation management leads to a determination, and only when not addicted to a decision."""
    managed = attempt.history.open_case("G")
    if managed is None or managed.state != "ACTIVE" or attempt.day < (managed.starts_on or managed.opened_on):
        return
    if not _taken_within(attempt, managed):
        return
    if attempt.known("not_addicted_at") is None and managed.facts.get("not_addicted_at") is None:
        raise DeterminationFirst(
            _("Sử dụng trong thời gian quản lý sau cai: phải xác định tình trạng nghiện trước; chỉ ra quyết định quản lý khi kết "
              "quả là không nghiện (INV-4, %(article)s).", article=attempt.article),
            article=attempt.article,
        )  # fmt: skip


def not_sent_yet(attempt: Attempt) -> None:
    """A decision is sent once; a wrong day is annulled and entered anew."""
    sent_on = attempt.case.facts.get(attempt.transition.on) if attempt.case else None
    if sent_on is not None:
        raise SentAlready(
            _("Ngày gửi: đã ghi gửi quyết định này ngày %(day)s; nếu ghi sai, hãy hủy việc đó rồi ghi lại (%(article)s).",
              day=f"{sent_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def within_term(attempt: Attempt) -> None:
    """The act happens while the term runs."""
    ends_on = _ends_on(attempt)
    if ends_on is not None and attempt.day > ends_on:
        raise OutsideTerm(
            _("Thời hạn quản lý đã hết ngày %(day)s (%(article)s).", day=f"{ends_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def before_end_of_term(attempt: Attempt) -> None:
    """Management stops before its term; what ran out is declared ended.

    Detention that outlasts the term stops it on or after its day; death and prison within the term, whenever they are heard of.
    """
    if attempt.fact("reason") == DETENTION_EXCEEDS or attempt.known("addicted_at") is not None:
        return
    ends_on = _ends_on(attempt)
    if ends_on is not None and _happened_within(attempt, ends_on):
        return
    if ends_on is not None and attempt.day > ends_on:
        raise OutsideTerm(
            _("Ngày dừng: thời hạn quản lý đã hết ngày %(day)s; hãy ra quyết định chấm dứt (%(article)s).",
              day=f"{ends_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def _happened_within(attempt: Attempt, ends_on: date) -> bool:
    kinds = {"DEAD_OR_MISSING": (DECEASED, MISSING), "PRISON": (IMPRISONED,)}.get(attempt.fact("reason"), ())
    return any(each.kind in kinds and each.since_on <= ends_on for each in attempt.history.circumstances)


def term_over(attempt: Attempt) -> None:
    """Management is declared ended on its last day or later, never earlier."""
    ends_on = _ends_on(attempt)
    if ends_on is not None and attempt.day < ends_on:
        raise OutsideTerm(
            _("Ngày chấm dứt: thời hạn quản lý đến hết ngày %(day)s; không chấm dứt sớm hơn (%(article)s).",
              day=f"{ends_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def detention_not_longer(attempt: Attempt) -> None:
    """Suspension is for detention that ends within the term; equal is not longer (L120 Đ24 k7, reading 17.10)."""
    days, ends_on, since = attempt.fact("detention_days"), _ends_on(attempt), attempt.fact("detained_on")
    if days is None or ends_on is None or since is None:
        return
    if days > (ends_on - since).days:
        raise DetentionTooLong(
            _("Thời gian tạm giữ, tạm giam dài hơn thời hạn quản lý còn lại: hãy ra quyết định dừng quản lý (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="detention_days",
        )  # fmt: skip


def stop_for_addiction(attempt: Attempt) -> None:
    """Who is stopped as addicted has a result in the books, or stands on the list, in rehabilitation or in treatment."""
    if attempt.fact("reason") != "ADDICTED":
        return
    if attempt.known("addicted_at") is not None or stands_as_addict(attempt.history) or _was_found_addicted(attempt):
        return
    raise NoSuchReason(
        _("Lý do dừng: chưa có kết quả xác định có nghiện của người này; hãy ghi kết quả trước (%(article)s).",
          article=attempt.article),
        article=attempt.article, field="reason",
    )  # fmt: skip


def detention_in_term(attempt: Attempt) -> None:
    """The detention began while management ran, and not after the act that speaks of it (L120 Đ24 k7)."""
    since, starts_on, ends_on = attempt.fact("detained_on"), attempt.known("starts_on"), _ends_on(attempt)
    if not isinstance(since, date):
        return
    before = isinstance(starts_on, date) and since < starts_on
    if before or since > attempt.day or (ends_on is not None and since > ends_on):
        raise OutsideTerm(
            _("Ngày bị tạm giữ, tạm giam: hãy ghi ngày trong thời hạn quản lý và không sau ngày ra quyết định (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="detained_on",
        )  # fmt: skip


def stop_for_detention(attempt: Attempt) -> None:
    """Stopping for detention needs a detention that is longer than what was left (L120 Đ24 k5đ, k7)."""
    if attempt.fact("reason") != DETENTION_EXCEEDS or attempt.case is None:
        return
    ends_on, since = _ends_on(attempt), attempt.known("detained_on")
    ordered = attempt.known("detention_days")
    if ends_on is None or since is None:
        longer = False
    elif ordered is not None and attempt.day <= ends_on:
        longer = since + timedelta(days=ordered) > ends_on
    else:
        longer = attempt.day > ends_on
    if not longer and attempt.case.state == "SUSPENDED" and ends_on is not None:
        longer = attempt.day >= ends_on
    if not longer:
        raise DetentionTooLong(
            _("Lý do dừng: thời gian tạm giữ, tạm giam chưa dài hơn thời hạn quản lý còn lại (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="reason",
        )  # fmt: skip


def absence_within_term(attempt: Attempt) -> None:
    """An absence lies within the term and is over when it is recorded (ND163 Đ60 k2)."""
    since, until, ends_on = attempt.fact("absent_from"), attempt.fact("absent_until"), _ends_on(attempt)
    starts_on = attempt.known("starts_on")
    if not isinstance(since, date) or not isinstance(until, date) or ends_on is None:
        return
    outside = since > ends_on or (starts_on is not None and since < starts_on)
    if until <= since or until > attempt.day or outside or absence_counted_already(attempt, since, until):
        raise OutsideTerm(
            _("Thời gian vắng mặt: hãy ghi ngày đi và ngày trở về trong thời hạn quản lý (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="absent_until",
        )  # fmt: skip


def other_commune(attempt: Attempt) -> None:
    """A case is handed over only to another commune (L120 Đ27 k2)."""
    if attempt.fact("to_commune") == attempt.history.unit_code:
        raise SameCommune(
            _("Nơi chuyển đến: vẫn trong địa bàn này nên không chuyển hồ sơ; hãy ghi nơi cư trú mới (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="to_commune",
        )  # fmt: skip


def _taken_within(attempt: Attempt, managed: Case) -> bool:
    """Use after the last day of post-rehabilitation management is first use, though nothing was certified yet."""
    test_id = attempt.known("test_id")
    taken = [test.taken_at.date() for test in attempt.history.positive_tests() if test.test_id == test_id]
    return not taken or managed.ends_on is None or taken[0] <= managed.ends_on


def _was_found_addicted(attempt: Attempt) -> bool:
    """A result that was received since management was decided, of whatever determination."""
    since = attempt.case.opened_on if attempt.case else attempt.day
    results = [act for case in attempt.history.cases_of("B") for act in case.acts if act.event == "ResultAddicted"]
    return any(since <= act.happened_on <= attempt.day for act in results)


def _found_addicted(attempt: Attempt) -> FoundAddicted:
    return FoundAddicted(
        _("Người này đã được xác định là người nghiện ma túy; việc quản lý người sử dụng phải dừng (INV-2, %(article)s).",
          article=attempt.article),
        article=attempt.article,
    )  # fmt: skip


def _ends_on(attempt: Attempt) -> date | None:
    ends_on = attempt.known("ends_on")
    return ends_on if isinstance(ends_on, date) else None


GUARDS = (
    positive_test, no_criminal_case, stable_or_found_not_addicted, not_found_addicted, reuse_found_not_addicted,
    no_use_to_be_decided_on, determined_in_post_rehab, within_term, before_end_of_term, term_over, detention_not_longer,
    stop_for_addiction, detention_in_term, stop_for_detention, absence_within_term, other_commune, not_decided_on_already,
    not_sent_yet,
)  # fmt: skip
