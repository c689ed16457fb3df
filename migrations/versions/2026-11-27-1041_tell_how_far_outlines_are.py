"""Note how far a file of outlines is where every server can read it."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1041"
down_revision = "2026_11_27_1039"
branch_labels = None
depends_on = None

RUNS = "outline_runs"


def upgrade() -> None:
    op.create_table(
        RUNS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("is_taking", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_outline_runs_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outline_runs")),
    )
    op.create_index(op.f("ix_outline_runs_person_id"), RUNS, ["person_id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table(RUNS)
