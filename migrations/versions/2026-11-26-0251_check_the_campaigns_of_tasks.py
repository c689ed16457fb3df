"""Check beside running work that a campaign has one task a place, and every task its reason."""

from alembic import op

from app import schema

revision = "2026_11_26_0251"
down_revision = "2026_11_26_0250"
branch_labels = None
depends_on = None

NAME = "uq_patrol_tasks_campaign"


def upgrade() -> None:
    of = "patrol_tasks (campaign_id, subject_id) where campaign_id is not null"
    schema.build_index(NAME, of, is_unique=True)
    for name in ("fk_patrol_tasks_campaign_id", "ck_patrol_tasks_one_reason"):
        op.execute(f"alter table patrol_tasks validate constraint {name}")


def downgrade() -> None:
    """What is known to hold may be known."""
    op.execute(f"drop index {NAME}")
