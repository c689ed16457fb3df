"""Create records of what bodies have done of their duties, and what their meetings decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app import schema

revision = "2026_11_28_1050"
down_revision = "2026_11_27_1049"
branch_labels = None
depends_on = None


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=False)


def word(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=False)


def number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def id_of(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def link(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    schema.hold_reports()
    create_records()
    create_versions()
    create_hazards()
    create_items()


def create_records() -> None:
    name = "duty_records"
    op.create_table(
        name,
        id_of("id"),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        word("sha256"),
        word("obligation_key"),
        id_of("organization_id", nullable=True),
        id_of("grid_id", nullable=True),
        day("period_start"),
        day("period_end"),
        day("held_on"),
        word("subject"),
        word("text"),
        word("participants"),
        sa.Column("figures", postgresql.JSONB(none_as_null=True), nullable=True),
        id_of("instruction_id", nullable=True),
        number("version"),
        id_of("written_by_id"),
        id_of("written_for_id"),
        moment("written_at"),
        sa.CheckConstraint("(organization_id is null) <> (grid_id is null)", name="one"),
        link(name, "obligation_key", "obligations", "key"),
        link(name, "organization_id", "organizations"),
        link(name, "grid_id", "grids"),
        link(name, "instruction_id", "instructions"),
        link(name, "written_by_id", "people"),
        link(name, "written_for_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_duty_records"),
        sa.UniqueConstraint("number", name="uq_duty_records_number"),
    )
    op.create_index(
        f"ix_{name}_obligation_key_{name}_period_start", name, ["obligation_key", "period_start"]
    )
    for column in ("organization_id", "grid_id"):
        op.create_index(f"ix_{name}_{column}", name, [column])


def create_versions() -> None:
    name = "duty_record_versions"
    op.create_table(
        name,
        id_of("record_id"),
        number("version"),
        day("held_on"),
        word("subject"),
        word("text"),
        word("participants"),
        id_of("written_by_id"),
        moment("written_at"),
        word("because"),
        link(name, "record_id", "duty_records"),
        link(name, "written_by_id", "people"),
        sa.PrimaryKeyConstraint("record_id", "version", name="pk_duty_record_versions"),
    )
    op.execute(
        """
        create trigger duty_record_versions_is_append_only
        before update or delete or truncate on duty_record_versions
        for each statement execute function history_is_append_only()
        """
    )


def create_hazards() -> None:
    name = "duty_hazards"
    op.create_table(
        name,
        id_of("record_id"),
        id_of("hazard_id"),
        link(name, "record_id", "duty_records"),
        link(name, "hazard_id", "hazards"),
        sa.PrimaryKeyConstraint("record_id", "hazard_id", name="pk_duty_hazards"),
    )
    op.create_index(f"ix_{name}_hazard_id", name, ["hazard_id"])


def create_items() -> None:
    name = "duty_items"
    op.create_table(
        name,
        id_of("id"),
        id_of("record_id"),
        number("position"),
        word("text"),
        id_of("organization_id"),
        day("due_on"),
        moment("done_at", nullable=True),
        id_of("done_by_id", nullable=True),
        id_of("done_for_id", nullable=True),
        word("done_note"),
        sa.CheckConstraint("(done_at is null) = (done_by_id is null)", name="done"),
        link(name, "record_id", "duty_records"),
        link(name, "organization_id", "organizations"),
        link(name, "done_by_id", "people"),
        link(name, "done_for_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_duty_items"),
    )
    op.create_index(f"ix_{name}_record_id", name, ["record_id"])
    op.create_index(
        "ix_duty_items_open",
        name,
        ["organization_id", "due_on"],
        postgresql_where=sa.text("done_at is null"),
    )


def downgrade() -> None:
    schema.hold_reports()
    for table in ("duty_items", "duty_hazards", "duty_record_versions", "duty_records"):
        op.drop_table(table)
