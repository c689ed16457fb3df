"""Create obligations: who must look at what, how often."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_25_2201"
down_revision = "2026_11_25_2200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "obligations",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("duty", sa.String(length=32), nullable=False),
        sa.Column("min_count", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("applies_to", JSONB(), nullable=False),
        sa.Column("checklist_key", sa.String(), nullable=True),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("min_count > 0", name="ck_obligations_positive"),
        sa.PrimaryKeyConstraint("key", name="pk_obligations"),
    )


def downgrade() -> None:
    op.drop_table("obligations")
