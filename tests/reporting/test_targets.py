"""The targets of a unit say which sentence of which plan they come from, and a broken file stops the start."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from chassis.documents import BrokenDocument
from services.reporting.targets import FOLDER, Target, load_targets, targets_of

PLAN = (Path(__file__).parent / "data" / "plan_190.txt").read_text("utf-8")
"""The lines of plan 190/KH-UBND that state targets, with their headings, copied letter by letter."""

WHOLE = """\
unit: "09385"
agencies:
  registry: Công an phường Đồng Nguyên
  health: Trạm Y tế Đồng Nguyên
  campaigns: Phòng Văn hóa - Xã hội phường Đồng Nguyên
  reporting: UBND phường Đồng Nguyên
document:
  number: 190/KH-UBND
  issued_on: 2026-06-05
  title: Kế hoạch
targets:
  - indicator: HLT-02
    period: P-Y
    from: 2025-12-15
    to: 2026-12-14
    comparator: ">"
    value: 0.90
    section: II
    sentence: Phần đầu đạt trên 90%
    responsible: health
"""


def target_of(code: str) -> Target:
    [target] = [target for target in load_targets() if target.indicator == code]
    return target


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "09385.yml") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def test_the_plan_of_the_ward_is_loaded():
    targets = load_targets()
    assert {target.unit for target in targets} == {"09385"}
    assert {(target.document_number, target.document_on) for target in targets} == {("190/KH-UBND", date(2026, 6, 5))}
    assert {target.indicator: (target.comparator, target.value) for target in targets} == {
        "HLT-01": ("=", Decimal("1.00")),
        "HLT-02": (">", Decimal("0.90")),
        "HLT-03": ("=", Decimal("1.00")),
        "HLT-04": ("=", Decimal(1)),
        "HLT-05": ("=", Decimal("1.00")),
        "HLT-06": (">=", Decimal(50)),
        "CAM-01": ("=", Decimal("1.00")),
        "RPT-01": ("=", None),
    }


def test_every_sentence_stands_in_the_plan_as_quoted():
    for target in load_targets():
        assert target.sentence in PLAN
        assert all(heading in PLAN.splitlines() for heading in target.section.split(" › ")), target.section


def test_misprints_of_the_plan_are_kept():
    assert target_of("HLT-02").sentence.startswith("Phần đầu đạt trên 90%")
    assert "nước tiêu" in target_of("HLT-06").sentence


def test_what_is_not_counted_yet_says_so():
    assert {target.indicator for target in load_targets() if target.awaits_indicator} == {"HLT-04", "HLT-05", "RPT-01"}


def test_a_number_that_the_plan_does_not_name_is_marked_as_ours():
    assert "không nêu số" in target_of("HLT-06").reading
    assert target_of("HLT-01").reading == ""


def test_the_campaign_target_holds_for_the_action_month_and_its_agency():
    target = target_of("CAM-01")
    assert (target.period, target.first_day, target.last_day) == ("P-THD", date(2026, 6, 1), date(2026, 6, 30))
    assert (target.agency, target.responsible) == ("campaigns", "Phòng Văn hóa - Xã hội phường Đồng Nguyên")


@pytest.mark.parametrize(
    ("figure", "reached"),
    [("0.8999", False), ("0.90", False), ("0.9000", False), ("0.9001", True), ("1", True)],
)
def test_over_ninety_percent_is_strict(figure, reached):
    assert target_of("HLT-02").reached(Decimal(figure)) is reached


@pytest.mark.parametrize(("figure", "reached"), [("0.999", False), ("1", True), ("1.000", True)])
def test_all_of_them_means_all(figure, reached):
    assert target_of("HLT-01").reached(Decimal(figure)) is reached


@pytest.mark.parametrize(("figure", "reached"), [(49, False), (50, True), (51, True)])
def test_enough_means_at_least(figure, reached):
    assert target_of("HLT-06").reached(Decimal(figure)) is reached


@pytest.mark.parametrize(("comparator", "below", "at", "above"), [("<", True, False, False), ("<=", True, True, False)])
def test_a_target_can_be_a_ceiling(written, comparator, below, at, above):
    [target] = targets_of(written(WHOLE.replace('">"', f'"{comparator}"')))
    assert [target.reached(Decimal(figure)) for figure in ("0.89", "0.9", "0.91")] == [below, at, above]


def test_without_a_figure_or_a_value_there_is_no_verdict():
    assert target_of("HLT-02").reached(None) is None
    assert target_of("RPT-01").reached(Decimal(1)) is None


def test_a_well_formed_file_is_read(written):
    [target] = targets_of(written(WHOLE))
    assert (target.indicator, target.value, target.responsible) == ("HLT-02", Decimal("0.90"), "Trạm Y tế Đồng Nguyên")


def test_each_unit_has_its_own_file(written, tmp_path):
    written(WHOLE)
    written(WHOLE.replace('"09385"', '"16186"'), "16186.yml")
    assert [target.unit for target in load_targets(tmp_path)] == ["09385", "16186"]


def test_a_folder_without_files_holds_no_targets(tmp_path):
    assert load_targets(tmp_path) == ()


def test_the_codes_of_the_catalogue_are_held_against_the_file(written):
    path = written(WHOLE)
    assert targets_of(path, indicators={"HLT-02"})
    with pytest.raises(BrokenDocument, match=r"09385\.yml:12: there is no indicator HLT-02; while it is awaited"):
        targets_of(path, indicators={"HLT-01"})
    awaited = written(WHOLE.replace("period: P-Y", "awaits_indicator: true\n    period: P-Y"))
    assert targets_of(awaited, indicators={"HLT-01"})[0].awaits_indicator


ONE_TARGET = WHOLE[WHOLE.index("  - indicator") :]

BROKEN = [
    ('unit: "09385"', "unit: [09385", 2, "expected ',' or ']'"),
    ('unit: "09385"', 'unit: "09386"', 1, "the file of unit 09386 must be called 09386.yml"),
    ('unit: "09385"', "unit: Đồng Nguyên", 1, "the file of unit Đồng Nguyên must be called"),
    ('unit: "09385"', 'unit: ""', 1, "matching regex"),
    ('unit: "09385"', 'unit: "09385"\nward: Đồng Nguyên', 2, "unknown field `ward`"),
    ('unit: "09385"', 'unit: "09385"\nunit: "09385"', 2, "`unit` is written twice"),
    ('unit: "09385"\n', "", 1, "missing required field `unit`"),
    ("  health: Trạm Y tế Đồng Nguyên\n", "", 3, "missing required field `health`"),
    ("  health: Trạm", "  clinic: Trạm", 4, "unknown field `clinic`"),
    ("  number: 190/KH-UBND", "  number:", 8, "Expected `str`, got `null`"),
    ("  number: 190/KH-UBND", "  number: [190]", 8, "Expected `str`, got `array`"),
    ("2026-06-05", "05/6/2026", 9, "Invalid RFC3339 encoded date"),
    ("2026-06-05", "2026-06-31", 9, "2026-06-31 is no day"),
    (ONE_TARGET, "  indicator: HLT-02\n", 12, "Expected `array`, got `object`"),
    ("indicator: HLT-02", "indicator: hlt_02", 12, "matching regex"),
    ("period: P-Y", "period: P-W", 13, "there is no period P-W in periods.yml"),
    ("to: 2026-12-14", "to: 2024-12-14", 15, "`to` lies before `from` (2025-12-15)"),
    ('comparator: ">"', 'comparator: "=>"', 16, "Invalid enum value '=>'"),
    ("value: 0.90", "value: 90%", 17, "Invalid decimal string"),
    ("value: 0.90", "value: -0.9", 17, "`value` must be zero or more, not -0.9"),
    ("value: 0.90", "value: .nan", 17, "`value` must be zero or more, not NaN"),
    ("value: 0.90", "value: {of: 1}", 17, "Expected `decimal | null`, got `object`"),
    ("    value: 0.90\n", "", 12, "missing required field `value`"),
    ("    section: II", "    section: ~", 18, "Expected `str`, got `null`"),
    ("    sentence: Phần đầu đạt trên 90%", "    sentence: '  '", 19, "matching regex"),
    ("responsible: health", "responsible: clinic", 20, "Invalid enum value 'clinic'"),
    (
        "responsible: health",
        "responsible: health\n    awaits_indicator: often",
        21,
        "Expected `bool`",
    ),
    ("responsible: health", "responsible: health\n    Reading: x", 21, "unknown field `Reading`"),
    ("responsible: health\n", "responsible: health\n" + ONE_TARGET, 21, "HLT-02 already has a target for this period"),
    (ONE_TARGET, "  - HLT-02\n", 12, "Expected `object`, got `str`"),
]


@pytest.mark.parametrize(("whole", "broken", "line", "reason"), BROKEN)
def test_a_broken_file_is_named_with_line_and_reason(written, whole, broken, line, reason):
    assert whole in WHOLE
    path = written(WHOLE.replace(whole, broken, 1))
    with pytest.raises(BrokenDocument) as stop:
        targets_of(path)
    assert str(stop.value).startswith(f"{path}:")
    assert (stop.value.line, reason in stop.value.reason) == (line, True), str(stop.value)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "the file is empty"), (b"\xff\xfe\x00", "not YAML"), (b"- 1", "Expected `object`")]
)
def test_what_is_no_such_file_at_all_is_named(tmp_path, content, reason):
    (tmp_path / "09385.yml").write_bytes(content)
    with pytest.raises(BrokenDocument, match=rf"09385\.yml:1: .*{reason}"):
        load_targets(tmp_path)


def test_a_unit_that_does_not_exist_is_named(written):
    with pytest.raises(BrokenDocument, match=r"99999\.yml:1: there is no unit with the code 99999"):
        targets_of(written(WHOLE.replace("09385", "99999"), "99999.yml"))


def test_the_folder_of_the_service_is_the_default():
    assert load_targets() == load_targets(FOLDER)
