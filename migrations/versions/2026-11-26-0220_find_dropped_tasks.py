"""Find the few dropped tasks that may still come back, without reading all that were ever made."""

from alembic import op

revision = "2026_11_26_0220"
down_revision = "2026_11_26_0150"
branch_labels = None
depends_on = None

NAME = "ix_patrol_tasks_dropped"


def upgrade() -> None:
    """Beside running writes, because there are as many tasks as looks in years."""
    with op.get_context().autocommit_block():
        op.execute(
            f"create index concurrently if not exists {NAME} on patrol_tasks (period_end)"
            " where status = 'dropped'"
        )


def downgrade() -> None:
    op.execute(f"drop index {NAME}")
