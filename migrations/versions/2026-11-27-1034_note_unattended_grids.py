"""Note the grids on which nobody is, so that each is told once, and to the county in time."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1034"
down_revision = "2026_11_27_1033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unattended_grids",
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("is_county_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_unattended_grids_grid_id"),
        sa.PrimaryKeyConstraint("grid_id", name="pk_unattended_grids"),
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("unattended_grids")
