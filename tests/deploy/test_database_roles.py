"""deploy/postgres/roles.sh on a real PostgreSQL: each service in its own database, and in no other."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.deploy.private_services import CHECKOUT, OwnServices

pytestmark = pytest.mark.broker


@pytest.fixture
def roles(own_services: OwnServices, secrets_folder: Path) -> Path:
    make_roles(own_services, secrets_folder)
    return secrets_folder


def make_roles(services: OwnServices, folder: Path) -> None:
    server = make_url(services.database_url)
    environment = os.environ | {
        "PGHOST": str(server.host),
        "PGPORT": str(server.port),
        "PGUSER": str(server.username),
        "PGPASSWORD": str(server.password),
        "BINHAN_SECRETS_FOLDER": str(folder),
    }
    subprocess.run(["sh", CHECKOUT / "deploy/postgres/roles.sh"], env=environment, check=True)


def connect(services: OwnServices, folder: Path, *, role: str, database: str) -> psycopg.Connection:
    server = make_url(services.database_url)
    return psycopg.connect(
        host=server.host,
        port=server.port,
        user=role,
        password=(folder / f"{role}.password").read_text(),
        dbname=database,
        connect_timeout=5,
    )


def test_a_service_owns_its_database(own_services: OwnServices, roles: Path):
    with connect(own_services, roles, role="health", database="health") as connection:
        connection.execute("CREATE TABLE something (id integer PRIMARY KEY)")
        connection.execute("DROP TABLE something")


@pytest.mark.parametrize("database", ["registry", "campaigns", "reporting", "postgres"])
def test_a_service_cannot_connect_to_another_database(own_services: OwnServices, roles: Path, database: str):
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(own_services, roles, role="health", database=database)


def test_a_service_can_neither_make_roles_nor_databases(own_services: OwnServices, roles: Path):
    with connect(own_services, roles, role="health", database="health") as connection:
        connection.autocommit = True
        for statement in ("CREATE ROLE another", "CREATE DATABASE another", "ALTER ROLE registry PASSWORD 'mine'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_wrong_password_is_refused(own_services: OwnServices, roles: Path):
    (roles / "health.password").write_text("wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(own_services, roles, role="health", database="health")


def test_a_new_password_is_taken_over_and_the_data_stay(own_services: OwnServices, roles: Path):
    with connect(own_services, roles, role="campaigns", database="campaigns") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    (roles / "campaigns.password").write_text("0123456789abcdef")
    make_roles(own_services, roles)
    with connect(own_services, roles, role="campaigns", database="campaigns") as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        connection.execute("DROP TABLE kept")
