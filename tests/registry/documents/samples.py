"""A made-up person and the facts of every form: all that each needs, dates in November 2026."""

from datetime import date, datetime
from typing import Any

from chassis.clock import LOCAL_ZONE
from services.registry import documents

SIGNER = "Trần Thị Bích Hằng"
PERSON: dict[str, Any] = {
    "full_name": "Nguyễn Đức Ánh",
    "other_name": "Ưỡng",
    "sex": "MALE",
    "birth_date": "1990-05-01",
    "ethnic_group": "KINH",
    "nationality": "Việt Nam",
    "id_type": "CCCD",
    "id_number": "027090001234",
    "id_issued_on": date(2021, 2, 3),
    "id_issued_by": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    "permanent_address": "Số 5 phố Hoa Lan, tổ dân phố Cẩm Giang",
    "temporary_address": "Số 12 ngõ 4 đường Lý Thái Tổ",
    "current_abode": "Số 12 ngõ 4 đường Lý Thái Tổ",
    "birth_place": "Phường Đồng Nguyên",
    "home_town": "Phường Từ Sơn",
    "education": "THPT",
    "occupation": "Thợ mộc",
    "workplace": "Xưởng gỗ Đồng Kỵ",
    "phone": "0912345678",
    "father_name": "Nguyễn Văn Trưởng",
    "mother_name": "Lê Thị Huyền",
    "spouse_name": "Phạm Thị Quỳnh",
    "children_names": "Nguyễn Gia Hưng, Nguyễn Bảo Ngọc",
}
FACTS: dict[str, Any] = {
    "tested_on": date(2026, 11, 4),
    "taken_at": datetime(2026, 11, 4, 8, 0, tzinfo=LOCAL_ZONE),
    "sample": "NUOC_TIEU",
    "test_method": "Que thử nhanh",
    "result": "POSITIVE",
    "substances": ["HEROINE", "AMPHETAMINE_METHAMPHETAMINE"],
    "test_ground": "A",
    "tester_name": "Đỗ Thị Mỹ",
    "detected_at": datetime(2026, 11, 3, 16, 0, tzinfo=LOCAL_ZONE),
    "detected_place": "Tổ dân phố Cẩm Giang",
    "stability": "STABLE",
    "enclosures": "Bản tường trình",
    "recipient": "Trưởng Công an phường Từ Sơn",
    "starts_on": date(2026, 11, 5),
    "ends_on": date(2027, 11, 5),
    "term": "01 năm",
    "decision_number": "07/QĐ-CAP",
    "decision_on": date(2026, 7, 5),
    "effective_on": date(2026, 11, 5),
    "reason": "ADDICTED",
    "reason_text": "bị phát hiện sử dụng trái phép chất ma túy trong thời gian cai nghiện tự nguyện",
    "left_on": date(2026, 11, 2),
    "new_residence": "Phường Từ Sơn",
    "detained_on": date(2026, 11, 1),
    "detention_body": "Cơ quan Cảnh sát điều tra",
    "venue": "HOME_COMMUNITY",
    "sequence": "lần đầu",
    "substance_used": "Heroin",
    "determined_on": date(2026, 10, 30),
    "determination_number": "12",
    "received_at": datetime(2026, 11, 5, 9, 30, tzinfo=LOCAL_ZONE),
    "officer_name": "Hoàng Quốc Việt",
    "helper_name": "Vũ Thị Thủy",
    "helper_position": "Hội Liên hiệp phụ nữ phường",
    "completed_on": date(2026, 12, 5),
    "stage_text": "05 giai đoạn",
    "measure_text": "cai nghiện ma túy tự nguyện tại gia đình, cộng đồng",
    "life_summary": "Tốt nghiệp trung học phổ thông năm 2008; làm nghề mộc từ năm 2009 đến nay tại địa phương.",
    "use_history": "Sử dụng lần đầu năm 2019; đã cai nghiện tự nguyện 01 lần năm 2022.",
    "sanctions": "Không",
    "happened_at": datetime(2026, 11, 5, 14, 15, tzinfo=LOCAL_ZONE),
    "happened_place": "trụ sở Công an phường Đồng Nguyên",
    "breach": "REUSE",
    "breach_text": "Ngày 04/11/2026, kết quả xét nghiệm nước tiểu dương tính với heroin.",
    "breach_on": date(2026, 11, 4),
    "statement": "Đồng ý với nội dung biên bản",
    "witness_name": "Ngô Văn Hòa",
    "served_on": date(2026, 11, 5),
    "read_until": date(2026, 11, 10),
    "read_place": "trụ sở Công an phường Đồng Nguyên",
    "court": "Tòa án nhân dân khu vực 1 - Bắc Ninh",
    "monitored_group": "HOME_COMMUNITY",
    "proposal_number": "03/ĐN-QLSC",
    "proposal_on": date(2026, 11, 3),
    "members": [
        {"full_name": "Trần Văn Tùng", "position": "Phó Trưởng Công an phường", "role": "Tổ trưởng"},
        {"full_name": "Đặng Thị Hường", "position": "Trạm Y tế phường", "role": "Tổ phó"},
        {"full_name": "Bùi Quang Vũ", "position": "Bí thư Đoàn thanh niên phường", "role": "Thành viên"},
    ],
    "people": [
        {
            "full_name": f"NGUYỄN VĂN ẢNH {count}",
            "birth_date": "01/05/1990",
            "sex": "Nam",
            "residence": "Số 5 phố Hoa Lan, tổ dân phố Cẩm Giang",
            "decision": "07/QĐ-CAP, 05/7/2026",
            "determined_on": "30/10/2026",
            "measure": "Cai nghiện tại gia đình",
            "term": "05/7/2026 - 05/7/2027",
            "id_number": "027090001234",
            "registered_at": "Số 5 phố Hoa Lan, tổ dân phố Cẩm Giang",
            "current_abode": "Số 5 phố Hoa Lan",
            "substances": "Hê-rô-in",
            "in_on": "05/07/2026",
            "ends_on": "05/07/2027",
            "standing": "",
            "whereabouts": "Ngoài xã hội",
            "note": "",
        }
        for count in range(1, 31)
    ],
    "as_of": date(2026, 11, 5),
    "present": 30,
    "left": 2,
    "period_from": date(2025, 12, 15),
    "case_ground": "C",
    "annulled_number": "04/QĐ-CAP",
    "annulled_on": date(2026, 11, 1),
    "annulled_name": "Quyết định quản lý người sử dụng trái phép chất ma túy",
}


def facts_for(form_code: str) -> dict[str, Any]:
    """Return the facts for one form; a facility is named where it signs, or where it takes somebody in."""
    named = form_code in {"ND163_PL5_M51", "ND163_PL5_M32"}
    return FACTS | ({"facility_name": "Cơ sở cai nghiện số 1"} if named else {})


def data_for(form_code: str, unit: str = "09385", **facts: Any) -> dict[str, Any]:
    """Return what one form asks, complete."""
    return documents.context_for(PERSON, facts_for(form_code) | facts, unit)
