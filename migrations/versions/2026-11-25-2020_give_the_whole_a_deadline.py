"""Give the whole a deadline where a county has its rules already."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_2020"
down_revision = "2026_11_25_2010"
branch_labels = None
depends_on = None

# As in app/presets/deadlines.toml, which fills only an empty table.
WHOLE = ((None, 20, "working_days"), ("major", 60, "calendar_days"))


def upgrade() -> None:
    rules = sa.table(
        "deadline_rules",
        sa.column("hop", sa.String()),
        sa.column("level", sa.String()),
        sa.column("amount", sa.BigInteger()),
        sa.column("unit", sa.String()),
    )
    has_rules = sa.exists().select_from(rules)
    for level, amount, unit in WHOLE:
        row = sa.select(
            sa.literal("whole"),
            sa.literal(level, sa.String()),
            sa.literal(amount),
            sa.literal(unit),
        ).where(has_rules)
        op.execute(rules.insert().from_select(["hop", "level", "amount", "unit"], row))


def downgrade() -> None:
    op.execute("delete from deadline_rules where hop = 'whole'")
    op.execute("delete from clocks where hop = 'whole'")
