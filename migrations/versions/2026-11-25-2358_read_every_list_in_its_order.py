"""Find what is late by its date alone; read states, villages and grids in the order of urgency."""

from alembic import op

from app import schema

revision = "2026_11_25_2358"
down_revision = "2026_11_25_2356"
branch_labels = None
depends_on = None

OPEN = "state not in ('archived', 'merged', 'voided')"
OLD = {"ix_hazards_due": f"(clock_due_at) where {OPEN}"}
NEW = {
    "ix_hazards_overdue": "(clock_due_at) where clock_due_at is not null",
    "ix_hazards_grid_urgency": "(grid_id, sort_key, id)",
    "ix_hazards_village_urgency": "(village_id, sort_key, id)",
    "ix_hazards_state": f"(state, sort_key, id) where {OPEN}",
}


def upgrade() -> None:
    _exchange(OLD, NEW)


def downgrade() -> None:
    _exchange(NEW, OLD)


def _exchange(old: dict[str, str], new: dict[str, str]) -> None:
    for name, of in new.items():
        schema.build_index(name, f"hazards {of}")
    with op.get_context().autocommit_block():
        for name in old:
            op.execute(f"drop index concurrently if exists {name}")
