"""What the law leaves to the officer: when the question arises, what it asks, and where the answer stands among the facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from chassis.i18n import _
from services.registry.domain.derived import adult
from services.registry.domain.history import MONTHS
from services.registry.domain.judgement import Attempt
from services.registry.domain.limitation import LIMITATION, limitation_began_on
from services.registry.domain.rehabilitation import episodes, governed_by
from services.registry.domain.terms import add_months, is_left

R4 = "R4_L120"
WHY_CHOSEN = "choice_reason"
"""The sealed answer that says why the officer chose so."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A question to the officer. The answer is a code in the fact ``fact``; who chose is recorded with the act.

    With ``needs_reason`` the sealed answer ``choice_reason`` says why, and comes with the choice.
    """

    fact: str
    arises: Callable[[Attempt], bool]
    question: Callable[[Attempt], object]
    needs_reason: bool = False


def _deadline_of_old_law(attempt: Attempt) -> bool:
    """T5 and reading 17.1: the clock began under the old law, the signature falls under the new one."""
    if attempt.case is None or attempt.regime.code != R4:
        return False
    began = attempt.case.facts.get("notice_received_at") or attempt.case.facts.get("received_at")
    return began is not None and attempt.law.regime_on(began.date()).code != R4


def _ask_new_decider(attempt: Attempt) -> object:
    return _(
        "Việc này phát sinh theo luật cũ nhưng ký sau ngày 01/07/2026: thẩm quyền và mẫu theo luật mới (%(article)s). "
        "Hãy chọn cách làm.",
        article=attempt.article,
    )


def _moved_over_the_boundary(attempt: Attempt) -> bool:
    """Reading 17.2: a decision of the old law that moves under the new one."""
    ends_on, left_on = attempt.fact("original_ends_on"), attempt.fact("left_on")
    if not isinstance(ends_on, date) or not isinstance(left_on, date) or attempt.regime.code != R4:
        return False
    # Management lasts a year, so the end tells whether it was decided before the boundary.
    return ends_on < add_months(attempt.law.regime(R4).starts_on, MONTHS)


def _ask_remainder(attempt: Attempt) -> object:
    return _(
        "Quyết định cũ ghi hết hạn ngày %(day)s; theo luật mới thời hạn còn lại tính từ quyết định mới (%(article)s). "
        "Hãy xác nhận.",
        day=f"{attempt.fact('original_ends_on'):%d/%m/%Y}",
        article=attempt.article,
    )


def _old_episodes_count(attempt: Attempt) -> bool:
    """U6 and reading 20: episodes of the old law were counted and change the term of the new one."""
    if attempt.regime.code != R4:
        return False
    begun = episodes(attempt.history, but=attempt.case)
    return any(governed_by(attempt.law, case) != R4 for case in begun)


def _ask_episodes(attempt: Attempt) -> object:
    begun = episodes(attempt.history, but=attempt.case)
    old = sum(governed_by(attempt.law, case) != R4 for case in begun)
    return _(
        "Phần mềm đếm %(all)s lần cai nghiện đã bắt đầu, trong đó %(old)s lần theo luật cũ; từ lần thứ hai thời hạn là 36 tháng "
        "(%(article)s). Hãy xác nhận có tính các lần theo luật cũ hay không.",
        all=len(begun), old=old, article=attempt.law.deadlines["R4-VR-TERM2"].article,
    )  # fmt: skip


def _absence_under_new_wording(attempt: Attempt) -> bool:
    """U5: the decree of 2026 says «không được trừ»; read as not counted, which the officer confirms."""
    return attempt.regime.code == R4


def _ask_absence(attempt: Attempt) -> object:
    return _(
        "Văn bản ghi thời gian vắng mặt «không được trừ vào thời hạn»; phần mềm hiểu là không tính và lùi ngày kết thúc "
        "(%(article)s). Hãy xác nhận.",
        article=attempt.article,
    )  # fmt: skip


def _turned_18_in_compulsory(attempt: Attempt) -> bool:
    """Reading 21: under age at the court's decision, of age now: which of the two terms is chosen."""
    return attempt.known("basis") == "COMPULSORY" and attempt.known("adult_at_court") is False and adult(attempt)


def _ask_age(attempt: Attempt) -> object:
    return _(
        "Người này chưa đủ 18 tuổi khi Tòa án quyết định và nay đã đủ; phần mềm tính thời hạn theo tuổi khi Tòa án quyết định "
        "(%(article)s). Hãy xác nhận.",
        article=attempt.law.deadlines["R4-PR-TERM-1Y"].article,
    )  # fmt: skip


def _six_months_left(attempt: Attempt) -> bool:
    """T4 and reading 14: with six months or more left on 01/07/2026 the officer chooses and records why."""
    rule = attempt.law.transition_rules["T4"]
    ends_on, months = attempt.known("ends_on"), rule.parameters["months_left_under"]
    return isinstance(ends_on, date) and is_left(int(months), "MONTH", rule.boundary, ends_on)


def _ask_venue(attempt: Attempt) -> object:
    return _(
        "Ngày 01/7/2026 thời hạn còn từ 06 tháng: ở lại cơ sở công lập hay chuyển đến trường giáo dưỡng? Hãy chọn và "
        "ghi lý do (%(article)s).",
        article=attempt.article,
    )


def _later_than_on_record(attempt: Attempt) -> bool:
    """Reading 19: the limitation runs anew only from the end of an evasion; under the law of 2021 it does not run at all."""
    typed, since = attempt.fact("last_violation_on"), limitation_began_on(attempt)
    if attempt.regime.code not in attempt.law.deadlines[LIMITATION].regimes:
        return False
    return isinstance(typed, date) and since is not None and typed > since


def _ask_evasion(attempt: Attempt) -> object:
    return _(
        "Ngày vi phạm cuối cùng: hồ sơ có vi phạm ngày %(day)s; chỉ ghi ngày muộn hơn khi đó là ngày hết trốn tránh "
        "(%(article)s). Hãy xác nhận và ghi lý do, hoặc ghi lại ngày.",
        day=f"{limitation_began_on(attempt):%d/%m/%Y}", article=attempt.law.deadlines[LIMITATION].article,
    )  # fmt: skip


CHOICES: Mapping[str, Choice] = {
    "T5": Choice(fact="choice_t5", arises=_deadline_of_old_law, question=_ask_new_decider),
    "MOVED_OLD_CASE": Choice(fact="choice_moved_old_case", arises=_moved_over_the_boundary, question=_ask_remainder),
    "U6": Choice(fact="choice_u6", arises=_old_episodes_count, question=_ask_episodes),
    "U5": Choice(fact="choice_u5", arises=_absence_under_new_wording, question=_ask_absence),
    "AGE_AT_COURT": Choice(fact="choice_age_at_court", arises=_turned_18_in_compulsory, question=_ask_age),
    "EVASION": Choice(fact="choice_evasion", arises=_later_than_on_record, question=_ask_evasion, needs_reason=True),
    "T4": Choice(fact="choice_t4", arises=_six_months_left, question=_ask_venue, needs_reason=True),
}
