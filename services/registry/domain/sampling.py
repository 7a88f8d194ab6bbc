"""How a sample is taken and its result received: the safeguards of the law for the person, and days that follow one another."""

from datetime import datetime

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _
from services.registry.domain.codes import NEGATIVE, POSITIVE, URINE
from services.registry.domain.regimes import Sampling


class WrongDay(RuleBroken):
    """The day does not follow from what came before."""

    code = "wrong_day"


class SampleNotAllowed(RuleBroken):
    """The sample was not taken as the law protects the person."""

    code = "sample_not_allowed"


def check_sampling(
    rules: Sampling,
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
                article=rules.same_sex_article,
            ),
            field="same_sex_officer",
        )
    if minor and sample != URINE and not guardian_present:
        raise SampleNotAllowed(
            _("Người chưa đủ 18 tuổi phải có cha, mẹ hoặc người giám hộ khi lấy mẫu này (%(article)s).",
              article=rules.guardian_article),
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
