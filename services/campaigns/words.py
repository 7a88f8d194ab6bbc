"""The words in which pages and forms say the codes of campaigns."""

from collections.abc import Mapping

from chassis.i18n import _
from services.campaigns.domain import CANCELLED, DELIVERED, PLANNED, VERIFIED

PLACE_KINDS: Mapping[str, str] = {
    "TDP": _("Tổ dân phố"),
    "THON": _("Thôn"),
    "SCHOOL": _("Trường học"),
    "WORKPLACE": _("Cơ quan, doanh nghiệp"),
}
CAMPAIGN_KINDS: Mapping[str, str] = {
    "THANG_HANH_DONG": _("Tháng hành động phòng, chống ma túy"),
    "NGAY_26_6": _("Ngày toàn dân phòng, chống ma túy 26/6"),
    "THUONG_XUYEN": _("Thường xuyên"),
    "TRUONG_HOC": _("Trường học"),
}
ACTIVITY_KINDS: Mapping[str, str] = {
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
}
ORGANISERS: Mapping[str, str] = {
    "VHXH": _("Phòng Văn hóa - Xã hội"),
    "TTCUDVSNC": _("Trung tâm cung ứng dịch vụ sự nghiệp công"),
    "TDP": _("Tổ dân phố, thôn"),
    "MTTQ": _("Mặt trận Tổ quốc"),
    "DOAN_TN": _("Đoàn Thanh niên"),
    "HOI_PHU_NU": _("Hội Phụ nữ"),
    "HOI_CCB": _("Hội Cựu chiến binh"),
    "HOI_ND": _("Hội Nông dân"),
    "TRUONG_HOC": _("Nhà trường"),
    "CA": _("Công an"),
    "TYT": _("Trạm Y tế"),
}
STATES: Mapping[str, str] = {
    PLANNED: _("Đã lên kế hoạch"),
    DELIVERED: _("Đã thực hiện, chờ xác nhận"),
    VERIFIED: _("Đã xác nhận"),
    CANCELLED: _("Đã hủy"),
}
STATE_LIGHTS: Mapping[str, str] = {PLANNED: "PLANNED", DELIVERED: "WAITING", VERIFIED: "DONE", CANCELLED: "CANCELLED"}
MEASURES: Mapping[str, str] = {
    "sessions": _("Số buổi"),
    "attendances": _("Lượt người dự"),
    "leaflets": _("Tờ rơi, tờ gấp"),
    "news_items": _("Tin"),
    "articles": _("Bài"),
    "photos": _("Ảnh"),
    "reportages": _("Phóng sự"),
    "broadcasts": _("Lượt phát thanh"),
    "posts": _("Bài đăng mạng xã hội"),
    "views": _("Lượt xem"),
    "pupils": _("Học sinh"),
    "workers": _("Người lao động"),
    "households_pledged": _("Hộ ký cam kết"),
}
NEEDS: Mapping[str, str] = {
    "DAY_NGHE": _("Dạy nghề"),
    "VIEC_LAM": _("Việc làm"),
    "VAY_VON": _("Vay vốn"),
    "TRO_GIUP_PHAP_LY": _("Trợ giúp pháp lý"),
    "Y_TE": _("Y tế"),
    "TAM_LY": _("Tâm lý"),
    "HOC_VAN_HOA": _("Học văn hóa"),
}
OUTCOMES: Mapping[str, str] = {
    "SUCCESS": _("Đạt được nhu cầu"),
    "PARTIAL": _("Đạt một phần"),
    "WITHDRAWN": _("Người được hỗ trợ thôi nhận"),
    "FAILED": _("Không đạt"),
}
