"""Add audit entries, and let the seals of history cover them.

Who read an original was noted in original_views; those rows become audit entries.
"""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app import schema

revision = "2026_11_25_1940"
down_revision = "2026_11_22_1000"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entries", "sealed_audit_entries")
ENTRIES = sa.table(
    "audit_entries",
    *(sa.column(name) for name in ("id", "at", "kind", "succeeded", "actor_id", "address")),
    *(sa.column(name) for name in ("request", "subject_kind", "subject_id", "hash")),
    sa.column("data", JSONB),
)


def upgrade() -> None:
    schema.hold_reports()
    create_audit_entries()
    create_sealed_audit_entries()
    for column in ("audit_count", "audit_to_seq"):
        op.add_column(
            "seals", sa.Column(column, sa.BigInteger(), server_default="0", nullable=False)
        )
    for table in APPEND_ONLY:
        op.execute(f"""
            create trigger {table}_is_append_only
            before update or delete or truncate on {table}
            for each statement execute function history_is_append_only()
        """)
    move_original_views()
    op.drop_table("original_views")


def downgrade() -> None:
    schema.hold_reports()
    op.create_table(
        "original_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_original_views_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_original_views_photo_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original_views")),
    )
    op.execute("""
        insert into original_views (id, photo_id, person_id, at)
        select id, subject_id::uuid, actor_id, at from audit_entries where kind = 'photo.read'
    """)
    for column in ("audit_count", "audit_to_seq"):
        op.drop_column("seals", column)
    op.drop_table("sealed_audit_entries")
    op.drop_table("audit_entries")


def create_audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=True),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_audit_entries_actor_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_entries_id")),
    )
    for column in ("at", "actor_id", "subject_id", "kind"):
        name = op.f(f"ix_audit_entries_{column}_audit_entries_seq")
        op.create_index(name, "audit_entries", [column, "seq"], unique=False)


def create_sealed_audit_entries() -> None:
    op.create_table(
        "sealed_audit_entries",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("seal_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["seals.id"], name=op.f("fk_sealed_audit_entries_seal_id")
        ),
        sa.ForeignKeyConstraint(
            ["seq"], ["audit_entries.seq"], name=op.f("fk_sealed_audit_entries_seq")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_sealed_audit_entries")),
    )


def move_original_views() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("select id, photo_id, person_id, at from original_views order by at, id")
    )
    moved = [entry(row) for row in rows]
    if moved:
        connection.execute(ENTRIES.insert(), moved)


def entry(row: sa.Row) -> dict:
    """The hash is that of services/audit: SHA-256 over the JCS form of the members."""
    members = {
        "id": str(row.id),
        "at": row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "kind": "photo.read",
        "succeeded": True,
        "actor_id": str(row.person_id),
        "address": None,
        "request": None,
        "subject_kind": "photo",
        "subject_id": str(row.photo_id),
        "data": {},
    }
    text = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    known = {"id": row.id, "at": row.at, "actor_id": row.person_id}
    return {**members, **known, "hash": hashlib.sha256(text.encode()).digest()}
