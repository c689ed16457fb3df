"""Name the body on whose printed sheet a code stands; codes made one by one stand on none."""

from alembic import op

revision = "2026_11_27_0020"
down_revision = "2026_11_27_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A new column has nothing in it that would have to be looked up: no row is read.
    op.execute("""
        alter table enrolments add column organization_id uuid
            constraint fk_enrolments_organization_id references organizations (id)
    """)


def downgrade() -> None:
    op.drop_column("enrolments", "organization_id")
