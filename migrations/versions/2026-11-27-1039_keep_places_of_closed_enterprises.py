"""Keep who had a place on the grid of an enterprise when it closed, to propose it again (S4-28).

Of what is closed already, whose place ended on that day; which day it had had is not known.
"""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_27_1039"
down_revision = "2026_11_27_1038"
branch_labels = None
depends_on = None

PLACES = "left_slots"


def upgrade() -> None:
    op.create_table(
        PLACES,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["grid_id"], ["grids.id"], name=op.f("fk_left_slots_grid_id_grids")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_left_slots_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_slots")),
    )
    for column in ("grid_id", "person_id"):
        op.create_index(op.f(f"ix_left_slots_{column}"), PLACES, [column])
    op.execute(
        "insert into left_slots (id, grid_id, slot_id, role, person_id, title, starts_on) "
        "select gen_random_uuid(), s.grid_id, s.id, s.role, s.person_id, s.title, s.starts_on "
        "from slot_assignments s join grids g on g.id = s.grid_id "
        "join supervised_objects o on o.organization_id = g.organization_id "
        "where o.closed_on = g.valid_to and s.ends_on = g.valid_to"
    )


def downgrade() -> None:
    """Nobody is proposed then; the places that ended stay."""
    schema.hold_reports()
    op.drop_table(PLACES)
