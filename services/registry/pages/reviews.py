"""What the law of 01/07/2026 leaves to be looked at once: a list for each reason, each line leading to the form for it."""

from typing import Any

from chassis.i18n import _
from chassis.web import Request, Response, Routes
from services.registry import queries
from services.registry.domain.status import LIST_ENTRY, MONITORING_T3, VENUE_T4
from services.registry.pages.acts import address_of
from services.registry.pages.people import birth
from services.registry.queries import Review

routes = Routes()

LINES_ON_PAGE = 100
SHOWN = {
    LIST_ENTRY: _("Rà soát danh sách người nghiện"),
    MONITORING_T3: _("Xem xét giám sát điện tử"),
    VENUE_T4: _("Chọn nơi cai nghiện tiếp của người dưới 18 tuổi"),
}


@routes.page("/reviews", may="today.read")
def reviews(request: Request) -> Response:
    """List the cases of the old law that are to be looked at for one reason."""
    counts = queries.count_reviews(request.uow)
    show = request.args.get("show", "")
    if show not in SHOWN:
        show = next((code for code in SHOWN if counts[code]), LIST_ENTRY)
    start = int(request.args.get("from", "0")) if request.args.get("from", "0").isdecimal() else 0
    found = queries.reviews(request.uow, code=show, offset=start, limit=LINES_ON_PAGE)
    return request.render(
        "list.html",
        title=_("Rà soát theo luật mới"),
        back={"label": _("Việc hôm nay"), "href": "/"},
        chips=[
            {"label": label, "href": f"/reviews?show={code}", "on": code == show, "count": counts[code]}
            for code, label in SHOWN.items()
        ],
        columns=[
            {"key": "name", "label": _("Họ và tên")},
            {"key": "birth", "label": _("Ngày sinh")},
            {"key": "case", "label": _("Hồ sơ")},
            {"key": "opened", "label": _("Từ ngày")},
            {"key": "ground", "label": _("Căn cứ")},
        ],
        rows=[{"cells": _cells(line), "href": _address(line, request)} for line in found],
        count=counts[show],
        pager=_pager(show, start, counts[show]),
        empty=_("Không còn hồ sơ nào phải rà soát."),
    )


def _cells(line: Review) -> dict[str, Any]:
    _track, transition = line.settled_by
    return {
        "name": line.person.full_name,
        "birth": birth(line.person),
        "case": line.track_name,
        "opened": line.case.opened_on,
        "ground": transition.under[0].article,
    }


def _address(line: Review, request: Request) -> str:
    """The form that settles it, for those who may enter it; the person's record for those who only follow."""
    track, transition = line.settled_by
    if not request.may(track.right):
        return f"/people/{line.person.person_id}"
    return address_of(track, transition, line.person.person_id)


def _pager(show: str, start: int, count: int) -> dict[str, str] | None:
    if start + LINES_ON_PAGE >= count:
        return None
    return {"next": f"/reviews?show={show}&from={start + LINES_ON_PAGE}"}
