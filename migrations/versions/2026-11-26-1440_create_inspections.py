"""Create inspections with their bodies, people, places and answers."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_26_1440"
down_revision = "2026_11_26_1430"
branch_labels = None
depends_on = None


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def must(name: str, kind: sa.types.TypeEngine[object] | None = None) -> sa.Column[object]:
    return sa.Column(name, kind or sa.Uuid(), nullable=False)


def may(name: str, kind: sa.types.TypeEngine[object] | None = None) -> sa.Column[object]:
    return sa.Column(name, kind or sa.Uuid(), nullable=True)


MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    schema.hold_reports()
    create_inspections()
    create_people()
    create_places()
    create_answers()


def create_inspections() -> None:
    name = "inspections"
    op.create_table(
        name,
        must("id"),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *(must(column, sa.String()) for column in ("sha256", "name", "plan", "basis")),
        *(must(column, sa.String(length=32)) for column in ("kind", "status")),
        may("checklist_version_id"),
        *(must(column, sa.Date()) for column in ("starts_on", "until")),
        *(must(column) for column in ("lead_id", "planned_by_id")),
        must("planned_at", MOMENT),
        *(must(column, sa.String()) for column in ("conclusion", "end_reason")),
        may("ended_at", MOMENT),
        may("ended_by_id"),
        sa.CheckConstraint("until >= starts_on", name="ck_inspections_order"),
        link(name, "checklist_version_id", "checklist_versions"),
        link(name, "lead_id", "organizations"),
        link(name, "planned_by_id", "people"),
        link(name, "ended_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_inspections"),
        sa.UniqueConstraint("number", name="uq_inspections_number"),
    )
    op.create_index("ix_inspections_by_day", name, ["starts_on", "id"])


def create_people() -> None:
    for name, one, more in (
        ("joining_bodies", "organization_id", ()),
        ("inspectors", "person_id", ("organization_id",)),
    ):
        to = {"organization_id": "organizations", "person_id": "people"}
        op.create_table(
            name,
            *(must(column) for column in ("inspection_id", one, *more)),
            link(name, "inspection_id", "inspections"),
            *(link(name, column, to[column]) for column in (one, *more)),
            sa.PrimaryKeyConstraint("inspection_id", one, name=f"pk_{name}"),
        )
        op.create_index(f"ix_{name}_{one}", name, [one])


def create_places() -> None:
    name = "inspection_places"
    op.create_table(
        name,
        *(must(column) for column in ("inspection_id", "object_id")),
        must("is_drawn", sa.Boolean()),
        may("looked_on", sa.Date()),
        may("recorded_at", MOMENT),
        may("recorded_by_id"),
        must("note", sa.String()),
        may("left_out_reason", sa.String()),
        link(name, "inspection_id", "inspections"),
        link(name, "object_id", "supervised_objects"),
        link(name, "recorded_by_id", "people"),
        sa.PrimaryKeyConstraint("inspection_id", "object_id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_object_id", name, ["object_id"])


def create_answers() -> None:
    name = "inspection_answers"
    op.create_table(
        name,
        *(must(column) for column in ("inspection_id", "object_id")),
        must("position", sa.BigInteger()),
        may("code", sa.String()),
        must("answer", sa.String(length=32)),
        *(must(column, sa.String()) for column in ("note", "measure")),
        may("hazard_id"),
        link(name, "inspection_id", "inspections"),
        link(name, "object_id", "supervised_objects"),
        link(name, "hazard_id", "hazards"),
        sa.PrimaryKeyConstraint("inspection_id", "object_id", "position", name=f"pk_{name}"),
        sa.UniqueConstraint("hazard_id", name=f"uq_{name}_hazard_id"),
    )
    op.create_index(f"ix_{name}_object_id", name, ["object_id"])


def downgrade() -> None:
    schema.hold_reports()
    for name in (
        "inspection_answers",
        "inspection_places",
        "inspectors",
        "joining_bodies",
        "inspections",
    ):
        op.drop_table(name)
