"""Note who saw what a grid has, and the kit part by part."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1047"
down_revision = "2026_11_27_1046"
branch_labels = None
depends_on = None

PROVISIONS = "grid_provisions"


def upgrade() -> None:
    op.add_column(PROVISIONS, sa.Column("noted_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_grid_provisions_noted_by_id"), PROVISIONS, "people", ["noted_by_id"], ["id"]
    )
    op.create_index(op.f("ix_grid_provisions_noted_by_id"), PROVISIONS, ["noted_by_id"])
    op.execute(
        "insert into grid_provisions (grid_id, what, noted_on) select grid_id, part, noted_on"
        " from grid_provisions cross join unnest(array['handbook', 'record_book', 'pen', 'torch',"
        " 'badge']) part where what = 'kit'"
    )
    op.execute("delete from grid_provisions where what = 'kit'")


def downgrade() -> None:
    schema.hold_reports()
    parts = "('handbook', 'record_book', 'pen', 'torch', 'badge')"
    op.execute(
        "insert into grid_provisions (grid_id, what, noted_on)"  # noqa: S608 - ours
        f" select grid_id, 'kit', max(noted_on) from grid_provisions where what in {parts}"
        " group by grid_id having count(*) = 5"
    )
    op.execute(f"delete from grid_provisions where what in {parts}")  # noqa: S608 - ours
    op.drop_column(PROVISIONS, "noted_by_id")
