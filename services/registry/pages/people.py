"""Pages about people: the search, one person with everything that happened, and the forms for details and tests."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chassis.clock import LOCAL_ZONE
from chassis.forms import asked as question
from chassis.forms import shown
from chassis.i18n import _
from chassis.web import Loaded, Menu, Operation, Request, Response, Routes, flash, redirect
from services.registry import handlers, queries
from services.registry.domain.acts import possible
from services.registry.domain.codes import CIRCUMSTANCES, DECIDERS, RESULTS, SEXES, SUBSTANCES
from services.registry.domain.history import History
from services.registry.domain.status import PRIMARY_STATUSES
from services.registry.domain.tracks import Track
from services.registry.domain.use import TOLD
from services.registry.forms import (
    CorrectionForm,
    MergeForm,
    PartForm,
    PersonForm,
    PersonOut,
    TestResultForm,
    TestResultOut,
)
from services.registry.law import law
from services.registry.pages.acts import address_of
from services.registry.pages.today import line, new_person
from services.registry.permissions import PERMISSIONS
from services.registry.queries import ActRecord, Duty, PersonRecord, TestRecord

DAILY_WORK = "today.read"
"""Who does the office's daily work enters acts, each on the tracks that are theirs; the chief, too, who corrects no person."""

routes = Routes()

TONES = {
    "DETECTED": "warn",
    "UNDER_DETERMINATION": "warn",
    "ADDICT_UNTREATED": "warn",
    "CLEARED": "good",
    "NONE": "mute",
}
DUE_ON_RECORD = timedelta(days=30)
MOST_ACTIONS = 2


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
        actions=new_person(request),
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


def _cells(person: PersonRecord) -> dict[str, Any]:
    return {
        "name": person.full_name,
        "birth": birth(person),
        "sex": SEXES.get(person.sex, ""),
        "state": state(person),
        "registered": person.registered_on,
    }


def state(person: PersonRecord) -> dict[str, str]:
    """Return the primary status as a cell."""
    return {"tone": TONES.get(person.state, "info"), "word": PRIMARY_STATUSES[person.state]}


def birth(person: PersonRecord) -> str:
    """Return 05/07/1990, or the year when nothing more is known."""
    parts = person.birth_date.split("-")
    return "/".join(reversed(parts))


@routes.page("/people/<person_id>", may="person.read")
def person(request: Request, person_id: str) -> Response:
    """Show who somebody is, their status, what is due, and what happened when."""
    uow = request.uow
    record = queries.person_record(uow, person_id)
    if record.merged_into is not None:
        return redirect(f"/people/{record.merged_into}", flash(_("Hồ sơ này đã được gộp vào hồ sơ dưới đây.")))
    tests, cases = queries.tests_of(uow, person_id), queries.cases_of(uow, person_id)
    acts = [queries.act_record(uow, row) for row in queries.all_acts(uow, person_id)]
    due = queries.duties(uow, person_id=person_id, within=DUE_ON_RECORD) if request.may("today.read") else []
    return request.render(
        "record.html",
        title=record.title,
        lead=lead_of(record),
        state=_state_since(record, cases),
        back={"label": _("Người trong sổ"), "href": "/people"},
        actions=_actions(request, record, due),
        due=[line(duty, request) for duty in due],
        facts=facts_of(record, request),
        timeline=_timeline(uow, record, tests, acts),
        sections=[
            *_left_without_paper(uow, person_id, acts),
            *(_case(request, case, acts) for case in cases),
            *_documents(request, person_id),
        ],
    )


def _left_without_paper(uow: Any, person_id: str, acts: list[ActRecord]) -> list[dict[str, Any]]:
    """Return the acts that still stand though the document that proved them was annulled, as a section above all others."""
    annulled = {each.row.document_id for each in queries.documents_of(uow, person_id) if each.row.annulled_by}
    left = [act for act in acts if act.row.annulled_at is None and act.row.document_id in annulled]
    if not left:
        return []
    return [
        {
            "heading": _("Văn bản đã bị hủy bỏ mà việc vẫn còn hiệu lực"),
            "text": _("Hãy mở việc, hủy việc đó, rồi ghi lại theo văn bản đúng."),
            "facts": [(act.name, {"text": act.row.document_number, "href": f"/acts/{act.row.act_id}"}) for act in left],
        }
    ]


