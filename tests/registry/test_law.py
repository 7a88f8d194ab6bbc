"""The law files: what stands in them, and that a mistake is named with file, line and reason."""

import shutil
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from chassis.documents import BrokenDocument
from services.registry.law import FOLDER, digest_of, law, load_law
from services.registry.law.check import (
    COUNTED,
    command,
    problems_of_coverage,
    problems_of_rules,
    problems_of_worked_examples,
)
from services.registry.law.form_catalogue import form_catalogue
from services.registry.law.references import problems_of_references

R4_USERS = "deadlines/r4_user_management.yml"
TRACK_A = "tracks/a_user_management.yml"


@pytest.fixture
def files(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "law", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def alone(files, name):
    """Leave of the rules and tracks only what a mistake is made in, so that the others need not be read."""
    for file in (*files.glob("deadlines/*.yml"), *files.glob("tracks/*.yml")):
        if file != files / name:
            file.unlink()


def edit(files, name, old, new):
    alone(files, name)
    path = files / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


# -- what stands in them -------------------------------------------------------------------------------------------------------


def test_the_four_regimes_follow_one_another_without_a_gap():
    assert [regime.code for regime in law().regimes] == ["R1_L73", "R2_L73_BCA", "R3_L73_2T", "R4_L120"]


def test_the_deadline_for_deciding_became_24_hours():
    deadlines = [law().deadline(code) for code in ("R1-UM-DECIDE", "R4-UM-DECIDE")]

    assert [(one.amount, one.unit) for one in deadlines] == [(3, "WD"), (24, "HOUR")]


@pytest.mark.parametrize(
    ("duty", "bodies"),
    [
        ("USER_MANAGEMENT", ["UB_CHAIR", "UB_CHAIR", "UB_CHAIR", "CA_CHIEF"]),
        ("VOLUNTARY_REHAB", ["UB_CHAIR", "UB_CHAIR", "UB_CHAIR", "CA_CHIEF"]),
        ("COMPULSORY_CHECK", ["LDTBXH_DISTRICT", "CA_DISTRICT", "CA_CHIEF", None]),
        ("COMPULSORY_DECISION", ["COURT_DISTRICT", "COURT_DISTRICT", "COURT_REGION", "COURT_REGION"]),
        ("POST_REHAB", ["UB_CHAIR"] * 4),
        ("ELECTRONIC_MONITORING", [None, None, None, "CA_CHIEF"]),
    ],
)
def test_each_regime_names_its_competent_body(duty, bodies):
    found = [regime.competence(duty) for regime in law().regimes]

    assert [one and one.body for one in found] == bodies
    assert all("Điều" in one.article for one in found if one)


def test_a_rule_obliges_the_body_that_is_competent_on_the_day():
    checking, terms = law().deadline("R1-CP-CHECK-COURT"), law().deadline("R1-UM-TERM")
    days = (date(2025, 2, 28), date(2025, 3, 1), date(2025, 7, 1))

    assert [law().actor_of(checking, day).code for day in days] == ["LDTBXH_DISTRICT", "CA_DISTRICT", "CA_CHIEF"]
    assert law().actor_of(terms, days[0]) is None
    assert str(law().actor_of(law().deadline("R4-CP-PRE30"), date(2026, 7, 1)).name).startswith("Giám đốc")


def test_the_boundary_rules_have_what_they_need():
    rules = law().transition_rules

    assert list(rules) == ["T1", "T2", "T3", "T4", "T5"]
    assert {rule.boundary for rule in rules.values()} == {law().regime("R4_L120").starts_on}
    assert [code for code, rule in rules.items() if rule.asks_officer] == ["T4", "T5"]
    assert rules["T4"].parameters["months_left_under"] == 6
    for rule in rules.values():
        named = [value for name, value in rule.parameters.items() if name.endswith(("_follow", "_follows"))]
        assert all(law().regime(code) for code in named)


def test_no_rule_of_one_law_reaches_into_the_other():
    for rule in law().deadlines.values():
        if rule.code.startswith("R4-"):
            assert rule.regimes == ("R4_L120",)
            assert (rule.effective_from, rule.effective_to) == (date(2026, 7, 1), None)
        if rule.code.startswith("R1-"):
            assert rule.regimes == ("R1_L73", "R2_L73_BCA", "R3_L73_2T")
            assert rule.effective_to == date(2026, 6, 30)


def test_every_rule_speaks_two_languages_and_names_an_article():
    for rule in law().deadlines.values():
        for text in (rule.trigger, rule.action, *(example.says for example in rule.examples)):
            assert text.vi
            assert text.en
            assert text.vi != text.en
        assert "Điều" in rule.article
        assert any(name in rule.article for name in ("Luật", "Nghị định", "Thông tư"))


def test_a_tet_that_is_over_is_free_and_one_that_nobody_decided_is_not():
    assert all(law().is_holiday(date(2026, 2, day)) for day in range(16, 21))
    assert not law().is_holiday(date(2026, 2, 13))
    assert not law().is_holiday(date(2027, 2, 4))
    assert not law().is_holiday(date(2026, 11, 24))


def test_the_version_changes_with_every_letter_of_every_file(files):
    before = load_law(files)
    assert before.digest == digest_of(files) == law().digest
    assert before.digest.startswith(before.version)

    file = files / R4_USERS
    file.write_text(file.read_text(encoding="utf-8").replace("Ra quyết định", "Ra quyết  định", 1), encoding="utf-8")
    after_a_word = digest_of(files)
    (files / "deadlines" / "health.yml").rename(files / "deadlines" / "station.yml")

    assert len({before.digest, after_a_word, digest_of(files)}) == 3


# -- mistakes ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("sampling.yml", "guardian_article: khoản 6", "gaurdian_article: khoản 6", "unknown key `gaurdian_article`"),
        (R4_USERS, "unit: HOUR", "unit: FORTNIGHT", "Invalid enum value 'FORTNIGHT'"),
        (R4_USERS, "amount: 24", "amount: soon", "Expected `int"),
        ("regimes.yml", "starts_on: 2026-07-01", "starts_on: 2026-13-01", "2026-13-01 is no day"),
        ("regimes.yml", "code: R4_L120", "code: R4_L120\n    code: R5", "`code` is written twice"),
        ("regimes.yml", "tiers: 2", "teirs: 2", "unknown key `teirs`"),
        ("regimes.yml", "asks_officer: true", "asks_officer: perhaps", "Expected `bool`, got `str`"),
        ("calendar.yml", "month: 4, day: 30", "month: 4, dya: 30", "unknown key `dya`"),
        ("calendar.yml", "2026\n    confirmed: false", "2026\n    confirmed: not yet", "Expected `bool`, got `str`"),
        ("calendar.yml", "free: [2024-04-29]", "free: [2024-04-31]", "2024-04-31 is no day"),
        (R4_USERS, "kind: RECURRING", "kind: NOW_AND_THEN", "Invalid enum value 'NOW_AND_THEN'"),
        (R4_USERS, "unit: IMMEDIATE", "unit: SOON", "Invalid enum value 'SOON'"),
        (R4_USERS, "certainty: ", "certanity: ", "unknown key `certanity`"),
        (R4_USERS, "remote: {amount: 48, unit: HOUR", "remote: {amount: 48, unti: HOUR", "unknown key `unti`"),
        (R4_USERS, "says: {vi:", "says: {vn:", "unknown key `vn`"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_reason(files, name, old, new, reason):
    if old == "certainty: ":
        edit(files, name, "    effective_from: 2026-07-01\n", "    effective_from: 2026-07-01\n    certainty: TEXT\n")
    line = edit(files, name, old, new)

    with pytest.raises(BrokenDocument, match=reason) as mistake:
        load_law(files)

    assert str(mistake.value).startswith(f"{files / name}:{line + new.count(chr(10))}: ")


@pytest.mark.parametrize(
    ("name", "old", "new", "reason", "below"),
    [
        ("regimes.yml", "starts_on: 2026-07-01", "starts_on: 2026-07-02", "R4_L120 does not begin on the day after", 0),
        ("regimes.yml", "ends_on: null", "ends_on: 2030-01-01", "R4_L120 is the last regime and has an end", 0),
        ("regimes.yml", "body: COURT_REGION", "body: COURT_MOON", "COURT_MOON is not among the bodies", 0),
        ("regimes.yml", "duty: REGISTRATION", "duty: TEST_RESULT", "R1_L73 names TEST_RESULT twice", 0),
        ("calendar.yml", "code: TET-2026", "code: TET-2025", "TET-2025 is there twice", 0),
        (R4_USERS, "code: R4-NOTICE", "code: R4-TEST-SEND", "R4-TEST-SEND is there twice", 0),
        (R4_USERS, "regimes: [R4_L120]", "regimes: [R4_L120, R5]", "there is no regime R5", 0),
        (R4_USERS, "regimes: [R4_L120]", "regimes: []", "the rule belongs to no regime", 0),
        (R4_USERS, "actor: TESTER", "actor: SOMEBODY", "SOMEBODY is neither a body nor a duty", 0),
        (R4_USERS, "unit: IMMEDIATE", "unit: HOUR", "there is a unit HOUR and no amount", 0),
        (R4_USERS, "unit: IMMEDIATE", "amount: 2\n    unit: IMMEDIATE", "what is immediate has no amount", 0),
        (R4_USERS, "kind: RECURRING", "kind: COUNT", "a count has an amount and no unit", 0),
        (R4_USERS, "kind: RECURRING", "kind: WINDOW_BEFORE", "a window before an end has the direction BEFORE", 0),
        (R4_USERS, "effective_from: 2026-07-01", "effective_from: 2026-06-30", "begins before its first regime", 0),
        (R4_USERS, "{amount: 48, unit: HOUR", "{amount: 12, unit: HOUR", "remote areas have no more time", 0),
        (R4_USERS, 'article: "khoản 2 Điều 23 Luật Phòng, chống ma túy 2025"', 'article: " "', "names its article", 0),
        (
            "deadlines/r1_user_management.yml",
            "effective_to: 2026-06-30",
            "effective_to: 2021-06-30",
            "ends before it begins",
            0,
        ),
        ("deadlines/r1_user_management.yml", "    effective_to: 2026-06-30\n", "", "its regimes have ended", -1),
        (
            "deadlines/r4_electronic_monitoring.yml",
            '      - {count: 0, holds: false,\n         says: {vi: "Chưa vi phạm", en: "No violation"}}\n',
            "      - {count: 0,\n         says: {vi: a, en: b}}\n",
            "neither what is due, nor whether it holds, nor who proves it",
            0,
        ),
    ],
)
def test_a_rule_without_sense_is_named_with_file_line_and_reason(files, name, old, new, reason, below):
    line = edit(files, name, old, new) + below

    with pytest.raises(BrokenDocument, match=reason) as mistake:
        load_law(files)

    assert mistake.value.file == files / name
    assert mistake.value.line in {line, line + 1}


def test_a_rule_without_enough_examples_is_refused(files):
    edit(
        files,
        R4_USERS,
        '      - {at: "2026-12-31 23:30", due: "2027-01-01 01:30",\n'
        '         says: {vi: "«Ngay»: sau 02 giờ chưa làm thì báo động", en: "At once: an alarm after 2 hours"}}\n',
        "",
    )

    with pytest.raises(BrokenDocument, match="R4-TEST-SEND: a rule of this kind has at least 2 worked examples"):
        load_law(files)


def test_a_key_that_lacks_is_named(files):
    edit(files, "sampling.yml", "      guardian_article: khoản 6 Điều 56 Nghị định 163/2026/NĐ-CP\n", "")

    with pytest.raises(BrokenDocument, match="missing required field `guardian_article`"):
        load_law(files)


def test_a_regime_that_says_nothing_of_samples_is_refused(files):
    edit(files, "sampling.yml", "regimes: [R1_L73, R2_L73_BCA, R3_L73_2T]", "regimes: [R1_L73, R2_L73_BCA]")

    with pytest.raises(BrokenDocument, match="R3_L73_2T says nothing of taking samples"):
        load_law(files)


def test_what_is_no_yaml_and_what_is_not_there_are_refused(files):
    alone(files, "calendar.yml")
    (files / "calendar.yml").write_text("holidays: [", encoding="utf-8")
    with pytest.raises(BrokenDocument, match=r"calendar.yml:2: this is not YAML"):
        load_law(files)
    (files / "calendar.yml").write_text("", encoding="utf-8")
    with pytest.raises(BrokenDocument, match="the file is empty"):
        load_law(files)
    (files / "calendar.yml").unlink()
    with pytest.raises(BrokenDocument, match="cannot be read"):
        load_law(files)


def test_what_a_year_decides_of_a_day_wins_over_the_holidays(files):
    edit(
        files,
        "calendar.yml",
        "yearly:\n",
        "yearly:\n  - {code: X, name: {vi: a, en: b}, free: [2026-02-23], working: [2026-04-30, 2026-05-02],\n"
        "     confirmed: true, certainty: TEXT}\n",
    )

    calendar = load_law(files).calendar

    assert not calendar.is_holiday(date(2026, 4, 30))
    assert calendar.is_working_day(date(2026, 4, 30))
    assert calendar.is_working_day(date(2026, 5, 2))
    assert calendar.is_holiday(date(2026, 2, 23))
    assert calendar.is_holiday(date(2026, 5, 1))


# -- the command ---------------------------------------------------------------------------------------------------------------


def problems_in(files, name):
    if name.startswith("deadlines"):
        return list(problems_of_rules(files, law(), form_catalogue()))
    if name.startswith("tracks"):
        return list(problems_of_references(files, law(), form_catalogue()))
    return [*problems_of_worked_examples(files, law()), *problems_of_coverage(files, law())]


def checked(folder):
    return CliRunner().invoke(command, ["check", "--folder", str(folder)])


def test_the_command_counts_everything_and_every_example_holds():
    result = checked(FOLDER)

    assert result.exit_code == 0, result.output
    for name, count in COUNTED.items():
        assert f"{count(law()):5} {name}" in result.output
    assert "   12 worked examples" in result.output
    assert f"law {law().version}" in result.output


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (R4_USERS, 'due: "2026-07-05 09:00"', 'due: "2026-07-06 09:00"', "the rule gives 2026-07-05 09:00"),
        (R4_USERS, 'due: "2027-07-09"', 'due: "2027-07-10"', "the rule gives 2027-07-09"),
        (R4_USERS, "holds: true", "holds: false", "the rule says True, the example False"),
        (R4_USERS, 'at: "2026-07-04 09:00"', 'at: "4 July"', "this cannot be worked out"),
        (R4_USERS, "ends_on: 2027-07-05, left_on", "left_on", "has the end it had"),
        ("deadlines/r4_compulsory_rehabilitation.yml", ", by_unconfirmed: VAN-HOA", "", "decides and is not confirmed"),
        (
            "deadlines/r4_compulsory_rehabilitation.yml",
            "by_unconfirmed: VAN-HOA",
            "by_unconfirmed: TET-2027",
            "TET-2027 does not decide",
        ),
        (
            "deadlines/r4_post_rehabilitation.yml",
            'opens: "2029-08-28 00:00"',
            'opens: "2029-08-27 00:00"',
            "the window opens at 2029-08-28 00:00",
        ),
        ("examples.yml", "rule: R4-VR-TERM2", "rule: R4-VR-TERM9", "there is no rule R4-VR-TERM9"),
        ("examples.yml", "amount: 18", "amount: 36", "R1-CP-TERM18 does not allow 36"),
        ("examples.yml", 'due: "2029-04-01"', 'due: "2028-04-01"', "the rule gives 2029-04-01"),
        ("examples.yml", "competent: COURT_REGION", "competent: COURT_DISTRICT", "COURT_REGION is competent"),
        ("examples.yml", "refused: true", "refused: false", "a signature of UB_CHAIR is refused: True"),
        ("examples.yml", "duty: ELECTRONIC_MONITORING", "duty: ASTRONOMY", "nobody is competent for ASTRONOMY"),
        ("coverage.yml", "rules: [R4-NOTICE]", "rules: [R4-NOTE]", "R4-NOTICE: there is no rule R4-NOTE"),
        ("coverage.yml", "rules: [R4-NOTICE]", "rules: []", "either rules or the reason why it is absent"),
        ("coverage.yml", "row: R4-NOTICE", "row: R4-TEST-SEND", "the row is there twice"),
        (R4_USERS, "form: ND163_PL3_M06", "form: ND163_PL3_M66", "ND163_PL3_M66 is not in the catalogue of forms"),
        (TRACK_A, "form: ND163_PL3_M02", "form: ND163_PL3_M62", "ND163_PL3_M62 is not in the catalogue of forms"),
        (TRACK_A, "within: [DETECTED]", "within: [DETECTD]", "there is no state DETECTD in track A"),
        (TRACK_A, "R4-UM-DECIDE", "R4-UM-DECIED", "there is no deadline rule R4-UM-DECIED"),
        (TRACK_A, "R4_L120: R4-UM-DECIDE", "R4_L120: R4-BEHAV", "R4-BEHAV does not run from an anchor"),
        (TRACK_A, "R4-UM-TERM", "R4-UM-TREM", "there is no deadline rule R4-UM-TREM"),
        (TRACK_A, "settled_by: ManagementDecided", "settled_by: Q.Managed", "there is no event Q.Managed"),
        ("coverage.yml", "rules: [R4-UM-XFER]", 'absent: "forgotten"', "R4-UM-XFER carries no row"),
    ],
)
def test_what_does_not_hold_is_named_with_its_line(files, name, old, new, reason):
    line = edit(files, name, old, new)

    named = next(one for one in problems_in(files, name) if reason in one.reason)

    assert named.file == files / name
    if "carries no row" not in reason and "catalogue" not in reason:
        assert abs(named.line - line) <= 1


def test_the_command_prints_what_does_not_hold_and_ends_with_1(files):
    file = files / "examples.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("rule: R4-VR-TERM2", "rule: R4-VR-TERM9"), encoding="utf-8"
    )

    result = checked(files)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}:")
    assert "there is no rule R4-VR-TERM9" in result.stderr
    assert "every example holds" not in result.stdout


def test_confirming_a_holiday_shows_which_examples_it_decides():
    confirmed = replace(law(), calendar=law().calendar.confirming("VAN-HOA"))

    named = [problem.reason for problem in problems_of_rules(FOLDER, confirmed, form_catalogue())]

    assert named
    assert all("VAN-HOA does not decide" in one or "the rule gives" in one or "opens at" in one for one in named)
