"""Keep what a decided item said before it was corrected."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_28_1055"
down_revision = "2026_11_28_1054"
branch_labels = None
depends_on = None

NAME = "duty_item_versions"


def upgrade() -> None:
    schema.hold_reports()
    version = sa.Column("version", sa.BigInteger(), nullable=False, server_default="1")
    op.add_column("duty_items", version, if_not_exists=True)
    op.create_table(
        NAME,
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("corrected_by_id", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        link("item_id", "duty_items"),
        link("organization_id", "organizations"),
        link("corrected_by_id", "people"),
        sa.PrimaryKeyConstraint("item_id", "version", name=f"pk_{NAME}"),
    )
    op.execute(
        f"""
        create trigger {NAME}_is_append_only
        before update or delete or truncate on {NAME}
        for each statement execute function history_is_append_only()
        """
    )


def link(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{NAME}_{column}")


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table(NAME)
    op.drop_column("duty_items", "version")
