"""Check that every case lies where its ground does, while reports go on."""

from alembic import op

revision = "2026_11_27_1043"
down_revision = "2026_11_27_1042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table hazards validate constraint fk_hazards_village_id_township_id")
    op.execute("alter table hazards validate constraint fk_hazards_grid_id_village_id")


def downgrade() -> None:
    """What is known to hold may be known."""
