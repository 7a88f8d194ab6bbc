"""What the other books may hold: their codes in the words of the law, and the rules between days, counts and amounts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from chassis.errors import NotUnderstood, RuleBroken
from chassis.i18n import _

# -- codes ---------------------------------------------------------------------------------------------------------------------

STABLE = "STABLE"
RESIDENCE_KINDS: Mapping[str, str] = {
    "THUONG_TRU": _("Thường trú"),
    "TAM_TRU": _("Tạm trú"),
    "NOI_O": _("Nơi ở hiện tại"),
}
STABILITY: Mapping[str, str] = {
    STABLE: _("Ổn định (khoản 2 Điều 58 Nghị định 163/2026/NĐ-CP)"),
    "A": _("Không ổn định: đã đăng ký nhưng không ở đó, không rõ đang ở đâu (điểm a khoản 3 Điều 58)"),
    "B": _("Không ổn định: gia đình không biết và cơ sở dữ liệu không xác định được (điểm b khoản 3 Điều 58)"),
    "C": _("Không ổn định: không có thường trú, tạm trú và ở nơi hiện tại dưới 30 ngày (điểm c khoản 3 Điều 58)"),
}
CHECK_OUTCOMES: Mapping[str, str] = {
    "PRESENT": _("Có mặt"),
    "ABSENT": _("Vắng mặt"),
    "MOVED": _("Đã chuyển đi"),
    "UNKNOWN": _("Không rõ"),
}
TEAM_KINDS: Mapping[str, str] = {"QUAN_LY": _("Tổ quản lý"), "HO_TRO": _("Tổ quản lý, hỗ trợ")}
MEMBER_ROLES: Mapping[str, str] = {"TO_TRUONG": _("Tổ trưởng"), "TO_PHO": _("Tổ phó"), "TO_VIEN": _("Tổ viên")}
TEAM, HELPER = "TEAM", "HELPER"
VISIT_KINDS: Mapping[str, str] = {
    "THAM_HOI": _("Gặp gỡ, thăm hỏi"),
    "TU_VAN": _("Tư vấn"),
    "HO_TRO": _("Hỗ trợ việc cụ thể"),
    "HOP_TO": _("Họp tổ quản lý, hỗ trợ"),
}
NEEDS: Mapping[str, str] = {
    "DAY_NGHE": _("Học nghề"),
    "VIEC_LAM": _("Việc làm"),
    "VAY_VON": _("Vay vốn"),
    "TRO_GIUP_PHAP_LY": _("Trợ giúp pháp lý"),
    "Y_TE": _("Y tế"),
    "TAM_LY": _("Tâm lý"),
    "HOC_VAN_HOA": _("Học văn hoá"),
}
VISIT_OUTCOMES: Mapping[str, str] = {
    "DONE": _("Đã hỗ trợ"),
    "REFERRED": _("Đã giới thiệu nơi khác"),
    "DECLINED": _("Người được hỗ trợ từ chối"),
    "NOT_MET": _("Không gặp được"),
}
PROGRESS: Mapping[str, str] = {
    "TOT": _("Tốt"),
    "KHA": _("Khá"),
    "TRUNG_BINH": _("Trung bình"),
    "YEU": _("Yếu"),
}
HOTSPOT_KINDS: Mapping[str, str] = {
    "PLACE": _("Điểm cố định"),
    "AREA": _("Tụ điểm ngoài trời, khu vực"),
    "VEHICLE": _("Phương tiện"),
}
TALLY_KINDS: Mapping[str, str] = {
    "OFFENCE": _("Vụ vi phạm được phát hiện"),
    "FINE": _("Quyết định xử phạt hành chính"),
    "TIP_RECEIVED": _("Tin báo, tố giác nhận được"),
    "TIP_SETTLED_IN_TIME": _("Tin báo, tố giác giải quyết đúng hạn"),
}
LISTS: Mapping[str, str] = {
    "L1": _("Danh sách người sử dụng trái phép"),
    "L2": _("Danh sách người nghiện"),
    "L3": _("Danh sách người sau cai"),
}
WHEREABOUTS: Mapping[str, str] = {
    "AT_LARGE": _("Ngoài xã hội"),
    "IN_FACILITY": _("Trong cơ sở"),
    "DETAINED": _("Bị tạm giữ, tạm giam, phạt tù"),
}

# -- residences ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Days from the first to the last, both counted; without a last day it goes on."""

    first: date
    last: date | None

    def meets(self, other: "Interval") -> bool:
        """Tell whether a day belongs to both."""
        return self.first <= (other.last or date.max) and other.first <= (self.last or date.max)


