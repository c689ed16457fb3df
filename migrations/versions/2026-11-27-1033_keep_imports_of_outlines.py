"""Keep imports of outlines, so that one can be undone in one step; earlier ones stay without."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1033"
down_revision = "2026_11_27_1032"
branch_labels = None
depends_on = None


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    name = "outline_imports"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        link(name, "taken_by_id", "people"),
        link(name, "undone_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_outline_imports"),
    )
    op.add_column("grid_outlines", sa.Column("import_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_grid_outlines_import_id", "grid_outlines", name, ["import_id"], ["id"]
    )
    op.create_index("ix_grid_outlines_import_id", "grid_outlines", ["import_id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_column("grid_outlines", "import_id")
    op.drop_table("outline_imports")
