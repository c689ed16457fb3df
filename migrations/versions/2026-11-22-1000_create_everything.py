"""Create everything."""

from importlib import resources

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_1000"
down_revision = None
branch_labels = None
depends_on = None

HISTORY = ("events", "seals", "sealed_events")


def upgrade() -> None:
    create_calendar_days()
    create_categories()
    create_changes()
    create_organizations()
    create_people()
    create_seals()
    create_sign_in_guards()
    create_working_hours()
    create_deadline_rules()
    create_grids()
    create_photos()
    create_routing_rules()
    create_saved_views()
    create_sign_ins()
    create_strangers()
    create_suggestions()
    create_enterprises()
    create_original_views()
    create_posts()
    create_hazards()
    create_search_texts()
    create_assistants()
    create_clocks()
    create_events()
    create_followers()
    create_manifest_entries()
    create_notifications()
    create_parties()
    create_viewings()
    create_sealed_events()
    forbid_changes_of_history()
    create_job_queue()


def downgrade() -> None:
    drop_job_queue()
    for table in (
        "sealed_events",
        "search_texts",
        "viewings",
        "parties",
        "notifications",
        "manifest_entries",
        "followers",
        "events",
        "clocks",
        "assistants",
        "hazards",
        "posts",
        "original_views",
        "enterprises",
        "suggestions",
        "strangers",
        "sign_ins",
        "saved_views",
        "routing_rules",
        "photos",
        "grids",
        "deadline_rules",
        "working_hours",
        "sign_in_guards",
        "seals",
        "people",
        "organizations",
        "changes",
        "categories",
        "calendar_days",
    ):
        op.drop_table(table)
    op.execute("drop function history_is_append_only()")


def create_calendar_days() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_calendar_days")),
    )


