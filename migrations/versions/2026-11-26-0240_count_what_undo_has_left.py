"""Count what undo has left: rows of a batch that could not be taken back, with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0240"
down_revision = "2026_11_26_0230"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.Column("kept", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("ledger_imports", kept)


def downgrade() -> None:
    op.drop_column("ledger_imports", "kept")
