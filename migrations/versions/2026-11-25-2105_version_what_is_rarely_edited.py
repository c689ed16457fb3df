"""Version what a county rarely edits, so that processes may keep it in memory."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_25_2105"
down_revision = "2026_11_25_2058"
branch_labels = None
depends_on = None

RARELY_EDITED = (
    "calendar_days",
    "categories",
    "deadline_rules",
    "grids",
    "organizations",
    "working_hours",
)


def upgrade() -> None:
    op.create_table(
        "reference_version",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_reference_version_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_version")),
    )
    op.execute("insert into reference_version values (1, gen_random_uuid())")
    op.execute("""
        create function reference_is_edited() returns trigger language plpgsql as $$
        begin
            update reference_version set version = gen_random_uuid();
            return null;
        end $$
    """)
    for table in RARELY_EDITED:
        op.execute(f"""
            create trigger {table}_is_edited
            after insert or update or delete or truncate on {table}
            for each statement execute function reference_is_edited()
        """)


def downgrade() -> None:
    schema.hold_reports()
    for table in RARELY_EDITED:
        op.execute(f"drop trigger {table}_is_edited on {table}")
    op.execute("drop function reference_is_edited()")
    op.drop_table("reference_version")
