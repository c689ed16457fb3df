"""Find what a person has sent today: the daily limit asks before every photo."""

from alembic import op

revision = "2026_11_25_2041"
down_revision = "2026_11_25_2020"
branch_labels = None
depends_on = None

NAME = "ix_photos_uploaded_by_id_photos_received_at"


def upgrade() -> None:
    """Beside the uploads, not in front of them; an attempt that broke off is begun anew."""
    with op.get_context().autocommit_block():
        op.drop_index(NAME, "photos", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            NAME, "photos", ["uploaded_by_id", "received_at"], postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index(NAME, "photos")
