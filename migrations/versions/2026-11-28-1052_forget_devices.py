"""Keep with a sign-in whether its device is no longer known for the account."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_1052"
down_revision = "2026_11_28_1051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sign_ins",
        sa.Column("is_forgotten", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("sign_ins", "is_forgotten")
