"""What programs may read of the station; what they may do is declared beside the pages, once for both.

Whoever is shown is noted in the audit log, one line for each person.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from chassis.i18n import _
from chassis.web import Page, Request, Routes, page_of
from services.health.domain.counselling import quarter_window
from services.health.forms.counselling import CounsellingNoteOut, CounsellingOut, CounsellingQuery
from services.health.forms.determination import DeterminationFileOut, DeterminationOut, RequestOut
from services.health.forms.kits import LotOut, MoveOut, ProductOut, StockOut
from services.health.forms.patients import PatientOut, PatientQuery
from services.health.forms.training import CourseOut, PlaceOut, StaffOut
from services.health.forms.treatments import TreatmentOut, TreatmentQuery
from services.health.queries import counselling, determination, duties, kits, patients, training, treatments
from services.health.queries.listing import Listing
from services.health.queries.patients import PatientFile, patient_file

routes = Routes()


class DutyOut(Schema):
    """One duty; `due_on` is null where the station waits for somebody else."""

    kind = fields.String(required=True)
    record_id = fields.String(required=True)
    staff_id = fields.String(required=True)
    due_on = fields.Date(allow_none=True)
    due_at = fields.DateTime(allow_none=True)
    quantity = fields.Integer(allow_none=True)


class DutiesOut(Schema):
    """What the station has to do."""

    items = fields.List(fields.Nested(DutyOut), required=True)


class StocksOut(Schema):
    """The stock of every product."""

    items = fields.List(fields.Nested(StockOut), required=True)


class MovesOut(Schema):
    """The ledger of a lot."""

    items = fields.List(fields.Nested(MoveOut), required=True)


class CourseAndPlacesOut(CourseOut):
    """A course and who must attend it."""

    places = fields.List(fields.Nested(PlaceOut), required=True)


@routes.api("GET", "/api/v1/duties", may="today.read", out=DutiesOut, summary=_("Việc hôm nay"))
def list_duties(request: Request) -> dict[str, Any]:
    session, today = request.uow.session, request.today
    found = duties.people_duties(session, today) if request.may("patient.list") else []
    _note(request, (duty.record_id for duty in found if duty.kind == duties.COUNSEL), "counselling_due")
    if request.may("determination.read"):
        found += _determination_duties(request)
    found += duties.kit_duties(session, today) if request.may("kit.read") else []
    found += duties.training_duties(session, today) if request.may("training.read") else []
    return {"items": found}


@routes.api(
    "GET", "/api/v1/patients", may="patient.list", out=PatientOut, many=True, query=PatientQuery, summary=_("Bệnh nhân")
)
def list_patients(request: Request) -> Page[PatientFile]:
    page = _page(request, patients.patients_named(request.uow.vault, request.query.get("q", "")))
    return Page([_opened(request, patient) for patient in page.items], page.next)


@routes.api("GET", "/api/v1/patients/<patient_id>", may="patient.read", out=PatientOut, summary=_("Một bệnh nhân"))
def get_patient(request: Request, patient_id: str) -> PatientFile:
    return _opened(request, patients.patient(request.uow, patient_id))


@routes.api(
    "GET",
    "/api/v1/counselling",
    may="counselling.list",
    out=CounsellingOut,
    many=True,
    query=CounsellingQuery,
    summary=_("Các lượt tư vấn của một khoảng ngày; mặc định là quý này"),
)
def list_counselling(request: Request) -> Page[Any]:
    window = quarter_window(request.today)
    since: date = request.query.get("since", window.first)
    until: date = request.query.get("until", window.last)
    page = _page(request, counselling.counselling_between(since, until, kind=request.query.get("kind")))
    _note(request, (each.patient_id for each in page.items), "counselling")
    return page


@routes.api(
    "GET",
    "/api/v1/counselling/<counselling_id>",
    may="clinical_note.read",
    out=CounsellingNoteOut,
    summary=_("Một lượt tư vấn với ghi chép"),
)
def get_counselling(request: Request, counselling_id: str) -> dict[str, Any]:
    held = counselling.session_held(request.uow, counselling_id)
    request.uow.read("patient", held.patient_id, ["clinical_notes"])
    return {
        "counselling_id": held.counselling_id,
        "patient_id": held.patient_id,
        "held_on": held.held_on,
        "kind": held.kind,
        "group": held.group,
        "details": counselling.counselling_details(held, request.uow.vault),
    }


@routes.api(
    "GET",
    "/api/v1/treatments",
    may="ost.read",
    out=TreatmentOut,
    many=True,
    query=TreatmentQuery,
    summary=_("Các đợt điều trị thay thế"),
)
def list_treatments(request: Request) -> Page[Any]:
    page = _page(request, treatments.treatments(only_open=request.query.get("state", "OPEN") == "OPEN"))
    _note(request, (each.patient_id for each in page.items), "treatment")
    return page


@routes.api(
    "GET", "/api/v1/treatments/<treatment_id>", may="ost.read", out=TreatmentOut, summary=_("Một đợt điều trị thay thế")
)
def get_treatment(request: Request, treatment_id: str) -> Any:
    found = treatments.treatment(request.uow, treatment_id)
    request.uow.read("patient", found.patient_id, ["treatment"])
    return found


@routes.api("GET", "/api/v1/kit-stock", may="kit.read", out=StocksOut, summary=_("Tồn kho từng loại test"))
def get_stock(request: Request) -> dict[str, Any]:
    return {"items": kits.stock(request.uow.session, request.today)}


@routes.api("GET", "/api/v1/kit-products/<product_code>", may="kit.read", out=ProductOut, summary=_("Một loại test"))
def get_product(request: Request, product_code: str) -> Any:
    return kits.product(request.uow, product_code)


@routes.api("GET", "/api/v1/kit-lots", may="kit.read", out=LotOut, many=True, summary=_("Các lô test"))
def list_lots(request: Request) -> Page[Any]:
    return _page(request, kits.all_lots())


@routes.api("GET", "/api/v1/kit-lots/<lot_id>", may="kit.read", out=LotOut, summary=_("Một lô test"))
def get_lot(request: Request, lot_id: str) -> Any:
    return kits.lot(request.uow, lot_id)


@routes.api(
    "GET", "/api/v1/kit-lots/<lot_id>/moves", may="kit.read", out=MovesOut, summary=_("Sổ nhập, xuất của một lô test")
)
def list_moves(request: Request, lot_id: str) -> dict[str, Any]:
    kits.lot(request.uow, lot_id)
    return {"items": kits.moves_of(request.uow.session, lot_id)}


@routes.api("GET", "/api/v1/staff", may="training.read", out=StaffOut, many=True, summary=_("Cán bộ y tế"))
def list_staff(request: Request) -> Page[Any]:
    return _page(request, training.staff_listing())


@routes.api("GET", "/api/v1/courses", may="training.read", out=CourseOut, many=True, summary=_("Các lớp tập huấn"))
def list_courses(request: Request) -> Page[Any]:
    return _page(request, training.courses())


@routes.api(
    "GET", "/api/v1/courses/<course_id>", may="training.read", out=CourseAndPlacesOut, summary=_("Một lớp tập huấn")
)
def get_course(request: Request, course_id: str) -> dict[str, Any]:
    found = training.course(request.uow, course_id)
    return {
        "course_id": found.course_id,
        "name": found.name,
        "organiser": found.organiser,
        "held_on": found.held_on,
        "ends_on": found.ends_on,
        "details": found.details,
        "places": training.places_of(request.uow.session, course_id),
    }


@routes.api(
    "GET",
    "/api/v1/determination-requests",
    may="determination.read",
    out=RequestOut,
    many=True,
    summary=_("Các đề nghị xác định đang chờ tiếp nhận"),
)
def list_determination_requests(request: Request) -> Page[Any]:
    return _page(request, determination.waiting_listing())


@routes.api(
    "GET",
    "/api/v1/determination-requests/<request_id>",
    may="determination.read",
    out=RequestOut,
    summary=_("Một đề nghị xác định"),
)
def get_determination_request(request: Request, request_id: str) -> Any:
    return determination.request(request.uow, request_id)


@routes.api(
    "GET",
    "/api/v1/determinations",
    may="determination.read",
    out=DeterminationOut,
    many=True,
    summary=_("Các hồ sơ xác định tình trạng nghiện"),
)
def list_determinations(request: Request) -> Page[Any]:
    page = _page(request, determination.all_determinations())
    _note(request, (each.patient_id for each in page.items), "determination")
    return page


@routes.api(
    "GET",
    "/api/v1/determinations/<determination_id>",
    may="determination.read",
    out=DeterminationFileOut,
    summary=_("Một hồ sơ xác định với các kết quả"),
)
def get_determination(request: Request, determination_id: str) -> dict[str, Any]:
    found = determination.determination(request.uow, determination_id)
    request.uow.read("patient", found.patient_id, ["determination"])
    results = determination.results_of(request.uow.session, determination_id)
    return {
        **{name: getattr(found, name) for name in DeterminationOut().fields},
        "result_due_on": determination.result_due_on(found),
        "results": results,
        "copies": determination.copies_of(request.uow.session, [each.result_id for each in results]),
    }


def _determination_duties(request: Request) -> list[Any]:
    session = request.uow.session
    people = {each.determination_id: each.patient_id for each in determination.unfinished(session)}
    found = duties.determination_duties(session)
    _note(request, (people[each.record_id] for each in found if each.record_id in people), "determination_due")
    return found


def _page(request: Request, listing: Listing[Any]) -> Page[Any]:
    return page_of(
        request.uow.session,
        listing.asked,
        by=listing.by,
        cursor=request.cursor,
        limit=request.limit,
        descending=listing.descending,
    )


def _note(request: Request, patient_ids: Iterable[str], part: str) -> None:
    """Note whose record an answer tells something of, also where it gives no name; each is noted once."""
    for patient_id in dict.fromkeys(patient_ids):
        request.uow.read("patient", patient_id, [part])


def _opened(request: Request, patient: Any) -> PatientFile:
    request.uow.read("patient", patient.patient_id, ["full_name", "sex", "birth_date", "personal_number", "details"])
    return patient_file(patient, request.uow.vault)
