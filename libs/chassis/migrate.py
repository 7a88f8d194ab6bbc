"""Migrations: each service has its own, run by one environment that they share."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from chassis.service import Runtime, ServiceDefinition

ENVIRONMENT = Path(__file__).parent / "alembic"


def upgrade(runtime: Runtime) -> None:
    """Bring the service's database to its newest form."""
    with runtime.store.writing(), runtime.store.engine.begin() as connection:
        command.upgrade(_config(runtime.definition, connection), "head")


def is_current(runtime: Runtime) -> bool:
    """Tell whether the database has every migration of this program."""
    script = ScriptDirectory.from_config(_config(runtime.definition, None))
    with runtime.store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == script.get_current_head()


def write_migration(runtime: Runtime, message: str) -> None:
    """Write the first draft of a migration: what the tables say now against what the database holds."""
    number = len(list((runtime.definition.folder / "migrations").glob("[0-9]*.py"))) + 1
    with runtime.store.engine.connect() as connection:
        config = _config(runtime.definition, connection)
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def assert_tables_match(runtime: Runtime) -> None:
    """Raise when the migrations do not lead to the tables that the code declares."""
    with runtime.store.engine.connect() as connection:
        command.check(_config(runtime.definition, connection))


def _config(definition: ServiceDefinition, connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("version_locations", str(definition.folder / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = definition.metadata
    return config
