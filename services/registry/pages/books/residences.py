"""Pages about residences, and the one where the checks of a month are entered for many people."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chassis.i18n import _
from chassis.units import unit
from chassis.web import Operation, Request, Routes, flash
from services.registry.domain.books import CHECK_OUTCOMES, RESIDENCE_KINDS, STABLE
from services.registry.forms.books.residences import (
    EndResidenceForm,
    LinesOut,
    ResidenceCheckForm,
    ResidenceCheckOut,
    ResidenceChecksForm,
    ResidenceForm,
    ResidenceOut,
    typed_lines,
)
from services.registry.handlers import books as handlers
from services.registry.pages.books.of_person import about_person, back_to_books, books_of
from services.registry.pages.books.shelf import Column, Shelf, about, about_line, put_up
from services.registry.pages.people import birth, pager
from services.registry.queries import books as queries
from services.registry.queries.books import EntryRecord

routes = Routes()

MONTH = "/books/residence-checks/month"
OUTCOME_TONES = {"PRESENT": "good", "ABSENT": "warn", "MOVED": "info", "UNKNOWN": "warn"}


def _stability(entry: EntryRecord) -> dict[str, str]:
    if entry.stable:
        return {"tone": "good", "word": str(_("Ổn định"))}
    return {"tone": "warn", "word": str(_("Không ổn định"))}


def _acts(_request: Request, entry: EntryRecord) -> list[dict[str, Any]]:
    if entry.valid_to is not None:
        return []
    return [{"label": _("Ghi ngày kết thúc"), "href": f"/books/residences/{entry.stay_id}/end", "primary": True}]


RESIDENCES = Shelf(
    slug="residences",
    title=_("Nơi cư trú"),
    one=_("Nơi cư trú"),
    book=queries.RESIDENCES,
    asks=ResidenceForm,
    out=ResidenceOut,
    codes=RESIDENCE_KINDS,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Loại nơi cư trú"), cell=lambda entry: RESIDENCE_KINDS[entry.kind]),
        Column(label=_("Địa chỉ"), cell=lambda entry: {
            "text": entry.details.get("address"), "sub": unit(entry.commune_code).title,
        }),
        Column(label=_("Tính ổn định"), cell=_stability),
        Column(label=_("Từ ngày"), cell=lambda entry: entry.valid_from),
        Column(label=_("Đến ngày"), cell=lambda entry: entry.valid_to),
    ),
    acts=_acts,
    values=lambda entry: {"stability": STABLE if entry.stable else entry.unstable_reason},
)  # fmt: skip
RESIDENCE_CHECKS = Shelf(
    slug="residence-checks",
    title=_("Kiểm tra cư trú"),
    one=_("Kiểm tra cư trú"),
    book=queries.RESIDENCE_CHECKS,
    asks=ResidenceCheckForm,
    out=ResidenceCheckOut,
    codes=CHECK_OUTCOMES,
    columns=(
        Column(label=_("Họ và tên"), cell=about),
        Column(label=_("Ngày kiểm tra"), cell=lambda entry: entry.checked_on),
        Column(label=_("Kết quả"), cell=lambda entry: {
            "tone": OUTCOME_TONES[entry.outcome], "word": CHECK_OUTCOMES[entry.outcome],
        }),
        Column(label=_("Số biên bản"), cell=lambda entry: entry.minutes_number),
    ),
    new={"label": _("Kiểm tra cư trú trong tháng"), "href": MONTH},
)  # fmt: skip


# -- the month -----------------------------------------------------------------------------------------------------------------


def _month(request: Request) -> Mapping[str, Any]:
    """Return the people nobody looked after this month, with what was typed about them and what was refused."""
    uow = request.uow
    cursor = request.args.get("cursor")
    page = queries.unchecked_people(uow, request.today, cursor=cursor)
    so_far = queries.month_of_checks(uow, request.today)
    typed = typed_lines(request.http.form)
    refused = _refused(request)
    return {
        "back": {"label": RESIDENCE_CHECKS.title, "href": RESIDENCE_CHECKS.address},
        "people": [
            {
                "person_id": person.person_id,
                "name": person.full_name,
                "birth": birth(person),
                "refusal": refused.get(person.person_id),
            }
            for person in page.items
        ],
        "outcomes": CHECK_OUTCOMES,
        "typed": typed,
        "checked_on": typed.get("checked_on") or f"{request.today:%d/%m/%Y}",
        "managed": so_far.managed,
        "checked": so_far.checked,
        "other_refusals": [line for key, line in refused.items() if key not in {each.person_id for each in page.items}],
        "pager": pager(MONTH, {}, cursor, page.next),
    }


def _refused(request: Request) -> dict[str, str]:
    """Return why lines of the last sending were not taken, by person: only the unit's own sentences are shown."""
    lines = (given.partition(":") for given in request.args.getlist("refused")[:200])
    return {person_id: str(REFUSALS.get(code, REFUSALS["OTHER"])) for person_id, _colon, code in lines}


