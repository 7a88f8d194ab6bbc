"""«Việc hôm nay»: what the station must do now, until when, and on what ground."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from chassis.clock import LOCAL_ZONE
from chassis.i18n import _
from chassis.web import Menu, Request, Response, Routes
from services.health.domain.codes import OST_FACILITIES, label
from services.health.domain.counselling import quarter_window
from services.health.pages.determination_lines import determination_lines
from services.health.pages.reading import in_a_line, opened_by_id
from services.health.queries import counselling, duties, kits, training, treatments
from services.health.queries.duties import Duty

routes = Routes()

MOST_NAMES = 30
A_WEEK = timedelta(days=7)

COUNSELLING_GROUND = _("Chỉ tiêu của kế hoạch: trên 90 % người trong diện quản lý được tư vấn, hỗ trợ y tế và tâm lý")
LISTING_GROUND = _("Chỉ tiêu của kế hoạch: 100 % người điều trị Methadone trên địa bàn có trong danh sách quản lý")
STOCK_GROUND = _("Kế hoạch giao Trạm Y tế: bảo đảm đủ test thử ma túy trong nước tiểu")
TRAINING_GROUND = _("Chỉ tiêu của kế hoạch: 100 % cán bộ y tế tham gia đầy đủ các lớp tập huấn")

Line = dict[str, Any]


@routes.page("/", may="today.read", menu=Menu(_("Việc hôm nay"), icon="today", order=1))
def today(request: Request) -> Response:
    lines: list[Line] = []
    totals: list[Line] = []
    if request.may("determination.read"):
        lines += determination_lines(request)
    if request.may("patient.list"):
        lines += _people_lines(request)
        totals += _people_totals(request)
    if request.may("kit.read"):
        lines += _kit_lines(request)
        totals += _kit_totals(request)
    if request.may("training.read"):
        lines += _training_lines(request)
    return request.render(
        "today.html",
        title=_("Việc hôm nay"),
        groups=_grouped(lines, request.today),
        totals=totals,
        nothing=_("Không có việc nào đến hạn. Chúc cả Trạm một ngày làm việc an lành."),
    )


def _people_lines(request: Request) -> list[Line]:
    found = duties.people_duties(request.uow.session, request.today)
    to_counsel = [duty for duty in found if duty.kind == duties.COUNSEL]
    lines = _counselling_lines(request, to_counsel[:MOST_NAMES])
    if len(to_counsel) > MOST_NAMES:
        lines.append(_more_to_counsel(to_counsel[0], len(to_counsel) - MOST_NAMES))
    lines += _listing_lines(request, [duty for duty in found if duty.kind == duties.LIST_TREATMENT])
    return lines + [_unknown_line(request, duty) for duty in found if duty.kind == duties.UNKNOWN_PEOPLE]


def _counselling_lines(request: Request, found: list[Duty]) -> list[Line]:
    names = opened_by_id(request, [duty.record_id for duty in found])
    return [
        {
            "who": names[duty.record_id].full_name,
            "duty": _("Tư vấn y tế hoặc tâm lý trong quý · %(who)s", who=in_a_line(names[duty.record_id])),
            "due": duty.due_on,
            "ground": COUNSELLING_GROUND,
            "href": f"/patients/{duty.record_id}",
            "action": _action(
                request, "counselling.write", _("Ghi lượt tư vấn"), f"/patients/{duty.record_id}/counselling/new"
            ),
        }
        for duty in found
    ]


def _more_to_counsel(duty: Duty, count: int) -> Line:
    href = "/patients?show=uncounselled"
    return {
        "who": _("%(count)s người nữa chưa được tư vấn trong quý", count=count),
        "duty": _("Xem cả danh sách"),
        "due": duty.due_on,
        "ground": COUNSELLING_GROUND,
        "href": href,
        "action": {"label": _("Mở danh sách"), "href": href},
    }


def _listing_lines(request: Request, found: list[Duty]) -> list[Line]:
    by_id = {each.treatment_id: each for each in treatments.unlisted_treatments(request.uow.session)}
    names = opened_by_id(request, [by_id[duty.record_id].patient_id for duty in found])
    lines = []
    for duty in found:
        treatment = by_id[duty.record_id]
        lines.append(
            {
                "who": names[treatment.patient_id].full_name,
                "duty": _(
                    "Đưa vào danh sách quản lý tại phường, xã · điều trị tại: %(facility)s",
                    facility=label(OST_FACILITIES, treatment.facility_code),
                ),
                "due": duty.due_on,
                "ground": LISTING_GROUND,
                "href": f"/treatments/{duty.record_id}",
                "action": _action(
                    request, "ost.write", _("Đưa vào danh sách"), f"/treatments/{duty.record_id}/listing"
                ),
            }
        )
    return lines


def _unknown_line(request: Request, duty: Duty) -> Line:
    return {
        "who": _("%(count)s người trong diện quản lý chưa có hồ sơ tại Trạm", count=duty.quantity),
        "duty": _(
            "Đề nghị Công an cấp xã giới thiệu đến Trạm; khi họ đến, mở hồ sơ bằng số định danh thì hệ thống tự khớp"
        ),
        "due": None,
        "ground": COUNSELLING_GROUND,
        "action": _action(request, "patient.write", _("Mở hồ sơ"), "/patients/new"),
    }


def _kit_lines(request: Request) -> list[Line]:
    session = request.uow.session
    lots = {lot.lot_id: lot for lot in kits.lots(session, with_stock=True)}
    products = {product.product_code: product for product in kits.products(session)}
    lines = []
    for duty in duties.kit_duties(session, request.today):
        if duty.kind == duties.RESTOCK:
            lines.append(_restock_line(request, products[duty.record_id], duty))
        else:
            lines.append(_expiry_line(request, lots[duty.record_id], products[lots[duty.record_id].product_code], duty))
    return lines


def _restock_line(request: Request, product: Any, duty: Duty) -> Line:
    return {
        "who": product.name,
        "duty": _(
            "Nhập thêm: còn dùng được %(count)s test, tối thiểu %(least)s",
            count=duty.quantity,
            least=product.minimum_stock,
        ),
        "due": duty.due_on,
        "ground": STOCK_GROUND,
        "href": f"/kits/products/{product.product_code}",
        "action": _action(request, "kit.write", _("Nhập kho"), f"/kits/receive?product={product.product_code}"),
    }


def _expiry_line(request: Request, lot: Any, product: Any, duty: Duty) -> Line:
    expired = duty.kind == duties.DISCARD
    return {
        "who": _("Lô %(lot)s · %(product)s", lot=lot.lot_number, product=product.name),
        "duty": _("Hủy %(count)s test đã hết hạn", count=duty.quantity)
        if expired
        else _("Dùng trước: %(count)s test sắp hết hạn", count=duty.quantity),
        "due": duty.due_on,
        "ground": STOCK_GROUND,
        "href": f"/kits/lots/{lot.lot_id}",
        "action": _action(request, "kit.write", _("Ghi hủy"), f"/kits/lots/{lot.lot_id}/discard")
        if expired
        else _action(request, "kit.use", _("Ghi xuất dùng"), f"/kits/lots/{lot.lot_id}/use"),
    }


def _training_lines(request: Request) -> list[Line]:
    session = request.uow.session
    found = duties.training_duties(session, request.today)
    names = training.staff_names(session, request.uow.vault) if found else {}
    courses = {course.course_id: course for _place, course in training.unanswered_places(session, request.today)}
    return [
        {
            "who": names[duty.staff_id],
            "duty": _("Ghi kết quả tham dự lớp «%(course)s»", course=courses[duty.record_id].name),
            "due": duty.due_on,
            "ground": TRAINING_GROUND,
            "href": f"/training/courses/{duty.record_id}",
            "action": _action(
                request,
                "training.write",
                _("Ghi kết quả"),
                f"/training/courses/{duty.record_id}/attendance/{duty.staff_id}",
            ),
        }
        for duty in found
    ]


def _people_totals(request: Request) -> list[Line]:
    window = quarter_window(request.today)
    reached = counselling.coverage(request.uow.session, window, request.today)
    return [
        {
            "label": _(
                "người được tư vấn trong quý %(quarter)s/%(year)s", quarter=window.quarter, year=str(window.year)
            ),
            "value": f"{reached.done}/{len(reached.wanted)}",
            "href": "/patients?show=uncounselled",
        },
        {
            "label": _("người đang điều trị thay thế"),
            "value": treatments.treatments(only_open=True).count(request.uow.session),
            "href": "/treatments",
        },
    ]


def _kit_totals(request: Request) -> list[Line]:
    usable = sum(each.usable for each in kits.stock(request.uow.session, request.today))
    return [{"label": _("test còn dùng được trong kho"), "value": usable, "href": "/kits"}]


def _action(request: Request, may: str, words: str, href: str) -> Line | None:
    return {"label": words, "href": href} if request.may(may) else None


def _grouped(lines: Iterable[Line], today: date) -> list[dict[str, Any]]:
    """Put each line into the group of its due day; within a group the most urgent first."""
    groups: dict[str, list[Line]] = {"overdue": [], "day": [], "week": [], "later": [], "waiting": []}
    for line in lines:
        groups[_urgency(_day(line["due"]), today)].append(line)
    return [
        {
            "key": key,
            "title": _("Sắp tới") if key == "later" else None,
            "items": sorted(found, key=lambda line: _day(line["due"]) or date.max),
        }
        for key, found in groups.items()
    ]


def _day(due: date | None) -> date | None:
    """Return the day of a due time; a deadline that runs in hours has a moment."""
    return due.astimezone(LOCAL_ZONE).date() if isinstance(due, datetime) else due


def _urgency(due: date | None, today: date) -> str:
    if due is None:
        return "waiting"
    if due < today:
        return "overdue"
    if due == today:
        return "day"
    return "week" if due <= today + A_WEEK else "later"
