"""${message}.

The previous version of the program keeps running while this is applied: add, never rename or remove in one step; a new
column has a default or may be null; long copies go in batches, outside this transaction.
"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
