"""A case names its object: what processes keep of cases is old when an object is renamed."""

from alembic import op

revision = "2026_11_26_0140"
down_revision = "2026_11_26_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create trigger supervised_objects_is_renamed
        after update on supervised_objects for each row
        when (old.name is distinct from new.name or old.kind is distinct from new.kind)
        execute function reference_is_edited()
    """)


def downgrade() -> None:
    op.execute("drop trigger supervised_objects_is_renamed on supervised_objects")
