"""A broken indicator document stops the start with file, line and reason; adding an indicator touches one file."""

from datetime import date
from shutil import copytree

import pytest

from services.reporting.indicators import FOLDER, BrokenDocument, load_catalogue
from services.reporting.periods import the_calendar
from services.reporting.projections import Projector
from services.reporting.queries import Figures
from tests.reporting.events import UNIT, events_of

NEW = """\
code: HLT-90
name: {vi: Số lượt tư vấn tâm lý, en: Psychological counselling sessions}
definition: {vi: Số lượt tư vấn tâm lý trong kỳ., en: Psychological counselling sessions in the period.}
unit_of_measure: {vi: lượt, en: sessions}
shown_as: count
periods: [P-M]
numerator: {count: rows, fact: counselling, happened_in: window, where: {kind: TAM_LY}}
dimensions: [group]
owner: Trạm Y tế phường
sources: [Trạm Y tế phường]
checked_by: Văn phòng HĐND và UBND
review_by: 2027-06-30
examples:
  - says: Hai lượt tâm lý, một lượt y tế
    period: [P-M, 2026-08]
    given:
      - event: health.counselling.held.v1
        numbered: [1, 2]
        data: {counselling_id: "V#", person_key: P1, held_on: 2026-08-01, kind: TAM_LY, group: OST}
      - event: health.counselling.held.v1
        data: {counselling_id: V9, person_key: P1, held_on: 2026-08-01, kind: Y_TE, group: OST}
    expect: {"09385": {numerator: 2}}
"""


@pytest.fixture
def folder(tmp_path):
    return copytree(FOLDER, tmp_path / "catalogue")


def test_a_new_indicator_is_one_new_file(folder, store):
    (folder / "psychological_sessions.yml").write_text(NEW, "utf-8")
    catalogue = load_catalogue(folder)
    [example] = catalogue["HLT-90"].examples
    with store.begin() as session:
        Projector(catalogue)(events_of(example), session)

    month = the_calendar().period(*example.period)
    dashboard = Figures(store, catalogue=catalogue).dashboard(UNIT, month)

    assert {reading.code: reading.numerator for reading in dashboard}["HLT-90"] == 2


@pytest.mark.parametrize(
    ("word", "instead", "line", "reason"),
    [
        ("owner:", "onwer:", 9, "unknown field `onwer`"),
        ("shown_as: count", "shown_as: percent", 5, "a percentage or a ratio needs one"),
        ("periods: [P-M]", "periods: [P-X]", 6, "no kind of period `P-X`"),
        ("happened_in: window", "happened_in: month", 7, "Invalid enum value 'month'"),
        ("happened_in: window, ", "", 7, "say when"),
        (
            "fact: counselling, happened_in",
            "span: counselling, during",
            7,
            "nothing of kind `counselling` is projected",
        ),
        ("fact: counselling", "fact: counseling", 7, "nothing of kind `counseling` is projected"),
        ("{kind: TAM_LY}}\n", "{hiv: CO}}\n", 7, "a counselling has no attribute `hiv`"),
        ("count: rows", "count: heads", 7, "Invalid enum value 'heads'"),
        ("count: rows, ", "", 7, "say either `count` or `sum`"),
        ("count: rows", "sum: sessions", 7, "there is no measure `sessions`"),
        ("[group]", "[sex]", 8, "only people have this"),
        ("[group]", "[measure]", 8, "breaks a sum of several measures down"),
        ("review_by: 2027-06-30", "review_by: soon", 12, "Invalid"),
        ("code: HLT-90", "code: HLT-02", 1, "there is another indicator HLT-02"),
        (NEW[NEW.index("examples:") :], "examples: []\n", 13, "an indicator needs a worked example"),
        ("period: [P-M, 2026-08]", "period: [P-Q, 2026-Q3]", 15, "no period of kind `P-Q`"),
        ("checked_by: Văn phòng HĐND và UBND\n", "", 1, "missing required field `checked_by`"),
        ("{vi: lượt, en: sessions}", "{vi: lượt", 5, "expected"),
    ],
)
def test_a_broken_document_is_refused_with_file_line_and_reason(folder, word, instead, line, reason):
    assert word in NEW
    file = folder / "psychological_sessions.yml"
    file.write_text(NEW.replace(word, instead, 1), "utf-8")

    with pytest.raises(BrokenDocument) as found:
        load_catalogue(folder)

    assert found.value.file == file
    assert reason in found.value.reason
    assert found.value.line == line
    assert str(found.value).startswith(f"{file}:{line}: ")


def test_a_file_with_a_number_in_its_name_is_refused(folder):
    (folder / "hlt_90.yml").write_text(NEW, "utf-8")

    with pytest.raises(BrokenDocument, match="named after what is counted"):
        load_catalogue(folder)


def test_an_unknown_parameter_is_refused():
    with pytest.raises(BrokenDocument, match="no parameter require_all"):
        load_catalogue(parameters={"HLT-02": {"require_all": True}})
    with pytest.raises(BrokenDocument, match="unknown indicators: HLT-99"):
        load_catalogue(parameters={"HLT-99": {}})


def test_a_parameter_changes_what_is_counted_and_its_digest():
    one_kind, both_kinds = load_catalogue(), load_catalogue(parameters={"HLT-02": {"require_both": True}})

    assert one_kind["HLT-02"].digest != both_kinds["HLT-02"].digest
    assert one_kind["HLT-01"].digest == both_kinds["HLT-01"].digest


def test_every_indicator_has_an_owner_sources_and_a_review_date():
    for definition in load_catalogue():
        assert definition.owner
        assert definition.sources
        assert definition.review_by > date(2026, 11, 22)
