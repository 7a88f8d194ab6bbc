"""The rules of campaigns: how an activity goes from planned to verified, and what it may claim to have reached."""

from collections.abc import Collection, Mapping
from datetime import date

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
                _("Có địa bàn chưa thành lập hoặc đã giải thể vào ngày thực hiện; hãy bỏ địa bàn đó."), field="places"
            )


def check_closing(*, opened_on: date, closed_on: date, already_closed: bool) -> None:
    """Refuse to close a support case twice, or before it was opened."""
    if already_closed:
        raise WrongState(_("Hồ sơ hỗ trợ này đã kết thúc."))
    if closed_on < opened_on:
        raise OutOfOrder(_("Ngày kết thúc phải từ ngày mở hồ sơ trở đi."), field="closed_on")
