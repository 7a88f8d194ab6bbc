"""The rules by themselves: worked dates, samples and their days, and what a personal number tells."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import LOCAL_ZONE
from chassis.errors import NotUnderstood, RuleBroken
from services.registry.domain import identity
from services.registry.domain.sampling import SampleNotAllowed, WrongDay, check_sampling, check_test_days
from services.registry.domain.terms import add_months, add_working_days, due_after, end_of_term, time_of_day
from services.registry.law import law

LAW = law()
R4 = LAW.regime_on(date(2026, 7, 1)).sampling


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


# -- counting time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "amount", "unit", "last"),
    [
        ("2026-07-10", 1, "YEAR", "2027-07-10"),
        ("2026-07-05", 1, "YEAR", "2027-07-05"),
        ("2026-08-31", 24, "MONTH", "2028-08-31"),
        ("2025-08-31", 6, "MONTH", "2026-02-28"),
        ("2027-08-31", 6, "MONTH", "2028-02-29"),
        ("2028-02-29", 1, "YEAR", "2029-02-28"),
        ("2028-02-29", 4, "YEAR", "2032-02-29"),
        ("2026-12-31", 2, "MONTH", "2027-02-28"),
        ("2026-11-30", 1, "MONTH", "2026-12-30"),
        ("2026-01-31", 30, "DAY", "2026-03-02"),
    ],
)
def test_terms_end_on_the_corresponding_date(signed, amount, unit, last):
    assert end_of_term(date.fromisoformat(signed), amount, unit) == date.fromisoformat(last)


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(0, 600))
def test_months_later_is_that_day_or_the_last_one_of_that_month(day, months):
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_term_of_status_never_rolls_and_is_not_counted_in_hours():
    assert end_of_term(date(2025, 11, 21), 1, "YEAR").weekday() == 5

    with pytest.raises(ValueError, match="HOUR"):
        end_of_term(date(2026, 7, 1), 24, "HOUR")


def test_holidays_and_swapped_days_move_a_deadline():
    free = {date(2024, 4, 30), date(2024, 5, 1)}
    assert due_after(at("2024-04-26 09:00"), 3, "WD", free.__contains__) == date(2024, 5, 3)
    assert due_after(at("2024-04-26 09:00"), 3, "WD", LAW.is_holiday) == date(2024, 5, 3)


def test_a_procedural_deadline_in_months_rolls_to_the_next_working_day():
    assert due_after(at("2026-02-15 09:00"), 1, "MONTH", LAW.is_holiday) == date(2026, 3, 16)
    assert due_after(at("2026-02-16 09:00"), 1, "MONTH", LAW.is_holiday) == date(2026, 3, 16)


@given(st.dates(date(2022, 1, 1), date(2030, 1, 1)), st.integers(1, 15))
def test_working_days_are_working_days(day, amount):
    due = add_working_days(day, amount, LAW.is_holiday)

    between = [day + timedelta(days=count) for count in range(1, (due - day).days + 1)]
    assert sum(one.weekday() < 5 and not LAW.is_holiday(one) for one in between) == amount
    assert due.weekday() < 5


@pytest.mark.parametrize(
    ("typed", "time"),
    [("16:00", "16:00"), ("8:30", "08:30"), ("16h05", "16:05"), ("7H", "07:00"), ("0.15", "00:15"), ("23g59", "23:59")],
)
def test_times_are_understood_as_people_write_them(typed, time):
    assert f"{time_of_day(typed):%H:%M}" == time


@pytest.mark.parametrize("typed", ["", "24:00", "8:60", "8", "tám giờ", "08:30:00", "-1:00"])
def test_what_is_no_time_of_day(typed):
    assert time_of_day(typed) is None


# -- which law -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "code", "decider"),
    [
        ("2022-01-01", "R1_L73", "UB_CHAIR"),
        ("2025-02-28", "R1_L73", "UB_CHAIR"),
        ("2025-03-01", "R2_L73_BCA", "UB_CHAIR"),
        ("2025-07-01", "R3_L73_2T", "UB_CHAIR"),
        ("2026-06-30", "R3_L73_2T", "UB_CHAIR"),
        ("2026-07-01", "R4_L120", "CA_CHIEF"),
        ("2040-01-01", "R4_L120", "CA_CHIEF"),
    ],
)
def test_each_day_has_its_law_and_its_decider(day, code, decider):
    regime = LAW.regime_on(date.fromisoformat(day))

    assert (regime.code, LAW.tracks["A"].transition("ManagementDecided").under_regime(regime.code).deciders[0]) == (
        code,
        decider,
    )


def test_a_day_before_all_laws_is_refused():
    with pytest.raises(RuleBroken, match="01/01/2022"):
        LAW.regime_on(date(2021, 12, 31))


# -- samples -------------------------------------------------------------------------------------------------------------------


def sample(**answers):
    given_ = {
        "sample": "NUOC_TIEU",
        "result": "POSITIVE",
        "substances": ("HEROINE",),
        "same_sex_officer": True,
        "guardian_present": False,
        "minor": False,
    }
    check_sampling(R4, **{**given_, **answers})


def test_samples_are_taken_with_the_safeguards_of_the_law():
    sample()
    sample(minor=True)
    sample(sample="MAU", minor=True, guardian_present=True, same_sex_officer=False)
    with pytest.raises(SampleNotAllowed, match="cùng giới"):
        sample(same_sex_officer=False)
    with pytest.raises(SampleNotAllowed, match="người giám hộ"):
        sample(sample="MAU", minor=True)


def test_a_positive_result_says_for_what_and_a_negative_one_does_not():
    sample(result="NEGATIVE", substances=())
    with pytest.raises(NotUnderstood, match="ít nhất một chất"):
        sample(substances=())
    with pytest.raises(NotUnderstood, match="âm tính"):
        sample(result="NEGATIVE")


def test_a_result_comes_after_its_sample_and_neither_from_the_future():
    now = at("2026-07-04 12:00")
    check_test_days(taken_at=now, received_at=now, now=now)
    with pytest.raises(WrongDay, match="Lấy mẫu"):
        check_test_days(taken_at=now + timedelta(minutes=1), received_at=now, now=now)
    with pytest.raises(WrongDay, match="không thể trước khi lấy mẫu"):
        check_test_days(taken_at=now, received_at=now - timedelta(minutes=1), now=now)
    with pytest.raises(WrongDay, match="Nhận kết quả"):
        check_test_days(taken_at=now, received_at=now + timedelta(minutes=1), now=now)


# -- who somebody is -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_type", "number", "kept"),
    [
        ("CCCD", "027 090 001 234", "027090001234"),
        ("CC", "027090001234", "027090001234"),
        ("CMND", "125 123 456", "125123456"),
        ("HC", "c1234567", "C1234567"),
    ],
)
def test_numbers_are_kept_without_what_parts_them(id_type, number, kept):
    assert identity.check_papers(id_type, number, None) == kept


@pytest.mark.parametrize(
    ("id_type", "number"),
    [("CCCD", "02709000123"), ("CCCD", "0270900012345"), ("CCCD", "02709000123A"), ("CCCD", "٠٢٧٠٩٠٠٠١٢٣٤"),
     ("CMND", "12345678"), ("CMND", "027090001234"), ("HC", "ABC12345"), ("HC", "C12"), ("CCCD", None), ("NONE", "027090001234")],
)  # fmt: skip
def test_numbers_of_another_shape_are_refused(id_type, number):
    with pytest.raises(NotUnderstood) as refusal:
        identity.check_papers(id_type, number, "không có")

    assert "id_number" in refusal.value.fields


def test_somebody_without_papers_needs_a_reason():
    assert identity.check_papers("NONE", None, "chưa từng làm giấy tờ") is None
    with pytest.raises(NotUnderstood, match="Lý do"):
        identity.check_papers("NONE", None, None)


@given(
    province=st.sampled_from(sorted(identity.PROVINCES_OF_BIRTH)),
    sex=st.sampled_from(["MALE", "FEMALE"]),
    year=st.integers(1900, 2099),
    rest=st.integers(0, 999_999),
)
def test_a_number_made_by_the_book_gives_no_warning_and_any_other_digit_does(province, sex, year, rest):
    digit = (year // 100 - 19) * 2 + (sex == "FEMALE")
    number = f"{province}{digit}{year % 100:02}{rest:06}"

    assert identity.number_warnings("CCCD", number, sex=sex, birth_date=str(year)) == []
    for wrong in set("0123456789") - {str(digit)}:
        assert identity.number_warnings("CCCD", f"{province}{wrong}{number[4:]}", sex=sex, birth_date=str(year))
    assert identity.number_warnings("CCCD", number, sex=sex, birth_date=f"{year + 1}-01-01")
    other = {"MALE": "FEMALE", "FEMALE": "MALE"}[sex]
    assert identity.number_warnings("CCCD", number, sex=other, birth_date=str(year))


def test_the_year_2000_belongs_to_the_new_century_and_foreign_births_warn():
    assert identity.number_warnings("CCCD", "027200000001", sex="MALE", birth_date="2000") == []
    assert identity.number_warnings("CCCD", "027300000001", sex="FEMALE", birth_date="2000") == []
    assert len(identity.number_warnings("CCCD", "113200000001", sex="MALE", birth_date="2000")) == 1
    assert len(identity.number_warnings("CCCD", "113115000001", sex="MALE", birth_date="2000")) == 4
    assert identity.number_warnings("CMND", "125123456", sex="MALE", birth_date="2000") == []


@pytest.mark.parametrize(
    ("birth_date", "minor"),
    [("2008-11-20", False), ("2008-11-21", True), ("2008", True), ("2007", False), ("2012", True)],
)
def test_minors_are_told_by_their_birthday_and_in_doubt_protected(birth_date, minor):
    assert identity.is_minor(birth_date, date(2026, 11, 20)) is minor


@pytest.mark.parametrize("name", ["Nguyễn Đức Ánh", "Ý", "H'Hen Niê", "Y-Blo", "K’Đức"])
def test_names_of_every_people_are_names(name):
    identity.check_name("full_name", "Họ và tên", name)


@pytest.mark.parametrize("name", ["A1", "x" * 51, "<b>An</b>", "--", "An;"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(NotUnderstood, match="Họ và tên"):
        identity.check_name("full_name", "Họ và tên", name)


def test_telephones():
    for phone in ("0912345678", "+84 912 345 678", "02223 831 234"):
        identity.check_phone(phone)
    for phone in ("12345", "0112345678", "09123456789"):
        with pytest.raises(NotUnderstood, match="Số điện thoại"):
            identity.check_phone(phone)
