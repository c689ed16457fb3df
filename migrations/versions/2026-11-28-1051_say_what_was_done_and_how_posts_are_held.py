"""Say what was done about a case, and how a gridworker's post is held."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_28_1051"
down_revision = "2026_11_28_1050"
branch_labels = None
depends_on = None

ENFORCED = "ix_hazards_enforced"
OF_CASES = (
    sa.Column("outcome", sa.String(32), nullable=True),
    sa.Column("outcome_document", sa.String(), nullable=True),
)
OF_POSTS = (
    sa.Column("is_full_time", sa.Boolean(), nullable=True),
    sa.Column("part_time_source", sa.String(), nullable=True),
    sa.Column("employment", sa.String(32), nullable=True),
    sa.Column("duties", sa.String(), nullable=True),
)


def upgrade() -> None:
    schema.hold_reports()
    for column in OF_CASES:
        op.add_column("hazards", column, if_not_exists=True)
    for column in OF_POSTS:
        op.add_column("posts", column, if_not_exists=True)
    schema.build_index(
        ENFORCED,
        "hazards (sort_key, id) include (township_id, outcome)"
        " where outcome in ('ordered', 'penalised', 'transferred')",
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_index(ENFORCED, "hazards", if_exists=True)
    for column in reversed(OF_POSTS):
        op.drop_column("posts", column.name)
    for column in reversed(OF_CASES):
        op.drop_column("hazards", column.name)
