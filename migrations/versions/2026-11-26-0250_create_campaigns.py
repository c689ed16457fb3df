"""Create campaigns, and let a task be asked for by one of them instead of by an obligation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_0250"
down_revision = "2026_11_26_0240"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
        sa.Column("choice", JSONB(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_by_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"],
            ["checklist_versions.id"],
            name="fk_campaigns_checklist_version_id",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_campaigns_organization_id"
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by_id"], ["people.id"], name="fk_campaigns_ordered_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
    )
    op.add_column("patrol_tasks", sa.Column("campaign_id", sa.Uuid(), nullable=True))
    op.alter_column("patrol_tasks", "obligation_key", nullable=True)
    op.execute("""
        alter table patrol_tasks
        add constraint fk_patrol_tasks_campaign_id
            foreign key (campaign_id) references campaigns (id) not valid,
        add constraint ck_patrol_tasks_one_reason
            check (num_nonnulls(obligation_key, campaign_id) = 1) not valid
    """)


def downgrade() -> None:
    """The form before knows no task without an obligation."""
    schema.hold_reports()
    op.execute("""
        delete from postponements using patrol_tasks
        where patrol_tasks.id = postponements.task_id and patrol_tasks.campaign_id is not null
    """)
    op.execute("delete from patrol_tasks where campaign_id is not null")
    op.drop_constraint(op.f("ck_patrol_tasks_one_reason"), "patrol_tasks", type_="check")
    op.alter_column("patrol_tasks", "obligation_key", nullable=False)  # may wait: a way back
    op.drop_column("patrol_tasks", "campaign_id")
    op.drop_table("campaigns")
