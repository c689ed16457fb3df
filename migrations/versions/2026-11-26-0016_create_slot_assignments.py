"""Create places on grids with their holders, and what a grid has been given."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_26_0016"
down_revision = "2026_11_25_2358"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slot_assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_on is null or ends_on >= starts_on", name="ck_slot_assignments_order"
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_slot_assignments_grid_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_slot_assignments_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slot_assignments"),
    )
    op.create_index(
        "ix_slot_assignments_grid_id_slot_assignments_role",
        "slot_assignments",
        ["grid_id", "role"],
    )
    op.create_index("ix_slot_assignments_person_id", "slot_assignments", ["person_id"])
    op.create_table(
        "grid_provisions",
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_grid_provisions_grid_id"),
        sa.PrimaryKeyConstraint("grid_id", "what", name="pk_grid_provisions"),
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("grid_provisions")
    op.drop_table("slot_assignments")
