"""Find the few cases among millions that are major, above general, or ask for more time."""

from alembic import op

from app import schema

revision = "2026_11_25_2106"
down_revision = "2026_11_25_2105"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_hazards_extension": "(sort_key, id) where asked_extension_to is not null",
    "ix_hazards_major": "(sort_key, id)"
    " where level = 'major' or is_suspected_major or is_major_confirmed",
    "ix_hazards_level": "(level, received_at, id) where level <> 'general'",
}


def upgrade() -> None:
    for name, of in INDEXES.items():
        schema.build_index(name, f"hazards {of}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
