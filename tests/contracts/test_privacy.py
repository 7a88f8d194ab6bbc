"""No contract has room for anything that names a person."""

import dataclasses
from datetime import date, datetime
from typing import Any

import pytest

from contracts import CATALOGUE, campaigns, health, registry
from contracts.base import Code, Key, NotAsAgreed, Number, Word, dump, event, shapes, type_of

# Parts of field names; `birth_year` is the one thing about birth that statistics may have.
NAMES_A_PERSON = {
    "name", "names", "surname", "fullname", "alias", "nickname", "ho", "ten", "national", "cccd",
    "cmnd", "passport", "identity", "number", "phone", "mobile", "telephone", "email", "zalo",
    "facebook", "address", "street", "house", "hamlet", "residence", "gps", "latitude", "longitude",
    "birth", "birthday", "photo", "picture", "image", "fingerprint", "face", "mother", "father",
    "spouse", "relative", "guardian", "occupation", "employer", "hiv", "aids", "dose", "dosage",
    "medicine", "diagnosis", "note", "notes", "remark", "comment", "text", "description", "summary",
    "title", "details", "memo", "url", "link",
}  # fmt: skip
ALLOWED = {"birth_year"}

FACTS = pytest.mark.parametrize("fact", CATALOGUE.values(), ids=type_of)


def leaks(fact: type[Any]) -> set[str]:
    found = set()
    for name, shape in shapes(fact).items():
        named = NAMES_A_PERSON & set(name.split("_")) and name not in ALLOWED
        free_text = shape.base is str and not (isinstance(shape.rule, Word) and shape.rule.kind in {"code", "key"})
        free_number = shape.base is int and not isinstance(shape.rule, Number)
        if named or free_text or free_number:
            found.add(name)
    return found


@FACTS
def test_no_event_can_name_a_person(fact):
    assert not leaks(fact), f"{fact.TYPE} would publish {leaks(fact)}; send person_key instead"


@FACTS
def test_nobody_is_both_described_and_dated_to_the_day_of_birth(fact):
    assert not {name for name in shapes(fact) if name.startswith("birth")} - ALLOWED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("full_name", Code),
        ("phone", Key),
        ("national_id", Key),
        ("birth_date", date),
        ("home_address", Code),
        ("hiv_status", Code),
        ("dose", int),
        ("anything", str),
        ("anything", str | None),
        ("anything", tuple[str, ...]),
        ("anything", int),
    ],
)
def test_the_walk_finds_a_field_that_could(name, kind):
    plain = type(
        "PersonMerged",
        (),
        {"__doc__": "A.\n\nB.", "__annotations__": {"person_key": Key, "merged_on": date, name: kind}},
    )
    fact = event("registry.person.merged.v1", subject="person_key", on="merged_on", catalogue={})(plain)
    assert leaks(fact) == {name}


@pytest.mark.parametrize(
    "kind", [float, dict, list[str], datetime, Any, bytes, dict[str, str], object, tuple[Code, Key]]
)
def test_a_type_with_room_for_more_stops_the_import(kind):
    plain = type(
        "PersonMerged",
        (),
        {"__doc__": "A.\n\nB.", "__annotations__": {"person_key": Key, "merged_on": date, "x": kind}},
    )
    with pytest.raises(NotAsAgreed, match=r"PersonMerged\.x"):
        event("registry.person.merged.v1", subject="person_key", on="merged_on", catalogue={})(plain)


@pytest.mark.parametrize(
    "smuggled",
    [
        "Nguyễn Thị Canh Chừng",
        "NGUYEN VAN A",
        "024099000123",
        "0912345678",
        "+84912345678",
        "",
        "a\nb",
        "A\n",
        "x" * 65,
    ],
)
@pytest.mark.parametrize(
    "fact",
    [
        health.OstTreatmentAdmitted(
            treatment_id="T1", person_key="p1", admitted_on=date(2026, 6, 1), facility_code="F1"
        ),
        campaigns.SupportCaseOpened(case_id="S1", referral_ref="r1", need="VIEC_LAM", opened_on=date(2026, 6, 1)),
        registry.TestResultRecorded(
            test_id="X1",
            person_key="p1",
            taken_on=date(2026, 6, 1),
            result="POSITIVE",
            substances=("HEROIN",),
        ),
    ],
    ids=type_of,
)
def test_what_names_a_person_is_refused_in_every_text_field(fact, smuggled):
    for name, shape in shapes(type(fact)).items():
        if shape.base is not str:
            continue
        value = (smuggled,) if shape.many else smuggled
        with pytest.raises(NotAsAgreed) as refusal:
            dump(dataclasses.replace(fact, **{name: value}))
        assert name in str(refusal.value)
        assert not smuggled or smuggled not in str(refusal.value)


def test_hiv_counselling_cannot_be_announced():
    fact = health.CounsellingHeld(
        counselling_id="C1", person_key="p1", held_on=date(2026, 6, 1), kind="HIV", group="OST"
    )
    with pytest.raises(NotAsAgreed, match="kind must be one of Y_TE, TAM_LY, XA_HOI, PHAP_LY"):
        dump(fact)