def lead_of(record: PersonRecord) -> str:
    """Return sex and birth date, as far as they are open."""
    return " · ".join(str(word) for word in (SEXES.get(record.sex), birth(record)) if word)


def timeline_of(uow: Any, record: PersonRecord) -> list[dict[str, Any]]:
    """Return what happened to somebody, as far as it is open."""
    acts = [queries.act_record(uow, row) for row in queries.all_acts(uow, record.person_id)]
    return _timeline(uow, record, queries.tests_of(uow, record.person_id), acts)


def facts_of(record: PersonRecord, request: Request) -> list[tuple[str, str]]:
    """Return every answer that is open, in the order of the paper form."""
    fields, answers = PersonForm(today=request.today, request=request).fields, record.answers
    names = [name for group in PersonForm.groups for name in group.names if not record.hides(name)]
    return [(str(question(fields[name]).label), shown(fields[name], answers.get(name))) for name in names]


def _state_since(record: PersonRecord, cases: list[Any]) -> dict[str, str]:
    cell = state(record)
    case = next((case for case in cases if case.closed_on is None and case.stands_for == record.state), None)
    if case is None or case.starts_on is None or case.ends_on is None:
        return cell
    since, until = f"{case.starts_on:%d/%m/%Y}", f"{case.ends_on:%d/%m/%Y}"
    return cell | {"word": _("%(state)s, từ %(since)s đến %(until)s", state=cell["word"], since=since, until=until)}


def _actions(request: Request, record: PersonRecord, due: list[Duty]) -> list[dict[str, Any]]:
    """Return what may be done now, what is due first; everything else that the law knows is one page away."""
    here = f"/people/{record.person_id}"
    found = [action for duty in due if (action := line(duty, request)["action"]) is not None][:MOST_ACTIONS]
    if request.may("test_result.write"):
        found.append({"label": _("Ghi kết quả xét nghiệm"), "href": f"{here}/tests/new", "icon": "plus"})
    if request.may(DAILY_WORK):
        found.append({"label": _("Việc khác trong hồ sơ"), "href": f"{here}/acts"})
    if request.may("person.write"):
        found.append({"label": _("Sửa thông tin"), "href": f"{here}/edit"})
    once = list({action["href"]: action for action in found}.values())
    if once:
        once[0] = once[0] | {"primary": True}
    return once


@routes.page("/people/<person_id>/acts", may=DAILY_WORK)
def acts(request: Request, person_id: str) -> Response:
    """Show everything that may be entered next, by track; each leads to its form."""
    record = queries.person_record(request.uow, person_id)
    history = queries.history_for(request.uow, person_id)
    return request.render(
        "record.html",
        title=_("Việc trong hồ sơ của %(who)s", who=record.title),
        back={"label": record.title, "href": f"/people/{person_id}"},
        facts=[],
        sections=[
            {
                "heading": track.name.spoken,
                "text": _next_state(track, history),
                "actions": [
                    {"label": step.name.spoken, "href": address_of(track, step, person_id)}
                    for step in possible(law(), history, track, request.today)
                ],
            }
            for track in law().tracks.values()
            if request.may(track.right)
        ]
        + [_beside_the_cases(request, person_id)],
    )


def _beside_the_cases(request: Request, person_id: str) -> dict[str, Any]:
    """Return what else may be entered about somebody, as a section."""
    here = f"/people/{person_id}"
    offered = (
        ("person.write", _("Ghi tình tiết nhân thân"), f"{here}/circumstances/new"),
        ("document.issue", _("Lập văn bản"), f"{here}/papers"),
        ("book.read", _("Các sổ khác về người này"), f"{here}/books"),
        ("person.merge", _("Gộp với hồ sơ khác"), f"{here}/merge"),
    )
    actions = [{"label": label, "href": href} for right, label, href in offered if request.may(right)]
    circumstances = [
        (CIRCUMSTANCES[each.kind], _circumstance_days(each))
        for each in queries.circumstances_of(request.uow, person_id)
    ]
    return {"heading": _("Tình tiết, sổ khác, hồ sơ trùng"), "actions": actions, "facts": circumstances, "nothing": "—"}


