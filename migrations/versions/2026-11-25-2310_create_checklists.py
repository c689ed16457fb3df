"""Create checklists with their versions and items."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_25_2310"
down_revision = "2026_11_25_2201"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklists",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("applies_to", JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_checklists"),
    )
    op.create_table(
        "checklist_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checklist_key", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("change", sa.String(), nullable=False),
        sa.CheckConstraint("number > 0", name="ck_checklist_versions_positive"),
        sa.ForeignKeyConstraint(
            ["checklist_key"], ["checklists.key"], name="fk_checklist_versions_checklist_key"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name="fk_checklist_versions_made_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklist_versions"),
        sa.UniqueConstraint(
            "checklist_key", "number", name="uq_checklist_versions_checklist_key_number"
        ),
    )
    op.create_table(
        "checklist_items",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("how_to", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("applies_to", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["checklist_versions.id"], name="fk_checklist_items_version_id"
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name="fk_checklist_items_category_code"
        ),
        sa.PrimaryKeyConstraint("version_id", "code", name="pk_checklist_items"),
    )


def downgrade() -> None:
    schema.hold_reports()
    for table in ("checklist_items", "checklist_versions", "checklists"):
        op.drop_table(table)
