"""Pages for those who watch over the service: the audit log with the state of its chain, and events that were parked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marshmallow import fields
from werkzeug.wrappers import Response

from chassis import accounts, audit, parking
from chassis.errors import NotFound
from chassis.forms import Form, ask
from chassis.i18n import _
from chassis.web.answers import flash, redirect
from chassis.web.routing import Menu, Operation, Routes

if TYPE_CHECKING:
    from chassis.service import Runtime
    from chassis.unit_of_work import UnitOfWork
    from chassis.web.request import Request

READ_AUDIT = "audit_log.read"
SETTLE_PARKED = "parked_event.settle"

# A page checks the newest entries at once; the whole chain is walked on request, and by `binhan audit verify`.
RECENT = 2000

routes = Routes()


# -- the audit log -------------------------------------------------------------------------------------------------------------


@routes.page("/audit", may=READ_AUDIT, menu=Menu(_("Nhật ký truy cập"), icon="shield", order=91))
def audit_log(request: Request) -> Response:
    """The newest entries of the unit, and whether their chain still holds; `?whole` walks all of it."""
    session, tables, unit = request.uow.session, request.runtime.tables, request.by.unit
    page = audit.entries(session, tables.audit, unit, before=_position(request.args.get("before", "")))
    names = {account.account_id: account.username for account in accounts.accounts_of(session, tables.accounts, unit)}
    whole = "whole" in request.args
    report = audit.verify(session, tables.audit, request.runtime.vault.audit_key, unit, last=None if whole else RECENT)
    pager = {"next": f"/audit?before={page.next}"} if page.next else None
    chips = [
        {"label": _("Kiểm các dòng mới nhất"), "href": "/audit", "on": not whole},
        {"label": _("Kiểm toàn bộ"), "href": "/audit?whole=1", "on": whole},
    ]
    shown = [_entry(row, names) for row in page.entries]
    tell = request.service.notices
    return request.render(
        "audit.html", entries=shown, report=report, pager=pager, chips=chips, notices=tell(request) if tell else ()
    )


def _position(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < len("1000000000000000") else None


def _entry(row: Mapping[Any, Any], names: Mapping[str, str]) -> dict[str, Any]:
    facts = ", ".join(f"{name}: {value}" for name, value in row["facts"].items())
    account = names.get(row["account_id"], row["account_id"])
    return {**{str(name): value for name, value in row.items()}, "account": account, "facts": facts or None}


# -- parked events -------------------------------------------------------------------------------------------------------------


@routes.page("/parked", may=SETTLE_PARKED, menu=Menu(_("Sự kiện để riêng"), icon="hourglass", order=90))
def parked(request: Request) -> Response:
    """What the service heard and could not digest, each with its two ways out."""
    events = parking.list_parked(request.uow.session, request.runtime.tables.inbox, request.by.unit)
    return request.render("parked.html", parked=[_shown(event) for event in events])


@routes.page("/parked/<event_id>/retry", may=SETTLE_PARKED, methods=["POST"])
def retry(request: Request, event_id: str) -> Response:
    """Let the event take effect now, then those that waited behind it."""
    uow, place = request.uow, _place(event_id)
    went_well = parking.retry(
        uow.session,
        request.runtime.tables.inbox,
        unit=uow.unit,
        source=place.source,
        position=place.position,
        effect=request.runtime.effect,
        by=uow.by.account_id,
        at=uow.now(),
    )
    uow.wrote("parked_event.retried", "parked_event", event_id, done=went_well)
    if went_well:
        return redirect("/parked", flash(_("Sự kiện đã được xử lý.")))
    return redirect("/parked", flash(_("Sự kiện vẫn chưa xử lý được; lý do mới ghi dưới đây."), level="warning"))


@dataclass(frozen=True, kw_only=True)
class SetEventAside:
    """Give a parked event up, with a reason."""

    event_id: str
    reason: str


def setting_aside(runtime: Runtime) -> Operation:
    """Setting aside as an operation: what waits behind the event needs the service's own effect."""
    return Operation(
        name="set_event_aside",
        form=SettingAsideForm,
        handle=lambda command, uow: set_event_aside(command, uow, effect=runtime.effect),
        may=SETTLE_PARKED,
        page="/parked/<event_id>/discard",
        done=lambda _settled: "/parked",
        said=lambda _settled: flash(_("Sự kiện đã được gác lại.")),
        cancel="/parked",
    )


class SettingAsideForm(Form):
    """Why an event is given up."""

    title = _("Gác sự kiện này lại")
    intro = _("Sự kiện sẽ không được xử lý nữa. Việc này và lý do được ghi vào nhật ký.")
    submit = _("Gác lại")
    command = SetEventAside

    reason = ask(fields.String, _("Lý do"), needed=True, max_length=300, long=True)


def set_event_aside(command: SetEventAside, uow: UnitOfWork, *, effect: Any) -> bool:
    """Set the event aside; what waited behind it takes effect."""
    place = _place(command.event_id)
    uow.wrote("parked_event.set_aside", "parked_event", command.event_id)
    return parking.set_aside(
        uow.session,
        uow.tables.inbox,
        unit=uow.unit,
        source=place.source,
        position=place.position,
        reason=command.reason,
        effect=effect,
        by=uow.by.account_id,
        at=uow.now(),
    )


@dataclass(frozen=True)
class _Place:
    source: str
    position: int


def _shown(event: parking.ParkedEvent) -> dict[str, Any]:
    reason = _("Chờ một sự kiện trước đó của cùng hồ sơ.") if event.waits else event.error
    return {
        "id": _address(event.source, event.position),
        "type": event.type,
        "source": event.source,
        "position": event.position,
        "reason": reason,
        "parked_at": event.parked_at,
        "attempts": event.attempts,
    }


def _address(source: str, position: int) -> str:
    return base64.urlsafe_b64encode(f"{position} {source}".encode()).decode().rstrip("=")


def _place(event_id: str) -> _Place:
    try:
        text = base64.b64decode(event_id + "=" * (-len(event_id) % 4), altchars=b"-_", validate=True).decode()
        position, _blank, source = text.partition(" ")
        return _Place(source, int(position[:18]))
    except (ValueError, binascii.Error):
        raise NotFound(_("Sự kiện này không còn nằm chờ.")) from None
