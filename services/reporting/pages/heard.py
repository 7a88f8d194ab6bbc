"""What reporting heard: the event log, and how fresh each source is."""

from chassis.i18n import _
from chassis.web import Menu, Request, Response, Routes
from services.reporting.pages.indicator import EVENT_COLUMNS, event_row
from services.reporting.queries import latest_events, sources_of
from services.reporting.words import AGENCIES

ROWS = 100

routes = Routes()


@routes.page("/heard", may="log.read", menu=Menu(_("Nhật ký sự kiện"), icon="list", order=3))
def heard(request: Request) -> Response:
    """List the latest events of the unit, and for each agency how much was heard and when last."""
    session, unit = request.uow.session, request.by.unit
    sources = sources_of(session, unit)
    events = latest_events(session, unit, limit=ROWS)
    return request.render(
        "list.html",
        title=_("Nhật ký sự kiện"),
        intro=_("Các cơ quan chỉ gửi sự kiện, không gửi danh tính. Mỗi số trên trang chỉ tiêu đều mở ra được tới đây."),
        totals=[
            {
                "label": _("sự kiện của %(agency)s", agency=AGENCIES.get(each.service, each.service)),
                "value": each.events,
            }
            for each in sources
        ],
        columns=EVENT_COLUMNS,
        rows=[event_row(event) for event in events],
        count=sum(each.events for each in sources),
        empty=_("Chưa nghe sự kiện nào."),
    )
