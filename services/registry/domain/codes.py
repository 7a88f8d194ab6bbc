"""The codes that the registry's records hold, each with the words of the law or the form."""

from collections.abc import Mapping

from chassis.i18n import _

POSITIVE, NEGATIVE = "POSITIVE", "NEGATIVE"
URINE = "NUOC_TIEU"
NO_PAPERS = "NONE"
MANAGED, STOPPED, ENDED = "MANAGED", "STOPPED", "ENDED"

ROLES: Mapping[str, str] = {
    "CA_CHIEF": _("Trưởng Công an cấp xã"),
    "CA_OFFICER": _("Cán bộ Công an cấp xã"),
    "UB_CHAIR": _("Chủ tịch Ủy ban nhân dân cấp xã"),
    "UB_VICE": _("Phó Chủ tịch Ủy ban nhân dân cấp xã"),
    "DPO_AUDIT": _("Cán bộ giám sát dữ liệu cá nhân"),
    "SYSADMIN": _("Quản trị hệ thống"),
}
SIGNERS: Mapping[str, str] = {role: ROLES[role] for role in ("CA_CHIEF", "UB_CHAIR", "UB_VICE")}

SEXES: Mapping[str, str] = {"MALE": _("Nam"), "FEMALE": _("Nữ")}
ETHNIC_GROUPS: Mapping[str, str] = {"KINH": _("Kinh"), "KHAC": _("Dân tộc khác")}
EDUCATION: Mapping[str, str] = {
    "CHUA_DI_HOC": _("Chưa đi học"),
    "TIEU_HOC": _("Tiểu học"),
    "THCS": _("Trung học cơ sở"),
    "THPT": _("Trung học phổ thông"),
    "DH_CD_TC": _("Đại học, cao đẳng, trung cấp"),
    "SAU_DH": _("Sau đại học"),
}
ID_TYPES: Mapping[str, str] = {
    "CC": _("Thẻ căn cước"),
    "CCCD": _("Căn cước công dân"),
    "VNEID": _("Căn cước điện tử (VNeID)"),
    "KHAI_SINH": _("Giấy khai sinh có số định danh"),
    "CMND": _("Chứng minh nhân dân 9 số"),
    "HC": _("Hộ chiếu"),
    NO_PAPERS: _("Không có giấy tờ"),
}

SAMPLES: Mapping[str, str] = {URINE: _("Nước tiểu"), "MAU": _("Máu"), "KHAC": _("Mẫu khác")}
RESULTS: Mapping[str, str] = {POSITIVE: _("Dương tính"), NEGATIVE: _("Âm tính")}
SUBSTANCES: Mapping[str, str] = {
    "HEROINE": _("Heroin"),
    "AMPHETAMINE_METHAMPHETAMINE": _("Amphetamin, methamphetamin"),
    "KETAMINE": _("Ketamin"),
    "CAN_SA": _("Cần sa"),
    "COCAIN": _("Cocain"),
    "THUOC_PHIEN": _("Thuốc phiện"),
    "KHAC": _("Chất khác"),
}
# The grounds of a test are letters of one clause; the form prints the letter, and so do we.
TEST_GROUNDS: Mapping[str, str] = {
    code: _("Điểm %(letter)s khoản 1 Điều 56 Nghị định 163/2026/NĐ-CP", letter=letter)
    for code, letter in {
        "A": "a", "B": "b", "C": "c", "D": "d", "DD": "đ", "E": "e", "G": "g", "H": "h", "I": "i",
    }.items()
}  # fmt: skip

STOP_REASONS: Mapping[str, str] = {
    "ADDICTED": _("Được xác định là người nghiện ma túy"),
    "CSGD_TRUONG_GD": _("Bị đưa vào cơ sở giáo dục bắt buộc, trường giáo dưỡng hoặc bị xử lý chuyển hướng"),
    "GIAO_DUC_TAI_XA": _("Bị áp dụng biện pháp giáo dục tại xã, phường, thị trấn"),
    "PRISON": _("Phải chấp hành án phạt tù"),
    "DEAD_OR_MISSING": _("Chết, hoặc bị tuyên bố chết hay mất tích"),
    "DETENTION_EXCEEDS": _("Thời gian tạm giữ, tạm giam dài hơn thời hạn quản lý còn lại"),
}

CASE_STATES: Mapping[str, str] = {
    MANAGED: _("Đang quản lý"),
    STOPPED: _("Đã dừng quản lý"),
    ENDED: _("Đã chấm dứt quản lý"),
}
PERSON_STATES: Mapping[str, str] = {
    "MANAGED_USER": _("Đang quản lý người sử dụng trái phép"),
    "DETECTED": _("Có kết quả dương tính, chưa có quyết định"),
    "CLEARED": _("Đã đưa ra khỏi danh sách"),
    "NONE": _("Chưa thuộc diện quản lý"),
}
