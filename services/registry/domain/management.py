"""Track A of the law: a positive test, a decision by the right decider, one term, and one way out of it.

Each check returns what the record needs and raises RuleBroken (or NotUnderstood) with a sentence that names the article.
"""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from services.registry.domain.codes import ENDED, MANAGED, NEGATIVE, POSITIVE, ROLES, STOPPED, URINE
from services.registry.domain.regimes import Law, Paper, Regime, UserManagementRules
from services.registry.domain.terms import due_after, end_of_term


class NoPositiveTest(RuleBroken):
    """Whom the law calls a user has a positive test; without one there is nothing to manage."""

    code = "no_positive_test"


class TestAlreadyUsed(RuleBroken):
    """One positive test leads to one decision."""

    __test__ = False  # its name starts with Test, and pytest would otherwise take it for one
    code = "test_already_used"


class AlreadyManaged(RuleBroken):
    """Invariant 1: at most one open case per track and person."""

    code = "already_managed"


class WrongSigner(RuleBroken):
    """The signer is not the decider of the regime in force on the day of signing."""

    code = "wrong_signer"


class WrongTerm(RuleBroken):
    """The printed term is not the law's."""

    code = "wrong_term"


class WrongDay(RuleBroken):
    """The day does not follow from what came before."""

    code = "wrong_day"


class WrongReason(RuleBroken):
    """The regime does not know this reason for stopping."""

    code = "wrong_reason"


class CaseClosed(RuleBroken):
    """What is stopped or ended stays so."""

    code = "case_closed"


class SampleNotAllowed(RuleBroken):
    """The sample was not taken as the law protects the person."""

    code = "sample_not_allowed"


@dataclass(frozen=True, kw_only=True)
class TestFacts:
    """What a decision must know of the test it stands on."""

    __test__ = False

    result: str
    taken_on: date
    already_used: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision that the law allows: its regime and its term."""

    regime: Regime
    paper: Paper
    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What is known of a case when it is to be closed."""

    decided_on: date
    ends_on: date
    state: str


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A closing that the law allows."""

    regime: Regime
    paper: Paper
    state: str


def check_sampling(
    rules: UserManagementRules,
    *,
    sample: str,
    result: str,
    substances: tuple[str, ...],
    same_sex_officer: bool,
    guardian_present: bool,
    minor: bool,
) -> None:
    """A sample is taken with the safeguards of the law, and a positive result says for what."""
    if result == POSITIVE and not substances:
        raise NotUnderstood(_("Chất phát hiện: kết quả dương tính phải ghi ít nhất một chất."), field="substances")
    if result == NEGATIVE and substances:
        raise NotUnderstood(_("Chất phát hiện: kết quả âm tính thì để trống mục này."), field="substances")
    if sample == URINE and not same_sex_officer:
        raise SampleNotAllowed(
            _(
                "Lấy mẫu nước tiểu phải có cán bộ cùng giới giám sát (%(article)s).",
                article=rules.sampling.same_sex_article,
            ),
            field="same_sex_officer",
        )
    if minor and sample != URINE and not guardian_present:
        raise SampleNotAllowed(
            _("Người chưa đủ 18 tuổi phải có cha, mẹ hoặc người giám hộ khi lấy mẫu này (%(article)s).",
              article=rules.sampling.guardian_article),
            field="guardian_present",
        )  # fmt: skip


def check_test_days(*, taken_at: datetime, received_at: datetime, now: datetime) -> None:
    """A sample is taken, then its result arrives, and both have happened."""
    if taken_at > now:
        raise WrongDay(_("Lấy mẫu: chưa đến thời điểm này; hãy ghi thời điểm đã qua."), field="taken_time")
    if received_at < taken_at:
        raise WrongDay(_("Nhận kết quả: không thể trước khi lấy mẫu."), field="received_on")
    if received_at > now:
        raise WrongDay(_("Nhận kết quả: chưa đến thời điểm này; hãy ghi thời điểm đã qua."), field="received_on")


def check_decision(
    law: Law,
    *,
    test: TestFacts,
    has_open_case: bool,
    decided_on: date,
    starts_on: date | None,
    ends_on: date | None,
    document_number: str,
    signer_role: str,
    today: date,
) -> Decision:
    """A person may come under management by this decision, for exactly the law's term."""
    regime = law.regime_on(decided_on)
    rules = regime.user_management
    _check_test(rules, test, decided_on)
    if has_open_case:
        raise AlreadyManaged(
            _("Người này đang được quản lý; mỗi người chỉ có một quyết định quản lý đang thực hiện (INV-1).")
        )
    _check_paper(decided_on, "decided_on", document_number, today)
    _check_signer(regime, rules, rules.decision, signer_role, decided_on)
    proposed = end_of_term(decided_on, rules.term.amount, rules.term.unit)
    _check_term(rules, decided_on, proposed, starts_on, ends_on)
    return Decision(regime=regime, paper=rules.decision, starts_on=decided_on, ends_on=proposed)


