"""The migration leads to the tables that the code declares, from an empty database."""

import pytest
from sqlalchemy import make_url

from chassis import migrate, testing
from chassis.service import Runtime
from services.campaigns.service import SERVICE


@pytest.fixture
def empty(database, tmp_path):
    url = testing.database_url("campaigns_migrated", database=database, folder=tmp_path)
    if database == "postgres":
        testing._create_database(make_url(url))
    runtime = Runtime(SERVICE, testing.test_settings("campaigns", database=database, folder=tmp_path, database_url=url))
    yield runtime
    runtime.close()


def test_the_migration_makes_the_tables_of_the_code(empty):
    assert not migrate.is_current(empty)

    migrate.upgrade(empty)

    assert migrate.is_current(empty)
    migrate.assert_tables_match(empty)
    migrate.upgrade(empty)
