"""Canaries: made-up particulars that occur nowhere else, and a search that finds them however they are written."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from chassis.fold import fold
from tests.privacy import books

# Who the police register, as the form's fields; pages ask days as dd/mm/yyyy.
PERSON = {
    "full_name": "Khuỵu Nguệch Đoàn Ưng",
    "other_name": "Tư Xuềnh Xoàng",
    "birth_date": "05/03/1991",
    "ethnic_name": "Khuệch Ưỡng",
    "nationality": "Quạnh Quẽ Quốc",
    "birth_place": "Trạm xá Loẻng Xoẻng",
    "home_town": "Làng Chuệch Choạc",
    "permanent_address": "Số 87 ngõ Nghếch Ngác",
    "temporary_address": "Phòng 913 nhà trọ Huếch Hoác",
    "current_abode": "Lều ven kênh Khấp Khểnh",
    "id_number": "027091739284",
    "id_issued_by": "Cục Nguệch Ngoạc",
    "occupation": "Thợ đẽo guốc Lộc Cộc",
    "workplace": "Xưởng Xập Xệ",
    "phone": "0983517462",
    "social_account": "zalo.nguechngoac.khuyu",
    "father_name": "Khuỵu Loạng Choạng",
    "mother_name": "Đoàn Thị Lếch Thếch",
    "spouse_name": "Ngúng Nguẩy Thị Ươm",
    "children_names": "Khuỵu Tí Tẹo; Khuỵu Lăng Quăng",
}
WITHOUT_PAPERS = {"full_name": "Lủng Lẳng Văn Toòng", "no_id_reason": "Rơi xuống sông Ngoằn Ngoèo"}
TEST = {"kit_lot": "Lô Lấp Lửng 55", "method": "Que thử Lập Loè", "agency": "Tổ tuần tra Lò Dò"}
DECISION = {"signer_name": "Ông Chễm Chệ", "note": "Ở nhờ nhà bà Lụm Khụm"}
VERIFIED = {"note": "Gõ cửa ba lần Lạch Cạch"}
NOTICE = {"from_agency": "Đồn Tập Tễnh", "note": "Thư nhàu Nhúm Nhó"}
CANCELLATION = {"reason_text": "Viết nhầm cho chị Lắt Léo", "signer_name": "Ông Ngất Nghểu"}
ANNULMENT = {"reason": "Nhầm với cô Lúng Liếng"}
RETURNED = {"reason": "Thiếu lời khai của chú Lẩm Cẩm"}
CLOSING = {"signer_name": "Bà Ngất Ngưởng", "note": "Đi biệt xứ Mịt Mùng"}

# Whom the station treats; somebody else, so that every service has canaries of its own.
PATIENT = {
    "personal_number": "027192648173",
    "full_name": "Ngoéo Thị Ngoăn Ngoắt",
    "birth_date": "17/11/1992",
    "address": "Dốc Khúc Khuỷu, xóm Gập Ghềnh",
    "phone": "0376482915",
    "contact_person": "Cậu Lọm Khọm, 0859264731",
}
COUNSELLING = {"note": "Kể chuyện bị Hắt Hủi", "next_step": "Gặp thầy Điềm Đạm"}
HIV = {"note": "Kết quả HIV Dương Dương Tự Đắc", "next_step": "Hẹn phòng khám Khuê Khoắt"}
STAFF = {"full_name": "Y tá Tất Bật", "certificate": "Chứng chỉ Loay Hoay 77"}
RECEPTION = {"companion": "Dì Lảo Đảo", "reception_note": "Đến trong mưa Tầm Tã"}
EXAMINATION = {"drugs": "Cỏ Lạ Loè Loẹt", "examination_note": "Run rẩy Lẩy Bẩy"}
CONCLUSION = {"certificate_number": "Chứng chỉ Ngổn Ngang 91", "conclusion_note": "Xem lại hồ sơ Ngả Nghiêng"}
HANDED_OVER = {"receiver_name": "Thím Tong Tả"}
DETERMINATION = (RECEPTION, EXAMINATION, CONCLUSION, HANDED_OVER)

# What somebody types who does not know better: none of it is kept or told.
WRONG = {"name": "Ễnh Ương Oàm Oạp", "number": "031093847261", "phone": "0712938475", "note": "Nhà cuối ngõ Hun Hút"}


@dataclass(frozen=True)
class Canary:
    """One particular, in each form in which it could get out."""

    text: str

    def forms(self) -> set[bytes]:
        """Return what to look for in bytes as they are."""
        composed, decomposed = (unicodedata.normalize(form, self.text) for form in ("NFC", "NFD"))
        found: set[bytes] = set()
        for written in {composed, decomposed, composed.upper(), composed.lower(), fold(self.text)}:
            raw = written.encode()
            escaped = json.dumps(written)[1:-1]
            spelled = {written, escaped, quote(written), quote_plus(written), raw.hex()}
            found |= {each.encode() for each in spelled} | _in_base64(raw)
        return found | {_digits(self.text).encode()} - {b""}

    def is_in(self, raw: bytes, plain: str) -> bool:
        """Tell whether the canary is in these bytes, or in their text without marks, blanks and punctuation."""
        return any(form in raw for form in self.forms()) or _bare(self.text) in plain


def canaries(*particulars: dict[str, str]) -> list[Canary]:
    """Return a canary for each value, and for the ISO form of a day."""
    texts = [text for each in particulars for text in each.values()]
    days = ["-".join(reversed(text.split("/"))) for text in texts if re.fullmatch(r"\d\d/\d\d/\d{4}", text)]
    return [Canary(text) for text in [*texts, *days]]


CASES = (VERIFIED, NOTICE, DECISION, CLOSING, CANCELLATION, ANNULMENT, RETURNED)
AT_THE_STATION = (PATIENT, COUNSELLING, HIV, STAFF, *DETERMINATION)
ALL = canaries(PERSON, WITHOUT_PAPERS, TEST, *CASES, *AT_THE_STATION, WRONG, *books.of_every_form())


def found_in(haystack: bytes | str, looked_for: Iterable[Canary] = ALL) -> set[str]:
    """Return the canaries that are in a haystack, in whatever form."""
    raw = haystack.encode("utf-8", "surrogateescape") if isinstance(haystack, str) else haystack
    plain = _bare(_unescaped(raw.decode("utf-8", "replace")))
    return {canary.text for canary in looked_for if canary.is_in(raw, plain)}


def _bare(text: str) -> str:
    return fold(text).replace(" ", "")


def _digits(text: str) -> str:
    """Return the digits of a number; a text with a few digits in it is no number."""
    bare = _bare(text)
    return bare if bare.isdecimal() and "/" not in text and "-" not in text else ""


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)


def _in_base64(raw: bytes) -> set[bytes]:
    """Return the middle of a text's base64 as it looks at each of the three places where it may begin."""
    found = set()
    for lead in range(3):
        whole = base64.b64encode(b"\0" * lead + raw + b"\0" * 3)
        start = (lead * 8 + 5) // 6
        middle = whole[start : (lead + len(raw)) * 8 // 6]
        found |= {middle, middle.translate(bytes.maketrans(b"+/", b"-_"))}
    return found
