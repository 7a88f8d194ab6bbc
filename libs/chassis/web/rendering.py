"""Drawing a page: the template, and the frame around it that every page shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from chassis import presentation, units
from chassis.errors import NotFound
from chassis.i18n import current_locale
from chassis.units import Unit
from chassis.web.routing import FOR_ALL

if TYPE_CHECKING:
    from chassis.service import Runtime
    from chassis.web.request import Request
    from chassis.web.routing import Route


class Pages:
    """The templates of one service and what they are all given."""

    def __init__(self, runtime: Runtime, *, routes: list[Route], version: str) -> None:
        definition = runtime.definition
        folder = definition.folder / "templates"
        self._runtime = runtime
        self._version = version
        self._templates = presentation.environment([folder] if folder.is_dir() else [], clock=runtime.clock)
        self._may_of = {route.rule: route.may for route in routes if "GET" in route.methods}
        self._entries = sorted((route for route in routes if route.menu), key=_order)

    def render(self, request: Request, template: str, status: int, context: Mapping[str, Any]) -> Response:
        """Draw `template` with its own context and the frame's. What was flashed is shown once."""
        frame = self._frame(request)
        html = self._templates.get_template(template).render({**frame, "status": status, **context})
        request.form_shown = True
        request.flash_shown = bool(request.flashes)
        return Response(html, status=status, mimetype="text/html")

    def _frame(self, request: Request) -> dict[str, Any]:
        settings = self._runtime.settings
        unit = _unit(request.actor.unit if request.actor else settings.units[0])
        return {
            "service": self._service(unit),
            "unit": unit,
            "actor": request.actor,
            "role": self._role(request),
            "menu": self._menu(request),
            "locale": current_locale(),
            "csrf_token": request.csrf_token,
            "demo": settings.demo,
            "path": request.path,
            "flash": request.flashes,
            "search_href": self._search(request),
            "version": self._version,
        }

    def _service(self, unit: Unit) -> dict[str, Any]:
        definition = self._runtime.definition
        agency = definition.agency_in(unit.code) if definition.agency_in else f"{definition.title!s} {unit.full_name}"
        return {
            "name": definition.name,
            "title": definition.title,
            "agency": agency,
            "accent": definition.name,
            "port": self._runtime.settings.port,
        }

    def _role(self, request: Request) -> str | None:
        if request.actor is None:
            return None
        labels = self._runtime.definition.role_labels
        return ", ".join(str(labels.get(role, role)) for role in sorted(request.actor.roles))

    def _search(self, request: Request) -> str | None:
        """Where the search box leads; none for somebody who may not open that page."""
        href = self._runtime.definition.search_href
        if request.actor is None or href not in self._may_of:
            return None
        may = self._may_of[href]
        return href if may in FOR_ALL or request.may(may) else None

    def _menu(self, request: Request) -> list[dict[str, Any]]:
        if request.actor is None:
            return []
        open_to_me = [route for route in self._entries if route.may in FOR_ALL or request.may(route.may)]
        current = _closest(request.path, [route.rule for route in open_to_me])
        return [
            {"label": route.menu.label, "href": route.rule, "icon": route.menu.icon, "current": route.rule == current}
            for route in open_to_me
            if route.menu is not None
        ]


def _unit(code: str) -> Unit:
    """The unit of an account; one that the law has dissolved since keeps its code as its name."""
    try:
        return units.unit(code)
    except NotFound:
        return units.Unit(
            code=code, name=code, full_name=code, title=code, kind="", kind_label="", parent_code=None, parent_name=None
        )


def _order(route: Route) -> int:
    return route.menu.order if route.menu else 0


def _closest(path: str, hrefs: list[str]) -> str | None:
    """The menu entry under which a page lies: the longest one that begins its path."""
    above = [href for href in hrefs if path == href or (href != "/" and path.startswith(f"{href}/"))]
    return max(above, key=len, default=None)
