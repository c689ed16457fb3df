"""Create the library: kinds, files, documents with their versions and steps, publications."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app import schema

revision = "2026_11_28_1054"
down_revision = "2026_11_28_1053"
branch_labels = None
depends_on = None


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def word(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def choice(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def id_of(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def index(table: str, *columns: str) -> None:
    label = "_".join(f"{table}_{column}" for column in columns)
    op.create_index(f"ix_{label}", table, list(columns))


def upgrade() -> None:
    schema.hold_reports()
    create_kinds()
    create_files()
    create_documents()
    create_versions()
    create_steps()
    create_publications()
    for name in ("library_versions", "library_steps"):
        op.execute(
            f"""
            create trigger {name}_is_append_only
            before update or delete or truncate on {name}
            for each statement execute function history_is_append_only()
            """
        )


def create_kinds() -> None:
    op.create_table(
        "library_kinds",
        word("key"),
        word("name"),
        choice("shelf"),
        sa.Column("owed_by", postgresql.JSONB(), nullable=False),
        sa.Column("is_filed", sa.Boolean(), nullable=False),
        number("every_months", nullable=True),
        word("about", nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("every_months > 0", name="positive"),
        sa.PrimaryKeyConstraint("key", name="pk_library_kinds"),
    )


def create_files() -> None:
    name = "library_files"
    op.create_table(
        name,
        id_of("id"),
        word("sha256"),
        number("size"),
        word("content_type"),
        word("ending"),
        id_of("uploaded_by_id"),
        moment("received_at"),
        link(name, "uploaded_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_library_files"),
    )
    index(name, "received_at")


def said() -> list[sa.Column[object]]:
    """What a version says."""
    return [
        word("title"),
        word("reference"),
        sa.Column("issued_on", sa.Date(), nullable=False),
        number("year"),
        choice("form"),
        word("place_kept"),
        id_of("file_id", nullable=True),
        id_of("custodian_id", nullable=True),
        word("custodian_post"),
        id_of("written_by_id"),
        moment("written_at"),
    ]


def said_links(name: str) -> list[sa.ForeignKeyConstraint]:
    return [
        link(name, "file_id", "library_files"),
        link(name, "custodian_id", "organizations"),
        link(name, "written_by_id", "people"),
    ]


def create_documents() -> None:
    name = "library_documents"
    op.create_table(
        name,
        id_of("id"),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        word("sha256"),
        word("kind_key"),
        id_of("organization_id", nullable=True),
        id_of("grid_id", nullable=True),
        id_of("object_id", nullable=True),
        id_of("plan_id", nullable=True),
        *said(),
        number("version"),
        choice("filing", nullable=True),
        moment("withdrawn_at", nullable=True),
        id_of("written_for_id"),
        sa.CheckConstraint("num_nonnulls(organization_id, grid_id, object_id) = 1", name="one"),
        sa.CheckConstraint("(form = 'electronic') = (file_id is not null)", name="file"),
        link(name, "organization_id", "organizations"),
        link(name, "grid_id", "grids"),
        link(name, "object_id", "supervised_objects"),
        link(name, "plan_id", "library_documents"),
        link(name, "written_for_id", "organizations"),
        *said_links(name),
        sa.PrimaryKeyConstraint("id", name="pk_library_documents"),
        sa.UniqueConstraint("number", name="uq_library_documents_number"),
    )
    index(name, "kind_key", "year")
    for column in ("organization_id", "grid_id", "object_id", "plan_id", "file_id"):
        index(name, column)


def create_versions() -> None:
    name = "library_versions"
    op.create_table(
        name,
        id_of("document_id"),
        number("version"),
        *said(),
        word("because"),
        link(name, "document_id", "library_documents"),
        *said_links(name),
        sa.PrimaryKeyConstraint("document_id", "version", name="pk_library_versions"),
    )
    index(name, "file_id")


def create_steps() -> None:
    name = "library_steps"
    op.create_table(
        name,
        id_of("id"),
        id_of("document_id"),
        choice("kind"),
        number("version"),
        choice("audience", nullable=True),
        word("text"),
        word("sha256"),
        id_of("person_id"),
        id_of("organization_id"),
        moment("at"),
        link(name, "document_id", "library_documents"),
        link(name, "person_id", "people"),
        link(name, "organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_library_steps"),
    )
    index(name, "document_id")


def create_publications() -> None:
    name = "library_publications"
    op.create_table(
        name,
        id_of("document_id"),
        choice("audience"),
        id_of("organization_id"),
        link(name, "document_id", "library_documents"),
        link(name, "organization_id", "organizations"),
        sa.PrimaryKeyConstraint(
            "document_id", "audience", "organization_id", name="pk_library_publications"
        ),
    )
    op.create_index("ix_library_publications_audience", name, ["organization_id", "audience"])


def downgrade() -> None:
    schema.hold_reports()
    for table in ("publications", "steps", "versions", "documents", "files", "kinds"):
        op.drop_table(f"library_{table}")
