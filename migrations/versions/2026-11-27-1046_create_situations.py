"""Create reported situations with their steps."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1046"
down_revision = "2026_11_27_1044"
branch_labels = None
depends_on = None


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def word(name: str, length: int | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def id_of(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def counted(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), sa.Identity(always=True), nullable=False)


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    schema.hold_reports()
    create_situations()
    create_steps()


def create_situations() -> None:
    name = "situations"
    op.create_table(
        name,
        id_of("id"),
        counted("number"),
        id_of("visit_id", nullable=True),
        id_of("inspection_id", nullable=True),
        id_of("version_id"),
        word("code"),
        word("text"),
        word("place"),
        id_of("reporter_id"),
        id_of("grid_id"),
        id_of("village_id", nullable=True),
        id_of("township_id", nullable=True),
        id_of("holder_id"),
        word("status", 32),
        moment("received_at"),
        link(name, "visit_id", "visits"),
        link(name, "inspection_id", "inspections"),
        link(name, "reporter_id", "people"),
        link(name, "grid_id", "grids"),
        link(name, "village_id", "organizations"),
        link(name, "township_id", "organizations"),
        link(name, "holder_id", "organizations"),
        sa.ForeignKeyConstraint(
            ["version_id", "code"],
            ["checklist_items.version_id", "checklist_items.code"],
            name="fk_situations_version_id_code",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_situations"),
        sa.UniqueConstraint("number", name="uq_situations_number"),
    )
    op.create_index("ix_situations_held", name, ["holder_id", "status"])
    op.create_index("ix_situations_by_time", name, ["received_at", "id"])
    for column in ("township_id", "village_id", "reporter_id"):
        op.create_index(f"ix_situations_{column}", name, [column])


def create_steps() -> None:
    name = "situation_steps"
    op.create_table(
        name,
        id_of("id"),
        counted("seq"),
        id_of("situation_id"),
        word("kind", 32),
        id_of("person_id"),
        id_of("organization_id"),
        id_of("target_id", nullable=True),
        word("text"),
        word("sha256"),
        moment("at"),
        link(name, "situation_id", "situations"),
        link(name, "person_id", "people"),
        link(name, "organization_id", "organizations"),
        link(name, "target_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_situation_steps"),
        sa.UniqueConstraint("seq", name="uq_situation_steps_seq"),
    )
    op.create_index(f"ix_{name}_situation_id_{name}_seq", name, ["situation_id", "seq"])
    op.create_index(f"ix_{name}_target_id_{name}_situation_id", name, ["target_id", "situation_id"])
    op.execute(
        """
        create trigger situation_steps_is_append_only
        before update or delete or truncate on situation_steps
        for each statement execute function history_is_append_only()
        """
    )


def downgrade() -> None:
    schema.hold_reports()
    for table in ("situation_steps", "situations"):
        op.drop_table(table)
