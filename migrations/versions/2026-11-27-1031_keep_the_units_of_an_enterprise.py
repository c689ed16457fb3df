"""Keep 科室、车间、班组、岗位 of an enterprise, for its responsibility network (S0-35)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_27_1031"
down_revision = "2026_11_27_1030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "supervised_objects", sa.Column("units", JSONB(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    op.drop_column("supervised_objects", "units")
