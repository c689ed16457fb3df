"""Import ledgers: batches of rows from Excel files, with what they changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_0025"
down_revision = "2026_11_26_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counts = ("total", "done", "good", "wrong", "added", "changed")
    op.create_table(
        "ledger_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in counts),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_ledger_imports_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_imports"),
    )
    op.create_index("ix_ledger_imports_created_at", "ledger_imports", ["created_at"])
    op.create_table(
        "ledger_import_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("cells", JSONB(), nullable=False),
        sa.Column("values", JSONB(), nullable=True),
        sa.Column("errors", JSONB(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("before", JSONB(), nullable=True),
        sa.Column("after", JSONB(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["ledger_imports.id"], name="fk_ledger_import_rows_import_id"
        ),
        sa.ForeignKeyConstraint(
            ["object_id"], ["supervised_objects.id"], name="fk_ledger_import_rows_object_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_import_rows"),
    )
    op.create_index(
        "ix_ledger_import_rows_import_id_ledger_import_rows_line",
        "ledger_import_rows",
        ["import_id", "line"],
        unique=True,
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("ledger_import_rows")
    op.drop_table("ledger_imports")
