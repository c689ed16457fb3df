"""Keep what people on the spot say has changed of confirmed objects."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_27_1049"
down_revision = "2026_11_27_1048"
branch_labels = None
depends_on = None

NAME = "object_proposals"


def link(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{NAME}_{column}"))


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    schema.hold_reports()
    op.create_table(
        NAME,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("changes", JSONB(), nullable=False),
        sa.Column("seen", JSONB(), nullable=False),
        sa.Column("gone", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        moment("occurred_at"),
        moment("received_at"),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("word", sa.String(), nullable=False),
        moment("decided_at", nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        link("id", "collections"),
        link("object_id", "supervised_objects"),
        link("person_id", "people"),
        link("decided_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
    )
    op.create_index(
        "ix_object_proposals_live",
        NAME,
        ["object_id"],
        postgresql_where=sa.text("verdict is null or verdict = 'returned'"),
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table(NAME)
