"""Handing out lists: which lists there are, and for what they may leave the register (domain.md §8.2 points 3, 4 and 9)."""

from collections.abc import Mapping

from chassis.errors import NotUnderstood
from chassis.i18n import _

SEARCHED = "SEARCH"
DISCLOSED_LISTS: Mapping[str, str] = {
    "L1": _("Người sử dụng trái phép chất ma túy đang quản lý"),
    "L2": _("Người nghiện ma túy"),
    "L3": _("Người đang bị quản lý sau cai nghiện"),
    SEARCHED: _("Kết quả tìm trong sổ"),
}
DISCLOSED_TRACKS = {"L1": "A", "L2": "C", "L3": "G"}
DISCLOSURE_PURPOSES: Mapping[str, str] = {
    "MANAGE_USER": _("Quản lý người sử dụng trái phép chất ma túy"),
    "DETERMINATION": _("Xác định tình trạng nghiện"),
    "REHAB": _("Cai nghiện"),
    "POST_REHAB": _("Quản lý sau cai nghiện"),
    "OST": _("Điều trị bằng thuốc thay thế"),
    "STATISTICS": _("Thống kê"),
    "INSPECTION": _("Thanh tra, kiểm tra"),
    "DSR": _("Yêu cầu của chính người trong danh sách"),
}
FILE_KINDS: Mapping[str, str] = {"xlsx": _("Bảng tính (.xlsx)"), "csv": _("Văn bản phân cách (.csv)")}


def check_disclosure(*, list_code: str, asked: str | None, with_minors: bool, minors_reason: str | None) -> None:
    """A search needs its words, and minors a reason of their own. Raises NotUnderstood."""
    if list_code == SEARCHED and not (asked or "").strip():
        raise NotUnderstood(_("Từ tìm: hãy ghi tên hoặc số giấy tờ cần tìm."), field="asked")
    if list_code != SEARCHED and asked:
        raise NotUnderstood(_("Từ tìm: chỉ ghi khi chọn «Kết quả tìm trong sổ»."), field="asked")
    if with_minors and not (minors_reason or "").strip():
        raise NotUnderstood(
            _("Lý do gồm cả người chưa đủ 18 tuổi: hãy ghi lý do, hoặc bỏ chọn ô trên."), field="minors_reason"
        )
