"""The matrix of roles and actions, written out: a change here is a change of who may do what."""

import pytest

from chassis.testing import an_actor
from services.registry.permissions import PERMISSIONS

BUSINESS = {
    "today.read", "person.list", "person.read", "person.write", "test_result.write", "user_management.list",
    "user_management.decide", "user_management.stop", "user_management.end",
}  # fmt: skip
MATRIX = {
    "CA_CHIEF": BUSINESS,
    "CA_OFFICER": BUSINESS,
    "UB_CHAIR": set(),
    "UB_VICE": set(),
    "DPO_AUDIT": {"audit_log.read"},
    "SYSADMIN": {"parked_event.settle"},
    "SOMETHING_ELSE": set(),
}


@pytest.mark.parametrize(("role", "allowed"), MATRIX.items(), ids=MATRIX)
def test_a_role_may_do_exactly_this(role, allowed):
    somebody = an_actor("registry", role)

    assert {action for action in PERMISSIONS.actions if PERMISSIONS.may(somebody, action)} == allowed


def test_every_role_has_a_name():
    assert set(PERMISSIONS.roles) == set(MATRIX) - {"SOMETHING_ELSE"}