def check_residence(interval: Interval, others: Iterable[Interval], *, verified_on: date, today: date) -> None:
    """One residence of a kind at a time, and nothing that was verified before it began. Raises NotUnderstood, RuleBroken."""
    check_order(interval.first, interval.last, field="valid_to", label=_("Đến ngày"))
    if verified_on > today:
        raise NotUnderstood(_("Ngày xác minh: chưa đến ngày này."), field="verified_on")
    for other in others:
        if interval.meets(other):
            raise RuleBroken(
                _(
                    "Từ ngày: đã có một nơi cư trú cùng loại từ %(since)s; hãy ghi ngày kết thúc của nơi đó trước.",
                    since=f"{other.first:%d/%m/%Y}",
                ),
                field="valid_from",
            )


def check_order(first: date, last: date | None, *, field: str, label: str) -> None:
    """An end does not come before its beginning. Raises NotUnderstood."""
    if last is not None and last < first:
        raise NotUnderstood(
            _("%(label)s: không thể trước ngày %(first)s.", label=label, first=f"{first:%d/%m/%Y}"), field=field
        )


def commune_of(asked: str | None, elsewhere: str | None, own: str, known: Collection[str]) -> str:
    """Return the commune that was meant: by its code, from the list, or the own one. Raises NotUnderstood."""
    if elsewhere and elsewhere not in known:
        raise NotUnderstood(_("Mã xã ngoài tỉnh: không có xã, phường mang mã này."), field="elsewhere_code")
    return elsewhere or asked or own


# -- checks --------------------------------------------------------------------------------------------------------------------


def month_of(day: date) -> Interval:
    """Return the calendar month of a day."""
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Interval(first=day.replace(day=1), last=following - timedelta(days=1))


# -- amounts -------------------------------------------------------------------------------------------------------------------

LARGEST_AREA = Decimal(10_000_000)


def square_decimetres(square_metres: Decimal | None, *, field: str) -> int:
    """Return an area in whole square decimetres: 12,34 m² are 1234. Raises NotUnderstood for more than two decimals."""
    hundredfold = (square_metres or Decimal(0)) * 100
    if hundredfold != hundredfold.to_integral_value() or not 0 <= hundredfold <= LARGEST_AREA * 100:
        raise NotUnderstood(_("Diện tích: hãy ghi số mét vuông với nhiều nhất hai chữ số lẻ."), field=field)
    return int(hundredfold)


def square_metres(decimetres: int) -> Decimal:
    """Return an area as it is said: 1234 dm² are 12.34 m²."""
    return Decimal(decimetres) / 100


def check_destroyed(*, found: tuple[int, int], destroyed: tuple[int, int]) -> None:
    """Only what was found can be destroyed. Raises NotUnderstood."""
    for amount, limit, field in zip(destroyed, found, ("destroyed_plants", "destroyed_area"), strict=True):
        if amount > limit:
            raise NotUnderstood(_("Số đã triệt phá: không thể nhiều hơn số đã phát hiện."), field=field)


# -- years ---------------------------------------------------------------------------------------------------------------------

CUT_OFF_MONTH, CUT_OFF_DAY = 12, 14


def classification_year(year: int) -> Interval:
    """Return the window of decision 28/2025 article 7: from 15/12 of the year before to 14/12."""
    return Interval(first=date(year - 1, CUT_OFF_MONTH, CUT_OFF_DAY + 1), last=date(year, CUT_OFF_MONTH, CUT_OFF_DAY))


def year_of_classification(day: date) -> int:
    """Return the year whose window holds a day: 15/12/2025 belongs to 2026."""
    return day.year + ((day.month, day.day) > (CUT_OFF_MONTH, CUT_OFF_DAY))
