"""The only environment of migrations: the caller hands in a connection and the tables."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

config = context.config


def import_own_types(kind: str, item: object, autogenerate: AutogenContext) -> Literal[False]:
    """Let a draft import the modules of the column types that are ours; their rendering stays as it is."""
    if kind == "type" and isinstance(item, TypeDecorator):
        autogenerate.imports.add(f"import {type(item).__module__}")
    return False


options: dict[str, Any] = {"render_as_batch": True, "compare_type": True, "render_item": import_own_types}
context.configure(connection=config.attributes["connection"], target_metadata=config.attributes["metadata"], **options)
with context.begin_transaction():
    context.run_migrations()
