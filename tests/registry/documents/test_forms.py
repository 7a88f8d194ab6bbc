"""The catalogue of forms holds what the law file says, and nothing that contradicts it."""

import re
from pathlib import Path

import pytest
import yaml

from chassis.documents import BrokenDocument
from chassis.i18n import use_locale
from services.registry import documents
from services.registry.documents import sources
from services.registry.documents.act_facts import not_asked
from services.registry.domain.forms import Certainty, read_number
from services.registry.forms.acts import form_of
from services.registry.law import law
from services.registry.law.form_catalogue import FILE, form_catalogue, load_catalogue

REQUIRED = (
    [f"ND163_PL3_M{number:02}" for number in (1, 2, 4, 6, 7, 8, 9, 10)]
    + [f"ND163_PL5_M{number}" for number in (20, 22, 24, 26, 28, 33, 34, 37, 51, 52, 53, 54, 55, 56, 57)]
    + ["ND163_PL1_M02", "ND109_M02", "ND109_M03"]
)
NAMED = (
    [f"ND163_PL1_M{number:02}" for number in range(1, 19)]
    + [f"ND163_PL3_M{number:02}" for number in range(1, 11)]
    + [f"ND163_PL5_M{number}" for number in range(17, 61)]
    + [f"ND105_M{number:02}" for number in range(3, 11)]
    + [f"ND116_M{number}" for number in ("22", "23", "24", "25", "26A", "26B", "27", "29", "30", "31", "32", "33", "34",
                                         "50", "51", "53", "54")]
    + [f"ND109_M0{number}" for number in range(1, 6)]
    + [f"ND141_M{number}" for number in ("09", "10", "11", "12", "14", "15", "16")]
)  # fmt: skip


def test_every_form_that_the_specification_names_is_there():
    assert set(NAMED) <= form_catalogue().forms.keys()


def test_every_form_that_must_be_printed_is():
    assert [code for code in REQUIRED if not form_catalogue().form(code).printed] == []
    assert documents.check_all_sources() == sum(form.printed for form in form_catalogue().forms.values())


def test_every_form_names_regimes_that_exist_an_article_and_its_own_code():
    regimes = {regime.code for regime in law().regimes}
    for form in form_catalogue().forms.values():
        assert set(form.regimes) <= regimes and set(form.printed_in) <= set(form.regimes)
        assert form.article and form.name and form.reference
        found = re.fullmatch(r"ND\d+(?:_PL\d)?_M(\d+)[AB]?", form.code)
        assert found is None or f"số {found[1]}" in form.reference or form.code.startswith("ND116")
        assert form.certainty is not Certainty.OWN or form.code.startswith("OWN_")


def test_every_form_of_the_tracks_is_in_the_catalogue_for_its_regime_with_its_decider():
    """Where a track says who decides and on which form, the catalogue says the same."""
    known, wrong = form_catalogue().forms, []
    for file in sorted((FILE.parent / "tracks").glob("*.yml")):
        for transition in yaml.safe_load(file.read_text(encoding="utf-8"))["transitions"]:
            for under in transition.get("under", ()):
                code = under.get("form")
                if code is None or not code.startswith("ND"):  # papers of other bodies have no number of form
                    continue
                form = known.get(code)
                if form is None or not set(under["regimes"]) <= set(form.regimes):
                    wrong.append((file.stem, transition["event"], code, under["regimes"]))
                elif under.get("issued_here") and not set(under.get("deciders", ())) <= set(form.signers):
                    wrong.append((file.stem, transition["event"], code, under["deciders"], form.signers))
                elif under.get("issued_here") and "R4_L120" in under["regimes"] and not form.printed:
                    wrong.append((file.stem, transition["event"], code, "issued here and not printed"))
    assert wrong == []


def test_symbols_follow_the_kind_of_the_commune():
    form = form_catalogue().form("ND163_PL3_M04")
    assert [form.symbol_in(kind) for kind in ("xa", "phuong", "dac-khu")] == ["QĐ-CAX", "QĐ-CAP", "QĐ-CAĐK"]
    assert form_catalogue().form("ND163_PL5_M53").symbol_in("phuong") == "QĐ-UBND"


@pytest.mark.parametrize(("typed", "number"), [("15", 15), ("15/QĐ-CAP", 15), ("005", 5), (7, 7), (" 8 ", 8)])
def test_a_number_is_read_as_it_stands_on_paper(typed, number):
    assert read_number(typed, "QĐ-CAP") == number


