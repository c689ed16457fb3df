"""File grids that were redrawn, renamed or given another code; mark what only draws better (S1-5).

What was redrawn before this day is in nobody's memory: the list begins now.
"""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1032"
down_revision = "2026_11_27_1031"
branch_labels = None
depends_on = None

ONE, PARTS = "grid_revisions", "grid_revision_parts"


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    mark = sa.Column("is_correction", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("grid_outlines", mark)
    create_revisions()
    create_parts()


def create_revisions() -> None:
    op.create_table(
        ONE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=True),
        sa.Column("revised_on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filed_number", sa.String(), nullable=True),
        sa.Column("filed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(filed_on is null) = (filed_number is null)", name=op.f("ck_grid_revisions_filing")
        ),
        link(ONE, "township_id", "organizations"),
        link(ONE, "decided_by_id", "people"),
        link(ONE, "filed_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_revisions")),
    )
    op.create_index("ix_grid_revisions_listed", ONE, ["revised_on", "decided_at", "id"])


def create_parts() -> None:
    op.create_table(
        PARTS,
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("name_before", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code_before", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("outline_before_id", sa.Uuid(), nullable=True),
        sa.Column("outline_id", sa.Uuid(), nullable=True),
        sa.Column("area_before", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.BigInteger(), nullable=True),
        link(PARTS, "revision_id", ONE),
        link(PARTS, "grid_id", "grids"),
        link(PARTS, "outline_before_id", "grid_outlines"),
        link(PARTS, "outline_id", "grid_outlines"),
        sa.PrimaryKeyConstraint("revision_id", "grid_id", name=op.f("pk_grid_revision_parts")),
    )
    op.create_index(op.f("ix_grid_revision_parts_grid_id"), PARTS, ["grid_id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table(PARTS)
    op.drop_table(ONE)
    op.drop_column("grid_outlines", "is_correction")
