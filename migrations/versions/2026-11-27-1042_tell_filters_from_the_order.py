"""Keep what lists filter by beside their order, and cases where their ground lies.

A page and its count then read an index and no case. That a village's cases are its township's, and
a village's grid's cases the village's, is what visibility is told from (decision 56).
"""

from alembic import op

from app import schema

revision = "2026_11_27_1042"
down_revision = "2026_11_27_1041"
branch_labels = None
depends_on = None

FILTERED = "state, level, category_code, department_id"
MAJOR = "where level = 'major' or is_suspected_major or is_major_confirmed"
# name: what it was, what it is
INDEXES = {
    "urgency": ("(sort_key, id)", f"(sort_key, id) include ({FILTERED})"),
    "township_urgency": (
        "(township_id, sort_key, id)",
        f"(township_id, sort_key, id) include ({FILTERED})",
    ),
    "received": ("(received_at, id)", f"(received_at, id) include (sort_key, {FILTERED})"),
    "township": (
        "(township_id, received_at, id)",
        f"(township_id, received_at, id) include (sort_key, {FILTERED})",
    ),
    "major": (f"(sort_key, id) {MAJOR}", f"(sort_key, id) include (township_id) {MAJOR}"),
    "listed": (
        "(sort_key) where is_listed",
        "(sort_key, id) include (township_id) where is_listed",
    ),
    "level": (
        "(level, received_at, id) where level <> 'general'",
        "(level, received_at, id) include (township_id) where level <> 'general'",
    ),
    "tasks": (
        "(department_id, state, sort_key, id)",
        "(department_id, state, sort_key, id) where department_id is not null",
    ),
    "dispatched": (
        "(dispatcher_id, state, sort_key, id)",
        "(dispatcher_id, state, sort_key, id) where dispatcher_id is not null",
    ),
    "enterprise": (
        "(enterprise_id, received_at)",
        "(enterprise_id, received_at) where enterprise_id is not null",
    ),
}
VILLAGE, GROUND = "fk_hazards_village_id_township_id", "fk_hazards_grid_id_village_id"
BODIES, GRIDS = "uq_organizations_id_within_id", "uq_grids_id_organization_id"


def upgrade() -> None:
    schema.build_index(BODIES, "organizations (id, within_id)", is_unique=True)
    schema.build_index(GRIDS, "grids (id, organization_id)", is_unique=True)
    for name, (_, new) in INDEXES.items():
        _exchange(f"ix_hazards_{name}", new)
    schema.hold_reports()
    op.drop_constraint("fk_hazards_village_id", "hazards", type_="foreignkey")
    op.execute(
        f"alter table hazards add constraint {VILLAGE} foreign key (village_id, township_id)"
        " references organizations (id, within_id) not valid"
    )
    op.execute(
        f"alter table hazards add constraint {GROUND} foreign key (grid_id, village_id)"
        " references grids (id, organization_id) not valid"
    )


def downgrade() -> None:
    schema.hold_reports()
    op.drop_constraint(GROUND, "hazards", type_="foreignkey")
    op.drop_constraint(VILLAGE, "hazards", type_="foreignkey")
    op.execute(
        "alter table hazards add constraint fk_hazards_village_id foreign key (village_id)"
        " references organizations (id) not valid"
    )
    for name, (old, _) in INDEXES.items():
        _exchange(f"ix_hazards_{name}", old)
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {GRIDS}")
        op.execute(f"drop index concurrently if exists {BODIES}")
    op.execute("alter table hazards validate constraint fk_hazards_village_id")


def _exchange(name: str, of: str) -> None:
    """The new one stands before the old one goes: lists are read meanwhile."""
    schema.build_index(f"{name}_new", f"hazards {of}")
    with op.get_context().autocommit_block():
        op.execute(f"drop index concurrently if exists {name}")
        op.execute(f"alter index {name}_new rename to {name}")
