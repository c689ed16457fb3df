"""Note which questions a visit has asked: None for the whole list, as all visits before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_26_1430"
down_revision = "2026_11_26_1325"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("asked", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("visits", "asked")
