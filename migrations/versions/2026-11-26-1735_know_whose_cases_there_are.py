"""Let the database know every grid, body and person that has cases; find late ones by their order.

With a hundred values known of each column, whoever has no case at all is taken for one with
thousands, and a township that is not theirs is walked through in vain.
"""

from alembic import op

from app import schema

revision = "2026_11_26_1735"
down_revision = "2026_11_26_1455"
branch_labels = None
depends_on = None

KNOWN = 1_000  # values
COLUMNS = (
    "reporter_id",
    "grid_id",
    "village_id",
    "department_id",
    "dispatcher_id",
    "holder_id",
    "enterprise_id",
)
OVERDUE = "ix_hazards_overdue"


def upgrade() -> None:
    _know(KNOWN)
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {OVERDUE}")


def downgrade() -> None:
    _know(-1)
    schema.build_index(OVERDUE, "hazards (clock_due_at) where clock_due_at is not null")


def _know(values: int) -> None:
    """-1: as many as by default."""
    for column in COLUMNS:
        op.execute(f"alter table hazards alter column {column} set statistics {values}")
    op.execute("analyze hazards")
