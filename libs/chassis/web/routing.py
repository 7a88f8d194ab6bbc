"""Which address calls which function, who may call it, and what it takes and gives: the table of one service's routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from marshmallow import Schema
from werkzeug.routing import Map, Rule

from chassis.forms import Form

if TYPE_CHECKING:
    from chassis.unit_of_work import UnitOfWork
    from chassis.web.answers import Flash

API_PREFIX = "/api/v"
Kind = Literal["page", "api", "plain"]
Called = TypeVar("Called", bound=Callable[..., Any])

PUBLIC = "(public)"
"""`may=PUBLIC`: anybody, also when nobody is signed in."""
SIGNED_IN = "(signed in)"
"""`may=SIGNED_IN`: anybody who is signed in, whatever the role."""
FOR_ALL = frozenset({PUBLIC, SIGNED_IN})

_VARIABLE = re.compile(r"<(?:[^<>]*:)?([A-Za-z_]\w*)>")


@dataclass(frozen=True)
class Menu:
    """An entry of the left menu; shown to those who may open it. The first one is today's work."""

    label: str
    icon: str = ""
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A record as its form takes it: answers by field as Python values, and the version that was read."""

    answers: Mapping[str, Any]
    version: int


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One deed: a form, the handler that carries it out, and the addresses where people and programs find it.

    `page` and `api` may hold variables (`/people/<person_id>/decision`); they are merged into the command by name.
    `handle(command, uow)` returns what was saved. `done(saved)` is the address to go to next, and the Location of the API's
    answer unless `location(saved)` says another. `said(saved)` is the `flash(…)` shown there: what happened, which number it
    got, the likely next step. `prefill(request, **path)` gives first answers of an empty form. `load(request, **path)` gives a
    `Loaded` for a change of something that exists: the page then carries its version and the API demands If-Match; the command
    gets `version` if it has such a field. `context(request, **path)` adds to what the template of the page is given.
    `ask_first(request, **path)` asks another service before the unit of work of a change is opened; what it returns is kept in
    `request.asked` and goes into the command's fields of the same names. `onward` is what a second button says, which saves and
    goes where the message of `said` leads.
    """

    name: str
    form: type[Form]
    handle: Callable[[Any, UnitOfWork], Any]
    may: str
    done: Callable[[Any], str]
    page: str | None = None
    api: str | None = None
    method: Literal["POST", "PATCH"] = "POST"
    out: type[Schema] | None = None
    title: str = ""
    summary: str = ""
    said: Callable[[Any], Flash] | None = None
    location: Callable[[Any], str] | None = None
    prefill: Callable[..., Mapping[str, Any]] | None = None
    load: Callable[..., Loaded] | None = None
    context: Callable[..., Mapping[str, Any]] | None = None
    ask_first: Callable[..., Mapping[str, Any]] | None = None
    cancel: str | Callable[..., str] | None = None
    menu: Menu | None = None
    template: str = "form.html"
    onward: str = ""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address with its methods, and everything the edge and the OpenAPI document need to know of it."""

    rule: str
    methods: frozenset[str]
    call: Callable[..., Any]
    may: str
    kind: Kind
    name: str = ""
    summary: str = ""
    menu: Menu | None = None
    out: type[Schema] | None = None
    many: bool = False
    query: type[Form] | None = None
    operation: Operation | None = None
    largest_file: int = 0


@dataclass(kw_only=True)
class Routes:
    """The routes of one service, in the order in which they were declared.

    `home` is where a person lands after signing in; `demo_accounts` ({username, password, role} each) are shown at
    the door where the data is made up.
    """

    home: str = "/"
    demo_accounts: Sequence[Mapping[str, object]] = ()
    all: list[Route] = field(default_factory=list)

    def page(
        self,
        rule: str,
        *,
        may: str,
        methods: Sequence[str] = ("GET",),
        menu: Menu | None = None,
        query: type[Form] | None = None,
        largest_file: int = 0,
    ) -> Callable[[Called], Called]:
        """Serve `function(request, **path variables) -> Response` as a page.

        With `query` (a Form) the query string is read strictly into `request.query`. With `largest_file` (bytes) its form may
        bring a file, see `bodies.uploaded_file`.
        """

        def declare(function: Called) -> Called:
            self.all.append(
                Route(
                    rule=rule,
                    methods=frozenset(methods),
                    call=function,
                    may=may,
                    kind="page",
                    name=function.__name__,
                    menu=menu,
                    query=query,
                    largest_file=largest_file,
                )
            )
            return function

        return declare

    def api(
        self,
        method: str,
        rule: str,
        *,
        may: str,
        out: type[Schema] | None = None,
        summary: str = "",
        query: type[Form] | None = None,
        many: bool = False,
    ) -> Callable[[Called], Called]:
        """Serve `function(request, **path variables)` as JSON; what it returns is dumped by `out`.

        With `many` it returns a `Page` (see `page_of`), sent as `{"items": […], "next": "<cursor>" | null}`; the parameters
        `cursor` and `limit` are then understood without being declared. `query` is a Form; parameters it does not ask are
        refused. A result with an integer `version` is sent with its ETag.
        """
        if not rule.startswith(API_PREFIX):
            raise ValueError(f"{rule}: an address of the API begins with {API_PREFIX}")

        def declare(function: Called) -> Called:
            self.all.append(
                Route(
                    rule=rule,
                    methods=frozenset({method}),
                    call=function,
                    may=may,
                    kind="api",
                    name=function.__name__,
                    summary=summary,
                    out=out,
                    many=many,
                    query=query,
                )
            )
            return function

        return declare

    def add(self, operation: Operation) -> None:
        """Serve an operation: GET and POST on its page, its method on its API address.

        Raises TypeError with a sentence when the form, the command and the path do not fit together.
        """
        from chassis.web import operations  # noqa: PLC0415 - operations are made of routes

        for rule in filter(None, (operation.page, operation.api)):
            operation.form.check_declaration(variables(rule))
        if operation.page is not None:
            self.all.append(operations.page_route(operation, operation.page))
        if operation.api is not None:
            self.all.append(operations.api_route(operation, operation.api))

    def include(self, routes: Routes) -> None:
        """Add all routes of another table, so that a service may keep one per module."""
        self.all.extend(routes.all)

    def url_map(self) -> Map:
        """The routes as werkzeug matches them; an endpoint is the place of its route in `all`."""
        return _matched_by(tuple((route.rule, tuple(sorted(route.methods))) for route in self.all))


@cache
def _matched_by(addresses: tuple[tuple[str, tuple[str, ...]], ...]) -> Map:
    """Compile addresses, once for each table of routes; they have one form, without a slash at the end."""
    url_map = Map(strict_slashes=True, merge_slashes=False, redirect_defaults=False)
    for place, (rule, methods) in enumerate(addresses):
        url_map.add(Rule(rule, methods=methods, endpoint=place))
    return url_map


def variables(rule: str) -> list[str]:
    """The names of the variables in an address: `/people/<person_id>` -> ["person_id"]."""
    return sorted(_VARIABLE.findall(rule))
