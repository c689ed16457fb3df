"""Note the looks that servers without a place for them have taken in; whoever writes visits notes
them since, so that nothing looks for more. It touches only what is wrong: a visit waits for it.
"""

from alembic import op

revision = "2026_11_26_1812"
down_revision = "2026_11_26_1811"
branch_labels = None
depends_on = None

MISSED = """
    insert into last_looks (object_id, seen_at)
    select v.object_id, max(least(v.occurred_at, v.received_at))
    from visits v join supervised_objects o on o.id = v.object_id
    where not exists (
        select from last_looks known where known.object_id = v.object_id
          and known.seen_at >= least(v.occurred_at, v.received_at)
    ) and not exists (
        select from posts p
        where p.person_id = v.person_id and p.role = 'safety_officer'
          and p.organization_id = o.organization_id
          and p.starts_on <= date(timezone('Asia/Shanghai', v.received_at))
          and (p.ends_on is null or p.ends_on >=
               date(timezone('Asia/Shanghai', least(v.occurred_at, v.received_at))))
    )
    group by v.object_id
    order by v.object_id
    on conflict (object_id) do update set seen_at = excluded.seen_at
    where last_looks.seen_at < excluded.seen_at
"""


def upgrade() -> None:
    op.execute(MISSED)


def downgrade() -> None:
    pass
