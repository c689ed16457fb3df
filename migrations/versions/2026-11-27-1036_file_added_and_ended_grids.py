"""Say what became of a grid in a line of the filing list: revised, added, ended, restored (S1-5).

What was added or ended before this day is in nobody's list: it begins now.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1036"
down_revision = "2026_11_27_1035"
branch_labels = None
depends_on = None

ONE = "grid_revisions"


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(length=32), nullable=False, server_default="revised")
    op.add_column(ONE, kind)


def downgrade() -> None:
    """Lines that only this release can show go; the days of the grids stay with the grids."""
    op.execute(
        "delete from grid_revision_parts p using grid_revisions r "
        "where r.id = p.revision_id and r.kind <> 'revised'"
    )
    op.execute("delete from grid_revisions where kind <> 'revised'")
    op.drop_column(ONE, "kind")
