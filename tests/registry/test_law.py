"""The law files: what stands in them, and that a mistake is named with file, line and reason."""

import shutil
from datetime import date

import pytest

from chassis.documents import BrokenDocument
from services.registry.domain.codes import ROLES, STOP_REASONS
from services.registry.law import FOLDER, law, load_law


@pytest.fixture
def files(tmp_path):
    for file in FOLDER.glob("*.yml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def edit(files, name, old, new):
    path = files / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_four_regimes_follow_one_another_without_a_gap():
    assert [regime.code for regime in law().regimes] == ["R1_L73", "R2_L73_BCA", "R3_L73_2T", "R4_L120"]


def test_every_code_in_the_law_has_words():
    for regime in law().regimes:
        rules = regime.user_management
        assert {rules.decider_role, *rules.signs_for_decider} <= ROLES.keys()
        assert {reason.code for reason in rules.stop_reasons} <= STOP_REASONS.keys()
        assert (rules.term.amount, rules.term.unit) == (1, "YEAR")


def test_the_deadline_for_deciding_became_24_hours():
    deadlines = {regime.code: regime.user_management.decision_deadline for regime in law().regimes}

    assert [(one.amount, one.unit) for one in deadlines.values()] == [(3, "WD")] * 3 + [(24, "HOUR")]
    assert deadlines["R4_L120"].code == "R4-UM-DECIDE"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("decider_role: CA_CHIEF", "decidr_role: CA_CHIEF", "unknown key `decidr_role`"),
        ("unit: HOUR", "unit: FORTNIGHT", "Invalid enum value 'FORTNIGHT'"),
        ("amount: 24", "amount: soon", "Expected `int`, got `str`"),
        ("starts_on: 2026-07-01", "starts_on: 2026-13-01", "2026-13-01 is no day"),
        ("code: R4_L120", "code: R4_L120\n    code: R5", "`code` is written twice"),
        ("decider_role: CA_CHIEF", "decider_role: [CA_CHIEF]", "Expected `str`, got `array`"),
        ("texts: [Nghị định 163/2026/NĐ-CP]", "texts: Nghị định", "Expected `array`, got `str`"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_reason(files, old, new, reason):
    line = edit(files, "user_management.yml", old, new)

    with pytest.raises(BrokenDocument, match=reason) as mistake:
        load_law(files)

    found = line + new.count("\n")
    assert str(mistake.value).startswith(f"{files / 'user_management.yml'}:{found}: ")


def test_a_key_that_lacks_is_named(files):
    edit(files, "user_management.yml", "      decider_role: CA_CHIEF\n", "")

    with pytest.raises(BrokenDocument, match="missing required field `decider_role`"):
        load_law(files)


def test_a_gap_between_two_regimes_is_refused(files):
    edit(files, "user_management.yml", "ends_on: 2026-06-30", "ends_on: 2026-06-29")

    with pytest.raises(BrokenDocument, match="R4_L120 does not begin on the day after R3_L73_2T ends"):
        load_law(files)


def test_what_is_no_yaml_and_what_is_not_there_are_refused(files):
    (files / "calendar.yml").write_text("holidays: [", encoding="utf-8")
    with pytest.raises(BrokenDocument, match=r"calendar.yml:1: this is not YAML"):
        load_law(files)
    (files / "calendar.yml").write_text("", encoding="utf-8")
    with pytest.raises(BrokenDocument, match="the file is empty"):
        load_law(files)
    (files / "calendar.yml").unlink()
    with pytest.raises(BrokenDocument, match="cannot be read"):
        load_law(files)


def test_a_single_day_of_the_calendar_wins_over_the_yearly_rule(files):
    edit(
        files,
        "calendar.yml",
        "single_days: []",
        "single_days:\n  - {day: 2026-04-30, free: false, name: swapped}\n  - {day: 2026-02-17, free: true, name: Tết}",
    )

    loaded = load_law(files)

    assert not loaded.is_holiday(date(2026, 4, 30))
    assert loaded.is_holiday(date(2026, 2, 17))
    assert loaded.is_holiday(date(2026, 5, 1))
