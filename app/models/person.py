"""People, their dated posts, their sign-ins."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, new_id
from app.models.organization import Organization


class Role(StrEnum):
    """What a person does in a body; permissions per role are a table in services/access.py."""

    GRIDWORKER = "gridworker"
    GRID_CHIEF = "grid_chief"
    SAFETY_OFFICER = "safety_officer"  # of an enterprise
    VILLAGE_CLERK = "village_clerk"
    TOWNSHIP_OFFICER = "township_officer"
    COUNTY_OFFICER = "county_officer"
    SAFETY_SUPERVISOR = "safety_supervisor"  # of the safety-management department
    HANDLER = "handler"  # of a department
    LEADER = "leader"
    ADMINISTRATOR = "administrator"  # of the system: people, places, rules
    SECURITY_ADMINISTRATOR = "security_administrator"  # who may what, second factors
    AUDIT_ADMINISTRATOR = "audit_administrator"  # reads what the others have done


# What people call these, on every screen, in lists of accounts and in sentences (docs/glossary.md).
ROLE_WORDS: dict[Role, tuple[str, str]] = {
    Role.GRIDWORKER: ("网格员", "Gridworker"),
    Role.GRID_CHIEF: ("网格长", "Grid chief"),
    Role.SAFETY_OFFICER: ("企业安全员", "Enterprise safety officer"),
    Role.VILLAGE_CLERK: ("村（社区）干部", "Village clerk"),
    Role.TOWNSHIP_OFFICER: ("镇街分中心", "Township sub-centre"),
    Role.COUNTY_OFFICER: ("县中心", "County centre"),
    Role.SAFETY_SUPERVISOR: ("安全管理部门", "Safety department"),
    Role.HANDLER: ("部门经办人", "Department handler"),
    Role.LEADER: ("领导", "Leader"),
    Role.ADMINISTRATOR: ("系统管理员", "System administrator"),
    Role.SECURITY_ADMINISTRATOR: ("安全管理员", "Security administrator"),
    Role.AUDIT_ADMINISTRATOR: ("审计管理员", "Audit administrator"),
}

# One person never holds two of these (GB/T 22239-2019 8.1.4.2 d).
GRID_ROLES = (Role.GRIDWORKER, Role.GRID_CHIEF)  # on a grid, on foot; in the order of who stands in
ADMINISTRATORS = frozenset(
    {Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
)


class Employment(StrEnum):
    """By what a person holds a post (S1-14)."""

    PURCHASED = "purchased"  # 政府购买服务
    HIRED = "hired"  # the body's own contract
    STAFF = "staff"  # on the staff of a body, this is one of the duties


class Person(Base):
    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    mobile: Mapped[str | None] = mapped_column(unique=True)
    user_name: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None] = mapped_column(doc="None: before it was noted")
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    posts: Mapped[list["Post"]] = relationship(
        back_populates="person", foreign_keys="Post.person_id", lazy="raise"
    )


class Post(Base):
    """Person x organisation x role x grid, from a day to a day (S1-11)."""

    __tablename__ = "posts"
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "organization_id", "role"),
        Index(None, "grid_id"),
        Index("ix_posts_deputy", "deputy_id", postgresql_where=text("deputy_id is not null")),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    role: Mapped[Role]
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(doc="last day, None = open")
    on_leave_until: Mapped[date | None] = mapped_column(doc="the deputy verifies meanwhile")
    deputy_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="who does the patrols during the leave"
    )
    is_full_time: Mapped[bool | None] = mapped_column(doc="None = not said (S1-12)")
    part_time_source: Mapped[str | None] = mapped_column(
        doc="what a part-timer is besides, in the county's words (S1-13)"
    )
    employment: Mapped[Employment | None] = mapped_column(doc="None = not said (S1-14)")
    duties: Mapped[str | None] = mapped_column(doc="what the post is for: 定岗定责 (S1-14)")

    person: Mapped[Person] = relationship(
        back_populates="posts", foreign_keys=[person_id], lazy="raise"
    )
    organization: Mapped[Organization] = relationship(lazy="raise")


# Phones that told of unsent records: the very words of the partial index.
IS_BEHIND = text("ended_at is null and unsent_count > 0")


class SignIn(Base):
    """One device of one person. The token itself is only in the cookie."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index(None, "person_id"),
        Index("ix_sign_ins_behind", "oldest_unsent_at", postgresql_where=IS_BEHIND),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    device: Mapped[str] = mapped_column(doc="what the device calls itself, shown in the list")
    address: Mapped[str | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None] = mapped_column(doc="when this session proved it")
    is_forgotten: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        doc="the device is not known for the account any more",
    )
    unsent_count: Mapped[int] = mapped_column(default=0, doc="as the phone last told")
    oldest_unsent_at: Mapped[datetime | None]
    app_version: Mapped[str | None]


class SignInGuard(Base):
    """Failures per account name and per address; survives restarts, shared by all workers."""

    __tablename__ = "sign_in_guards"

    key: Mapped[str] = mapped_column(
        primary_key=True, doc="account:<id>, address:<network>, county …"
    )
    failures: Mapped[int] = mapped_column(default=0)
    last_failed_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
