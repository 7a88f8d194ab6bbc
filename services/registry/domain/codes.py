"""The codes that the registry's records hold, each with the words of the law or the form."""

from collections.abc import Mapping

from chassis.i18n import _

POSITIVE, NEGATIVE = "POSITIVE", "NEGATIVE"
URINE = "NUOC_TIEU"
NO_PAPERS = "NONE"

ROLES: Mapping[str, str] = {
    "CA_CHIEF": _("Trưởng Công an cấp xã"),
    "CA_DEPUTY": _("Phó Trưởng Công an cấp xã"),
    "CA_OFFICER": _("Cán bộ Công an cấp xã"),
    "UB_CHAIR": _("Chủ tịch Ủy ban nhân dân cấp xã"),
    "UB_VICE": _("Phó Chủ tịch Ủy ban nhân dân cấp xã"),
    "VHXH": _("Phòng Văn hóa - Xã hội cấp xã"),
    "HELPER": _("Người được phân công quản lý, hỗ trợ"),
    "PROV_CA": _("Công an cấp tỉnh"),
    "DPO_AUDIT": _("Cán bộ giám sát dữ liệu cá nhân"),
    "SYSADMIN": _("Quản trị hệ thống"),
}
SIGNERS: Mapping[str, str] = {role: ROLES[role] for role in ("CA_CHIEF", "CA_DEPUTY", "UB_CHAIR", "UB_VICE")}
# Bodies of the law that sign and have no account here: their papers come in and are entered.
OUTSIDE_SIGNERS: Mapping[str, str] = {
    "COURT_DISTRICT": _("Tòa án nhân dân cấp huyện"),
    "COURT_REGION": _("Tòa án nhân dân khu vực"),
    "PROVINCE_CA": _("Giám đốc Công an cấp tỉnh"),
    "CA_DISTRICT": _("Công an cấp huyện"),
    "LDTBXH_DISTRICT": _("Trưởng phòng Lao động - Thương binh và Xã hội cấp huyện"),
    "FACILITY_HEAD": _("Người đứng đầu cơ sở"),
    "OST_FACILITY": _("Cơ sở điều trị nghiện bằng thuốc thay thế"),
    "INVESTIGATOR": _("Cơ quan có thẩm quyền điều tra tội phạm về ma túy"),
    "PERSON": _("Người có tên trong văn bản"),
    "PARENT": _("Cha, mẹ hoặc người giám hộ"),
}
DECIDERS: Mapping[str, str] = {**SIGNERS, **OUTSIDE_SIGNERS}

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

CIRCUMSTANCES: Mapping[str, str] = {
    "CRIMINAL_CASE": _("Đang bị xử lý hình sự"),
    "PRISON": _("Đang chấp hành án phạt tù"),
    "CSGD_TRUONG_GD": _("Đang ở cơ sở giáo dục bắt buộc, trường giáo dưỡng hoặc bị xử lý chuyển hướng"),
    "NO_CAPACITY": _("Không có năng lực trách nhiệm hành chính"),
    "PREGNANT": _("Đang mang thai, có chứng nhận"),
    "CHILD_UNDER_36M": _("Đang nuôi con dưới 36 tháng tuổi, có xác nhận"),
    "DECEASED": _("Đã chết"),
    "MISSING": _("Bị tuyên bố mất tích"),
}
