"""Note that a finding was thrown away before it became a case; of answers before, none was."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1810"
down_revision = "2026_11_26_1740"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "visit_answers",
        sa.Column("is_discarded", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("visit_answers", "is_discarded")
