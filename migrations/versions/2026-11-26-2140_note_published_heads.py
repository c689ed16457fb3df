"""Note when the head of a seal went to its second place, so that a silent place is seen."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_2140"
down_revision = "2026_11_26_1813"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Older seals count as published when they were made: `audit verify` compares every head."""
    op.create_table(
        "published_heads",
        sa.Column("seal_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seal_id", name=op.f("pk_published_heads")),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["seals.id"], name=op.f("fk_published_heads_seal_id_seals")
        ),
    )
    op.execute("insert into published_heads (seal_id, at) select id, at from seals")


def downgrade() -> None:
    op.drop_table("published_heads")
