"""Count photos that cannot be shown and phones that are behind, without looking at all others."""

from alembic import op

from app import schema

revision = "2026_11_25_2345"
down_revision = "2026_11_25_2340"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_photos_failed": "photos (id) where derivatives = 'failed'",
    "ix_sign_ins_behind": "sign_ins (oldest_unsent_at) where ended_at is null and unsent_count > 0",
}


def upgrade() -> None:
    for name, of in INDEXES.items():
        schema.build_index(name, of)


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
