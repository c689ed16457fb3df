"""Read the list of one township in the order of urgency, without sorting it."""

from alembic import op

revision = "2026_11_25_2340"
down_revision = "2026_11_25_2320"
branch_labels = None
depends_on = None

NAME = "ix_hazards_township_urgency"


def upgrade() -> None:
    """Beside running writes: building an index of millions must not hold up a report."""
    with op.get_context().autocommit_block():
        op.execute(
            f"create index concurrently if not exists {NAME} on hazards (township_id, sort_key, id)"
        )


def downgrade() -> None:
    op.execute(f"drop index {NAME}")
