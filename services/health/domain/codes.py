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