def test_every_asked_field_has_a_label_and_every_described_field_is_asked():
    asked = {field.name for code in REQUIRED for field in documents.fields_of(code)}
    everywhere = asked | {
        field.name
        for form in form_catalogue().forms.values()
        if form.printed
        for field in documents.fields_of(form.code)
    }
    assert set(sources.fields()) - everywhere == set()


def test_every_field_and_every_box_speaks_both_languages():
    texts = [field.label for field in sources.fields().values()]
    for form in form_catalogue().forms.values():
        fields = documents.fields_of(form.code) if form.printed else ()
        texts += [option.text for field in fields for option in field.options]
        assert all(bool(field.choices) is (field.kind is sources.FieldKind.CODE) for field in fields), form.code

    assert [text for text in texts if not text.vi or not text.en or text.vi == text.en] == []
    with use_locale("en"):
        (asked,) = [field for field in documents.fields_of("ND163_PL5_M57") if field.name == "reason"]
        assert str(asked.label) == "Reason"
        assert str(asked.choices["PRISON"]) == "Has to serve a prison sentence"


def test_nobody_is_asked_for_what_the_act_itself_states():
    line = law().tracks["G"].transition("Imprisoned")
    assert "reason" in {field.name for field in documents.fields_of("ND163_PL5_M57")}
    assert "reason" not in {field.name for field in documents.asked_of_the_officer("ND163_PL5_M57", line)}


ISSUED = [
    pytest.param(track, line, under.form, id=f"{track.track}.{line.event}-{under.form}")
    for track in law().tracks.values()
    for line in track.transitions
    for under in line.under
    if under.issued_here and under.form and documents.is_printed_here(under.form)
]


@pytest.mark.parametrize(("track", "line", "form_code"), ISSUED)
def test_whatever_the_document_of_an_act_prints_is_asked_on_the_form_of_the_act_or_worked_out(track, line, form_code):
    form = form_of(track, line)
    asked = {name for group in form.groups for name in group.names} | {*line.gives, *line.derives}
    blank = {field.name for field in documents.fields_of(form_code)} - asked - not_asked(line)

    assert blank == set()


def test_what_stays_optional_is_asked_as_such_and_what_a_form_needs_is_not_optional():
    requested = law().tracks["B"].transition("Requested")
    asked = {each.name: each.optional for each in documents.asked_of_the_officer("ND109_M02", requested)}
    assert asked["enclosures"]
    for form_code, name in (
        ("ND163_PL3_M07", "detention_body"), ("ND163_PL5_M32", "facility_name"), ("ND163_PL5_M36", "determination_number"),
        ("ND163_PL5_M36", "enclosures"), ("ND163_PL5_M52", "enclosures"), ("ND163_PL5_M60", "helper_name"),
    ):  # fmt: skip
        assert name in {each.name for each in documents.missing_in(form_code, {})}, (form_code, name)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("printed: true", "prnted: true"), "unknown key `prnted`"),
        (("signers: [CA_CHIEF]", "signers: [NOBODY]"), "unknown signers: NOBODY"),
        (("code: ND163_PL3_M02", "code: ND163_PL3_M01"), "written twice"),
        (("certainty: TEXT", "certainty: PERHAPS"), "PERHAPS"),
        (("regimes: [R4_L120]", "regimes: []"), "at least one regime"),
    ],
)
def test_a_mistake_in_the_catalogue_is_told_with_its_line(tmp_path: Path, change, says):
    file = tmp_path / "forms.yml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")

    with pytest.raises(BrokenDocument) as broken:
        load_catalogue(file)

    assert says in str(broken.value) and broken.value.line > 1


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("title: A\nbody:\n  - {text: '{{ nobody_knows }}'}", "unknown fields: nobody_knows"),
        ("title: A\nbody:\n  - {text: a, article: b}", "exactly one"),
        ("title: A\nneeds: [helper_name]\nbody:\n  - {text: a}", "no field of the form"),
        ("title: A\nneeds: [full_name]\nbody:\n  - {text: '{{ full_name }}'}", "may stay empty elsewhere"),
        ("title: A\nbody:\n  - {ticks: reason}", "boxes need options"),
        ("title: A\nbody:\n  - {identity: all}", "is one of"),
        ("title: A\nbody:\n  - {text: '{{ full_name '}", "not written as it should be"),
        ("title: A", "missing required field `body`"),
    ],
)
def test_a_mistake_in_a_source_is_told(tmp_path, monkeypatch, source, says):
    (tmp_path / "ND163_PL3_M04.yml").write_text(source, encoding="utf-8")
    monkeypatch.setattr(sources, "FOLDER", tmp_path)
    with pytest.raises(BrokenDocument, match=re.escape(says)):
        sources.form_source.__wrapped__("ND163_PL3_M04")
