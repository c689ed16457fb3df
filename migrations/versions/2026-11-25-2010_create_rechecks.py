"""Create rechecks."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_2010"
down_revision = "2026_11_25_1940"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rechecks",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("earlier_id", sa.Uuid(), nullable=True),
        sa.Column("fixed_by_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("recurred_as_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name="fk_rechecks_hazard_id"),
        sa.ForeignKeyConstraint(["earlier_id"], ["hazards.id"], name="fk_rechecks_earlier_id"),
        sa.ForeignKeyConstraint(["fixed_by_id"], ["people.id"], name="fk_rechecks_fixed_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_rechecks_person_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_rechecks_organization_id"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name="fk_rechecks_answered_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["recurred_as_id"], ["hazards.id"], name="fk_rechecks_recurred_as_id"
        ),
        sa.PrimaryKeyConstraint("hazard_id", name="pk_rechecks"),
    )
    op.create_index(
        "ix_rechecks_open",
        "rechecks",
        ["person_id"],
        postgresql_where=sa.text("answered_at is null"),
    )
    op.create_index(
        "ix_rechecks_desk",
        "rechecks",
        ["organization_id"],
        postgresql_where=sa.text("answered_at is null and person_id is null"),
    )


def downgrade() -> None:
    op.drop_table("rechecks")
