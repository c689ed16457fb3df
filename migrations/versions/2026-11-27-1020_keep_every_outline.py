"""Keep every outline that a grid has had; the history begins with those that stand now."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app import schema

revision = "2026_11_27_1020"
down_revision = "2026_11_27_1010"
branch_labels = None
depends_on = None


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    create_outlines()
    # One scan of a table of hundreds of rows; who drew them, and when, nobody knows any more.
    op.execute("""
        insert into grid_outlines
            (id, grid_id, valid_from, outline, crs, source, recorded_at)
        select gen_random_uuid(), id, valid_from, outline, 'wgs84', 'stood', now()
        from grids where jsonb_typeof(outline) = 'object'
    """)
    op.execute("""
        create trigger grid_outlines_is_append_only
        before update or delete or truncate on grid_outlines
        for each statement execute function history_is_append_only()
    """)


def create_outlines() -> None:
    name = "grid_outlines"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("outline", postgresql.JSONB(), nullable=True),
        sa.Column("crs", sa.String(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        link(name, "grid_id", "grids"),
        link(name, "recorded_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_grid_outlines"),
    )
    op.create_index("ix_grid_outlines_listed", name, ["grid_id", "recorded_at", "id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("grid_outlines")
