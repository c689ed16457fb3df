"""Find the last look at a grid by when it was, a clock that ran ahead set right."""

from alembic import op

from app import schema

revision = "2026_11_26_1320"
down_revision = "2026_11_26_1011"
branch_labels = None
depends_on = None

NAME = "ix_visits_grid_seen"


def upgrade() -> None:
    schema.build_index(NAME, "visits (grid_id, least(occurred_at, received_at))")


def downgrade() -> None:
    op.execute(f"drop index {NAME}")
