"""A mistake in a track file stops the start with file, line and reason."""

import shutil

import pytest

from chassis.documents import BrokenDocument
from services.registry.law import FOLDER, law
from services.registry.law.track_files import check_tracks, load_facts, load_tracks

REGIMES = {regime.code for regime in law().regimes}


@pytest.fixture
def broken(tmp_path):
    """Return what a replaced text in a track file is refused with."""

    def told(file, old, new):
        shutil.copytree(FOLDER / "tracks", tmp_path / "tracks")
        shutil.copy(FOLDER / "facts.yml", tmp_path / "facts.yml")
        path = tmp_path / "tracks" / file
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(BrokenDocument) as caught:
            check_tracks(tmp_path, load_tracks(tmp_path), load_facts(tmp_path), REGIMES)
        assert caught.value.file == path
        assert caught.value.line > 1
        return caught.value.reason

    return told


def test_the_tracks_of_the_product_hold_together():
    assert set(law().tracks) == set("ABCDEFGHK")
    check_tracks(FOLDER, law().tracks, law().facts, REGIMES)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("d_voluntary_rehab.yml", "stage_in_order", "stage_in_any_order", "stage_in_any_order"),
        ("d_voluntary_rehab.yml", "choices: [U6]", "choices: [U66]", "U66"),
        ("d_voluntary_rehab.yml", "derives: [rehab_sequence_no, adult]", "derives: [age]", "age"),
        ("d_voluntary_rehab.yml", "warns: [started_late]", "warns: [started_early]", "started_early"),
        ("d_voluntary_rehab.yml", "asks: [venue, stable]", "asks: [venue, steady]", "steady"),
        (
            "d_voluntary_rehab.yml",
            "registry.voluntary_rehab.registered.v1",
            "registry.voluntary_rehab.signed.v1",
            "signed",
        ),
        ("d_voluntary_rehab.yml", "to: DECIDED", "to: SETTLED", "SETTLED"),
        ("d_voluntary_rehab.yml", "to: BETWEEN", "to: IN_REHAB", "nothing leads to the state BETWEEN"),
        ("d_voluntary_rehab.yml", "event: TreatmentRegistered", "event: TreatmentBegun", "TreatmentBegun"),
        ("d_voluntary_rehab.yml", "deciders: [PROVINCE_CA]", "deciders: [PROVINCE]", "PROVINCE"),
        ("d_voluntary_rehab.yml", "needs: [venue]", "needs: [ends_on]", "what must be given is asked"),
        ("d_voluntary_rehab.yml", "event: FacilityAssigned", "event: FacilityAsked", "twice"),
        ("d_voluntary_rehab.yml", "stands_for: IN_VOLUNTARY_REHAB", "stands_for: IN_REHAB", "no primary status"),
        (
            "a_user_management.yml",
            "origin: [SUSPENDED]\n    to: MANAGED",
            "origin: [STOPPED]\n    to: MANAGED",
            "leaves it as it is",
        ),
        ("c_addict_list.yml", "regimes: [R4_L120]", "regimes: [R5_L1]", "R5_L1"),
        ("h_electronic_monitoring.yml", "within: [REQUESTED]", "within: [REFUSED]", "nothing settles it in REFUSED"),
        (
            "b_determination.yml",
            "{regimes: [R4_L120], deciders: [CA_CHIEF], form: ND109_M02",
            "{regimes: [R4_L120], when: {requester: [POLICE]}, deciders: [CA_CHIEF], form: ND109_M02",
            "without `when`",
        ),
    ],
)
def test_a_mistake_names_file_line_and_reason(broken, file, old, new, says):
    assert says in broken(file, old, new)


def test_a_file_is_named_after_its_track(tmp_path):
    shutil.copytree(FOLDER / "tracks", tmp_path / "tracks")
    (tmp_path / "tracks" / "d_voluntary_rehab.yml").rename(tmp_path / "tracks" / "x_voluntary_rehab.yml")

    with pytest.raises(BrokenDocument, match="begins with d_"):
        load_tracks(tmp_path)


def test_a_reason_belongs_to_a_regime_that_knows_the_act(broken):
    assert "TERM_END belongs" in broken(
        "h_electronic_monitoring.yml",
        "{code: TERM_END, name: {vi: Hết thời hạn giám sát, en: The term ended}, regimes: [R4_L120]",
        "{code: TERM_END, name: {vi: Hết thời hạn giám sát, en: The term ended}, regimes: [R3_L73_2T]",
    )
