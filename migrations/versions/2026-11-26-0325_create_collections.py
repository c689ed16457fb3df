"""Create collections, and let an object be sent back to whoever collected it."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_26_0325"
down_revision = "2026_11_26_0320"
branch_labels = None
depends_on = None

OBJECTS = "supervised_objects"
COLUMNS = (
    sa.Column("concerns", sa.String(), nullable=False, server_default=""),
    sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("return_reason", sa.String(), nullable=True),
)


def upgrade() -> None:
    schema.hold_reports()
    for column in COLUMNS:
        op.add_column(OBJECTS, column)
    op.create_table(
        "collections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew_seconds", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["object_id"],
            [f"{OBJECTS}.id"],
            name="fk_collections_object_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_collections_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
        sa.UniqueConstraint("seq", name="uq_collections_seq"),
    )
    op.create_index("ix_collections_object_id_collections_seq", "collections", ["object_id", "seq"])


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("collections")
    for column in reversed(COLUMNS):
        op.drop_column(OBJECTS, column.name)
