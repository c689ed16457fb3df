"""The hazard: one row a case; its history is in events."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    TextClause,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, new_id
from app.models.rules import Hop, Level


class State(StrEnum):
    REPORTED = "reported"
    FIXED_ON_SITE = "fixed_on_site"
    ESCALATED = "escalated"
    ASSIGNED = "assigned"
    DONE = "done"
    VERIFIED = "verified"
    ARCHIVED = "archived"
    MERGED = "merged"
    VOIDED = "voided"


class Outcome(StrEnum):
    """What was done about it: on the spot by who found it (S2-25), else by who had it (S1-27).

    That a finding was reported, the fourth of S2-25, is told by the case's being sent on.
    """

    REMOVED = "removed"  # 排除
    DISSUADED = "dissuaded"  # 劝阻
    STOPPED = "stopped"  # 制止
    RECTIFIED = "rectified"  # 整改完成
    ORDERED = "ordered"  # 责令改正
    PENALISED = "penalised"  # 行政处罚
    TRANSFERRED = "transferred"  # 移送


OPEN_STATES = (
    State.REPORTED,
    State.FIXED_ON_SITE,
    State.ESCALATED,
    State.ASSIGNED,
    State.DONE,
    State.VERIFIED,
)
IS_OPEN = text("state not in ('archived', 'merged', 'voided')")
# What few cases are: filters use the very words of the partial indexes.
IS_EXTENSION_ASKED = text("asked_extension_to is not null")
IS_ENFORCED = text("outcome in ('ordered', 'penalised', 'transferred')")
IS_MAJOR = text("level = 'major' or is_suspected_major or is_major_confirmed")


# What an index of a list's order holds besides: filters that are told there read no other case.
FILTERED = ["state", "level", "category_code", "department_id"]
PLACED = ["township_id"]


def _listing(name: str, *columns: str, also: list[str], where: TextClause | None = None) -> Index:
    return Index(f"ix_hazards_{name}", *columns, postgresql_include=also, postgresql_where=where)


def _among(name: str, column: str, *more: str) -> Index:
    """Of the cases that have one: most have none when they are reported."""
    has_one = text(f"{column} is not null")
    return Index(f"ix_hazards_{name}", column, *more, postgresql_where=has_one)


class Hazard(Base):
    """`holder` decides now, `department` rectifies, `round` counts rejections + 1."""

    __tablename__ = "hazards"
    __table_args__ = (
        Index("ix_hazards_queue", "holder_id", "state", "sort_key", "id", postgresql_where=IS_OPEN),
        _among("tasks", "department_id", "state", "sort_key", "id"),
        Index("ix_hazards_reporter", "reporter_id", "received_at", "id"),
        Index("ix_hazards_grid", "grid_id", "received_at", "id"),
        Index("ix_hazards_village", "village_id", "received_at", "id"),
        _listing("township", "township_id", "received_at", "id", also=["sort_key", *FILTERED]),
        Index("ix_hazards_grid_urgency", "grid_id", "sort_key", "id"),
        Index("ix_hazards_village_urgency", "village_id", "sort_key", "id"),
        _listing("township_urgency", "township_id", "sort_key", "id", also=FILTERED),
        _listing("received", "received_at", "id", also=["sort_key", *FILTERED]),
        _listing("urgency", "sort_key", "id", also=FILTERED),
        _among("dispatched", "dispatcher_id", "state", "sort_key", "id"),
        _among("enterprise", "enterprise_id", "received_at"),
        Index("ix_hazards_category", "category_code", "received_at", "id"),
        Index("ix_hazards_state", "state", "sort_key", "id", postgresql_where=IS_OPEN),
        _listing("listed", "sort_key", "id", also=PLACED, where=text("is_listed")),
        Index("ix_hazards_extension", "sort_key", "id", postgresql_where=IS_EXTENSION_ASKED),
        _listing("major", "sort_key", "id", also=PLACED, where=IS_MAJOR),
        _listing("enforced", "sort_key", "id", also=[*PLACED, "outcome"], where=IS_ENFORCED),
        _listing(
            "level", "level", "received_at", "id", also=PLACED, where=text("level <> 'general'")
        ),
        Index("ix_hazards_place", "lat", "lon"),
        # Who sees a case is told from its ground (access.Pinned): it lies where its ground does.
        ForeignKeyConstraint(
            ["village_id", "township_id"], ["organizations.id", "organizations.within_id"]
        ),
        ForeignKeyConstraint(["grid_id", "village_id"], ["grids.id", "grids.organization_id"]),
        CheckConstraint("round >= 1 and bounces >= 0", name="counters"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    state: Mapped[State]
    level: Mapped[Level]
    is_suspected_major: Mapped[bool] = mapped_column(default=False)
    is_major_confirmed: Mapped[bool] = mapped_column(default=False)
    is_listed: Mapped[bool] = mapped_column(default=False, doc="under listed supervision 挂牌督办")
    is_urgent: Mapped[bool] = mapped_column(default=False)
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    note: Mapped[str]
    place: Mapped[str] = mapped_column(default="", doc="in words")
    enterprise_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("supervised_objects.id"), doc="the object it is at, of whatever kind"
    )
    no_photo_reason: Mapped[str | None]
    reported_as: Mapped[str] = mapped_column(default="gridworker", doc="role of the reporter")

    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    position_source: Mapped[str | None] = mapped_column(doc="gps, place, map")
    is_outside_county: Mapped[bool] = mapped_column(default=False)
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    village_id: Mapped[UUID | None]
    township_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))

    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    occurred_at: Mapped[datetime] = mapped_column(doc="device time, as sent")
    received_at: Mapped[datetime] = mapped_column(doc="server time; deadlines run on it")
    skew_seconds: Mapped[float | None] = mapped_column(doc="server minus device clock")

    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    dispatcher_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    suggested_department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    is_signed_for: Mapped[bool] = mapped_column(default=False)
    asked_extension_to: Mapped[datetime | None] = mapped_column(doc="open request for more time")
    round: Mapped[int] = mapped_column(default=1)
    bounces: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None] = mapped_column(doc="1–5, of the result, by the reporter")
    outcome: Mapped[Outcome | None] = mapped_column(doc="None: not said, or not done yet")
    outcome_document: Mapped[str | None] = mapped_column(doc="number of the order or decision")
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("hazards.id"))
    recurs_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("hazards.id"))

    due_at: Mapped[datetime | None] = mapped_column(doc="for rectification")
    is_due_provisional: Mapped[bool] = mapped_column(default=False)
    clock_hop: Mapped[Hop | None] = mapped_column(doc="the clock that runs now")
    clock_started_at: Mapped[datetime | None]
    clock_due_at: Mapped[datetime | None]
    clock_approaching_at: Mapped[datetime | None] = mapped_column(doc="80 % of the time is used")
    clock_very_late_at: Mapped[datetime | None] = mapped_column(doc="three times the time is used")
    is_clock_provisional: Mapped[bool] = mapped_column(default=False)
    state_since: Mapped[datetime]
    done_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    sort_key: Mapped[int] = mapped_column(doc="urgency then deadline; computed on every step")
    version: Mapped[int] = mapped_column(default=1, doc="counts events; answers If-Match")
    photos_expected: Mapped[int] = mapped_column(default=0)
    photos_received: Mapped[int] = mapped_column(default=0)
    claimed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    claimed_until: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]


class SearchText(Base):
    """What text search looks at, in pieces of one and two characters: Chinese has no blanks.

    A table of its own, because every step rewrites the case and a GIN entry is dear.
    """

    __tablename__ = "search_texts"
    __table_args__ = (Index("ix_search_texts_pieces", "pieces", postgresql_using="gin"),)

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"), primary_key=True)
    text: Mapped[str]
    pieces: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Party(Base):
    """A body that a case concerns or has concerned and that no column of the case names.

    Assisting and earlier departments, county desks: with the columns they make up everybody who
    sees the case (one clause: access). Kept short, because lists look through all of one's own.
    """

    __tablename__ = "parties"
    __table_args__ = (Index(None, "organization_id", "hazard_id"),)

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)


class Assistant(Base):
    """An assisting department of a joint case and its part (S3-20)."""

    __tablename__ = "assistants"

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    finished_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")


class Follower(Base):
    """A person whose own report was merged into this case and who follows it from then on."""

    __tablename__ = "followers"
    __table_args__ = (Index(None, "person_id"),)

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)


class Viewing(Base):
    """Who has the case open on a desk; older than two minutes = gone."""

    __tablename__ = "viewings"

    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    at: Mapped[datetime]


class ClockOutcome(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"  # the hop ended without the thing due, e.g. handed back


class Clock(Base):
    """One hop of one case: who had to do what by when, and did they."""

    __tablename__ = "clocks"
    __table_args__ = (
        Index(None, "hazard_id"),
        Index("ix_clocks_running", "approaching_at", postgresql_where=text("ended_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    hazard_id: Mapped[UUID] = mapped_column(ForeignKey("hazards.id"))
    hop: Mapped[Hop]
    round: Mapped[int]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    rule_id: Mapped[int | None]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    approaching_at: Mapped[datetime] = mapped_column(doc="80 % of the time is used")
    very_late_at: Mapped[datetime] = mapped_column(doc="three times the time is used")
    is_provisional: Mapped[bool] = mapped_column(default=False)
    approaching_told_at: Mapped[datetime | None]
    missed_told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[ClockOutcome] = mapped_column(default=ClockOutcome.RUNNING)
    pauses: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="who, why, from, to")
