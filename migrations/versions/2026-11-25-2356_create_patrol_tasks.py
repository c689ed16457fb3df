"""Create patrol tasks, why some wait, and the visits that do them."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_25_2356"
down_revision = "2026_11_25_2355"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _visits()
    _tasks()


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew_seconds", sa.Float(), nullable=True),
        sa.Column("rest_fine", sa.Boolean(), nullable=False),
        sa.Column("issue_count", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"],
            ["checklist_versions.id"],
            name="fk_visits_checklist_version_id",
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_visits_grid_id"),
        sa.ForeignKeyConstraint(
            ["object_id"], ["supervised_objects.id"], name="fk_visits_object_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_visits_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
        sa.UniqueConstraint("seq", name="uq_visits_seq"),
    )
    op.create_index("ix_visits_grid_id_visits_occurred_at", "visits", ["grid_id", "occurred_at"])
    op.create_index(
        "ix_visits_object_id_visits_occurred_at", "visits", ["object_id", "occurred_at"]
    )

    op.create_table(
        "visit_answers",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("hazard_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["supervised_objects.id"], name="fk_visit_answers_member_id"
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="fk_visit_answers_visit_id"),
        sa.PrimaryKeyConstraint("visit_id", "position", name="pk_visit_answers"),
    )


def _tasks() -> None:
    op.create_table(
        "patrol_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("obligation_key", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("rollovers", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("done_visit_id", sa.Uuid(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_version_id"],
            ["checklist_versions.id"],
            name="fk_patrol_tasks_checklist_version_id",
        ),
        sa.ForeignKeyConstraint(
            ["done_visit_id"], ["visits.id"], name="fk_patrol_tasks_done_visit_id"
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_patrol_tasks_grid_id"),
        sa.ForeignKeyConstraint(
            ["object_id"], ["supervised_objects.id"], name="fk_patrol_tasks_object_id"
        ),
        sa.ForeignKeyConstraint(
            ["obligation_key"], ["obligations.key"], name="fk_patrol_tasks_obligation_key"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_patrol_tasks_organization_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_patrol_tasks_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_patrol_tasks"),
        sa.UniqueConstraint(
            "obligation_key",
            "subject_id",
            "period_start",
            "ordinal",
            name="uq_patrol_tasks_obligation_key_subject_id_period_start_ordinal",
        ),
    )
    op.create_index("ix_patrol_tasks_board", "patrol_tasks", ["grid_id", "original_due_on"])
    op.create_index(
        "ix_patrol_tasks_body",
        "patrol_tasks",
        ["organization_id"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_patrol_tasks_late",
        "patrol_tasks",
        ["due_on"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_patrol_tasks_mine",
        "patrol_tasks",
        ["grid_id", "due_on"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("ix_patrol_tasks_object", "patrol_tasks", ["object_id", "period_start"])
    op.create_index(
        "ix_patrol_tasks_person",
        "patrol_tasks",
        ["person_id"],
        postgresql_where=sa.text("status = 'open'"),
    )

    op.create_table(
        "postponements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_postponements_person_id"),
        sa.ForeignKeyConstraint(["task_id"], ["patrol_tasks.id"], name="fk_postponements_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_postponements"),
        sa.UniqueConstraint("reason_id", name="uq_postponements_reason_id"),
        sa.UniqueConstraint("seq", name="uq_postponements_seq"),
        sa.UniqueConstraint("task_id", "from_on", name="uq_postponements_task_id_from_on"),
    )


def downgrade() -> None:
    schema.hold_reports()
    for table in ("postponements", "patrol_tasks", "visit_answers", "visits"):
        op.drop_table(table)
