"""Changes of the division may be undone: by whom, when, why; and what each of them took along.

Changes made before have no such list (`has_moves`) and are answered by another one (decision 45).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_26_1813"
down_revision = "2026_11_26_1812"
branch_labels = None
depends_on = None

CHANGES, PARTS = "division_changes", "division_parts"
NAMES = (
    "has_moves",
    "undone_on",
    "undone_at",
    "undone_by_id",
    "undone_document",
    "undone_reason",
    "undone_filed_on",
    "undone_filed_number",
    "undone_filed_by_id",
)
CHECKS = {
    "ck_division_changes_undoing": "(undone_on is null) = (undone_at is null)",
    "ck_division_changes_undoing_filing": (
        "(undone_filed_on is null) = (undone_filed_number is null)"
    ),
}
NAMED = """
    update division_parts p set body = o.short_name
    from grids g join organizations o on o.id = g.organization_id where g.id = p.grid_id
"""


def upgrade() -> None:
    text, time = {"nullable": False, "server_default": ""}, sa.DateTime(timezone=True)
    false = sa.Column("has_moves", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column(CHANGES, false)
    op.add_column(CHANGES, sa.Column("undone_on", sa.Date(), nullable=True))
    op.add_column(CHANGES, sa.Column("undone_at", time, nullable=True))
    op.add_column(CHANGES, sa.Column("undone_by_id", sa.Uuid(), nullable=True))
    op.add_column(CHANGES, sa.Column("undone_document", sa.String(), **text))
    op.add_column(CHANGES, sa.Column("undone_reason", sa.String(), **text))
    op.add_column(CHANGES, sa.Column("undone_filed_on", sa.Date(), nullable=True))
    op.add_column(CHANGES, sa.Column("undone_filed_number", sa.String(), nullable=True))
    op.add_column(CHANGES, sa.Column("undone_filed_by_id", sa.Uuid(), nullable=True))
    for name in ("undone_by_id", "undone_filed_by_id"):
        op.create_foreign_key(f"fk_division_changes_{name}", CHANGES, "people", [name], ["id"])
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(name), CHANGES, rule)
    _waiting("done_at is null and undone_at is null")
    op.add_column(PARTS, sa.Column("body", sa.String(), nullable=False, server_default=""))
    op.execute(NAMED)
    op.create_table(
        "division_moves",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("was", JSONB(), nullable=False),
        sa.Column("became", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["division_changes.id"], name="fk_division_moves_change_id"
        ),
        sa.PrimaryKeyConstraint("change_id", "kind", "entity_id", name="pk_division_moves"),
    )


def downgrade() -> None:
    """What was withdrawn before its day would go over on it after all: that is not taken back."""
    schema.hold_reports()
    op.execute(
        "update division_changes set done_at = undone_at "
        "where done_at is null and undone_at is not null"
    )
    op.drop_table("division_moves")
    op.drop_column(PARTS, "body")
    _waiting("done_at is null")
    for name in CHECKS:
        op.drop_constraint(op.f(name), CHANGES)
    for name in reversed(NAMES):
        op.drop_column(CHANGES, name)


def _waiting(where: str) -> None:
    op.drop_index("ix_division_changes_waiting", table_name=CHANGES)
    op.create_index(
        "ix_division_changes_waiting", CHANGES, ["starts_on"], postgresql_where=sa.text(where)
    )
