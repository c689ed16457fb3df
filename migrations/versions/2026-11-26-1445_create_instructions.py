"""Create instructions with their addressees, feedback and steps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_1445"
down_revision = "2026_11_26_1440"
branch_labels = None
depends_on = None

APPEND_ONLY = ("instruction_feedback", "instruction_steps")


def moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    schema.hold_reports()
    create_instructions()
    create_addressees()
    create_feedback()
    create_steps()
    for table in APPEND_ONLY:
        op.execute(
            f"""
            create trigger {table}_is_append_only
            before update or delete or truncate on {table}
            for each statement execute function history_is_append_only()
            """
        )


def create_instructions() -> None:
    name = "instructions"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("is_from_linked_leader", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("wants_feedback", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        moment("sent_at", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        link(name, "organization_id", "organizations"),
        link(name, "sender_id", "people"),
        sa.CheckConstraint("due_on is null or wants_feedback", name="ck_instructions_due"),
        sa.PrimaryKeyConstraint("id", name="pk_instructions"),
    )
    op.create_index("ix_instructions_sent", name, ["organization_id", "sent_at"])


def create_addressees() -> None:
    name = "instruction_addressees"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        moment("read_at"),
        sa.Column("read_by_id", sa.Uuid(), nullable=True),
        moment("answered_at"),
        link(name, "instruction_id", "instructions"),
        link(name, "organization_id", "organizations"),
        link(name, "grid_id", "grids"),
        link(name, "read_by_id", "people"),
        sa.CheckConstraint(
            "(organization_id is null) <> (grid_id is null)",
            name="ck_instruction_addressees_one",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_instruction_addressees"),
        sa.UniqueConstraint(
            "instruction_id", "organization_id", name="uq_instruction_addressees_organization"
        ),
        sa.UniqueConstraint("instruction_id", "grid_id", name="uq_instruction_addressees_grid"),
    )
    op.create_index("ix_instruction_addressees_organization_id", name, ["organization_id"])
    op.create_index("ix_instruction_addressees_grid_id", name, ["grid_id"])


def create_feedback() -> None:
    name = "instruction_feedback"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=False),
        sa.Column("addressee_ids", JSONB(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        moment("occurred_at", nullable=False),
        moment("received_at", nullable=False),
        link(name, "instruction_id", "instructions"),
        link(name, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_instruction_feedback"),
        sa.UniqueConstraint("seq", name="uq_instruction_feedback_seq"),
    )
    op.create_index(f"ix_{name}_instruction_id_{name}_seq", name, ["instruction_id", "seq"])


def create_steps() -> None:
    name = "instruction_steps"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        moment("at", nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        link(name, "instruction_id", "instructions"),
        link(name, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_instruction_steps"),
    )
    op.create_index(f"ix_{name}_instruction_id_{name}_at", name, ["instruction_id", "at"])


def downgrade() -> None:
    schema.hold_reports()
    for table in (
        "instruction_steps",
        "instruction_feedback",
        "instruction_addressees",
        "instructions",
    ):
        op.drop_table(table)
