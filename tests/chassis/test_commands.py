"""Whoever administers a service lets people and programs in and out, rotates keys and checks the log, by command."""

import sys
from datetime import timedelta
from types import ModuleType

import pytest
from click.testing import CliRunner
from sqlalchemy import Column, LargeBinary, String, Table, delete, insert, select

import contracts.base
from chassis.cli import main
from chassis.ids import new_id
from chassis.permissions import Permissions
from chassis.service import ServiceDefinition
from chassis.storage import new_metadata
from chassis.tables import chassis_tables
from chassis.testing import UNIT, database_url, running
from chassis.vault import SealedColumn
from chassis.web.routing import Routes

PASSWORD = "đồng nguyên bình an"
METADATA = new_metadata()
TABLES = chassis_tables(METADATA)
FILE = Table("gate_file", METADATA, Column("file_id", String(36), primary_key=True), Column("identity", LargeBinary))

GATE = ServiceDefinition(
    name="gate",
    title="Gate",
    package="chassis",
    metadata=METADATA,
    tables=TABLES,
    language=contracts.base,
    routes=Routes(),
    permissions=Permissions(
        {"GUARD": {"file.list": True}},
        actions={"file.list", "file.write"},
        roles={"GUARD": "Bảo vệ", "CHIEF": "Trưởng"},
    ),
    role_labels={"GUARD": "Bảo vệ", "CHIEF": "Trưởng"},
    sealed_columns=[SealedColumn(FILE, "file_id", "identity", lambda file_id: f"file/{file_id}")],
)


@pytest.fixture
def gate(database, tmp_path, monkeypatch):
    url = database_url("gate", database=database, folder=tmp_path)
    module = ModuleType("services.gate.service")
    module.SERVICE = GATE
    monkeypatch.setitem(sys.modules, "services.gate.service", module)
    with running(GATE, database=database, folder=tmp_path, database_url=url) as runtime:
        for name, value in {"UNITS": UNIT, "DATABASE_URL": url, "KEYS": str(runtime.settings.keys)}.items():
            monkeypatch.setenv(f"BINHAN_{name}", value)
        yield runtime


def binhan(*words, typed=None):
    return CliRunner().invoke(main, list(words), input=typed)


