"""Create errands: documents delivered, publicity and calls, with their promised photos."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_26_1446"
down_revision = "2026_11_26_1445"
branch_labels = None
depends_on = None

NAME, PHOTOS = "errands", "errand_photos"
INDEXES = {
    "ix_errands_grid_id_errands_occurred_at": ["grid_id", "occurred_at"],
    "ix_errands_object_id_errands_occurred_at": ["object_id", "occurred_at"],
    "ix_errands_person_id_errands_occurred_at": ["person_id", "occurred_at"],
    "ix_errands_by_time": ["occurred_at", "id"],
}


def link(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{NAME}_{column}"))


def words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    schema.hold_reports()
    op.create_table(
        NAME,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        words("sha256"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        words("place"),
        words("topic"),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        words("receiver", nullable=True),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        words("note"),
        moment("occurred_at"),
        moment("received_at"),
        sa.Column("skew_seconds", sa.Float(), nullable=True),
        link("person_id", "people"),
        link("grid_id", "grids"),
        link("object_id", "supervised_objects"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
        sa.UniqueConstraint("seq", name=op.f(f"uq_{NAME}_seq")),
    )
    for index, columns in INDEXES.items():
        op.create_index(index, NAME, columns)
    op.create_table(
        PHOTOS,
        sa.Column("errand_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        words("sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        moment("taken_at"),
        sa.ForeignKeyConstraint(["errand_id"], [f"{NAME}.id"], name=op.f(f"fk_{PHOTOS}_errand_id")),
        sa.PrimaryKeyConstraint("errand_id", "photo_id", name=op.f(f"pk_{PHOTOS}")),
    )
    op.create_index(f"ix_{PHOTOS}_photo_id", PHOTOS, ["photo_id"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table(PHOTOS)
    op.drop_table(NAME)
