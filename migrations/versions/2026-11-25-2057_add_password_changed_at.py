"""Add when a password was set: first passwords run out, and a county may want new ones in time."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_2057"
down_revision = "2026_11_25_2056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "people", sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("people", "password_changed_at")
