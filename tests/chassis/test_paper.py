"""A document on paper: filled the same each time, sealed so that any change shows, laid out without knowing what it is about."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.paper import (
    About,
    Column,
    Ending,
    Head,
    SealBroken,
    Sheet,
    Signature,
    content_hash,
    fill,
    names_in,
    put_seal,
    read_signed_text,
    sealed_text_of,
    signed_text,
)
from chassis.paper.filling import day, moment, packed, parts_of, slashed, ticked

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ABOUT = About(title="Thông báo", author="Văn phòng", made_on=date(2026, 11, 5))


def a_sheet() -> bytes:
    sheet = Sheet()
    sheet.head(
        Head(parent="CƠ QUAN TRÊN", agency="CƠ QUAN", number="Số: {{ number }}", place="Nơi này, {{ on | day }}")
    )
    sheet.title("THÔNG BÁO", "Về việc họp")
    sheet.grounds(["Căn cứ một", "Căn cứ hai"])
    sheet.article("Mời **{{ who }}** dự họp.")
    sheet.only_if("late")
    sheet.text("Chậm.")
    sheet.end_if()
    sheet.table([Column(title="TT", share=1, text="{{ loop.index }}"), Column(title="Tên", share=5, text="{{ row.name }}")],
                rows="rows")  # fmt: skip
    sheet.ending(
        Ending(
            recipients=["Như trên", "Lưu: VT"], signature=Signature(lines=["CHỦ TỊCH"], name="{{ signer }}"), seal=True
        )
    )
    return sheet.template()


TEMPLATE = a_sheet()
CONTEXT = {
    "number": "05/TB", "on": date(2026, 2, 3), "who": "Ông A", "late": False, "signer": "Bà B",
    "rows": [{"name": "một"}, {"name": "hai"}],
}  # fmt: skip
FILLED = fill(TEMPLATE, CONTEXT, about=ABOUT)


def sealed() -> bytes:
    return put_seal(FILLED, signed_text(["A", "05/TB", content_hash(FILLED)], KEY))


def holds(document: bytes) -> bool:
    """Tell whether a file is the one that was sealed."""
    try:
        return read_signed_text(sealed_text_of(document), KEY.public_key())[-1] == content_hash(document)
    except SealBroken:
        return False


def test_the_same_answers_give_the_same_bytes_and_no_clock():
    assert fill(a_sheet(), CONTEXT, about=ABOUT) == FILLED
    with zipfile.ZipFile(BytesIO(FILLED)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-11-05T00:00:00Z" in archive.read("docProps/core.xml")
        assert not any("thumbnail" in name for name in archive.namelist())


def test_fields_rows_and_conditions_are_filled_in():
    words = re.sub(r"<[^>]+>", " ", parts_of(FILLED)["word/document.xml"].decode())
    for said in ("05/TB", "ngày 03 tháng 02 năm 2026", "Ông A", "một", "hai", "Bà B", "Căn cứ một;", "Căn cứ hai."):
        assert said in words
    assert "Chậm" not in words and "{%" not in words and "{{" not in words
    late = parts_of(fill(TEMPLATE, CONTEXT | {"late": True}, about=ABOUT))["word/document.xml"].decode()
    assert "Chậm" in late


def test_the_fields_of_a_text_are_found():
    assert names_in(["{{ a | day }} {{ b }}", "{% if c %}{% endif %}"]) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 7, 5), "ngày 05 tháng 7 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        ("2026-10-10", "ngày 10 tháng 10 năm 2026"),
        ("", "ngày …… tháng …… năm ……"),
    ],
)
def test_days_are_written_as_the_decree_asks(value, said):
    assert day(value) == said


def test_moments_short_days_and_boxes():
    assert moment("2026-07-04T09:05") == "09 giờ 05 phút, ngày 04 tháng 7 năm 2026"
    assert moment("?").startswith("…… giờ")
    assert (slashed("2026-07-04"), slashed("2026"), slashed("")) == ("04/07/2026", "2026", "……")
    assert (ticked("A", "A", "B"), ticked(["B", "C"], "A", "B"), ticked("C", "A"), ticked("", "A")) == (
        "☒",
        "☒",
        "☐",
        "☐",
    )


def test_a_sealed_file_is_known_for_what_was_signed():
    document = sealed()
    assert read_signed_text(sealed_text_of(document), KEY.public_key())[:2] == ("A", "05/TB")
    assert holds(document) and not holds(FILLED)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_part_shows(data):
    parts = parts_of(sealed())
    name = data.draw(st.sampled_from(sorted(parts)))
    place = data.draw(st.integers(0, len(parts[name]) - 1))
    flipped = bytes([parts[name][place] ^ data.draw(st.integers(1, 255))])
    changed = parts | {name: parts[name][:place] + flipped + parts[name][place + 1 :]}

    assert not holds(packed(changed))


def test_an_added_and_a_missing_part_show():
    parts = parts_of(sealed())
    for name in ("word/extra.xml", "word/media/other.png"):
        assert not holds(packed(parts | {name: b"x"}))
    for name in parts:
        assert not holds(packed({other: content for other, content in parts.items() if other != name}))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_what_is_no_word_file_is_refused_with_a_sentence(content):
    with pytest.raises(SealBroken):
        sealed_text_of(content)
    with pytest.raises(SealBroken):
        content_hash(content)


def test_a_file_that_swells_is_refused():
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (5 * 1024 * 1024))
    with pytest.raises(SealBroken, match="larger"):
        content_hash(bomb.getvalue())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_a_text_that_was_not_signed_here_is_refused(text):
    with pytest.raises(SealBroken):
        read_signed_text(text, KEY.public_key())


@given(st.lists(st.text(alphabet=st.characters(blacklist_characters="|", categories=["L", "N", "P"])), min_size=1))
def test_what_is_signed_is_read_back_and_another_key_does_not_open_it(parts):
    text = signed_text(parts, KEY)
    assert list(read_signed_text(text, KEY.public_key())) == parts
    with pytest.raises(SealBroken):
        read_signed_text(text, Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key())


@pytest.mark.parametrize("part", ["a|b", "a\nb"])
def test_a_part_that_would_read_as_two_is_refused(part):
    with pytest.raises(ValueError, match="may not hold"):
        signed_text([part], KEY)
