"""What is not allowed in the table is refused, whoever asks, with a sentence that says whose task it is."""

from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import NotAllowed
from chassis.permissions import Permissions
from chassis.testing import an_actor

ROLES = {"CA_CHIEF": "Trưởng Công an", "CA_OFFICER": "Cán bộ Công an", "DPO_AUDIT": "Người giám sát"}
ACTIONS = {"person.list", "person.write", "case.decide", "audit.read", "rule.change"}
STATES = [None, "DRAFT", "SIGNED", "ENDED"]
TABLE = {
    "CA_CHIEF": {"person.list": True, "case.decide": {"DRAFT"}},
    "CA_OFFICER": {"person.list": True, "person.write": {"DRAFT", "SIGNED"}, "case.decide": False},
    "DPO_AUDIT": {"audit.read": True},
}
PERMISSIONS = Permissions(TABLE, actions=ACTIONS, roles=ROLES)

ALLOWED = {
    ("CA_CHIEF", "person.list", None),
    ("CA_CHIEF", "person.list", "DRAFT"),
    ("CA_CHIEF", "person.list", "SIGNED"),
    ("CA_CHIEF", "person.list", "ENDED"),
    ("CA_CHIEF", "case.decide", None),
    ("CA_CHIEF", "case.decide", "DRAFT"),
    ("CA_OFFICER", "person.list", None),
    ("CA_OFFICER", "person.list", "DRAFT"),
    ("CA_OFFICER", "person.list", "SIGNED"),
    ("CA_OFFICER", "person.list", "ENDED"),
    ("CA_OFFICER", "person.write", None),
    ("CA_OFFICER", "person.write", "DRAFT"),
    ("CA_OFFICER", "person.write", "SIGNED"),
    ("DPO_AUDIT", "audit.read", None),
    ("DPO_AUDIT", "audit.read", "DRAFT"),
    ("DPO_AUDIT", "audit.read", "SIGNED"),
    ("DPO_AUDIT", "audit.read", "ENDED"),
}

EVERY_SET_OF_ROLES = [set(chosen) for size in range(len(ROLES) + 1) for chosen in combinations(ROLES, size)]


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("state", STATES)
def test_every_set_of_roles_may_exactly_what_the_table_says(action, state):
    for roles in EVERY_SET_OF_ROLES:
        expected = any((role, action, state) in ALLOWED for role in roles)
        assert PERMISSIONS.may(an_actor("registry", *roles), action, state) == expected, (roles, action, state)


@pytest.mark.parametrize(
    ("role", "action", "state"), list(product([*ROLES, "SYSADMIN"], [*sorted(ACTIONS), "x"], STATES))
)
def test_require_refuses_exactly_what_may_denies(role, action, state):
    actor = an_actor("registry", role)
    if PERMISSIONS.may(actor, action, state):
        PERMISSIONS.require(actor, action, state)
        return
    with pytest.raises(NotAllowed) as refusal:
        PERMISSIONS.require(actor, action, state)
    assert refusal.value.status == 403
    assert str(refusal.value)


@given(st.text(), st.text(), st.none() | st.text())
def test_what_nobody_declared_is_denied(role, action, state):
    assert not PERMISSIONS.may(an_actor("registry", role), action, state) or role in TABLE
    assert not PERMISSIONS.may(an_actor("registry", "CA_CHIEF"), action, state) or action in TABLE["CA_CHIEF"]


def test_the_refusal_names_the_role_whose_task_it_is():
    with pytest.raises(NotAllowed, match=r"^Việc này dành cho: Trưởng Công an\.$"):
        PERMISSIONS.require(an_actor("registry", "CA_OFFICER"), "case.decide", "DRAFT")
    with pytest.raises(NotAllowed, match=r"^Việc này dành cho: Trưởng Công an, Cán bộ Công an\.$"):
        PERMISSIONS.require(an_actor("registry", "DPO_AUDIT"), "person.list")


def test_the_refusal_says_when_it_is_the_state_and_not_the_role():
    with pytest.raises(NotAllowed, match="trạng thái"):
        PERMISSIONS.require(an_actor("registry", "CA_CHIEF"), "case.decide", "ENDED")


def test_the_refusal_says_when_it_is_nobodys_task():
    with pytest.raises(NotAllowed, match="Không vai trò nào"):
        PERMISSIONS.require(an_actor("registry", "CA_CHIEF"), "rule.change")


def test_a_token_may_do_no_more_than_its_scopes_nor_than_its_roles():
    chief = an_actor("registry", "CA_CHIEF", channel="api")
    reader = replace(chief, scopes=frozenset({"person.list", "audit.read"}))
    assert PERMISSIONS.may(reader, "person.list")
    assert not PERMISSIONS.may(reader, "case.decide", "DRAFT")
    assert not PERMISSIONS.may(reader, "audit.read")
    assert not PERMISSIONS.may(replace(chief, scopes=frozenset()), "person.list")
    with pytest.raises(NotAllowed, match="Mã truy cập"):
        PERMISSIONS.require(reader, "case.decide", "DRAFT")


def test_a_token_may_be_given_what_the_roles_allow_in_some_state():
    assert PERMISSIONS.allowed_actions({"CA_CHIEF", "DPO_AUDIT"}) == {"person.list", "case.decide", "audit.read"}
    assert PERMISSIONS.allowed_actions(set()) == frozenset()


def test_a_misspelt_action_stops_the_start():
    with pytest.raises(ValueError, match=r"unknown actions: persn\.list"):
        Permissions({"CA_CHIEF": {"persn.list": True}}, actions=ACTIONS, roles=ROLES)
    with pytest.raises(ValueError, match=r"unknown actions: persn\.list"):
        PERMISSIONS.check_actions(["person.list", "persn.list"])
    PERMISSIONS.check_actions(ACTIONS)


def test_a_misspelt_role_or_a_bare_state_stops_the_start():
    with pytest.raises(ValueError, match="roles without a name: CA_CHEF"):
        Permissions({"CA_CHEF": {"person.list": True}}, actions=ACTIONS, roles=ROLES)
    with pytest.raises(TypeError, match="states are a set"):
        Permissions({"CA_CHIEF": {"person.list": "DRAFT"}}, actions=ACTIONS, roles=ROLES)


def test_an_empty_set_of_states_allows_nothing():
    nothing = Permissions({"CA_CHIEF": {"person.list": set()}}, actions=ACTIONS, roles=ROLES)
    assert not nothing.may(an_actor("registry", "CA_CHIEF"), "person.list")
