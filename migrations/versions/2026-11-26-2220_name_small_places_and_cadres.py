"""Name what a three-small place is, and the cadre who takes care of an object (S1-28, S4-18)."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_26_2220"
down_revision = "2026_11_26_2210"
branch_labels = None
depends_on = None

OBJECTS = "supervised_objects"


def upgrade() -> None:
    """Reports hold both tables that the key joins."""
    schema.hold_reports()
    op.add_column(OBJECTS, sa.Column("small_kind", sa.String(length=32), nullable=True))
    op.add_column(OBJECTS, sa.Column("cadre_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_supervised_objects_cadre_id"), OBJECTS, "people", ["cadre_id"], ["id"]
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_column(OBJECTS, "cadre_id")
    op.drop_column(OBJECTS, "small_kind")
