"""Pages about people: the search, one person with everything that happened, and the forms for details and tests."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chassis.clock import LOCAL_ZONE
from chassis.forms import asked as question
from chassis.forms import shown
from chassis.i18n import _
from chassis.web import Loaded, Menu, Operation, Request, Response, Routes, flash
from services.registry import handlers, queries
from services.registry.domain.codes import PERSON_STATES, RESULTS, SEXES, SIGNERS, STOP_REASONS, SUBSTANCES
from services.registry.forms import CorrectionForm, PersonForm, PersonOut, TestResultForm, TestResultOut
from services.registry.pages.today import line
from services.registry.queries import CaseRecord, PersonRecord, TestRecord

routes = Routes()

TONES = {"MANAGED_USER": "info", "DETECTED": "warn", "CLEARED": "good", "NONE": "mute"}
DUE_ON_RECORD = timedelta(days=30)


@routes.page("/people", may="person.list", menu=Menu(_("Người trong sổ"), icon="people", order=2))
def people(request: Request) -> Response:
    """List people, or those whom the search box asks for."""
    asked = request.args.get("q", "")[:100]
    cursor = request.args.get("cursor")
    found = queries.people(request.uow, asked=asked, cursor=cursor)
    return request.render(
        "people.html",
        title=_("Người trong sổ"),
        asked=asked,
        columns=[
            {"key": "name", "label": _("Họ và tên")},
            {"key": "birth", "label": _("Ngày sinh")},
            {"key": "sex", "label": _("Giới tính")},
            {"key": "state", "label": _("Tình trạng")},
            {"key": "registered", "label": _("Ngày ghi sổ")},
        ],
        rows=[{"cells": _cells(person), "href": f"/people/{person.person_id}"} for person in found.items],
        count=queries.count_people(request.uow, asked),
        pager=pager("/people", {"q": asked} if asked else {}, cursor, found.next),
        empty=_("Không tìm thấy ai. Thử gõ hai, ba chữ cái đầu của tên, không cần dấu, hoặc đủ số giấy tờ."),
        actions=_new_person(request),
    )


def pager(path: str, asked: Mapping[str, str], cursor: str | None, following: str | None) -> dict[str, str] | None:
    """Return the links below a list; going back is going to its beginning."""
    if cursor is None and following is None:
        return None
    start = (
        {"prev": f"{path}?{urlencode(asked)}".rstrip("?"), "text": str(_("Trang trước: về đầu danh sách"))}
        if cursor
        else {}
    )
    return start | ({"next": f"{path}?{urlencode({**asked, 'cursor': following})}"} if following else {})


def _new_person(request: Request) -> list[dict[str, Any]]:
    if not request.may("person.write"):
        return []
    return [{"label": _("Ghi nhận người"), "href": "/people/new", "primary": True, "icon": "plus"}]


def _cells(person: PersonRecord) -> dict[str, Any]:
    return {
        "name": person.full_name,
        "birth": birth(person),
        "sex": SEXES[person.sex],
        "state": state(person),
        "registered": person.registered_on,
    }


def state(person: PersonRecord) -> dict[str, str]:
    """Return the primary status as a cell."""
    return {"tone": TONES[person.state], "word": PERSON_STATES[person.state]}


def birth(person: PersonRecord) -> str:
    """Return 05/07/1990, or the year when nothing more is known."""
    parts = person.birth_date.split("-")
    return "/".join(reversed(parts))


@routes.page("/people/<person_id>", may="person.read")
def person(request: Request, person_id: str) -> Response:
    """Show who somebody is, their status, what is due, and what happened when."""
    uow = request.uow
    record = queries.person_record(uow, person_id)
    tests, cases = queries.tests_of(uow, person_id), queries.cases_of(uow, person_id)
    open_case = next((case for case in cases if case.closed_on is None), None)
    return request.render(
        "record.html",
        title=record.title,
        lead=f"{SEXES[record.sex]} · {birth(record)}",
        state=_state_since(record, open_case),
        back={"label": _("Người trong sổ"), "href": "/people"},
        actions=_actions(request, record, open_case, has_result=bool(queries.undecided_tests(uow, person_id))),
        due=[line(duty, uow.now()) for duty in queries.duties(uow, person_id=person_id, within=DUE_ON_RECORD)],
        facts=_facts(record, request),
        timeline=_timeline(uow, record, tests, cases),
        sections=[_management(case) for case in cases],
    )


def _facts(record: PersonRecord, request: Request) -> list[tuple[str, str]]:
    """Return every answer in the order of the paper form."""
    fields, answers = PersonForm(today=request.today, request=request).fields, record.answers
    names = [name for group in PersonForm.groups for name in group.names]
    return [(str(question(fields[name]).label), shown(fields[name], answers.get(name))) for name in names]


def _state_since(record: PersonRecord, open_case: CaseRecord | None) -> dict[str, str]:
    cell = state(record)
    if open_case is None:
        return cell
    since, until = f"{open_case.starts_on:%d/%m/%Y}", f"{open_case.ends_on:%d/%m/%Y}"
    return cell | {"word": _("%(state)s, từ %(since)s đến %(until)s", state=cell["word"], since=since, until=until)}


def _actions(
    request: Request, record: PersonRecord, open_case: CaseRecord | None, *, has_result: bool
) -> list[dict[str, Any]]:
    """Return what may be done now, the likely next step first."""
    here = f"/people/{record.person_id}"
    found: list[dict[str, Any]] = []
    if open_case is None and has_result and request.may("user_management.decide"):
        found.append({"label": _("Ra quyết định quản lý"), "href": f"{here}/decision", "icon": "decision"})
    if request.may("test_result.write"):
        found.append({"label": _("Ghi kết quả xét nghiệm"), "href": f"{here}/tests/new", "icon": "plus"})
    if open_case is not None and open_case.ends_on <= request.today and request.may("user_management.end"):
        found.append(
            {"label": _("Chấm dứt quản lý"), "href": f"/user-management/{open_case.case_id}/end", "icon": "check"}
        )
    if open_case is not None and open_case.ends_on >= request.today and request.may("user_management.stop"):
        found.append(
            {"label": _("Dừng quản lý"), "href": f"/user-management/{open_case.case_id}/stop", "icon": "cross"}
        )
    if request.may("person.write"):
        found.append({"label": _("Sửa thông tin"), "href": f"{here}/edit"})
    if found:
        found[0]["primary"] = True
    return found


def _timeline(uow: Any, record: PersonRecord, tests: list[TestRecord], cases: list[CaseRecord]) -> list[dict[str, Any]]:
    """Return what happened on which day, with the document and who recorded it, the newest first."""
    who = queries.recorders(
        uow,
        [record.registered_by, record.corrected_by, *(test.recorded_by for test in tests), *(case.decided_by for case in cases),
         *(case.closing_recorded_by for case in cases)],
    )  # fmt: skip
    lines: list[dict[str, Any]] = [
        {"on": record.registered_on, "text": _("Ghi vào sổ"), "by": who.get(record.registered_by)}
    ]
    if record.corrected_at:
        corrected_on = record.corrected_at.astimezone(LOCAL_ZONE).date()
        lines.append({"on": corrected_on, "text": _("Sửa thông tin nhân thân"), "by": who.get(record.corrected_by)})
    for test in tests:
        what = ", ".join(str(SUBSTANCES.get(code, code)) for code in test.substances)
        text = _("Xét nghiệm: %(result)s", result=str(RESULTS[test.result]).lower()) + (f" ({what})" if what else "")
        lines.append({"on": test.taken_on, "text": text, "by": who.get(test.recorded_by)})
    for case in cases:
        lines.append({
            "on": case.decided_on, "text": _("Quyết định quản lý"), "document": _("số %(number)s", number=case.document_number),
            "by": who.get(case.decided_by),
        })  # fmt: skip
        if case.closed_on:
            ended = case.closing == "ENDED"
            text = _("Quyết định chấm dứt quản lý") if ended else _("Quyết định dừng quản lý")
            lines.append({
                "on": case.closed_on, "text": text, "document": _("số %(number)s", number=case.closing_document_number),
                "by": who.get(case.closing_recorded_by),
            })  # fmt: skip
    return sorted(lines, key=lambda entry: entry["on"])[::-1]


def _management(case: CaseRecord) -> dict[str, Any]:
    """Return one decision and its closing as a section."""
    signed = f"{SIGNERS[case.signer_role]} {case.signer_name}"
    shown: list[tuple[str, Any]] = [
        (_("Số quyết định"), case.document_number),
        (_("Ngày ký"), case.decided_on),
        (_("Người ký"), signed),
        (
            _("Thời hạn"),
            _("từ %(since)s đến %(until)s", since=f"{case.starts_on:%d/%m/%Y}", until=f"{case.ends_on:%d/%m/%Y}"),
        ),
        (_("Căn cứ"), case.article),
    ]
    if case.details.get("note"):
        shown.append((_("Ghi chú"), case.details["note"]))
    if case.closed_on:
        closed = f"{SIGNERS[case.closing_signer_role]} {case.closing_signer_name}"
        shown += [
            (_("Kết thúc ngày"), case.closed_on),
            (_("Theo quyết định số"), case.closing_document_number),
            (_("Người ký quyết định kết thúc"), closed),
            (_("Lý do"), STOP_REASONS[case.closing_reason] if case.closing_reason else _("Hết thời hạn quản lý")),
        ]
    return {"heading": _("Quản lý theo quyết định số %(number)s", number=case.document_number), "facts": shown}


# -- operations ----------------------------------------------------------------------------------------------------------------


def _loaded(request: Request, person_id: str) -> Loaded:
    record = queries.person_record(request.uow, person_id)
    papers = {"id_type", "id_number", "no_id_reason"}
    return Loaded(
        answers={name: value for name, value in record.answers.items() if name not in papers}, version=record.version
    )


def _about(request: Request, person_id: str) -> Mapping[str, Any]:
    record = queries.person_record(request.uow, person_id)
    return {"back": {"label": record.title, "href": f"/people/{person_id}"}}


def _back(_request: Request, person_id: str) -> str:
    return f"/people/{person_id}"


def _registered(saved: PersonRecord) -> Any:
    return flash(_("Đã ghi nhận vào sổ."), _("Ghi kết quả xét nghiệm"), f"/people/{saved.person_id}/tests/new")


def _tested(saved: TestRecord) -> Any:
    if saved.result == "POSITIVE":
        return flash(
            _("Đã ghi nhận kết quả xét nghiệm dương tính."),
            _("Ra quyết định quản lý"),
            f"/people/{saved.person_id}/decision?test={saved.test_id}",
        )
    return flash(_("Đã ghi nhận kết quả xét nghiệm âm tính."))


routes.add(Operation(
    name="register_person", title=_("Ghi nhận người"), may="person.write", form=PersonForm, handle=handlers.register_person,
    page="/people/new", api="/api/v1/people", out=PersonOut, cancel="/people", said=_registered,
    prefill=lambda _request: {"nationality": "Việt Nam", "id_type": "CCCD"},
    done=lambda saved: f"/people/{saved.person_id}", location=lambda saved: f"/api/v1/people/{saved.person_id}",
))  # fmt: skip
routes.add(Operation(
    name="correct_person", method="PATCH", title=_("Sửa thông tin nhân thân"), may="person.write", form=CorrectionForm,
    handle=handlers.correct_person, page="/people/<person_id>/edit", api="/api/v1/people/<person_id>", out=PersonOut,
    load=_loaded, context=_about, cancel=_back, said=lambda _saved: flash(_("Đã sửa thông tin nhân thân.")),
    done=lambda saved: f"/people/{saved.person_id}",
))  # fmt: skip
routes.add(Operation(
    name="record_test_result", title=_("Ghi nhận kết quả xét nghiệm"), may="test_result.write", form=TestResultForm,
    handle=handlers.record_test_result, page="/people/<person_id>/tests/new", api="/api/v1/people/<person_id>/test-results",
    out=TestResultOut, prefill=lambda request, person_id: {"taken_on": request.today}, context=_about, cancel=_back,
    said=_tested, done=lambda saved: f"/people/{saved.person_id}",
    location=lambda saved: f"/api/v1/people/{saved.person_id}/test-results",
))  # fmt: skip
