"""Create the rule of notice boards, and room for where a grid ends in words."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0255"
down_revision = "2026_11_26_0251"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_rules",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_phone", sa.String(), nullable=True),
        sa.Column("phones", sa.String(length=32), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_notice_rules_only"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_rules"),
    )
    op.add_column("grids", sa.Column("bounds", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("grids", "bounds")
    op.drop_table("notice_rules")
