"""What «Việc hôm nay» says of determinations: who is to come, which result is due, who signs, what is to be handed over."""

from typing import Any

from chassis.i18n import _
from chassis.web import Request
from services.health.domain.codes import REQUESTERS, label
from services.health.law import law
from services.health.pages.reading import in_a_line, opened_by_id
from services.health.queries import determination as queries
from services.health.queries import duties
from services.health.queries.duties import Duty

Line = dict[str, Any]

WAITING_FOR_PERSON = (duties.RECEIVE_PERSON, duties.SEND_STAFF)


def determination_lines(request: Request) -> list[Line]:
    """Return a line for each duty, and note whose name it shows."""
    session = request.uow.session
    found = duties.determination_duties(session)
    waiting = {each.row.request_id: each for each in queries.waiting_requests(session)}
    under_way = {each.determination_id: each for each in queries.unfinished(session)}
    patient_ids = [each.patient_id for each in waiting.values() if each.patient_id]
    names = opened_by_id(request, [*patient_ids, *(each.patient_id for each in under_way.values())])
    lines = []
    for duty in found:
        if duty.kind in WAITING_FOR_PERSON:
            each = waiting[duty.record_id]
            lines.append(_line_of_request(request, duty, each.row, names.get(each.patient_id or "")))
        else:
            row = under_way[duty.record_id]
            lines.append(_line(request, duty, row, names[row.patient_id]))
    return lines


def _line_of_request(request: Request, duty: Duty, row: Any, person: Any) -> Line:
    here = f"/determinations/requests/{row.request_id}"
    asked_on = f"{row.requested_on:%d/%m/%Y}"
    staff = duty.kind == duties.SEND_STAFF
    return {
        "who": person.full_name if person else _("Người được đề nghị xác định ngày %(day)s", day=asked_on),
        "duty": _("Cử người đến xác định tại chỗ")
        if staff
        else _("Tiếp nhận người · %(agency)s đề nghị", agency=label(REQUESTERS, row.requester)),
        "due": duty.due_at or duty.due_on,
        "ground": _rules(row.requested_on).staff.article if staff else _ground(row),
        "href": here,
        "action": _action(request, "determination.write", _("Tiếp nhận"), f"{here}/receive"),
    }


def _line(request: Request, duty: Duty, row: Any, person: Any) -> Line:
    here = f"/determinations/{row.determination_id}"
    rules = _rules(row.received_on)
    said = {
        duties.GO_ON: (_("Khám, kết luận và trả kết quả xác định"), rules.result.article, None),
        duties.SIGN: (_("Ký kết luận"), rules.result.article, ("determination.sign", _("Ký"), "signature")),
        duties.APPROVE: (
            _("Duyệt kết quả"),
            rules.approval_article,
            ("determination.approve", _("Duyệt"), "approval"),
        ),
        duties.HAND_OVER: (
            _("Trả kết quả cho nơi đề nghị, người được xác định"),
            rules.send.article,
            ("determination.write", _("Ghi đã trả"), "copies/new"),
        ),
        duties.STOP_WITHDRAWN: (
            _("Đề nghị đã được rút; dừng việc xác định"),
            _ground(row),
            ("determination.write", _("Dừng"), "cancelling"),
        ),
    }
    words, ground, step = said[duty.kind]
    return {
        "who": person.full_name,
        "duty": f"{words} · {in_a_line(person)}",
        "due": duty.due_on,
        "ground": ground,
        "href": here,
        "action": _action(request, step[0], step[1], f"{here}/{step[2]}")
        if step
        else _action(request, "determination.read", _("Mở hồ sơ"), here),
    }


def _ground(row: Any) -> str:
    rules = _rules(getattr(row, "requested_on", None) or row.received_on)
    ground = rules.ground(row.ground)
    return ground.article if ground else str(row.ground)


def _rules(day: Any) -> Any:
    return law().regime_on(day).determination


def _action(request: Request, may: str, words: str, href: str) -> Line | None:
    return {"label": words, "href": href} if request.may(may) else None
