"""Create the yearly assessment of bodies, and commendations and criticism of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app import schema

revision = "2026_11_28_1053"
down_revision = "2026_11_28_1052"
branch_labels = None
depends_on = None

_LINK = "fk_duty_records_assessment_paper_id"
_WITHDRAWN = "(withdrawn_at is null) = (withdrawn_by_id is null)"


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def word(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=False)


def number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def id_of(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def content(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(none_as_null=nullable), nullable=nullable)


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def withdrawn(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        id_of("withdrawn_by_id", nullable=True),
        moment("withdrawn_at", nullable=True),
        word("withdrawn_because"),
        link(table, "withdrawn_by_id", "people"),
        sa.CheckConstraint(_WITHDRAWN, name="withdrawn"),
    )


def upgrade() -> None:
    schema.hold_reports()
    create_assessments()
    create_papers()
    create_steps()
    create_notes()
    op.add_column("duty_records", id_of("assessment_paper_id", nullable=True))
    op.create_foreign_key(
        _LINK, "duty_records", "assessment_papers", ["assessment_paper_id"], ["id"]
    )


def create_assessments() -> None:
    name = "assessments"
    op.create_table(
        name,
        id_of("id"),
        word("sha256"),
        number("year"),
        content("form"),
        day("self_until"),
        id_of("opened_by_id"),
        moment("opened_at"),
        link(name, "opened_by_id", "people"),
        *withdrawn(name),
        sa.PrimaryKeyConstraint("id", name="pk_assessments"),
    )
    op.create_index(
        "uq_assessments_year_standing",
        name,
        ["year"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )


def create_papers() -> None:
    name = "assessment_papers"
    op.create_table(
        name,
        id_of("id"),
        id_of("assessment_id"),
        id_of("organization_id"),
        word("status"),
        number("version"),
        content("said"),
        content("result", nullable=True),
        content("facts", nullable=True),
        day("shown_on", nullable=True),
        link(name, "assessment_id", "assessments"),
        link(name, "organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_papers"),
        sa.UniqueConstraint("assessment_id", "organization_id", name="uq_assessment_papers_body"),
    )
    op.create_index(f"ix_{name}_organization_id", name, ["organization_id"])


def create_steps() -> None:
    name = "assessment_steps"
    op.create_table(
        name,
        id_of("id"),
        id_of("paper_id"),
        number("version"),
        word("kind"),
        id_of("person_id"),
        word("text"),
        content("before", nullable=True),
        word("sha256"),
        moment("at"),
        link(name, "paper_id", "assessment_papers"),
        link(name, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_steps"),
        sa.UniqueConstraint("paper_id", "version", name="uq_assessment_steps_version"),
    )
    op.execute(
        """
        create trigger assessment_steps_is_append_only
        before update or delete or truncate on assessment_steps
        for each statement execute function history_is_append_only()
        """
    )


def create_notes() -> None:
    name = "body_notes"
    op.create_table(
        name,
        id_of("id"),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        word("sha256"),
        word("kind"),
        id_of("organization_id"),
        day("said_on"),
        word("text"),
        id_of("written_by_id"),
        moment("written_at"),
        link(name, "organization_id", "organizations"),
        link(name, "written_by_id", "people"),
        *withdrawn(name),
        sa.PrimaryKeyConstraint("id", name="pk_body_notes"),
        sa.UniqueConstraint("number", name="uq_body_notes_number"),
    )
    op.create_index(
        f"ix_{name}_organization_id_{name}_said_on", name, ["organization_id", "said_on"]
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_constraint(_LINK, "duty_records", type_="foreignkey")
    op.drop_column("duty_records", "assessment_paper_id")
    for table in ("body_notes", "assessment_steps", "assessment_papers", "assessments"):
        op.drop_table(table)
