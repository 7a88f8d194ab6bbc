"""Migrations: each service has its own, run by one environment that they share.

Alembic is imported where it is at work: a process that finds its database current serves without it, and is smaller.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

from chassis.service import Runtime, ServiceDefinition

if TYPE_CHECKING:
    from alembic.config import Config

ENVIRONMENT = Path(__file__).parent / "alembic"


def upgrade(runtime: Runtime) -> None:
    """Bring the service's database to its newest form."""
    if is_current(runtime):
        return
    from alembic import command  # noqa: PLC0415 - see above

    with runtime.store.writing(), runtime.store.engine.begin() as connection:
        command.upgrade(_config(runtime.definition, connection), "head")


def is_current(runtime: Runtime) -> bool:
    """Tell whether the database has every migration of this program; their files are numbered in the order of their parents."""
    version = table("alembic_version", column("version_num"))
    with runtime.store.engine.connect() as connection:
        if not inspect(connection).has_table(version.name):
            return False
        applied = connection.scalars(select(version.c.version_num)).all()
    return applied == [max(_numbers(runtime.definition))]


def write_migration(runtime: Runtime, message: str) -> None:
    """Write the first draft of a migration: what the tables say now against what the database holds."""
    from alembic import command  # noqa: PLC0415 - see above

    number = len(_numbers(runtime.definition)) + 1
    with runtime.store.engine.connect() as connection:
        config = _config(runtime.definition, connection)
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def assert_tables_match(runtime: Runtime) -> None:
    """Raise when the migrations do not lead to the tables that the code declares."""
    from alembic import command  # noqa: PLC0415 - see above

    with runtime.store.engine.connect() as connection:
        command.check(_config(runtime.definition, connection))


def _numbers(definition: ServiceDefinition) -> list[str]:
    return [file.name.partition("_")[0] for file in (definition.folder / "migrations").glob("[0-9]*.py")]


def _config(definition: ServiceDefinition, connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("version_locations", str(definition.folder / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = definition.metadata
    return config
