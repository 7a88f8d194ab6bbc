"""What the chief and the auditor see first: that somebody opened a restricted record."""

from typing import Any

from chassis.i18n import _, ngettext
from chassis.web import Request
from services.registry.queries.access import unseen_notices


def notices(request: Request) -> list[dict[str, Any]]:
    """Return what was not yet seen, as one line that leads to the list."""
    if not request.may("break_glass_notice.read"):
        return []
    count = len({notice.grant_id for notice in unseen_notices(request.uow)})
    if not count:
        return []
    text = ngettext("Có %(count)s lần mở hồ sơ hạn chế chưa xem.", "Có %(count)s lần mở hồ sơ hạn chế chưa xem.", count)
    return [{"text": text, "href": "/openings", "label": _("Xem ai đã mở, vì sao")}]
