"""Tell what waits at every object of a county from an index, and keep it fit to be told from.

Coverage reads all open tasks. An index tells without the task only where vacuum has been since the
last change: by itself vacuum comes after a fifth of the table, which is months of patrols.
"""

from alembic import op

from app import schema

revision = "2026_11_27_1044"
down_revision = "2026_11_27_1043"
branch_labels = None
depends_on = None

NAME = "ix_patrol_tasks_waiting"
BARE = "patrol_tasks (object_id, original_due_on, id){} where status = 'open'"
BESIDE = " include (due_on, rollovers, role, campaign_id, period_start)"
OFTEN = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")


def upgrade() -> None:
    _exchange(BARE.format(BESIDE))
    op.execute(f"alter table patrol_tasks set ({', '.join(f'{name} = 0.02' for name in OFTEN)})")


def downgrade() -> None:
    op.execute(f"alter table patrol_tasks reset ({', '.join(OFTEN)})")
    _exchange(BARE.format(""))


def _exchange(new: str) -> None:
    """The new one stands before the old one goes: lists are read meanwhile."""
    schema.build_index(f"{NAME}_new", new)
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {NAME}")
        op.execute(f"alter index {NAME}_new rename to {NAME}")
