"""Let the changes feed forget: when a change was written, and up to where all may be gone."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_2048"
down_revision = "2026_11_25_2041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A stable default costs nothing: rows of before count as written today."""
    op.add_column(
        "changes",
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
    )
    op.create_table(
        "feed_floor",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_feed_floor_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_floor")),
    )
    op.execute("insert into feed_floor (id, xid, seq) values (1, 0, 0)")


def downgrade() -> None:
    op.drop_table("feed_floor")
    op.drop_column("changes", "at")
