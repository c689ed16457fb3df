"""Find the posts that somebody stands in for: asked with every list of patrols, and very few."""

from alembic import op

from app import schema

revision = "2026_11_27_0010"
down_revision = "2026_11_26_2230"
branch_labels = None
depends_on = None

NAME = "ix_posts_deputy"


def upgrade() -> None:
    schema.build_index(NAME, "posts (deputy_id) where deputy_id is not null")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {NAME}")
