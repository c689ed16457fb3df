"""Create the rule of grid codes, and room for the codes that grids have in other systems."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_27_1010"
down_revision = "2026_11_27_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grid_code_rules",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("is_checked", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("prefix_digits", sa.BigInteger(), nullable=False),
        sa.Column("sequence_digits", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("exclusive_follows", sa.Boolean(), nullable=False),
        sa.Column("exclusive_letter", sa.String(), nullable=False),
        sa.Column("external_systems", JSONB(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_grid_code_rules_only"),
        sa.PrimaryKeyConstraint("id", name="pk_grid_code_rules"),
    )
    # The release before adds grids without the column.
    codes = sa.Column("external_codes", JSONB(), nullable=False, server_default="{}")
    op.add_column("grids", codes)


def downgrade() -> None:
    op.drop_column("grids", "external_codes")
    op.drop_table("grid_code_rules")
