"""Fill the ledger: the fields of Appendix A, licences, departments, history, the county's own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_25_2355"
down_revision = "2026_11_25_2346"
branch_labels = None
depends_on = None

TABLE = "supervised_objects"
COLUMNS = (
    sa.Column("is_registered", sa.Boolean(), nullable=False, server_default="true"),
    sa.Column("email", sa.String(), nullable=True),
    sa.Column("staff_count", sa.BigInteger(), nullable=True),
    sa.Column("products", sa.String(), nullable=False, server_default=""),
    sa.Column("division", sa.String(), nullable=True),
    sa.Column("area_m2", sa.Float(), nullable=True),
    sa.Column("seats", sa.BigInteger(), nullable=True),
    sa.Column("beds", sa.BigInteger(), nullable=True),
    sa.Column("key_persons", JSONB(), nullable=False, server_default="[]"),
    sa.Column("dual_prevention", sa.String(length=32), nullable=True),
    sa.Column("is_in_lianghua", sa.Boolean(), nullable=False, server_default="false"),
    sa.Column("major_source_level", sa.BigInteger(), nullable=True),
    sa.Column("external_owner", sa.String(), nullable=True),
    sa.Column("extra", JSONB(), nullable=False, server_default="{}"),
    sa.Column("collected_by_id", sa.Uuid(), nullable=True),
    sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column(TABLE, column)
    op.execute("update supervised_objects set is_registered = credit_code is not null")
    for name in ("collected_by_id", "confirmed_by_id"):
        op.create_foreign_key(f"fk_{TABLE}_{name}", TABLE, "people", [name], ["id"])
    op.create_check_constraint(
        op.f(f"ck_{TABLE}_major_source_level"), TABLE, "major_source_level between 1 and 4"
    )
    _create_licences()
    _create_departments()
    _create_history()
    op.create_table(
        "ledger_fields",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("options", JSONB(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_ledger_fields"),
    )


def _create_licences() -> None:
    op.create_table(
        "licences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["object_id"], [f"{TABLE}.id"], name="fk_licences_object_id"),
        sa.PrimaryKeyConstraint("id", name="pk_licences"),
    )
    op.create_index("ix_licences_object_id", "licences", ["object_id"])
    op.create_index("ix_licences_expires_on", "licences", ["expires_on"])


def _create_departments() -> None:
    op.create_table(
        "object_departments",
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], [f"{TABLE}.id"], name="fk_object_departments_object_id"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_object_departments_organization_id"
        ),
        sa.PrimaryKeyConstraint(
            "object_id", "organization_id", "basis", name="pk_object_departments"
        ),
    )
    op.create_index(
        "ix_object_departments_organization_id", "object_departments", ["organization_id"]
    )


def _create_history() -> None:
    """Like the history of cases it only grows."""
    op.create_table(
        "object_changes",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("old", JSONB(), nullable=True),
        sa.Column("new", JSONB(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["object_id"], [f"{TABLE}.id"], name="fk_object_changes_object_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name="fk_object_changes_actor_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_object_changes"),
    )
    op.create_index(
        "ix_object_changes_object_id_object_changes_seq", "object_changes", ["object_id", "seq"]
    )
    op.execute("""
        create trigger object_changes_is_append_only
        before update or delete or truncate on object_changes
        for each statement execute function history_is_append_only()
    """)


def downgrade() -> None:
    schema.hold_reports()
    for table in ("ledger_fields", "object_changes", "object_departments", "licences"):
        op.drop_table(table)
    op.drop_constraint(f"ck_{TABLE}_major_source_level", TABLE)
    for column in reversed(COLUMNS):
        op.drop_column(TABLE, column.name)