REFUSALS: Mapping[str, str] = {
    "SAME_DAY": _("Người này đã được kiểm tra cư trú trong ngày này."),
    "NOT_FOUND": _("Không tìm thấy hồ sơ này trong đơn vị."),
    "OTHER": _("Dòng này không được nhận; hãy mở hồ sơ của người này để ghi."),
}


def _after(saved: Any) -> str:
    refused = [("refused", f"{line.person_id}:{line.code}") for line in saved.refused]
    return f"{MONTH}?{urlencode(refused)}".rstrip("?")


def _said(saved: Any) -> Any:
    if saved.refused:
        return flash(
            _("Đã ghi %(taken)s dòng; %(refused)s dòng không được nhận, lý do ghi ở từng dòng.",
              taken=saved.taken, refused=len(saved.refused)),
        )  # fmt: skip
    return flash(_("Đã ghi %(taken)s dòng.", taken=saved.taken), _("Xem sổ kiểm tra cư trú"), RESIDENCE_CHECKS.address)


routes.add(Operation(
    name="check_residences", title=_("Kiểm tra cư trú trong tháng"), may="book.write", form=ResidenceChecksForm,
    handle=handlers.check_residences, page=MONTH, api="/api/v1/residence-checks", out=LinesOut,
    template="residence_checks.html", context=_month, said=_said, done=_after, cancel=RESIDENCE_CHECKS.address,
    location=lambda _saved: "/api/v1/residence-checks",
))  # fmt: skip
put_up(routes, RESIDENCES)
put_up(routes, RESIDENCE_CHECKS)
routes.add(Operation(
    name="record_residence", title=_("Ghi nơi cư trú"), may="book.write", form=ResidenceForm,
    handle=handlers.record_residence, page="/people/<person_id>/residences/new", api="/api/v1/people/<person_id>/residences",
    out=ResidenceOut, prefill=lambda request, person_id: {"verified_on": request.today, "kind": "NOI_O", "stability": STABLE},
    context=about_person, cancel=back_to_books, done=books_of, said=lambda _saved: flash(_("Đã ghi nơi cư trú.")),
    location=lambda saved: f"/api/v1/residences/{saved.stay_id}",
))  # fmt: skip
routes.add(Operation(
    name="end_residence", title=_("Ghi ngày kết thúc cư trú"), may="book.write", form=EndResidenceForm,
    handle=handlers.end_residence, page="/books/residences/<stay_id>/end", api="/api/v1/residences/<stay_id>/end",
    out=ResidenceOut, done=books_of, cancel=lambda _request, stay_id: f"/books/residences/{stay_id}",
    context=about_line(RESIDENCES),
    said=lambda _saved: flash(_("Đã ghi ngày kết thúc.")), location=lambda saved: f"/api/v1/residences/{saved.stay_id}",
))  # fmt: skip
routes.add(Operation(
    name="check_residence", title=_("Ghi kết quả kiểm tra cư trú"), may="book.write", form=ResidenceCheckForm,
    handle=handlers.check_residence, page="/people/<person_id>/residence-checks/new",
    api="/api/v1/people/<person_id>/residence-checks", out=ResidenceCheckOut,
    prefill=lambda request, person_id: {"checked_on": request.today, "outcome": "PRESENT"},
    context=about_person, cancel=back_to_books, done=books_of, said=lambda _saved: flash(_("Đã ghi kết quả kiểm tra cư trú.")),
    location=lambda saved: f"/api/v1/residence-checks/{saved.check_id}",
))  # fmt: skip
