"""Say why grids came or went together, also where nobody but the system did it (S1-5).

What a scheme or the ledger made or ended before this day is in nobody's list: it begins now.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1038"
down_revision = "2026_11_27_1036"
branch_labels = None
depends_on = None

ONE = "grid_revisions"


def upgrade() -> None:
    cause = sa.Column("cause", sa.String(length=32), nullable=False, server_default="hand")
    op.add_column(ONE, cause)
    op.alter_column(ONE, "decided_by_id", nullable=True)


def downgrade() -> None:
    """Lines that only this release can show go; the days of the grids stay with the grids."""
    op.execute(
        "delete from grid_revision_parts p using grid_revisions r "
        "where r.id = p.revision_id and (r.cause <> 'hand' or r.decided_by_id is null)"
    )
    op.execute("delete from grid_revisions where cause <> 'hand' or decided_by_id is null")
    op.alter_column(ONE, "decided_by_id", nullable=False)
    op.drop_column(ONE, "cause")
