"""Find the few dropped tasks that may still come back, without reading all that were ever made."""

from alembic import op

from app import schema

revision = "2026_11_26_0220"
down_revision = "2026_11_26_0150"
branch_labels = None
depends_on = None

NAME = "ix_patrol_tasks_dropped"


def upgrade() -> None:
    schema.build_index(NAME, "patrol_tasks (period_end) where status = 'dropped'")


def downgrade() -> None:
    op.execute(f"drop index {NAME}")
