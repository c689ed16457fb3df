"""Version the rule of trainings: each session of a gridworker asks it, and it is rarely edited."""

from alembic import op

revision = "2026_11_26_1325"
down_revision = "2026_11_26_1320"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create trigger training_rules_is_edited
        after insert or update or delete or truncate on training_rules
        for each statement execute function reference_is_edited()
    """)


def downgrade() -> None:
    op.execute("drop trigger training_rules_is_edited on training_rules")
