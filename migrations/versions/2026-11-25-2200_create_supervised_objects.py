"""Create supervised objects: all that stands on a grid. Enterprises keep their ids."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_25_2200"
down_revision = "2026_11_25_2106"
branch_labels = None
depends_on = None

FILL = """
insert into supervised_objects
    (id, kind, name, grid_id, organization_id, credit_code, address, sector, lat, lon,
     contact_name, contact_phone, is_key, created_at, confirmed_at, closed_on)
select e.id, 'enterprise', o.name, e.grid_id, o.id, e.credit_code, e.address, e.sector, e.lat,
       e.lon, e.contact_name, e.contact_phone, e.is_key, now(), now(),
       case when o.is_active then null else current_date end
from enterprises e join organizations o on o.id = e.id
"""


def upgrade() -> None:
    op.create_table(
        "supervised_objects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("bundle_id", sa.Uuid(), nullable=True),
        sa.Column("credit_code", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("contact_name", sa.String(), nullable=True),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_supervised_objects_grid_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_supervised_objects_organization_id"
        ),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["supervised_objects.id"], name="fk_supervised_objects_bundle_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_supervised_objects"),
    )
    op.create_index(
        "ix_supervised_objects_grid_id_supervised_objects_kind",
        "supervised_objects",
        ["grid_id", "kind"],
    )
    op.create_index("ix_supervised_objects_bundle_id", "supervised_objects", ["bundle_id"])
    op.create_index("ix_supervised_objects_credit_code", "supervised_objects", ["credit_code"])
    op.execute(FILL)


def downgrade() -> None:
    schema.hold_reports()
    op.drop_table("supervised_objects")
