"""Tell what a sheet would change before anybody takes it in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_27_1048"
down_revision = "2026_11_27_1047"
branch_labels = None
depends_on = None

BATCHES = ("ledger_imports", "people_imports")
TOLD = ("differs", "warnings")
COUNTS = ("adding", "updating", "same", "renaming", "moving", "warned")


def upgrade() -> None:
    """What was checked before tells nothing: taken in, it renames and moves nobody."""
    for name in COUNTS:
        op.add_column(
            "ledger_imports", sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
        )
    for table in BATCHES:
        ignored = sa.Column("ignored", JSONB, nullable=False, server_default="[]")
        op.add_column(table, ignored)
    for name in TOLD:
        op.add_column("ledger_import_rows", sa.Column(name, JSONB))


def downgrade() -> None:
    for name in TOLD:
        op.drop_column("ledger_import_rows", name)
    for table in BATCHES:
        op.drop_column(table, "ignored")
    for name in COUNTS:
        op.drop_column("ledger_imports", name)
