"""Move the last day of a campaign: what it was, and why; of campaigns before, none was moved."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1811"
down_revision = "2026_11_26_1810"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("first_until", sa.Date(), nullable=True))
    op.add_column(
        "campaigns", sa.Column("moved_because", sa.String(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("campaigns", "moved_because")
    op.drop_column("campaigns", "first_until")
