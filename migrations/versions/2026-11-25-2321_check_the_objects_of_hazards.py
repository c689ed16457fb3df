"""Check that every case's object exists, in a transaction of its own: reports go on meanwhile."""

from alembic import op

revision = "2026_11_25_2321"
down_revision = "2026_11_25_2320"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table hazards validate constraint fk_hazards_enterprise_id")


def downgrade() -> None:
    """What is known to hold may be known."""