def check_stop(
    law: Law, case: CaseFacts, *, stopped_on: date, reason: str, document_number: str, signer_role: str, today: date
) -> Closing:
    """Management may stop on this day, for this reason of the regime in force, by the right decider."""
    regime = law.regime_on(stopped_on)
    rules = regime.user_management
    _check_open(case, rules.stop)
    _check_paper(stopped_on, "stopped_on", document_number, today)
    _check_not_before(case, stopped_on, "stopped_on", rules.stop)
    if stopped_on > case.ends_on:
        raise WrongDay(
            _("Ngày dừng: thời hạn quản lý đã hết ngày %(day)s; hãy ra quyết định chấm dứt (%(article)s).",
              day=f"{case.ends_on:%d/%m/%Y}", article=rules.end.article),
            field="stopped_on",
        )  # fmt: skip
    if rules.stop_reason(reason) is None:
        raise WrongReason(_("Lý do dừng: %(article)s không có lý do này.", article=rules.stop.article), field="reason")
    _check_signer(regime, rules, rules.stop, signer_role, stopped_on)
    return Closing(regime=regime, paper=rules.stop, state=STOPPED)


def check_end(
    law: Law, case: CaseFacts, *, ended_on: date, document_number: str, signer_role: str, today: date
) -> Closing:
    """Management may be declared ended: its term is over and nothing stopped it before."""
    regime = law.regime_on(ended_on)
    rules = regime.user_management
    _check_open(case, rules.end)
    _check_paper(ended_on, "ended_on", document_number, today)
    if ended_on < case.ends_on:
        raise WrongDay(
            _("Ngày chấm dứt: thời hạn quản lý đến hết ngày %(day)s; không chấm dứt sớm hơn (%(article)s).",
              day=f"{case.ends_on:%d/%m/%Y}", article=rules.end.article),
            field="ended_on",
        )  # fmt: skip
    _check_signer(regime, rules, rules.end, signer_role, ended_on)
    return Closing(regime=regime, paper=rules.end, state=ENDED)


def decision_due(law: Law, received_at: datetime) -> tuple[datetime | date, str]:
    """Return by when a positive result must be decided on, and the article. ``received_at`` is in local time.

    The deadline follows the regime of the day on which the result arrived.
    """
    deadline = law.regime_on(received_at.date()).user_management.decision_deadline
    return due_after(received_at, deadline.amount, deadline.unit, law.is_holiday), deadline.article


def _check_test(rules: UserManagementRules, test: TestFacts, decided_on: date) -> None:
    if test.result != POSITIVE:
        raise NoPositiveTest(
            _("Kết quả xét nghiệm không dương tính; chỉ quản lý người có kết quả dương tính (%(article)s).",
              article=rules.decision.article),
            field="test_id",
        )  # fmt: skip
    if test.already_used:
        raise TestAlreadyUsed(
            _("Kết quả xét nghiệm này đã có quyết định quản lý; hãy chọn kết quả khác (%(article)s).",
              article=rules.decision.article),
            field="test_id",
        )  # fmt: skip
    if decided_on < test.taken_on:
        raise WrongDay(
            _("Ngày ký quyết định: không thể trước ngày xét nghiệm %(day)s (%(article)s).",
              day=f"{test.taken_on:%d/%m/%Y}", article=rules.decision.article),
            field="decided_on",
        )  # fmt: skip


def _check_paper(signed_on: date, field: str, document_number: str, today: date) -> None:
    if signed_on > today:
        raise WrongDay(_("Ngày ký: chưa đến ngày này; hãy ghi hôm nay hoặc một ngày đã qua."), field=field)
    if not document_number.strip():
        raise NotUnderstood(_("Số quyết định: hãy ghi số của quyết định đã ký."), field="document_number")


def _check_signer(regime: Regime, rules: UserManagementRules, paper: Paper, role: str, signed_on: date) -> None:
    if rules.may_sign(role):
        return
    raise WrongSigner(
        _("Người ký: từ ngày %(since)s thẩm quyền thuộc về %(decider)s (%(article)s); quyết định ngày %(day)s do %(signer)s ký "
          "không được nhận. Hãy trình %(decider)s ký, rồi ghi số và ngày mới.",
          since=f"{regime.starts_on:%d/%m/%Y}", decider=ROLES[rules.decider_role], article=paper.article,
          day=f"{signed_on:%d/%m/%Y}", signer=ROLES.get(role, role)),
        field="signer_role",
    )  # fmt: skip


def _check_term(
    rules: UserManagementRules, decided_on: date, proposed: date, starts_on: date | None, ends_on: date | None
) -> None:
    if starts_on is not None and starts_on != decided_on:
        raise WrongTerm(
            _("Từ ngày: thời hạn quản lý tính từ ngày ký quyết định %(day)s (%(article)s).",
              day=f"{decided_on:%d/%m/%Y}", article=rules.term.article),
            field="starts_on",
        )  # fmt: skip
    if ends_on is not None and ends_on != proposed:
        raise WrongTerm(
            _("Đến ngày: thời hạn quản lý là 01 năm, đến ngày %(day)s (%(article)s); hãy ghi đúng ngày này hoặc để trống.",
              day=f"{proposed:%d/%m/%Y}", article=rules.term.article),
            field="ends_on",
        )  # fmt: skip


def _check_open(case: CaseFacts, paper: Paper) -> None:
    if case.state != MANAGED:
        raise CaseClosed(
            _(
                "Việc quản lý này đã dừng hoặc đã chấm dứt; không ghi thêm quyết định nào (%(article)s).",
                article=paper.article,
            )
        )


def _check_not_before(case: CaseFacts, day: date, field: str, paper: Paper) -> None:
    if day < case.decided_on:
        raise WrongDay(
            _("Ngày ký: không thể trước quyết định quản lý ngày %(day)s (%(article)s).",
              day=f"{case.decided_on:%d/%m/%Y}", article=paper.article),
            field=field,
        )  # fmt: skip
