"""Find the task that waits at an object without reading all that were ever done there."""

from alembic import op

from app import schema

revision = "2026_11_26_0320"
down_revision = "2026_11_26_0255"
branch_labels = None
depends_on = None

NAME = "ix_patrol_tasks_waiting"


def upgrade() -> None:
    schema.build_index(NAME, "patrol_tasks (object_id, original_due_on, id) where status = 'open'")


def downgrade() -> None:
    op.execute(f"drop index {NAME}")
