"""reports with versions.

The previous version of the program keeps running while this is applied: add, never rename or remove in one step; a new
column has a default or may be null; long copies go in batches, outside this transaction.
"""

import sqlalchemy as sa
from alembic import op

import chassis.storage

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("period_kind", sa.String(length=12), nullable=False),
        sa.Column("period_label", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reviewed_at", chassis.storage.UTCDateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(length=36), nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("signed_at", chassis.storage.UTCDateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=36), nullable=True),
        sa.Column("signer", sa.String(length=200), nullable=True),
        sa.Column("signer_role", sa.String(length=12), nullable=True),
        sa.Column("replaced_at", chassis.storage.UTCDateTime(timezone=True), nullable=True),
        sa.Column("unit_code", sa.String(length=5), nullable=False),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name=op.f("ck_report_signature_is_whole")),
        sa.CheckConstraint("number = 1 OR reason IS NOT NULL", name=op.f("ck_report_correction_says_why")),
        sa.CheckConstraint(
            "signed_at IS NULL OR replaced_at IS NULL", name=op.f("ck_report_what_is_signed_is_never_replaced")
        ),
        sa.CheckConstraint("signed_by <> reviewed_by", name=op.f("ck_report_nobody_signs_their_own_review")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_unit_code"), ["unit_code"], unique=False)
        batch_op.create_index(
            "one_report_of_a_period_waits",
            ["unit_code", "period_kind", "period_label"],
            unique=True,
            sqlite_where=sa.text("signed_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL AND replaced_at IS NULL"),
        )
        batch_op.create_index(
            "one_signed_report_per_number",
            ["unit_code", "period_kind", "period_label", "number"],
            unique=True,
            sqlite_where=sa.text("signed_at IS NOT NULL"),
            postgresql_where=sa.text("signed_at IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(
            "one_signed_report_per_number",
            sqlite_where=sa.text("signed_at IS NOT NULL"),
            postgresql_where=sa.text("signed_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "one_report_of_a_period_waits",
            sqlite_where=sa.text("signed_at IS NULL AND replaced_at IS NULL"),
            postgresql_where=sa.text("signed_at IS NULL AND replaced_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_report_unit_code"))

    op.drop_table("report")
