"""Create appeals with their steps."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_26_1455"
down_revision = "2026_11_26_1446"
branch_labels = None
depends_on = None


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def word(name: str, length: int | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def id_of(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    schema.hold_reports()
    create_appeals()
    create_steps()


def create_appeals() -> None:
    name = "appeals"
    op.create_table(
        name,
        id_of("id"),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        word("subject"),
        word("place"),
        id_of("asker_id"),
        id_of("enterprise_id", nullable=True),
        id_of("grid_id"),
        id_of("township_id", nullable=True),
        id_of("holder_id"),
        word("status", 32),
        moment("received_at"),
        link(name, "asker_id", "people"),
        link(name, "enterprise_id", "organizations"),
        link(name, "grid_id", "grids"),
        link(name, "township_id", "organizations"),
        link(name, "holder_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
        sa.UniqueConstraint("number", name="uq_appeals_number"),
    )
    op.create_index("ix_appeals_held", name, ["holder_id", "status"])
    op.create_index("ix_appeals_by_time", name, ["received_at", "id"])
    for column in ("township_id", "asker_id", "enterprise_id"):
        op.create_index(f"ix_appeals_{column}", name, [column])


def create_steps() -> None:
    name = "appeal_steps"
    op.create_table(
        name,
        id_of("id"),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        id_of("appeal_id"),
        word("kind", 32),
        id_of("person_id"),
        id_of("organization_id", nullable=True),
        id_of("target_id", nullable=True),
        word("text"),
        word("sha256"),
        moment("at"),
        link(name, "appeal_id", "appeals"),
        link(name, "person_id", "people"),
        link(name, "organization_id", "organizations"),
        link(name, "target_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal_steps"),
        sa.UniqueConstraint("seq", name="uq_appeal_steps_seq"),
    )
    op.create_index(f"ix_{name}_appeal_id_{name}_seq", name, ["appeal_id", "seq"])
    op.create_index(f"ix_{name}_target_id_{name}_appeal_id", name, ["target_id", "appeal_id"])
    op.execute(
        """
        create trigger appeal_steps_is_append_only
        before update or delete or truncate on appeal_steps
        for each statement execute function history_is_append_only()
        """
    )


def downgrade() -> None:
    schema.hold_reports()
    for table in ("appeal_steps", "appeals"):
        op.drop_table(table)
