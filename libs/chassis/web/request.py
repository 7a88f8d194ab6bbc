"""One request as pages and API functions see it: who asks, in which unit of work, with which answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request as HTTPRequest
from werkzeug.wrappers import Response

from chassis.actors import Actor
from chassis.errors import NotSignedIn
from chassis.i18n import _, current_locale
from chassis.web.cursors import ROWS_PER_PAGE
from chassis.web.routing import API_PREFIX, Route

if TYPE_CHECKING:
    from chassis.service import Runtime, ServiceDefinition
    from chassis.unit_of_work import UnitOfWork
    from chassis.web.identity import Identities
    from chassis.web.rendering import Pages

PURPOSE_HEADER, PURPOSE_ARGUMENT = "X-Purpose", "purpose"


@dataclass(frozen=True)
class Purpose:
    """For what a request is made, as a code; not ``said`` when nobody named it and the service took what is usual."""

    code: str
    said: bool = True


PurposeOf = Callable[["Request", str], Purpose]
"""Tells for what a request is made, given what the asker named ("" for nothing); raises what refuses it."""

_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Request:
    """A request under way. Functions use `by`, `uow`, `args`, `query`, `path`, `today`, `may()` and `render()`."""

    def __init__(
        self, http: HTTPRequest, *, runtime: Runtime, pages: Pages, identities: Identities, correlation_id: str
    ) -> None:
        self.http = http
        self.runtime = runtime
        self.identities = identities
        self.correlation_id = correlation_id
        self.route: Route | None = None
        self.path_values: dict[str, Any] = {}
        self.query: dict[str, Any] = {}
        self.asked: Mapping[str, Any] | None = None
        self.actor: Actor | None = None
        self.csrf_token = ""
        self.session_token: str | None = None
        self.by_token = False
        self.visitor: str | None = None
        self.flashes: list[dict[str, Any]] = []
        self.flash_shown = False
        self.form_shown = False
        self.cursor: str | None = None
        self.limit = ROWS_PER_PAGE
        self._pages = pages
        self._stack: ExitStack | None = None
        self._uow: UnitOfWork | None = None
        self._purpose: Purpose | None = None

    @property
    def service(self) -> ServiceDefinition:
        """The service that is asked."""
        return self.runtime.definition

    @property
    def by(self) -> Actor:
        """Who asks. Raises NotSignedIn when nobody is signed in; `actor` is None then."""
        if self.actor is None:
            raise NotSignedIn(_("Hãy đăng nhập để tiếp tục."))
        return self.actor

    @property
    def uow(self) -> UnitOfWork:
        """The unit of work of this request: opened when first asked for, committed by the edge after a good answer.

        A GET gets one that only reads; its audit entries are written all the same.
        """
        if self._uow is None:
            purpose = self.purpose
            self._stack = ExitStack()
            self._uow = self._stack.enter_context(
                self.runtime.unit_of_work(
                    self.by,
                    correlation_id=self.correlation_id,
                    purpose=purpose.code,
                    purpose_is_said=purpose.said,
                    right=self._right_in_log() if self.service.purpose_of else "",
                    traceparent=self._traceparent(),
                    writes=self.writes,
                )
            )
        return self._uow

    @property
    def purpose(self) -> Purpose:
        """For what it is asked, found once. Raises what refuses a purpose that does not exist or is not the asker's."""
        if self._purpose is None:
            find = self.service.purpose_of
            self._purpose = find(self, self._purpose_named()) if find else Purpose(self._right())
        return self._purpose

    def check_purpose(self) -> None:
        """Refuse, before anything is asked or done, a purpose that does not exist or is not the asker's."""
        self._purpose = self.purpose

    @property
    def writes(self) -> bool:
        """Whether this request may change anything."""
        return self.http.method not in {"GET", "HEAD", "OPTIONS"}

    @property
    def args(self) -> MultiDict[str, str]:
        """The query string as it came."""
        return self.http.args

    @property
    def path(self) -> str:
        return self.http.path

    @property
    def locale(self) -> str:
        """The language of the answer: vi or en."""
        return current_locale()

    @property
    def today(self) -> date:
        """The date in Việt Nam."""
        return self.runtime.clock.today()

    @property
    def is_api(self) -> bool:
        return self.http.path.startswith(API_PREFIX)

    @property
    def channel(self) -> str:
        return "api" if self.is_api else "page"

    def may(self, action: str, state: str | None = None) -> bool:
        """Whether the person who asks may do this; for showing or hiding what leads there."""
        return self.actor is not None and self.service.permissions.may(self.actor, action, state)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """Draw a page; the frame's context (service, unit, menu, …) is added."""
        return self._pages.render(self, template, status, context)

    # -- for the edge ----------------------------------------------------------------------------------------------------------

    def commit(self) -> None:
        """End the unit of work well; what fails while committing is raised."""
        stack, self._stack, self._uow = self._stack, None, None
        if stack is not None:
            stack.close()

    def roll_back(self, error: BaseException) -> None:
        """Give up everything done in the unit of work; a later `uow` is a new one."""
        stack, self._stack, self._uow = self._stack, None, None
        if stack is None:
            return
        trace: TracebackType | None = error.__traceback__
        try:
            stack.__exit__(type(error), error, trace)
        except BaseException as again:  # the context manager raises the very error it was given
            if again is not error:
                raise

    def _right(self) -> str:
        return self.route.may if self.route is not None else ""

    def _right_in_log(self) -> str:
        """Return the right as a code; what everybody may who is signed in needs none of their rights."""
        return self._right() if self._right() in self.service.permissions.actions else ""

    def _purpose_named(self) -> str:
        return self.http.headers.get(PURPOSE_HEADER) or self.http.args.get(PURPOSE_ARGUMENT, "")

    def _traceparent(self) -> str | None:
        """The trace that the caller began, as W3C Trace Context writes it; anything else is none."""
        given = self.http.headers.get("traceparent", "")
        return given if _TRACEPARENT.fullmatch(given) else None
