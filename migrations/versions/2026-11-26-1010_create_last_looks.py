"""Create the table that says when an object was last looked at."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_1010"
down_revision = "2026_11_26_1006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "last_looks",
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["supervised_objects.id"], name="fk_last_looks_object_id"
        ),
        sa.PrimaryKeyConstraint("object_id", name="pk_last_looks"),
    )


def downgrade() -> None:
    op.drop_table("last_looks")
