"""deploy/dev: private services that nobody outside this machine reaches, and that leave nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import amqp
import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from tests.deploy.private_services import CHECKOUT, OwnServices

pytestmark = pytest.mark.broker


def broker(services: OwnServices) -> amqp.Connection:
    address = make_url(services.amqp_url)
    connection = amqp.Connection(f"{address.host}:{address.port}", userid=address.username, password=address.password)
    connection.connect()
    return connection


def test_every_port_is_bound_to_this_machine_only(own_services: OwnServices):
    listening = set()
    for pid in own_services.processes:
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            listening |= {port.laddr.ip for port in each.net_connections(kind="inet") if port.status == "LISTEN"}
    assert listening
    assert listening <= {"127.0.0.1", "::1"}


def test_the_database_answers_to_its_password_and_may_make_databases(own_services: OwnServices):
    url = own_services.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE made_by_a_test")
        connection.execute("DROP DATABASE made_by_a_test")


def test_a_restarted_broker_keeps_what_is_durable_and_a_wiped_one_forgets_it(own_services: OwnServices):
    with broker(own_services) as connection:
        connection.channel().queue_declare("kept", durable=True, auto_delete=False)
    assert own_services.command("broker-restart").returncode == 0
    with broker(own_services) as connection:
        connection.channel().queue_declare("kept", passive=True)
    assert own_services.command("broker-wipe").returncode == 0
    with broker(own_services) as connection, pytest.raises(amqp.NotFound):
        connection.channel().queue_declare("kept", passive=True)


def test_services_that_the_environment_names_are_used_and_never_interfered_with(tmp_path: Path):
    given = {
        "BINHAN_TEST_DATABASE_URL": "postgresql+psycopg://someone@127.0.0.1:1/x",
        "BINHAN_TEST_AMQP_URL": "amqp://someone@127.0.0.1:1/",
    }
    copy = tmp_path / "deploy" / "dev"  # its own checkout, so that no service of this one is found
    copy.mkdir(parents=True)
    for module in (CHECKOUT / "deploy/dev").glob("*.py"):
        (copy / module.name).write_text(module.read_text())

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, copy, *arguments], env=os.environ | given, capture_output=True, text=True, check=False
        )

    shown = run("run", "--", "env")
    assert shown.returncode == 0
    assert all(f"{name}={value}" in shown.stdout for name, value in given.items())
    refused = run("broker-wipe")
    assert refused.returncode == 1
    assert "the broker is not ours" in refused.stderr
