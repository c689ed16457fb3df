"""Read the list of one township in the order of urgency, without sorting it."""

from alembic import op

from app import schema

revision = "2026_11_25_2340"
down_revision = "2026_11_25_2321"
branch_labels = None
depends_on = None

NAME = "ix_hazards_township_urgency"


def upgrade() -> None:
    schema.build_index(NAME, "hazards (township_id, sort_key, id)")


def downgrade() -> None:
    op.execute(f"drop index {NAME}")
