"""Create accidents with their reports, hops and promised photos."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_26_1000"
down_revision = "2026_11_26_0327"
branch_labels = None
depends_on = None

APPEND_ONLY = ("accident_reports", "accident_hops")


def told() -> tuple[sa.Column[object], ...]:
    """What article 12 asks for, in an accident and in each of its reports."""
    text = ("place", "company", "scene", "course")
    counts = ("dead", "injured", "missing", "possible")
    return (
        sa.Column("kind", sa.String(length=32), nullable=True),
        *(moment(name) for name in ("happened_at", "learned_at")),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("lat", "lon", "accuracy_m")),
        *(sa.Column(name, sa.String(), nullable=True) for name in text),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in counts),
        sa.Column("loss_wan", sa.Float(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("measures", "other")),
    )


def moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    schema.hold_reports()
    create_accidents()
    create_reports()
    create_hops()
    create_photos()
    for table in APPEND_ONLY:
        op.execute(
            f"""
            create trigger {table}_is_append_only
            before update or delete or truncate on {table}
            for each statement execute function history_is_append_only()
            """
        )


def create_accidents() -> None:
    name = "accidents"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(column, sa.Uuid(), nullable=True)
            for column in ("object_id", "grid_id", "village_id", "township_id")
        ),
        sa.Column("is_outside_county", sa.Boolean(), nullable=False),
        sa.Column("is_time_doubtful", sa.Boolean(), nullable=False),
        moment("received_at", nullable=False),
        moment("clock_from", nullable=False),
        *(
            moment(column)
            for column in (
                "township_received_at",
                "county_received_at",
                "reported_up_at",
                "ended_at",
            )
        ),
        *told(),
        link(name, "reporter_id", "people"),
        link(name, "object_id", "supervised_objects"),
        link(name, "grid_id", "grids"),
        link(name, "village_id", "organizations"),
        link(name, "township_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_accidents"),
        sa.UniqueConstraint("number", name="uq_accidents_number"),
    )
    op.create_index("ix_accidents_township_id", name, ["township_id"])
    op.create_index("ix_accidents_reporter_id", name, ["reporter_id"])
    op.create_index("ix_accidents_by_time", name, ["received_at", "id"])
    op.create_index("ix_accidents_open", name, ["id"], postgresql_where=sa.text("status = 'open'"))


def create_reports() -> None:
    name = "accident_reports"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("accident_id", sa.Uuid(), nullable=False),
        sa.Column("report_kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        moment("occurred_at", nullable=False),
        moment("said_at", nullable=False),
        moment("received_at", nullable=False),
        sa.Column("skew_seconds", sa.Float(), nullable=True),
        sa.Column("is_after_end", sa.Boolean(), nullable=False),
        *told(),
        link(name, "accident_id", "accidents"),
        link(name, "person_id", "people"),
        link(name, "organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_accident_reports"),
        sa.UniqueConstraint("seq", name="uq_accident_reports_seq"),
    )
    op.create_index(f"ix_{name}_accident_id_{name}_seq", name, ["accident_id", "seq"])


def create_hops() -> None:
    name = "accident_hops"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("accident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        moment("at", nullable=False),
        moment("done_at", nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(column, sa.String(), nullable=False)
            for column in ("to_whom", "means", "reason")
        ),
        link(name, "accident_id", "accidents"),
        link(name, "person_id", "people"),
        link(name, "organization_id", "organizations"),
        link(name, "target_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_accident_hops"),
        sa.UniqueConstraint("seq", name="uq_accident_hops_seq"),
    )
    op.create_index(f"ix_{name}_accident_id_{name}_seq", name, ["accident_id", "seq"])
    op.create_index(f"ix_{name}_target_id_{name}_accident_id", name, ["target_id", "accident_id"])


def create_photos() -> None:
    name = "accident_photos"
    op.create_table(
        name,
        *(
            sa.Column(column, sa.Uuid(), nullable=False)
            for column in ("report_id", "photo_id", "accident_id")
        ),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        moment("taken_at", nullable=False),
        *(sa.Column(column, sa.Float(), nullable=True) for column in ("lat", "lon", "accuracy_m")),
        link(name, "report_id", "accident_reports"),
        link(name, "accident_id", "accidents"),
        sa.PrimaryKeyConstraint("report_id", "photo_id", name="pk_accident_photos"),
    )
    op.create_index(f"ix_{name}_accident_id", name, ["accident_id"])
    op.create_index(f"ix_{name}_photo_id", name, ["photo_id"])


def downgrade() -> None:
    schema.hold_reports()
    for table in ("accident_photos", "accident_hops", "accident_reports", "accidents"):
        op.drop_table(table)
