"""Create changes of the division into grids, with their parts and their filing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_0327"
down_revision = "2026_11_26_0326"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "division_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("rest_id", sa.Uuid(), nullable=False),
        sa.Column("plan", JSONB(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filed_number", sa.String(), nullable=True),
        sa.Column("filed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(filed_on is null) = (filed_number is null)", name="ck_division_changes_filing"
        ),
        sa.ForeignKeyConstraint(["rest_id"], ["grids.id"], name="fk_division_changes_rest_id"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name="fk_division_changes_decided_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["people.id"], name="fk_division_changes_filed_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_division_changes"),
    )
    op.create_index("ix_division_changes_starts_on", "division_changes", ["starts_on"])
    op.create_index(
        "ix_division_changes_waiting",
        "division_changes",
        ["starts_on"],
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_table(
        "division_parts",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("official_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["division_changes.id"], name="fk_division_parts_change_id"
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_division_parts_grid_id"),
        sa.PrimaryKeyConstraint("change_id", "grid_id", name="pk_division_parts"),
    )
    op.create_index(
        "ix_division_parts_grid_id_division_parts_side", "division_parts", ["grid_id", "side"]
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("division_parts")
    op.drop_table("division_changes")
