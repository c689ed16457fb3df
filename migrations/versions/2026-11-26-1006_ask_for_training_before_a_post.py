"""Let the county ask for training before a post, and mark visits made without it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_1006"
down_revision = "2026_11_26_1005"
branch_labels = None
depends_on = None

RULES, NAME = "training_rules", "ix_visits_unqualified"
COLUMNS = (
    sa.Column("is_on", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column(
        "roles",
        JSONB(),
        nullable=False,
        server_default=sa.text("""'["gridworker", "grid_chief"]'"""),
    ),
    sa.Column("starts_on", sa.Date(), nullable=True),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column(RULES, column)
    op.create_check_constraint(
        op.f("ck_training_rules_begins"), RULES, "not is_on or starts_on is not null"
    )
    op.add_column(
        "visits",
        sa.Column("is_unqualified", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    schema.build_index(NAME, "visits (occurred_at) where is_unqualified")


def downgrade() -> None:
    op.execute(f"drop index {NAME}")
    op.drop_column("visits", "is_unqualified")
    op.drop_constraint(op.f("ck_training_rules_begins"), RULES)
    for column in reversed(COLUMNS):
        op.drop_column(RULES, column.name)
