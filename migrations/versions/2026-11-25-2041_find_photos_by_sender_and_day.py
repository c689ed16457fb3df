"""Find what a person has sent today: the daily limit asks before every photo."""

from alembic import op

revision = "2026_11_25_2041"
down_revision = "2026_11_25_2020"
branch_labels = None
depends_on = None

NAME = "ix_photos_uploaded_by_id_photos_received_at"


def upgrade() -> None:
    op.create_index(op.f(NAME), "photos", ["uploaded_by_id", "received_at"])


def downgrade() -> None:
    op.drop_index(op.f(NAME), table_name="photos")