def done(*words, typed=None):
    result = binhan(*words, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def let_in(username="lan", typed=PASSWORD):
    return done(
        "account", "add", "gate", username, "--unit", UNIT, "--name", "Lan", "--role", "GUARD", typed=f"{typed}\n"
    )


def audited(runtime):
    with runtime.store.reading() as session:
        entry = TABLES.audit.audit_entry
        return list(session.scalars(select(entry.c.action).order_by(entry.c.position)))


def test_somebody_is_let_in_and_out_again(gate):
    assert let_in() == "gate: lan may sign in\n"
    door = gate.door
    token = door.sign_in("lan", PASSWORD).token
    done("account", "roles", "gate", "lan", "--role", "CHIEF")
    assert door.visit(token).actor.roles == {"CHIEF"}
    assert "lan  CHIEF  Lan" in done("account", "list", "gate")
    done("account", "password", "gate", "lan", typed="một mật khẩu khác\n")
    assert door.visit(token) is None
    token = door.sign_in("lan", "một mật khẩu khác").token
    done("account", "disable", "gate", "lan")
    assert door.visit(token) is None
    assert "lan  disabled  Lan" in done("account", "list", "gate")
    assert [action for action in audited(gate) if action != "account.signed_in"] == [
        "account.created",
        "account.roles_given",
        "account.password_reset",
        "account.disabled",
    ]


def test_a_program_gets_a_token_within_the_roles_of_its_account(gate):
    let_in()
    create = ["token", "create", "gate", "lan", "--name", "đồng bộ", "--scope", "file.list", "--days", "7"]
    token = done(*create).strip()
    actor = gate.door.bearer(token)
    assert (actor.username, actor.scopes) == ("lan", frozenset({"file.list"}))
    listed = done("token", "list", "gate", "lan")
    assert "file.list  đồng bộ" in listed
    assert token not in listed
    refused = binhan("token", "create", "gate", "lan", "--name", "x", "--scope", "file.write")
    assert refused.exit_code == 1
    assert "file.write" in refused.output
    done("token", "revoke", "gate", listed.split()[0])
    assert gate.door.bearer(token) is None
    assert "revoked" in done("token", "list", "gate", "lan")
    assert audited(gate) == ["account.created", "api_token.issued", "api_token.revoked"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["account", "add", "gate", "x", "--unit", UNIT, "--name", "X", "--role", "GUARD"], "Error"),
        (["account", "add", "gate", "lan", "--unit", UNIT, "--name", "X", "--role", "GUARD"], "Error"),
        (["account", "add", "gate", "minh", "--unit", "00001", "--name", "X", "--role", "GUARD"], "does not serve"),
        (["account", "add", "gate", "minh", "--unit", UNIT, "--name", "X", "--role", "GARD"], "knows no role GARD"),
        (["account", "roles", "gate", "lan", "--role", "GARD"], "knows no role GARD"),
        (["account", "disable", "gate", "nobody"], "no account nobody"),
        (["token", "revoke", "gate", "nothing"], "Error"),
        (["audit", "verify", "gate", "--noted", "1", "x"], "--unit"),
        (["keys", "remove", "gate", "1"], "not an old key"),
        (["account", "list", "nowhere"], "no service nowhere"),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence_and_changes_nothing(gate, words, sentence):
    let_in()
    before = audited(gate)
    refused = binhan(*words, typed=f"{PASSWORD}\n")
    assert refused.exit_code == 1
    assert sentence in refused.output
    assert audited(gate) == before


def test_a_weak_password_is_refused(gate):
    refused = binhan(
        "account", "add", "gate", "lan", "--unit", UNIT, "--name", "Lan", "--role", "GUARD", typed="short\n"
    )
    assert refused.exit_code == 1
    assert audited(gate) == []


def test_keys_are_rotated_and_the_old_one_removed_while_the_service_works(gate):
    rows = [(file_id := new_id(), gate.vault.seal(f"file/{file_id}", b"old")) for _number in range(3)]
    with gate.store.begin() as session:
        session.execute(insert(FILE), [{"file_id": file_id, "identity": sealed} for file_id, sealed in rows])
    assert done("keys", "rotate", "gate") == "gate: key 2 is in use; 3 fields sealed anew\n"
    assert done("keys", "remove", "gate", "1") == "gate: key 1 is gone\n"
    with gate.store.reading() as session:
        for file_id, sealed in session.execute(select(FILE)):
            assert gate.vault.open(f"file/{file_id}", sealed) == b"old"


def test_new_keys_and_the_shared_secret_are_made_once(gate, tmp_path):
    before = (gate.settings.keys / "index.key").read_text()
    done("keys", "create", "gate")
    assert (gate.settings.keys / "index.key").read_text() == before
    secret = tmp_path / "shared" / "person_key.secret"
    done("keys", "share", str(secret))
    assert len(secret.read_text().strip()) == 64


def lose_the_keys(runtime):
    for key in runtime.settings.keys.glob("*.key"):
        key.unlink()


@pytest.mark.parametrize("used", ["sealed", "audited"])
def test_lost_keys_are_not_replaced_by_new_ones(gate, used):
    if used == "sealed":
        with gate.store.begin() as session:
            session.execute(insert(FILE).values(file_id="f1", identity=gate.vault.seal("file/f1", b"old")))
    else:
        let_in()
    lose_the_keys(gate)
    refused = binhan("keys", "create", "gate")
    assert refused.exit_code == 1
    assert "put them back from their backup" in refused.output
    assert not list(gate.settings.keys.glob("*.key"))


def test_keys_are_made_for_a_database_that_is_new_even_before_its_tables(gate):
    lose_the_keys(gate)
    METADATA.drop_all(gate.store.engine)
    try:
        done("keys", "create", "gate")
    finally:
        METADATA.create_all(gate.store.engine)
    assert (gate.settings.keys / "sealing-00001.key").exists()


def test_without_an_answer_of_the_database_no_keys_are_made(gate, monkeypatch):
    lose_the_keys(gate)
    monkeypatch.setenv("BINHAN_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    refused = binhan("keys", "create", "gate")
    assert refused.exit_code == 1
    assert "the database does not answer" in refused.output
    assert not list(gate.settings.keys.glob("*.key"))


def test_the_log_is_checked_also_against_what_was_noted_outside(gate, clock):
    let_in()
    whole = done("audit", "verify", "gate")
    assert whole.startswith(f"gate {UNIT}: 1 ")
    assert whole.endswith(" whole\n")
    noted = whole.split()[2:4]
    clock.advance(timedelta(minutes=1))
    let_in("minh")
    assert "whole" in done("audit", "verify", "gate", "--unit", UNIT, "--noted", *noted)
    with gate.store.begin() as session:
        session.execute(delete(TABLES.audit.audit_entry))
        session.execute(delete(TABLES.audit.audit_head))
    assert "0 - whole" in done("audit", "verify", "gate")
    wound_back = binhan("audit", "verify", "gate", "--unit", UNIT, "--noted", *noted)
    assert wound_back.exit_code == 1
    assert "broken at 1" in wound_back.output
