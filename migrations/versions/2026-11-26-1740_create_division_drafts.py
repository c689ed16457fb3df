"""Create drafts of changes of the division, which townships hand in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_1740"
down_revision = "2026_11_26_1735"
branch_labels = None
depends_on = None

NAME = "division_drafts"


def link(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{NAME}_{column}"))


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposal", JSONB(), nullable=False),
        sa.Column("was", JSONB(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        link("township_id", "organizations"),
        link("author_id", "people"),
        link("answered_by_id", "people"),
        link("change_id", "division_changes"),
        link("grid_id", "grids"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
    )
    op.create_index(f"ix_{NAME}_listed", NAME, ["handed_in_at", "id"])
    op.create_index(f"ix_{NAME}_township_id", NAME, ["township_id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table(NAME)
