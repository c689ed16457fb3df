"""Note which scheme switched off a duty; what the county switched off itself stays off."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_0230"
down_revision = "2026_11_26_0220"
branch_labels = None
depends_on = None

# Until now only applying a scheme that does not name a duty has switched one off: where the scheme
# in force names it, it was the county.
_SO_FAR = """
update obligations set switched_off_by = newest.key
from (select key, content from applied_schemes order by applied_at desc limit 1) newest
where not obligations.is_active and not exists (
    select from jsonb_array_elements(newest.content -> 'obligation') one
    where one ->> 'key' = obligations.key
)
"""


def upgrade() -> None:
    op.add_column("obligations", sa.Column("switched_off_by", sa.String(), nullable=True))
    op.execute(_SO_FAR)


def downgrade() -> None:
    op.drop_column("obligations", "switched_off_by")
