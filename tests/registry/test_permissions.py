"""The rights of each role, written out: a change here is a change of who may do what. Behind them is the matrix of access.yml."""

import pytest

from chassis.documents import BrokenDocument
from chassis.testing import an_actor
from services.registry.domain.codes import ROLES
from services.registry.permissions import FILE, PERMISSIONS, load_matrix

READS = {"today.read", "person.list", "person.read", "user_management.list", "document.read", "book.read"}
ENTERS_CASES = {
    "user_management.write", "test_result.write",
    "addict_list.write", "voluntary_rehab.write", "compulsory_rehab.write", "electronic_monitoring.write",
    "substitution_treatment.write", "book.write", "act.annul", "document.issue",
}  # fmt: skip
ENTERS_PEOPLE = {"person.write", "person.import", "person.merge", "determination.write", "post_rehab.write"}
COMMITTEE = {
    "person.list", "person.read", "user_management.list", "document.read", "user_management.sign", "voluntary_rehab.sign",
    "post_rehab.sign", "compulsory_rehab.confirm",
}  # fmt: skip
MATRIX = {
    "CA_CHIEF": READS | ENTERS_CASES | {
        "person.export", "person.restrict", "break_glass", "break_glass_notice.read", "user_management.sign",
        "addict_list.sign", "voluntary_rehab.sign", "compulsory_rehab.sign", "post_rehab.sign", "electronic_monitoring.sign",
    },
    "CA_DEPUTY": READS | ENTERS_CASES | ENTERS_PEOPLE | {"break_glass", "electronic_monitoring.sign"},
    "CA_OFFICER": READS | ENTERS_CASES | ENTERS_PEOPLE | {"break_glass"},
    "UB_CHAIR": COMMITTEE,
    "UB_VICE": COMMITTEE,
    "VHXH": {"person.read", "user_management.list", "document.read", "user_management.prepare", "post_rehab.prepare"},
    "HELPER": {"person.list", "person.read", "user_management.list", "voluntary_rehab.prepare"},
    "PROV_CA": {"person.list", "person.read", "user_management.list", "document.read"},
    "DPO_AUDIT": {"audit_log.read", "break_glass", "break_glass_notice.read"},
    "SYSADMIN": {"parked_event.settle"},
    "SOMETHING_ELSE": set(),
}  # fmt: skip


@pytest.mark.parametrize(("role", "allowed"), MATRIX.items(), ids=MATRIX)
def test_a_role_may_do_exactly_this(role, allowed):
    somebody = an_actor("registry", role)

    assert {action for action in PERMISSIONS.actions if PERMISSIONS.may(somebody, action)} == allowed


def test_every_role_has_a_name():
    assert set(PERMISSIONS.roles) == set(ROLES) == set(MATRIX) - {"SOMETHING_ELSE"}


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("CA_CHIEF: [{letters: R X}]", "CA_CHEF: [{letters: R X}]", "CA_CHEF has no account here"),
        ("CA_CHIEF: [{letters: R X}]", "CA_CHIEF: [{letters: R Q}]", "Q is no letter"),
        ("CA_CHIEF: [{letters: R X}]", "CA_CHIEF: [{letters: R X, sees: [nmae]}]", "nmae is no field"),
        ("CA_CHIEF: [{letters: R X}]", "CA_CHIEF: [{letters: R X, rights: [person.write]}]", "does not stand behind"),
        ("CA_CHIEF: [{letters: R X}]", "CA_CHIEF: [{letter: R X}]", "unknown key `letter`"),
        ("CA_CHIEF: [{letters: R X}]", "CA_CHIEF: [{letters: R X, form: []}]", "unknown key `form`"),
        ("  SYSADMIN:   []", "  SYSADMIN:   [CURIOSITY]", "CURIOSITY is no purpose"),
        ("  SYSADMIN:   []", "  SYSADMIN:   []\n  JANITOR: []", "JANITOR is no role"),
        ("  tests: [] ", "  tests: [hiv] ", "held nowhere"),
    ],
)
def test_a_slip_in_the_matrix_stops_the_start_with_its_line(tmp_path, was, becomes, says):
    text = FILE.read_text("utf-8")
    assert text.count(was) == 1
    broken = tmp_path / "access.yml"
    broken.write_text(text.replace(was, becomes), "utf-8")

    with pytest.raises(BrokenDocument, match=says) as mistake:
        load_matrix(broken)

    assert mistake.value.line > 1