def create_categories() -> None:
    op.create_table(
        "categories",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("default_level", sa.String(length=32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_categories")),
    )


def create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("left_grid_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_feed", "changes", ["xid", "seq"], unique=False)


def create_organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("within_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_summarising", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_organizations_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["within_id"], ["organizations.id"], name=op.f("fk_organizations_within_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("code", name=op.f("uq_organizations_code")),
    )
    op.create_index(op.f("ix_organizations_kind"), "organizations", ["kind"], unique=False)
    op.create_index(
        op.f("ix_organizations_parent_id"), "organizations", ["parent_id"], unique=False
    )
    op.create_index(
        op.f("ix_organizations_within_id"), "organizations", ["within_id"], unique=False
    )


def create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mobile", sa.String(), nullable=True),
        sa.Column("user_name", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("mobile", name=op.f("uq_people_mobile")),
        sa.UniqueConstraint("user_name", name=op.f("uq_people_user_name")),
    )


def create_seals() -> None:
    op.create_table(
        "seals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("from_seq", sa.BigInteger(), nullable=False),
        sa.Column("to_seq", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
    )


def create_sign_in_guards() -> None:
    op.create_table(
        "sign_in_guards",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_guards")),
    )


def create_working_hours() -> None:
    op.create_table(
        "working_hours",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_working_hours_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_hours")),
    )


def create_deadline_rules() -> None:
    op.create_table(
        "deadline_rules",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("hop", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deadline_rules_positive")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name=op.f("fk_deadline_rules_category_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_rules")),
    )


def create_grids() -> None:
    op.create_table(
        "grids",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("official_code", sa.String(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("outline", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("centre_lat", sa.Double(), nullable=True),
        sa.Column("centre_lon", sa.Double(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_grids_organization_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["grids.id"], name=op.f("fk_grids_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grids")),
        sa.UniqueConstraint("official_code", name=op.f("uq_grids_official_code")),
    )
    op.create_index(op.f("ix_grids_organization_id"), "grids", ["organization_id"], unique=False)
    op.create_index(op.f("ix_grids_parent_id"), "grids", ["parent_id"], unique=False)


def create_photos() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("derivatives", sa.String(length=32), nullable=False),
        sa.Column("exif_taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exif_lat", sa.Double(), nullable=True),
        sa.Column("exif_lon", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["people.id"], name=op.f("fk_photos_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("key", name=op.f("uq_photos_key")),
    )


def create_routing_rules() -> None:
    op.create_table(
        "routing_rules",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name=op.f("fk_routing_rules_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["organizations.id"], name=op.f("fk_routing_rules_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["organizations.id"], name=op.f("fk_routing_rules_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rules")),
    )


def create_saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(op.f("ix_saved_views_person_id"), "saved_views", ["person_id"], unique=False)


def create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsent_count", sa.BigInteger(), nullable=False),
        sa.Column("oldest_unsent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("app_version", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_ins_token_digest")),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"], unique=False)


def create_strangers() -> None:
    op.create_table(
        "strangers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_strangers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strangers")),
    )


def create_suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_suggestions_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )


def create_enterprises() -> None:
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
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_enterprises_grid_id")),
        sa.ForeignKeyConstraint(["id"], ["organizations.id"], name=op.f("fk_enterprises_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprises")),
    )
    op.create_index(op.f("ix_enterprises_grid_id"), "enterprises", ["grid_id"], unique=False)


def create_original_views() -> None:
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


def create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("on_leave_until", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_posts_order")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_posts_grid_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_posts_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_posts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_grid_id"), "posts", ["grid_id"], unique=False)
    op.create_index(
        op.f("ix_posts_organization_id_posts_role"),
        "posts",
        ["organization_id", "role"],
        unique=False,
    )
    op.create_index(op.f("ix_posts_person_id"), "posts", ["person_id"], unique=False)


def create_hazards() -> None:
    op.create_table(
        "hazards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("is_suspected_major", sa.Boolean(), nullable=False),
        sa.Column("is_major_confirmed", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("no_photo_reason", sa.String(), nullable=True),
        sa.Column("reported_as", sa.String(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("position_source", sa.String(), nullable=True),
        sa.Column("is_outside_county", sa.Boolean(), nullable=False),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("village_id", sa.Uuid(), nullable=True),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew_seconds", sa.Double(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("dispatcher_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("suggested_department_id", sa.Uuid(), nullable=True),
        sa.Column("is_signed_for", sa.Boolean(), nullable=False),
        sa.Column("asked_extension_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("bounces", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("recurs_of_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_due_provisional", sa.Boolean(), nullable=False),
        sa.Column("clock_hop", sa.String(length=32), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_approaching_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_very_late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_clock_provisional", sa.Boolean(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sort_key", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("photos_expected", sa.BigInteger(), nullable=False),
        sa.Column("photos_received", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("round >= 1 and bounces >= 0", name=op.f("ck_hazards_counters")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name=op.f("fk_hazards_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["people.id"], name=op.f("fk_hazards_claimed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["organizations.id"], name=op.f("fk_hazards_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["dispatcher_id"], ["organizations.id"], name=op.f("fk_hazards_dispatcher_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name=op.f("fk_hazards_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_hazards_grid_id")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["organizations.id"], name=op.f("fk_hazards_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["hazards.id"], name=op.f("fk_hazards_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["recurs_of_id"], ["hazards.id"], name=op.f("fk_hazards_recurs_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["people.id"], name=op.f("fk_hazards_reporter_id")
        ),
        sa.ForeignKeyConstraint(
            ["suggested_department_id"],
            ["organizations.id"],
            name=op.f("fk_hazards_suggested_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["organizations.id"], name=op.f("fk_hazards_township_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_id"], ["organizations.id"], name=op.f("fk_hazards_village_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
        sa.UniqueConstraint("number", name=op.f("uq_hazards_number")),
    )
    op.create_index(
        "ix_hazards_due",
        "hazards",
        ["clock_due_at"],
        unique=False,
        postgresql_where=sa.text("state not in ('archived', 'merged', 'voided')"),
    )
    op.create_index("ix_hazards_grid", "hazards", ["grid_id", "received_at", "id"], unique=False)
    op.create_index(
        "ix_hazards_listed",
        "hazards",
        ["sort_key"],
        unique=False,
        postgresql_where=sa.text("is_listed"),
    )
    op.create_index("ix_hazards_place", "hazards", ["lat", "lon"], unique=False)
    op.create_index(
        "ix_hazards_queue",
        "hazards",
        ["holder_id", "state", "sort_key", "id"],
        unique=False,
        postgresql_where=sa.text("state not in ('archived', 'merged', 'voided')"),
    )
    op.create_index("ix_hazards_received", "hazards", ["received_at", "id"], unique=False)
    op.create_index("ix_hazards_urgency", "hazards", ["sort_key", "id"], unique=False)
    op.create_index(
        "ix_hazards_dispatched",
        "hazards",
        ["dispatcher_id", "state", "sort_key", "id"],
        unique=False,
    )
    op.create_index(
        "ix_hazards_enterprise", "hazards", ["enterprise_id", "received_at"], unique=False
    )
    op.create_index(
        "ix_hazards_category", "hazards", ["category_code", "received_at", "id"], unique=False
    )
    op.create_index(
        "ix_hazards_reporter", "hazards", ["reporter_id", "received_at", "id"], unique=False
    )
    op.create_index(
        "ix_hazards_tasks", "hazards", ["department_id", "state", "sort_key", "id"], unique=False
    )
    op.create_index(
        "ix_hazards_township", "hazards", ["township_id", "received_at", "id"], unique=False
    )
    op.create_index(
        "ix_hazards_village", "hazards", ["village_id", "received_at", "id"], unique=False
    )


def create_search_texts() -> None:
    op.create_table(
        "search_texts",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("pieces", sa.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazards.id"], name=op.f("fk_search_texts_hazard_id")
        ),
        sa.PrimaryKeyConstraint("hazard_id", name=op.f("pk_search_texts")),
    )
    op.create_index(
        "ix_search_texts_pieces",
        "search_texts",
        ["pieces"],
        unique=False,
        postgresql_using="gin",
    )


def create_assistants() -> None:
    op.create_table(
        "assistants",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazards.id"], name=op.f("fk_assistants_hazard_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_assistants_organization_id")
        ),
        sa.PrimaryKeyConstraint("hazard_id", "organization_id", name=op.f("pk_assistants")),
    )


def create_clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("hop", sa.String(length=32), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approaching_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("very_late_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("approaching_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("pauses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_clocks_hazard_id")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organizations.id"], name=op.f("fk_clocks_owner_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_clocks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
    )
    op.create_index(op.f("ix_clocks_hazard_id"), "clocks", ["hazard_id"], unique=False)
    op.create_index(
        "ix_clocks_running",
        "clocks",
        ["approaching_at"],
        unique=False,
        postgresql_where=sa.text("ended_at is null"),
    )


def create_events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_events_actor_id")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_events_hazard_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_events_organization_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sa.UniqueConstraint("hazard_id", "position", name=op.f("uq_events_hazard_id_position")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
    )
    op.create_index(op.f("ix_events_actor_id"), "events", ["actor_id"], unique=False)


def create_followers() -> None:
    op.create_table(
        "followers",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_followers_hazard_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_followers_person_id")),
        sa.PrimaryKeyConstraint("hazard_id", "person_id", name=op.f("pk_followers")),
    )
    op.create_index(op.f("ix_followers_person_id"), "followers", ["person_id"], unique=False)


def create_manifest_entries() -> None:
    op.create_table(
        "manifest_entries",
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazards.id"], name=op.f("fk_manifest_entries_hazard_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_manifest_entries")),
    )
    op.create_index(
        op.f("ix_manifest_entries_event_id"), "manifest_entries", ["event_id"], unique=False
    )
    op.create_index(
        op.f("ix_manifest_entries_hazard_id"), "manifest_entries", ["hazard_id"], unique=False
    )
    op.create_index(
        op.f("ix_manifest_entries_sha256"), "manifest_entries", ["sha256"], unique=False
    )


def create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=True),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dedup", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hazard_id"], ["hazards.id"], name=op.f("fk_notifications_hazard_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notifications_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("person_id", "dedup", name=op.f("uq_notifications_person_id_dedup")),
    )
    op.create_index(
        op.f("ix_notifications_person_id_notifications_created_at"),
        "notifications",
        ["person_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("read_at is null"),
    )


def create_parties() -> None:
    op.create_table(
        "parties",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_parties_hazard_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_parties_organization_id")
        ),
        sa.PrimaryKeyConstraint("hazard_id", "organization_id", name=op.f("pk_parties")),
    )
    op.create_index(
        op.f("ix_parties_organization_id_parties_hazard_id"),
        "parties",
        ["organization_id", "hazard_id"],
        unique=False,
    )


def create_viewings() -> None:
    op.create_table(
        "viewings",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_viewings_hazard_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_viewings_person_id")),
        sa.PrimaryKeyConstraint("hazard_id", "person_id", name=op.f("pk_viewings")),
    )


def create_sealed_events() -> None:
    op.create_table(
        "sealed_events",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("seal_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["seals.id"], name=op.f("fk_sealed_events_seal_id")),
        sa.ForeignKeyConstraint(["seq"], ["events.seq"], name=op.f("fk_sealed_events_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_sealed_events")),
    )


def forbid_changes_of_history() -> None:
    """What has happened stays: not even the application can rewrite it (S1-62)."""
    op.execute("""
        create function history_is_append_only() returns trigger language plpgsql as $$
        begin
            raise exception 'history is append-only: % on % is refused', tg_op, tg_table_name
                using errcode = 'insufficient_privilege',
                      hint = 'Write a new event that corrects the old one.';
        end $$
    """)
    for table in HISTORY:
        op.execute(f"""
            create trigger {table}_is_append_only
            before update or delete or truncate on {table}
            for each statement execute function history_is_append_only()
        """)


def create_job_queue() -> None:
    """Procrastinate's own schema, as the locked version of the package ships it."""
    sql = resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
    op.get_bind().connection.cursor().execute(sql)  # many statements: past SQLAlchemy's parser


def drop_job_queue() -> None:
    """Everything named procrastinate_… in this county's schema."""
    op.execute(r"""
        do $$
        declare thing text;
        begin
            for thing in select oid::regclass::text from pg_class
                where relnamespace = current_schema()::regnamespace and relkind = 'r'
                and relname like 'procrastinate\_%'
            loop execute 'drop table ' || thing || ' cascade'; end loop;
            for thing in select oid::regprocedure::text from pg_proc
                where pronamespace = current_schema()::regnamespace
                and proname like 'procrastinate\_%'
            loop execute 'drop function ' || thing || ' cascade'; end loop;
            for thing in select oid::regtype::text from pg_type
                where typnamespace = current_schema()::regnamespace
                and typname like 'procrastinate\_%' and typtype in ('e', 'c')
            loop execute 'drop type ' || thing || ' cascade'; end loop;
        end $$
    """)
