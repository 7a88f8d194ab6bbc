"""Conditions of track G: management after rehabilitation (L120 Đ42, ND163 Đ134 to Đ138; L73 Đ40, NĐ116 Đ77 to Đ81)."""

from datetime import date

from chassis.i18n import _
from services.registry.domain.guards.several_tracks import OutsideTerm, absence_counted_already
from services.registry.domain.guards.user_management import FoundAddicted
from services.registry.domain.judgement import Attempt, RuleRefused


class DeterminationFirst(RuleRefused):
    """Invariant 4: use during management is followed by a determination."""

    code = "determination_first"


def management_has_begun(attempt: Attempt) -> None:
    """Before the completion date it is rehabilitation that is interrupted, not what comes after it (reading 3)."""
    starts_on = attempt.known("starts_on")
    if isinstance(starts_on, date) and attempt.day < starts_on:
        raise OutsideTerm(
            _("Quản lý sau cai bắt đầu từ ngày %(day)s (%(article)s).", day=f"{starts_on:%d/%m/%Y}", article=attempt.article),
            article=attempt.article, field=attempt.transition.on,
        )  # fmt: skip


def not_found_addicted_since(attempt: Attempt) -> None:
    """INV-2: who was found addicted after completing rehabilitation is treated, not managed after it."""
    if attempt.case is None:
        return
    since = attempt.known("completes_on") or attempt.case.opened_on
    results = [act for case in attempt.history.cases_of("B") for act in case.acts if act.event == "ResultAddicted"]
    found = [act.facts.get("concluded_on") or act.happened_on for act in results]
    if any(since < day <= attempt.day for day in found):
        raise FoundAddicted(
            _("Người này đã được xác định là người nghiện ma túy sau khi hoàn thành cai nghiện nên không quản lý sau cai "
              "(INV-2, %(article)s).", article=attempt.article),
            article=attempt.article,
        )  # fmt: skip


def absence_within_management(attempt: Attempt) -> None:
    """An absence lies within the term and is over when it is recorded."""
    since, until = attempt.fact("absent_from"), attempt.fact("absent_until")
    starts_on, ends_on = attempt.known("starts_on"), attempt.known("ends_on")
    if not (isinstance(since, date) and isinstance(until, date)):
        return
    outside = (isinstance(starts_on, date) and since < starts_on) or (isinstance(ends_on, date) and since > ends_on)
    if until <= since or until > attempt.day or outside or absence_counted_already(attempt, since, until):
        raise OutsideTerm(
            _("Thời gian vắng mặt: hãy ghi ngày đi và ngày trở về trong thời hạn quản lý, mỗi ngày một lần (%(article)s).",
              article=attempt.article),
            article=attempt.article, field="absent_until",
        )  # fmt: skip


def no_use_to_be_determined(attempt: Attempt) -> None:
    """INV-4: management is not certified as clean while use waits for its determination (L120 Đ31 k1d)."""
    if attempt.known("reuse_received_at") is None or attempt.known("not_addicted_at") is not None:
        return
    raise DeterminationFirst(
        _("Có sử dụng trái phép trong thời gian quản lý sau cai: phải xác định tình trạng nghiện trước (INV-4, %(article)s).",
          article=attempt.article),
        article=attempt.article,
    )  # fmt: skip


GUARDS = (management_has_begun, not_found_addicted_since, absence_within_management, no_use_to_be_determined)
