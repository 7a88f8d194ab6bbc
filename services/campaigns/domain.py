"""The rules of campaigns: how an activity goes from planned to verified, and what it may claim to have reached."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from chassis.errors import RuleBroken
from chassis.i18n import _

PLANNED, DELIVERED, VERIFIED, CANCELLED = "PLANNED", "DELIVERED", "VERIFIED", "CANCELLED"

MEASURES = (
    "sessions",
    "attendances",
    "leaflets",
    "news_items",
    "articles",
    "photos",
    "reportages",
    "broadcasts",
    "posts",
    "views",
    "pupils",
    "workers",
    "households_pledged",
)
"""What an activity may be measured in (plan results of the seeds; domain 4.3)."""


class WrongState(RuleBroken):
    """The activity is not in the state that this deed starts from."""

    code = "wrong_state"


class NothingMeasured(RuleBroken):
    """An activity that was done has at least one result."""

    code = "nothing_measured"


class SpansMonths(RuleBroken):
    """A series of broadcasts lies in one month, for figures are counted by month."""

    code = "spans_months"


class OwnWorkVerified(RuleBroken):
    """Whoever recorded the results does not verify them."""

    code = "own_work_verified"


class OutOfOrder(RuleBroken):
    """A date lies before the one that it must follow."""

    code = "out_of_order"


class PlaceClosed(RuleBroken):
    """A residential group, school or workplace that did not exist on the day cannot have been reached."""

    code = "place_closed"


def check_delivery(*, state: str, measures: Mapping[str, int]) -> None:
    """Refuse results for an activity that is not planned, or results that say nothing."""
    if state != PLANNED:
        raise WrongState(_("Chỉ hoạt động đang ở trạng thái «đã lên kế hoạch» mới ghi kết quả được."))
    check_measures(measures)


def check_correction(*, state: str, measures: Mapping[str, int]) -> None:
    """Refuse to correct results that are not there, that somebody has vouched for, or with ones that say nothing."""
    if state != DELIVERED:
        raise WrongState(_("Chỉ sửa được kết quả đã ghi và chưa xác nhận."))
    check_measures(measures)


def check_measures(measures: Mapping[str, int]) -> None:
    """Refuse results that say nothing."""
    if not any(measures.values()):
        raise NothingMeasured(_("Hãy ghi ít nhất một kết quả: số buổi, lượt người, tờ rơi, tin, bài, lượt phát thanh…"))


def check_verification(
    *, state: str, delivered_by: str | None, verified_by: str, delivered_on: date | None, verified_on: date
) -> date:
    """Refuse to verify what is not delivered, one's own results, or a day before the delivery; return its day."""
    if state != DELIVERED or delivered_on is None:
        raise WrongState(_("Chỉ hoạt động đã có kết quả và chưa xác nhận mới xác nhận được."))
    if delivered_by == verified_by:
        raise OwnWorkVerified(
            _("Người ghi kết quả không tự xác nhận kết quả đó; hãy nhờ người khác trong cơ quan xác nhận.")
        )
    if verified_on < delivered_on:
        raise OutOfOrder(_("Ngày xác nhận phải từ ngày thực hiện trở đi."), field="verified_on")
    return delivered_on


def check_cancellation(*, state: str) -> None:
    """Refuse to cancel what was done."""
    if state != PLANNED:
        raise WrongState(_("Chỉ hủy được hoạt động chưa thực hiện."))


def check_rejection(*, state: str, delivered_on: date | None, rejected_on: date) -> None:
    """Refuse to reject results that are not waiting for somebody to vouch for them, or before they were there."""
    if state != DELIVERED or delivered_on is None:
        raise WrongState(_("Chỉ hoạt động đã có kết quả và chưa xác nhận mới không công nhận được."))
    if rejected_on < delivered_on:
        raise OutOfOrder(_("Ngày không công nhận phải từ ngày thực hiện trở đi."), field="cancelled_on")


def check_within_campaign(*, planned_on: date, starts_on: date, ends_on: date) -> None:
    """Refuse to plan an activity outside its campaign's days."""
    if not starts_on <= planned_on <= ends_on:
        raise OutOfOrder(
            _(
                "Ngày dự kiến phải trong thời gian của kế hoạch, từ %(first)s đến %(last)s.",
                first=f"{starts_on:%d/%m/%Y}",
                last=f"{ends_on:%d/%m/%Y}",
            ),
            field="planned_on",
        )


def check_places_existed(*, on: date, closed: Mapping[str, tuple[date, date | None]], places: Collection[str]) -> None:
    """Refuse places that did not exist on the day; ``closed`` gives each place's first and last day."""
    for place in places:
        since_on, closed_on = closed[place]
        if on < since_on or (closed_on is not None and on >= closed_on):
            raise PlaceClosed(
                _("Có địa bàn chưa thành lập hoặc đã giải thể vào ngày đó; hãy bỏ địa bàn đó."), field="places"
            )


def check_closing(*, opened_on: date, closed_on: date, already_closed: bool) -> None:
    """Refuse to close a support case twice, or before it was opened."""
    if already_closed:
        raise WrongState(_("Hồ sơ hỗ trợ này đã kết thúc."))
    if closed_on < opened_on:
        raise OutOfOrder(_("Ngày kết thúc phải từ ngày mở hồ sơ trở đi."), field="closed_on")


def broadcasts_of(*, first_on: date, last_on: date, times_a_day: int, silent_days: int = 0) -> int:
    """Return how many broadcasts a series makes: its days, both ends counted, less the silent ones, times those of a day.

    Raises :class:`OutOfOrder`, :class:`SpansMonths` and :class:`NothingMeasured`.
    """
    if last_on < first_on:
        raise OutOfOrder(_("Ngày cuối phải từ ngày đầu trở đi."), field="last_on")
    if (first_on.year, first_on.month) != (last_on.year, last_on.month):
        raise SpansMonths(
            _(
                "Số liệu tính theo tháng: hãy ghi mỗi tháng một loạt, loạt này đến hết ngày %(last)s.",
                last=f"{end_of_month(first_on):%d/%m/%Y}",
            ),
            field="last_on",
        )
    days = (last_on - first_on).days + 1 - silent_days
    if days < 1:
        raise NothingMeasured(_("Số ngày không phát phải ít hơn số ngày của loạt."), field="silent_days")
    return days * times_a_day


def end_of_month(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
