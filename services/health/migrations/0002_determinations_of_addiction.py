"""determinations of addiction.

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
    with op.batch_alter_table("known_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrected_version", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("until_version", sa.Integer(), server_default="0", nullable=False))

    op.create_table(
        "determination_request",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("requester", sa.String(length=40), nullable=True),
        sa.Column("regime", sa.String(length=40), nullable=True),
        sa.Column("test_id", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=40), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("dossier_at", chassis.storage.UTCDateTime(timezone=True), nullable=True),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_reason", sa.String(length=20), nullable=True),
        sa.Column("unit_code", sa.String(length=5), nullable=False),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closing_reason IS NULL)", name=op.f("ck_determination_request_closing_is_whole")
        ),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_reason IS NULL)",
            name=op.f("ck_determination_request_withdrawal_is_whole"),
        ),
        sa.CheckConstraint(
            "NOT on_site OR dossier_at IS NOT NULL", name=op.f("ck_determination_request_who_goes_out_has_the_papers")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_determination_request")),
    )
    with op.batch_alter_table("determination_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_determination_request_queue", ["unit_code", "requested_on", "request_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_determination_request_unit_code"), ["unit_code"], unique=False)

    op.create_table(
        "document_number",
        sa.Column("unit_code", sa.String(length=5), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(length=20), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_code", "year", "symbol", name=op.f("pk_document_number")),
    )
    op.create_table(
        "determination",
        sa.Column("determination_id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=True),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("requester", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("received_at", chassis.storage.UTCDateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(length=36), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("examined_on", sa.Date(), nullable=True),
        sa.Column("examined_by", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("sheet", sa.String(length=20), nullable=True),
        sa.Column("observed_from", sa.Date(), nullable=True),
        sa.Column("observed_until", sa.Date(), nullable=True),
        sa.Column("result_version", sa.Integer(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=20), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("unit_code", sa.String(length=5), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'CANCELLED') = (cancelled_on IS NOT NULL)", name=op.f("ck_determination_cancelled_on_a_day")
        ),
        sa.CheckConstraint(
            "stage <> 'CANCELLED' OR result_version = 0", name=op.f("ck_determination_a_result_is_not_cancelled")
        ),
        sa.CheckConstraint(
            "stage NOT IN ('CONCLUDED', 'RETURNED') OR result_version > 0",
            name=op.f("ck_determination_concluded_has_a_result"),
        ),
        sa.CheckConstraint(
            "(cancelled_on IS NULL) = (cancel_reason IS NULL)", name=op.f("ck_determination_cancelling_is_whole")
        ),
        sa.CheckConstraint(
            "observed_until IS NULL OR observed_until >= observed_from",
            name=op.f("ck_determination_observation_has_an_order"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.patient_id"], name=op.f("fk_determination_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("determination_id", name=op.f("pk_determination")),
        sa.UniqueConstraint("request_id", name="one_determination_per_request"),
    )
    with op.batch_alter_table("determination", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_determination_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_determination_stage", ["unit_code", "stage", "received_on", "determination_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_determination_unit_code"), ["unit_code"], unique=False)
        batch_op.create_index(
            "one_determination_under_way",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("stage NOT IN ('CONCLUDED', 'RETURNED', 'CANCELLED')"),
            postgresql_where=sa.text("stage NOT IN ('CONCLUDED', 'RETURNED', 'CANCELLED')"),
        )

    op.create_table(
        "determination_result",
        sa.Column("result_id", sa.String(length=36), nullable=False),
        sa.Column("determination_id", sa.String(length=36), nullable=False),
        sa.Column("result_version", sa.Integer(), nullable=False),
        sa.Column("conclusion", sa.String(length=20), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=False),
        sa.Column("concluded_by", sa.String(length=36), nullable=False),
        sa.Column("qualification", sa.String(length=20), nullable=False),
        sa.Column("signed_at", chassis.storage.UTCDateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=36), nullable=True),
        sa.Column("approved_at", chassis.storage.UTCDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("regime", sa.String(length=20), nullable=True),
        sa.Column("form_code", sa.String(length=40), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=20), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("unit_code", sa.String(length=5), nullable=False),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_determination_result_approval_is_whole")
        ),
        sa.CheckConstraint(
            "(issued_on IS NULL) = (number IS NULL)", name=op.f("ck_determination_result_what_is_issued_has_a_number")
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by IS NULL)", name=op.f("ck_determination_result_signature_is_whole")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> signed_by",
            name=op.f("ck_determination_result_who_approves_did_not_sign"),
        ),
        sa.CheckConstraint(
            "issued_on IS NULL OR signed_at IS NOT NULL", name=op.f("ck_determination_result_what_is_issued_is_signed")
        ),
        sa.ForeignKeyConstraint(
            ["determination_id"],
            ["determination.determination_id"],
            name=op.f("fk_determination_result_determination_id_determination"),
        ),
        sa.PrimaryKeyConstraint("result_id", name=op.f("pk_determination_result")),
        sa.UniqueConstraint("determination_id", "result_version", name="versions_are_counted"),
        sa.UniqueConstraint("unit_code", "number_year", "symbol", "number", name="a_number_is_given_once"),
    )
    with op.batch_alter_table("determination_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_determination_result_determination_id"), ["determination_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_determination_result_issued_on"), ["issued_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_determination_result_unit_code"), ["unit_code"], unique=False)

    op.create_table(
        "determination_copy",
        sa.Column("copy_id", sa.String(length=36), nullable=False),
        sa.Column("result_id", sa.String(length=36), nullable=False),
        sa.Column("recipient", sa.String(length=12), nullable=False),
        sa.Column("handed_at", chassis.storage.UTCDateTime(timezone=True), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("handed_by", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("unit_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["determination_result.result_id"],
            name=op.f("fk_determination_copy_result_id_determination_result"),
        ),
        sa.PrimaryKeyConstraint("copy_id", name=op.f("pk_determination_copy")),
        sa.UniqueConstraint("result_id", "recipient", name="each_gets_one_copy"),
    )
    with op.batch_alter_table("determination_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_determination_copy_unit_code"), ["unit_code"], unique=False)

    op.create_table(
        "determination_paper",
        sa.Column("result_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", chassis.storage.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("unit_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["determination_result.result_id"],
            name=op.f("fk_determination_paper_result_id_determination_result"),
        ),
        sa.PrimaryKeyConstraint("result_id", name=op.f("pk_determination_paper")),
    )
    with op.batch_alter_table("determination_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_determination_paper_unit_code"), ["unit_code"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("known_person", schema=None) as batch_op:
        batch_op.drop_column("until_version")
        batch_op.drop_column("corrected_version")

    with op.batch_alter_table("determination_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_determination_paper_unit_code"))

    op.drop_table("determination_paper")
    with op.batch_alter_table("determination_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_determination_copy_unit_code"))

    op.drop_table("determination_copy")
    with op.batch_alter_table("determination_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_determination_result_unit_code"))
        batch_op.drop_index(batch_op.f("ix_determination_result_issued_on"))
        batch_op.drop_index(batch_op.f("ix_determination_result_determination_id"))

    op.drop_table("determination_result")
    with op.batch_alter_table("determination", schema=None) as batch_op:
        batch_op.drop_index(
            "one_determination_under_way",
            sqlite_where=sa.text("stage NOT IN ('CONCLUDED', 'RETURNED', 'CANCELLED')"),
            postgresql_where=sa.text("stage NOT IN ('CONCLUDED', 'RETURNED', 'CANCELLED')"),
        )
        batch_op.drop_index(batch_op.f("ix_determination_unit_code"))
        batch_op.drop_index("ix_determination_stage")
        batch_op.drop_index(batch_op.f("ix_determination_patient_id"))

    op.drop_table("determination")
    op.drop_table("document_number")
    with op.batch_alter_table("determination_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_determination_request_unit_code"))
        batch_op.drop_index("ix_determination_request_queue")

    op.drop_table("determination_request")