def _circumstance_days(each: Any) -> str:
    since = _("từ %(since)s", since=f"{each.since_on:%d/%m/%Y}")
    return f"{since} – {each.until_on:%d/%m/%Y}" if each.until_on else str(since)


def _documents(request: Request, person_id: str) -> list[dict[str, Any]]:
    """Return the documents that were issued about somebody, as a section."""
    if not request.may("document.read"):
        return []
    rows = [
        {
            "cells": {"number": each.shown_number or "—", "on": each.row.issued_on, "name": each.name},
            "href": f"/documents/{each.row.document_id}/about",
        }
        for each in queries.documents_of(request.uow, person_id)
    ]
    columns = [
        {"key": "number", "label": _("Số")}, {"key": "on", "label": _("Ngày")}, {"key": "name", "label": _("Văn bản")},
    ]  # fmt: skip
    return [{"heading": _("Văn bản"), "columns": columns, "rows": rows}] if rows else []


def _next_state(track: Track, history: History) -> str:
    case = history.open_case(track.track)
    return track.words_of(case.state) if case else _("Chưa có hồ sơ.")


def _timeline(uow: Any, record: PersonRecord, tests: list[TestRecord], acts: list[ActRecord]) -> list[dict[str, Any]]:
    """Return what happened on which day, with the document and who recorded it, the newest first."""
    merges = queries.merges_into(uow, record.person_id) if record.sees("other") else []
    who = queries.recorders(
        uow,
        [
            record.registered_by,
            record.corrected_by,
            *(merge.merged_by for merge in merges),
            *(test.recorded_by for test in tests),
            *(act.recorded_by for act in acts),
        ],
    )
    reads_books = PERMISSIONS.may(uow.by, "book.read")
    lines: list[dict[str, Any]] = [
        {"on": record.registered_on, "text": _("Ghi vào sổ"), "by": who.get(record.registered_by)}
    ]
    if record.corrected_at and record.sees("other"):
        corrected_on = record.corrected_at.astimezone(LOCAL_ZONE).date()
        lines.append({"on": corrected_on, "text": _("Sửa thông tin nhân thân"), "by": who.get(record.corrected_by)})
    for test in tests:
        what = ", ".join(str(SUBSTANCES.get(code, code)) for code in test.substances)
        text = _("Xét nghiệm: %(result)s", result=str(RESULTS[test.result]).lower()) + (f" ({what})" if what else "")
        if test.withdrawn_at is not None:
            text = _("%(what)s (đã rút)", what=text)
        told: dict[str, Any] = {"on": test.taken_on, "text": text, "by": who.get(test.recorded_by)}
        lines.append(told | ({"href": f"/books/tests/{test.test_id}"} if reads_books else {}))
    lines += [_told(act, who) for act in reversed(acts) if act.event not in TOLD]
    lines += [_merged(merge, who) for merge in merges]
    return sorted(lines, key=lambda entry: entry["on"])[::-1]


