"""Create trainings, what people have shown at them, and the county's rule about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_1005"
down_revision = "2026_11_26_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training_rules",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("modes", JSONB(), nullable=False),
        sa.Column("valid_months", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_training_rules_only"),
        sa.PrimaryKeyConstraint("id", name="pk_training_rules"),
    )
    op.create_table(
        "trainings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sponsor_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name="ck_trainings_order"),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["organizations.id"], name="fk_trainings_sponsor_id"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name="fk_trainings_created_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_trainings"),
    )
    op.create_index(
        "ix_trainings_sponsor_id_trainings_starts_on", "trainings", ["sponsor_id", "starts_on"]
    )
    op.create_table(
        "training_records",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("can_inspect", sa.Boolean(), nullable=False),
        sa.Column("can_record", sa.Boolean(), nullable=False),
        sa.Column("can_report", sa.Boolean(), nullable=False),
        sa.Column("certificate_number", sa.String(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "attended or not (can_inspect or can_record or can_report)",
            name="ck_training_records_was_there",
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["trainings.id"], name="fk_training_records_training_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_training_records_person_id"),
        sa.PrimaryKeyConstraint("training_id", "person_id", name="pk_training_records"),
    )
    op.create_index("ix_training_records_person_id", "training_records", ["person_id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("training_records")
    op.drop_table("trainings")
    op.drop_table("training_rules")
