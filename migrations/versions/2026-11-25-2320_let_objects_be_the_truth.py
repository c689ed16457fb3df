"""Let supervised objects be the one truth about places: a hazard can be at any of them."""

import sqlalchemy as sa
from alembic import op

from app import schema

revision = "2026_11_25_2320"
down_revision = "2026_11_25_2310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Enterprises that were added since objects have been there come along; ids stay."""
    op.execute("""
        insert into supervised_objects
            (id, kind, name, grid_id, organization_id, credit_code, address, sector, lat, lon,
             contact_name, contact_phone, is_key, created_at, confirmed_at, closed_on)
        select e.id, 'enterprise', o.name, e.grid_id, o.id, e.credit_code, e.address, e.sector,
               e.lat, e.lon, e.contact_name, e.contact_phone, e.is_key, now(), now(),
               case when o.is_active then null else current_date end
        from enterprises e join organizations o on o.id = e.id
        on conflict (id) do nothing
    """)
    op.drop_constraint("fk_hazards_enterprise_id", "hazards", type_="foreignkey")
    op.execute("""
        alter table hazards add constraint fk_hazards_enterprise_id
        foreign key (enterprise_id) references supervised_objects (id) not valid
    """)
    op.drop_table("enterprises")
    op.create_index("ix_supervised_objects_by_name", "supervised_objects", ["name", "id"])
    op.create_index(
        "ix_supervised_objects_organization_id", "supervised_objects", ["organization_id"]
    )


def downgrade() -> None:
    """What has no body of its own was no enterprise then: cases at it keep their grid and words."""
    schema.hold_reports()
    op.drop_index("ix_supervised_objects_organization_id", "supervised_objects")
    op.drop_index("ix_supervised_objects_by_name", "supervised_objects")
    op.create_table(
        "enterprises",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("contact_name", sa.String(), nullable=True),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_enterprises_grid_id"),
        sa.ForeignKeyConstraint(["id"], ["organizations.id"], name="fk_enterprises_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enterprises"),
    )
    op.create_index("ix_enterprises_grid_id", "enterprises", ["grid_id"])
    op.execute("""
        insert into enterprises
            (id, credit_code, address, sector, grid_id, lat, lon, contact_name, contact_phone,
             is_key)
        select id, credit_code, address, sector, grid_id, lat, lon, contact_name, contact_phone,
               is_key
        from supervised_objects where organization_id = id
    """)
    op.execute("""
        update hazards set enterprise_id = null
        where enterprise_id is not null
        and not exists (select from enterprises e where e.id = enterprise_id)
    """)
    op.drop_constraint("fk_hazards_enterprise_id", "hazards", type_="foreignkey")
    op.execute("""
        alter table hazards add constraint fk_hazards_enterprise_id
        foreign key (enterprise_id) references enterprises (id) not valid
    """)
    op.execute("alter table hazards validate constraint fk_hazards_enterprise_id")
