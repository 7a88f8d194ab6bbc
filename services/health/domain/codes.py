"""The words behind the codes that the station writes, in the order in which forms offer them."""

from collections.abc import Mapping

from chassis.i18n import _

SEXES: Mapping[str, str] = {"MALE": _("Nam"), "FEMALE": _("Nữ")}

COUNSELLING_KINDS: Mapping[str, str] = {
    "Y_TE": _("Y tế"),
    "TAM_LY": _("Tâm lý"),
    "XA_HOI": _("Xã hội"),
    "PHAP_LY": _("Pháp lý"),
    "HIV": _("HIV (chỉ lưu tại Trạm)"),
}

COUNSELLED_GROUPS: Mapping[str, str] = {
    "NGUOI_SDTP": _("Người sử dụng trái phép chất ma túy"),
    "OST": _("Người điều trị thay thế (Methadone)"),
    "CAI_NGHIEN": _("Người đang cai nghiện"),
    "SAU_CAI": _("Người sau cai nghiện"),
}

OST_ENDINGS: Mapping[str, str] = {
    "COMPLETED": _("Hoàn thành điều trị"),
    "TERMINATED": _("Chấm dứt điều trị"),
    "TRANSFERRED": _("Chuyển cơ sở điều trị"),
    "LEFT": _("Tự bỏ điều trị"),
    "DECEASED": _("Đã mất"),
}

OST_FACILITIES: Mapping[str, str] = {
    "CS_METHADONE_01": _("Cơ sở điều trị Methadone của tỉnh, thành phố"),
    "CS_METHADONE_02": _("Cơ sở điều trị Methadone khu vực"),
    "DIEM_CAP_PHAT": _("Điểm cấp phát thuốc tại Trạm Y tế"),
    "CS_KHAC": _("Cơ sở khác"),
}

PANELS: Mapping[str, str] = {
    "MOR": _("Morphin, heroin (MOR)"),
    "MET": _("Methamphetamin (MET)"),
    "AMP": _("Amphetamin (AMP)"),
    "MDMA": _("MDMA"),
    "THC": _("Cần sa (THC)"),
    "KET": _("Ketamin (KET)"),
    "BZO": _("Benzodiazepin (BZO)"),
    "COC": _("Cocain (COC)"),
}

SUBSTANCES: Mapping[str, str] = {
    "HEROINE": _("Heroin"),
    "AMPHETAMINE_METHAMPHETAMINE": _("Amphetamin, methamphetamin"),
    "KETAMINE": _("Ketamin"),
    "CAN_SA": _("Cần sa"),
    "COCAIN": _("Cocain"),
    "THUOC_PHIEN": _("Thuốc phiện"),
    "KHAC": _("Chất khác"),
}
"""What the registry says was found in a test."""

DISCARD_REASONS: Mapping[str, str] = {
    "EXPIRED": _("Hết hạn dùng"),
    "DAMAGED": _("Hư hỏng"),
    "LOST": _("Thất lạc"),
    "RECALLED": _("Bị thu hồi"),
    "TRANSFERRED": _("Chuyển nơi khác"),
}

MOVES: Mapping[str, str] = {
    "RECEIVED": _("Nhập kho"),
    "USED": _("Xuất dùng"),
    "DISCARDED": _("Hủy, loại khỏi kho"),
}

POSITIONS: Mapping[str, str] = {
    "BAC_SI": _("Bác sĩ"),
    "Y_SI": _("Y sĩ"),
    "DIEU_DUONG": _("Điều dưỡng"),
    "HO_SINH": _("Hộ sinh"),
    "DUOC_SI": _("Dược sĩ"),
    "DAN_SO": _("Dân số"),
    "KHAC": _("Vị trí khác"),
}

STAGES: Mapping[str, str] = {
    "IN_EXAMINATION": _("Đang khám"),
    "TO_OBSERVE": _("Cần theo dõi thêm"),
    "IN_OBSERVATION": _("Đang theo dõi"),
    "TO_CONCLUDE": _("Chờ kết luận"),
    "FOR_SIGNATURE": _("Chờ ký"),
    "FOR_APPROVAL": _("Chờ duyệt"),
    "CONCLUDED": _("Đã có kết quả, chưa trả đủ"),
    "RETURNED": _("Đã trả kết quả"),
    "CANCELLED": _("Đã dừng"),
}

REQUESTERS: Mapping[str, str] = {
    "POLICE": _("Công an cấp xã"),
    "INVESTIGATOR": _("Cơ quan điều tra"),
    "PERSON": _("Người tự đề nghị"),
}

CRITERION_MARKS: Mapping[str, str] = {
    "NO": _("Không có"),
    "MONTH": _("Có, từ 01 tháng trở lên"),
    "REPEATED": _("Có, ngắn hơn 01 tháng nhưng lặp lại trong 12 tháng"),
    "SHORTER": _("Có, ngắn hơn và không lặp lại"),
}

QUALIFICATIONS: Mapping[str, str] = {
    "TAM_THAN": _("Bác sĩ chuyên khoa tâm thần"),
    "DA_KHOA": _("Bác sĩ đa khoa"),
    "NOI": _("Bác sĩ nội khoa"),
    "YHCT": _("Bác sĩ y học cổ truyền"),
    "YHGD": _("Bác sĩ y học gia đình (từ 01/7/2026)"),
}

OUTCOMES: Mapping[str, str] = {
    "ADDICTED": _("Có nghiện ma túy"),
    "NOT_ADDICTED": _("Không nghiện ma túy"),
    "INCONCLUSIVE": _("Chưa kết luận được"),
}
CONCLUSIONS: Mapping[str, str] = {code: OUTCOMES[code] for code in ("ADDICTED", "NOT_ADDICTED")}

OBSERVATION_SHEETS: Mapping[str, str] = {
    "OPIOID": _("Chất dạng thuốc phiện (Phụ lục 4)"),
    "STIMULANT": _("Chất kích thích dạng Amphetamine (Phụ lục 5)"),
    "CANNABIS": _("Cần sa (Phụ lục 6)"),
}

RECIPIENTS: Mapping[str, str] = {
    "REQUESTER": _("Cơ quan đề nghị"),
    "PERSON": _("Người được xác định"),
    "PARENTS": _("Cha, mẹ hoặc người giám hộ"),
}

NO_RESULT_REASONS: Mapping[str, str] = {
    "NOT_COME": _("Người được xác định không đến"),
    "LEFT": _("Người được xác định bỏ về, không hợp tác"),
    "WITHDRAWN": _("Đề nghị đã được rút"),
    "TRANSFERRED": _("Chuyển nơi khác xác định"),
    "DECEASED": _("Đã mất"),
}

ROLES: Mapping[str, str] = {
    "TYT_HEAD": _("Trưởng Trạm Y tế"),
    "TYT_DOCTOR": _("Bác sĩ, y sĩ"),
    "TYT_COUNSELLOR": _("Cán bộ tư vấn"),
    "TYT_STORE": _("Thủ kho"),
    "DPO_AUDIT": _("Người giám sát dữ liệu cá nhân"),
    "SYSADMIN": _("Quản trị hệ thống"),
}


def label(words: Mapping[str, str], code: str | None) -> str:
    """Return the word behind a code; an unknown code, entered by an older or another program, stands for itself."""
    return str(words.get(code, code)) if code else ""
