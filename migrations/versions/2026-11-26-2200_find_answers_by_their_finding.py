"""Find what a visit says of a finding: phones tell later which ones they have thrown away."""

from alembic import op

from app import schema

revision = "2026_11_26_2200"
down_revision = "2026_11_26_2140"
branch_labels = None
depends_on = None

NAME = "ix_visit_answers_hazard_id"


def upgrade() -> None:
    schema.build_index(NAME, "visit_answers (hazard_id) where hazard_id is not null")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {NAME}")
