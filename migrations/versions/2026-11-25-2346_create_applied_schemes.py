"""Create applied schemes; a second-level desk may be a functional zone or a line's office."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_25_2346"
down_revision = "2026_11_25_2345"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applied_schemes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by_id", sa.Uuid(), nullable=True),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["people.id"], name="fk_applied_schemes_applied_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_applied_schemes"),
    )
    op.create_index("ix_applied_schemes_applied_at", "applied_schemes", ["applied_at"])
    op.add_column("organizations", sa.Column("variant", sa.String(length=32), nullable=True))


def downgrade() -> None:
    schema.hold_reports()
    op.drop_column("organizations", "variant")
    op.drop_table("applied_schemes")
