"""Name the gridworker who goes along to a place of an inspection (S1-29)."""

from alembic import op

revision = "2026_11_27_1030"
down_revision = "2026_11_27_1020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A new column has nothing in it that would have to be looked up: no row is read.
    op.execute("""
        alter table inspection_places add column accompanied_by_id uuid
            constraint fk_inspection_places_accompanied_by_id references people (id)
    """)
    op.create_index(
        "ix_inspection_places_accompanied_by_id",
        "inspection_places",
        ["accompanied_by_id"],
        postgresql_where="accompanied_by_id is not null",
    )


def downgrade() -> None:
    op.drop_index("ix_inspection_places_accompanied_by_id", "inspection_places")
    op.drop_column("inspection_places", "accompanied_by_id")
