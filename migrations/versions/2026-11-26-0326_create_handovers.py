"""Create hand-overs of grids: who went, who came, and what was handed over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_0326"
down_revision = "2026_11_26_0325"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("from_person_id", sa.Uuid(), nullable=True),
        sa.Column("to_person_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("pack", JSONB(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(from_person_id, to_person_id) > 0", name="ck_handovers_somebody"
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_handovers_grid_id"),
        sa.ForeignKeyConstraint(
            ["from_person_id"], ["people.id"], name="fk_handovers_from_person_id"
        ),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name="fk_handovers_to_person_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_handovers_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_grid_id_handovers_at", "handovers", ["grid_id", "at"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("handovers")
