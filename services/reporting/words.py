"""The words in which pages say the codes of reporting: agencies, kinds of events, members of a breakdown."""

from collections.abc import Mapping

from chassis.i18n import _, current_locale
from services.reporting.periods import Words

AGENCIES: Mapping[str, str] = {
    "registry": _("Công an"),
    "health": _("Trạm Y tế"),
    "campaigns": _("Văn hóa - Xã hội"),
    "reporting": _("Ủy ban nhân dân"),
}
FAMILIES: Mapping[str, str] = {
    "REG": _("Quản lý người sử dụng trái phép chất ma túy"),
    "HLT": _("Y tế"),
    "CAM": _("Tuyên truyền, hỗ trợ xã hội"),
    "RPT": _("Báo cáo"),
}
DIMENSIONS: Mapping[str, str] = {
    "sex": _("Giới tính"),
    "age_band": _("Nhóm tuổi"),
    "ethnic_group": _("Dân tộc"),
    "kind": _("Loại"),
    "place": _("Địa bàn"),
    "end_reason": _("Lý do"),
    "measure": _("Hình thức"),
    "regime": _("Chế độ pháp luật"),
    "product_code": _("Loại test"),
}
COMPARATORS: Mapping[str, str] = {">": ">", ">=": "≥", "=": "=", "<=": "≤", "<": "<"}
EVENTS: Mapping[str, str] = {
    "registry.person.registered.v1": _("Ghi nhận người vào sổ"),
    "registry.person.corrected.v1": _("Sửa thông tin người"),
    "registry.test_result.recorded.v1": _("Kết quả xét nghiệm"),
    "registry.user_management.decided.v1": _("Quyết định quản lý"),
    "registry.user_management.stopped.v1": _("Dừng quản lý"),
    "registry.user_management.ended.v1": _("Chấm dứt quản lý"),
    "health.ost_treatment.admitted.v1": _("Nhận vào điều trị thay thế"),
    "health.ost_treatment.listed.v1": _("Đưa vào danh sách quản lý của phường"),
    "health.ost_treatment.ended.v1": _("Kết thúc điều trị thay thế"),
    "health.counselling.held.v1": _("Lượt tư vấn"),
    "health.test_kit.received.v1": _("Nhập test"),
    "health.test_kit.used.v1": _("Dùng test"),
    "health.test_kit.discarded.v1": _("Hủy test"),
    "health.training.required.v1": _("Cử đi tập huấn"),
    "health.training.attended.v1": _("Tham dự tập huấn"),
    "campaigns.place.registered.v1": _("Ghi nhận địa bàn"),
    "campaigns.place.closed.v1": _("Giải thể địa bàn"),
    "campaigns.campaign.opened.v1": _("Lập đợt tuyên truyền"),
    "campaigns.activity.planned.v1": _("Lên kế hoạch hoạt động"),
    "campaigns.activity.delivered.v1": _("Thực hiện hoạt động"),
    "campaigns.activity.verified.v1": _("Xác nhận hoạt động"),
    "campaigns.activity.cancelled.v1": _("Hủy hoạt động"),
    "campaigns.support_case.opened.v1": _("Mở hồ sơ hỗ trợ"),
    "campaigns.support_case.closed.v1": _("Kết thúc hỗ trợ"),
}
MEMBERS: Mapping[str, str] = {
    "MALE": _("Nam"),
    "FEMALE": _("Nữ"),
    "KINH": _("Kinh"),
    "KHAC": _("Dân tộc khác"),
    "UNKNOWN": _("Chưa rõ"),
    "UNDER_14": _("Dưới 14 tuổi"),
    "14_15": _("14–15 tuổi"),
    "16_17": _("16–17 tuổi"),
    "18_29": _("18–29 tuổi"),
    "FROM_30": _("Từ 30 tuổi"),
    "TERM_ENDED": _("Hết thời hạn quản lý"),
    "CSGD_TRUONG_GD": _("Bị đưa vào cơ sở giáo dục bắt buộc, trường giáo dưỡng hoặc bị xử lý chuyển hướng"),
    "GIAO_DUC_TAI_XA": _("Bị áp dụng biện pháp giáo dục tại xã, phường, thị trấn"),
    "DEAD_OR_MISSING": _("Chết, hoặc bị tuyên bố chết hay mất tích"),
    "DETENTION_EXCEEDS": _("Thời gian tạm giữ, tạm giam dài hơn thời hạn quản lý còn lại"),
    "ADDICTED": _("Được xác định là người nghiện ma túy"),
    "PRISON": _("Phải chấp hành án phạt tù"),
    "TUYEN_TRUYEN_TRUC_TIEP": _("Tuyên truyền trực tiếp"),
    "SINH_HOAT_LONG_GHEP": _("Sinh hoạt lồng ghép"),
    "TRUYEN_THANH": _("Phát thanh"),
    "TIN_BAI": _("Tin, bài"),
    "PHONG_SU": _("Phóng sự"),
    "BAI_MXH": _("Bài trên mạng xã hội"),
    "TO_ROI": _("Phát tờ rơi, tờ gấp"),
    "BANG_RON_PANO": _("Băng rôn, pa-nô"),
    "MIT_TINH_DIEU_HANH": _("Mít tinh, diễu hành"),
    "TAP_HUAN": _("Tập huấn"),
    "CHIEU_PHIM": _("Chiếu phim"),
    "THI_TIM_HIEU": _("Thi tìm hiểu"),
    "KY_CAM_KET": _("Ký cam kết"),
    "KIEM_TRA": _("Kiểm tra"),
    "news_items": _("Tin"),
    "articles": _("Bài"),
    "photos": _("Ảnh"),
    "reportages": _("Phóng sự"),
}


def said(words: Words) -> str:
    """Return the words in the language of the page."""
    return words.en if current_locale() == "en" else words.vi
