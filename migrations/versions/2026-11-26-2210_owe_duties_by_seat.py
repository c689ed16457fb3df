"""Let a duty be owed by a place on a grid, be a proposal and change with its next period; let a
leave name its deputy.

Duties and tasks before were owed by everybody with the role, which is what no place means.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_2210"
down_revision = "2026_11_26_2200"
branch_labels = None
depends_on = None

SEAT = "ix_patrol_tasks_seat"


def upgrade() -> None:
    op.add_column("obligations", sa.Column("slot", sa.String(32), nullable=True))
    op.add_column("obligations", sa.Column("basis", sa.String(), server_default="", nullable=False))
    op.add_column(
        "obligations",
        sa.Column("is_proposal", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("obligations", sa.Column("coming", JSONB(), nullable=True))
    op.add_column("obligations", sa.Column("coming_on", sa.Date(), nullable=True))
    op.create_check_constraint(
        op.f("ck_obligations_coming"), "obligations", "(coming is null) = (coming_on is null)"
    )
    # A new column has nothing in it that would have to be looked up: no row is read.
    op.execute("""
        alter table patrol_tasks add column slot varchar(32), add column slot_grid_id uuid
            constraint fk_patrol_tasks_slot_grid_id references grids (id)
    """)
    op.execute("""
        alter table posts add column deputy_id uuid
            constraint fk_posts_deputy_id references people (id)
    """)
    schema.build_index(
        SEAT, "patrol_tasks (slot_grid_id) where status = 'open' and slot is not null"
    )


def downgrade() -> None:
    """The form before knows no place that owes: such tasks would be everybody's."""
    schema.hold_reports()
    op.drop_index(SEAT, "patrol_tasks", if_exists=True)
    op.execute(
        "update patrol_tasks set status = 'dropped', closed_on = current_date"
        " where status = 'open' and slot is not null"
    )
    op.drop_column("posts", "deputy_id")
    op.drop_column("patrol_tasks", "slot_grid_id")
    op.drop_column("patrol_tasks", "slot")
    for name in ("coming_on", "coming", "is_proposal", "basis", "slot"):
        op.drop_column("obligations", name)
