"""Keep every reason that was sent: several for one day, one line a day that still waits for one."""

from alembic import op

from app import schema

revision = "2026_11_26_0150"
down_revision = "2026_11_26_0140"
branch_labels = None
depends_on = None
_ONE_A_DAY = "uq_postponements_task_id_from_on"
_OF_A_DAY = "ix_postponements_task_id_postponements_from_on"
_UNSAID = "uq_postponements_unsaid"


def upgrade() -> None:
    schema.build_index(_OF_A_DAY, "postponements (task_id, from_on)")
    schema.build_index(
        _UNSAID, "postponements (task_id, from_on) where reason_id is null", is_unique=True
    )
    op.drop_constraint(_ONE_A_DAY, "postponements", type_="unique")


def downgrade() -> None:
    """The form before has room for one a day: the first that somebody gave."""
    op.execute("""
        delete from postponements later using postponements first
        where later.task_id = first.task_id and later.from_on = first.from_on
          and (later.reason_id is null, later.received_at, later.seq)
              > (first.reason_id is null, first.received_at, first.seq)
    """)
    columns = ["task_id", "from_on"]
    op.create_unique_constraint(_ONE_A_DAY, "postponements", columns)  # may wait: a way back
    op.drop_index(_UNSAID, "postponements")
    op.drop_index(_OF_A_DAY, "postponements")