def _merged(merge: Any, who: Mapping[str | None, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "on": merge.merged_at.astimezone(LOCAL_ZONE).date(),
        "text": _("Gộp hồ sơ khác của cùng một người vào hồ sơ này"),
        "by": who.get(merge.merged_by),
    }
    if merge.parted_at is None:
        return told | {"href": f"/merges/{merge.merge_id}/part"}
    return told | {"text": _("%(what)s (đã tách lại)", what=str(told["text"]))}


def _told(act: ActRecord, who: Mapping[str | None, str]) -> dict[str, Any]:
    stage = act.row.facts.get("stage")
    text = act.name if stage is None else _("%(what)s: giai đoạn %(stage)s", what=act.name, stage=stage)
    if act.row.annulled_at is not None:
        text = _("%(what)s (đã hủy)", what=text)
    elif act.row.from_old_book:
        text = _("%(what)s (nhập từ sổ cũ)", what=text)
    told = {
        "on": act.row.happened_on,
        "text": text,
        "by": who.get(act.row.recorded_by),
        "href": f"/acts/{act.row.act_id}",
    }
    if act.row.document_number:
        told["document"] = _("số %(number)s", number=act.row.document_number)
    return told


def _case(request: Request, case: Any, acts: list[ActRecord]) -> dict[str, Any]:
    """Return one case as a section: what it is, its term, and each document with who signed it."""
    track = law().tracks[case.track]
    shown: list[tuple[str, Any]] = [
        (_("Tình trạng"), track.words_of(case.state)),
        (_("Mở ngày"), case.opened_on),
    ]
    if case.starts_on and case.ends_on:
        term = _("từ %(since)s đến %(until)s", since=f"{case.starts_on:%d/%m/%Y}", until=f"{case.ends_on:%d/%m/%Y}")
        shown.append((_("Thời hạn"), term))
    for act in reversed(acts):
        if act.row.case_id == case.case_id and act.row.document_number and act.row.annulled_at is None:
            signed = f"{DECIDERS.get(act.row.signer_role or '', '')} {act.signer_name or ''}".strip()
            words = _(
                "số %(number)s ngày %(day)s", number=act.row.document_number, day=f"{act.row.happened_on:%d/%m/%Y}"
            )
            shown.append((act.name, {"text": f"{words} {signed}".strip(), "sub": act.row.article}))
    if case.closed_on:
        shown.append((_("Kết thúc ngày"), case.closed_on))
    return {"heading": track.name.spoken, "facts": shown}


# -- operations ----------------------------------------------------------------------------------------------------------------


def _loaded(request: Request, person_id: str) -> Loaded:
    record = queries.whole_record(request.uow, person_id)
    papers = {"id_type", "id_number", "no_id_reason"}
    return Loaded(
        answers={name: value for name, value in record.answers.items() if name not in papers}, version=record.version
    )


def _about(request: Request, person_id: str) -> Mapping[str, Any]:
    record = queries.person_record(request.uow, person_id)
    return {"back": {"label": record.title, "href": f"/people/{person_id}"}}


def _about_merge(request: Request, merge_id: str) -> Mapping[str, Any]:
    _merge, kept = queries.merge_read(request.uow, merge_id)
    return {"back": {"label": kept.title, "href": f"/people/{kept.person_id}"}}


def _back(_request: Request, person_id: str) -> str:
    return f"/people/{person_id}"


def _registered(saved: PersonRecord) -> Any:
    return flash(_("Đã ghi nhận vào sổ."), _("Ghi kết quả xét nghiệm"), f"/people/{saved.person_id}/tests/new")


def _tested(saved: TestRecord) -> Any:
    if saved.result == "POSITIVE":
        return flash(
            _("Đã ghi nhận kết quả xét nghiệm dương tính."),
            _("Ra quyết định quản lý"),
            f"/people/{saved.person_id}/acts/user-management/management-decided",
        )
    return flash(_("Đã ghi nhận kết quả xét nghiệm âm tính."))


routes.add(Operation(
    name="register_person", title=_("Ghi nhận người"), may="person.write", form=PersonForm, handle=handlers.register_person,
    page="/people/new", api="/api/v1/people", out=PersonOut, cancel="/people", said=_registered,
    prefill=lambda _request: {"nationality": "Việt Nam", "id_type": "CCCD"}, onward=_("Ghi, rồi nhập xét nghiệm"),
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
    said=_tested, onward=_("Ghi, rồi làm bước tiếp"), done=lambda saved: f"/people/{saved.person_id}",
    location=lambda saved: f"/api/v1/people/{saved.person_id}/test-results",
))  # fmt: skip
routes.add(Operation(
    name="merge_people", title=_("Gộp hai hồ sơ của cùng một người"), may="person.merge", form=MergeForm,
    handle=handlers.merge_people, page="/people/<person_id>/merge", api="/api/v1/people/<person_id>/merge", out=PersonOut,
    context=_about, cancel=_back, said=lambda _saved: flash(_("Đã gộp hai hồ sơ; đây là hồ sơ giữ lại.")),
    done=lambda saved: f"/people/{saved.person_id}", location=lambda saved: f"/api/v1/people/{saved.person_id}",
))  # fmt: skip
routes.add(Operation(
    name="part_people", title=_("Tách lại hai hồ sơ đã gộp"), may="person.merge", form=PartForm, handle=handlers.part_people,
    page="/merges/<merge_id>/part", api="/api/v1/merges/<merge_id>/part", out=PersonOut, context=_about_merge, cancel="/people",
    said=lambda _saved: flash(_("Đã tách lại hồ sơ.")), done=lambda saved: f"/people/{saved.person_id}",
    location=lambda saved: f"/api/v1/people/{saved.person_id}",
))  # fmt: skip
