"""Note when objects were last looked at, from all visits there are: holds nobody up."""

from alembic import op

revision = "2026_11_26_1011"
down_revision = "2026_11_26_1010"
branch_labels = None
depends_on = None

FILL = """
    insert into last_looks (object_id, seen_at)
    select v.object_id, max(least(v.occurred_at, v.received_at))
    from visits v join supervised_objects o on o.id = v.object_id
    where not exists (
        select from posts p
        where p.person_id = v.person_id and p.role = 'safety_officer'
          and p.organization_id = o.organization_id
          and p.starts_on <= date(timezone('Asia/Shanghai', v.received_at))
          and (p.ends_on is null or p.ends_on >=
               date(timezone('Asia/Shanghai', least(v.occurred_at, v.received_at))))
    )
    group by v.object_id
    on conflict (object_id) do nothing
"""


def upgrade() -> None:
    op.execute(FILL)


def downgrade() -> None:
    op.execute("delete from last_looks")
