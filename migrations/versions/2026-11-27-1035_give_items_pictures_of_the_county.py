"""Let the items of a checklist name pictures that a county has made itself."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1035"
down_revision = "2026_11_27_1034"
branch_labels = None
depends_on = None

PHOTOS = ("photo_right", "photo_wrong")


def upgrade() -> None:
    op.create_table(
        "checklist_pictures",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name="fk_checklist_pictures_made_by_id"
        ),
        sa.PrimaryKeyConstraint("sha256", name="pk_checklist_pictures"),
    )
    for name in (*PHOTOS, "photo_caption"):
        op.add_column("checklist_items", sa.Column(name, sa.String(), nullable=True))
    for name in PHOTOS:
        key = f"fk_checklist_items_{name}"
        op.create_foreign_key(key, "checklist_items", "checklist_pictures", [name], ["sha256"])


def downgrade() -> None:
    schema.hold_reports()
    for name in ("photo_caption", *PHOTOS):
        op.drop_column("checklist_items", name)
    op.drop_table("checklist_pictures")
