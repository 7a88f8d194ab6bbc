"""Every code of a commune or province has its name, and every older code leads to today's."""

from collections import Counter

import pytest

from chassis.errors import NotFound
from chassis.i18n import use_locale
from chassis.units import KINDS, all_units, communes_of, successor_of, successors_of, unit


def test_the_ward_of_the_plan():
    ward = unit("09385")
    assert ward.name == "Đồng Nguyên"
    assert ward.full_name == "phường Đồng Nguyên"
    assert ward.title == "Phường Đồng Nguyên"
    assert (ward.kind, ward.kind_label) == ("phuong", "phường")
    assert (ward.parent_code, ward.parent_name) == ("24", "Thành phố Bắc Ninh")


def test_a_province_has_no_parent():
    assert (unit("24").parent_code, unit("24").parent_name) == (None, None)
    assert unit("24").full_name == "thành phố Bắc Ninh"
    assert unit("24").name == "Bắc Ninh"


def test_a_special_zone_keeps_its_name_apart_from_its_kind():
    zone = unit("06994")
    assert (zone.name, zone.full_name, zone.kind_label) == ("Vân Đồn", "đặc khu Vân Đồn", "đặc khu")


def test_all_units_in_force_in_2026_are_there():
    kinds = Counter(one.kind for one in all_units())
    assert kinds == {"xa": 2599, "phuong": 709, "dac-khu": 13, "tinh": 25, "thanh-pho": 9}
    assert set(kinds) == set(KINDS)


def test_every_commune_lies_in_a_province():
    for one in all_units():
        assert len(one.code) == (5 if one.parent_code else 2)
        assert one.parent_code is None or unit(one.parent_code).parent_code is None
        assert one.title.lower().startswith(str(KINDS[one.kind]))
        assert one.name[0].isupper() or one.name[0].isdigit()


def test_the_communes_of_a_province():
    codes = [one.code for one in communes_of("24")]
    assert "09385" in codes
    assert codes == sorted(codes)
    assert sum(len(communes_of(one.code)) for one in all_units() if not one.parent_code) == 3321


def test_the_kind_speaks_the_language_of_the_reader_and_the_name_does_not():
    with use_locale("en"):
        assert str(unit("09385").kind_label) == "ward"
        assert unit("09385").full_name == "phường Đồng Nguyên"


@pytest.mark.parametrize("legacy_code", ["09382", "09383", "09385"])
def test_the_three_wards_that_became_one(legacy_code):
    assert successor_of(legacy_code) == unit("09385")


def test_a_divided_commune_leads_to_its_main_part_first():
    codes = [one.code for one in successors_of("00025")]
    assert len(codes) > 1
    assert successor_of("00025").code == codes[0]
    assert codes[0] not in {"00008", "00199"}, "these hold the smaller parts"


@pytest.mark.parametrize("code", ["", "99999", "9385", "Đồng Nguyên", "00"])
def test_an_unknown_code_is_refused_with_a_sentence(code):
    with pytest.raises(NotFound, match="Không có đơn vị hành chính mang mã"):
        unit(code)
    with pytest.raises(NotFound, match=r"trước 01/7/2025"):
        successors_of(code)
