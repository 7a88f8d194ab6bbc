"""Pages and JSON API of a service: plain functions and declared operations, dispatched by one entry point.

    from chassis.web import Flash, Menu, Operation, Page, Request, Response, Routes, flash, page_of, redirect

    routes = Routes(home="/")

A page is a function of the request (and of the variables in its address). It reads in `request.uow` and answers with
`request.render(template, **context)`, which adds the frame; an error raised anywhere becomes a page, and nothing is kept:

    @routes.page("/people", may="person.list", menu=Menu(_("Người"), icon="people", order=2))
    def people(request: Request) -> Response:
        found = queries.people_named(request.uow.session, request.args.get("q", ""))
        return request.render("people.html", people=found)

    @routes.page("/people/<person_id>", may="person.read")
    def person(request: Request, person_id: str) -> Response:
        person = request.uow.get(Person, person_id)
        request.uow.read("person", person_id, ["name", "address"])        # reading a person is audited
        return request.render("record.html", title=…, facts=facts(PersonForm, {…, **person.details}), …)

An API function returns objects that its schema `out` dumps; a long list returns `page_of(…)`:

    @routes.api("GET", "/api/v1/people", may="person.list", out=PersonOut, many=True, summary=_("Danh sách người"))
    def list_people(request: Request) -> Page[Person]:
        return page_of(request.uow.session, select(Person), by=[Person.registered_on, Person.id],
                       cursor=request.cursor, limit=request.limit)

    @routes.api("GET", "/api/v1/people/<person_id>", may="person.read", out=PersonOut)
    def get_person(request: Request, person_id: str) -> Person:            # sent with its ETag when it has a version
        return request.uow.get(Person, person_id)

A deed is an operation: one form gives the page, the validation, the JSON API and the OpenAPI document:

    routes.add(Operation(
        name="register_person", title=_("Ghi nhận người"), may="person.write",
        form=PersonForm, handle=handlers.register_person,                  # handle(command, uow) -> what was saved
        page="/people/new", api="/api/v1/people", out=PersonOut,
        done=lambda saved: f"/people/{saved.id}", location=lambda saved: f"/api/v1/people/{saved.id}",
        said=lambda saved: flash(_("Đã ghi nhận hồ sơ %(code)s.", code=saved.code),
                                 _("Ra quyết định"), f"/people/{saved.id}/decision"),
    ))

A change of something that exists has the method PATCH and says what is there now. The page then carries the version, the API
demands If-Match and takes only the fields that change:

    routes.add(Operation(
        name="correct_person", method="PATCH", may="person.write", form=PersonForm, handle=handlers.correct_person,
        page="/people/<person_id>/edit", api="/api/v1/people/<person_id>", out=PersonOut,
        load=lambda request, person_id: Loaded(answers=queries.answers_of(request.uow, person_id), version=…),
        done=lambda saved: f"/people/{saved.id}",
    ))

The variables of the address (`person_id`) and, with `load`, the `version` reach the command by name. `may=SIGNED_IN` is for
everybody signed in. Errors of `chassis.errors` become the same form with what was typed (pages) or a problem document (API).
Pages declared with `methods=["GET", "POST"]` get `request.http.form`; Operation is nearly always the better way.

Tests use `chassis.web.testing.Console(runtime)`: `signed_in("ROLE")` gives a browser (`get`, `submit`), `program(…)` a token.

The standard pages ask two actions of a service's permissions: `audit_log.read` (/audit) and `parked_event.settle` (/parked).
"""

from werkzeug.wrappers import Response

from chassis.web.answers import Flash, flash, redirect
from chassis.web.cursors import Page, page_of
from chassis.web.request import Request
from chassis.web.routing import PUBLIC, SIGNED_IN, Loaded, Menu, Operation, Route, Routes

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "Flash",
    "Loaded",
    "Menu",
    "Operation",
    "Page",
    "Request",
    "Response",
    "Route",
    "Routes",
    "flash",
    "page_of",
    "redirect",
]
