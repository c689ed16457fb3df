"""Import people: batches of rows from Excel files, with the posts that they have given."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_2230"
down_revision = "2026_11_26_2220"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counts = ("total", "done", "good", "wrong", "added", "changed")
    op.create_table(
        "people_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in counts),
        sa.Column("kept", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_people_imports_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_people_imports"),
    )
    op.create_index("ix_people_imports_created_at", "people_imports", ["created_at"])
    op.create_table(
        "people_import_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("cells", JSONB(), nullable=False),
        sa.Column("values", JSONB(), nullable=True),
        sa.Column("errors", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["people_imports.id"], name="fk_people_import_rows_import_id"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_people_import_rows_person_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_people_import_rows"),
    )
    op.create_index(
        "ix_people_import_rows_import_id_people_import_rows_line",
        "people_import_rows",
        ["import_id", "line"],
        unique=True,
    )
    op.create_index("ix_people_import_rows_person_id", "people_import_rows", ["person_id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("people_import_rows")
    op.drop_table("people_imports")
