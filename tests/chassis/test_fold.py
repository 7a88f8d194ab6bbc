"""Vietnamese typed in any way folds to the same plain words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.fold import fold, folded_words, nfc


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Nguyễn Thị Hồng Đào", "nguyen thi hong dao"),
        ("ĐẶNG  VĂN\tĐỨC ", "dang van duc"),
        ("  ", ""),
        ("Ý", "y"),
        ("H'Hen Niê", "h hen nie"),
        ("K’Brơi", "k broi"),
        ("Trần-Lê", "tran le"),
        ("Tổ dân phố 3", "to dan pho 3"),
        ("ưỡng ặ ợ ỹ", "uong a o y"),
    ],
)
def test_marks_capitals_and_spaces_fold_away(typed, folded):
    assert fold(typed) == folded
    assert folded_words(typed) == folded.split()


@given(st.text())
def test_folding_is_done_once_and_for_all_forms_alike(text):
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_nfc_is_one_form_for_all(text):
    assert nfc(unicodedata.normalize("NFD", text)) == nfc(text) == nfc(nfc(text))
