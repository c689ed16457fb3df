"""Accidents: what was reported, what was added to it, who received it when (事故快报; S3-9, S4-10).

《生产安全事故报告和调查处理条例》 articles 9 to 13. Reports and hops are append-only.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.photo import PhotoRole, PhotoSource


class AccidentKind(StrEnum):
    FIRE = "fire"
    EXPLOSION = "explosion"
    COLLAPSE = "collapse"
    POISONING = "poisoning"  # and suffocation
    VEHICLE = "vehicle"
    ELECTRIC_SHOCK = "electric_shock"
    FALL = "fall"  # from a height
    DROWNING = "drowning"
    OTHER = "other"


class AccidentStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    FALSE_ALARM = "false_alarm"


class ReportKind(StrEnum):
    FIRST = "first"  # 首报
    SUPPLEMENT = "supplement"  # 补报
    FINAL = "final"  # 终报


class HopKind(StrEnum):
    TOWNSHIP_RECEIVED = "township_received"
    COUNTY_RECEIVED = "county_received"
    REPORTED_UP = "reported_up"  # the county to the city, the province …
    DEPARTMENT_TOLD = "department_told"
    FALSE_ALARM = "false_alarm"
    REOPENED = "reopened"


class Told:
    """What a report says, after article 12; None: nothing was said of it. Names of victims: never.

    `learned_at`: when the head of the unit heard of it, from which the hour of article 9 counts.
    """

    kind: Mapped[AccidentKind | None]
    happened_at: Mapped[datetime | None]
    learned_at: Mapped[datetime | None]
    place: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    company: Mapped[str | None] = mapped_column(doc="事故单位及概况")
    scene: Mapped[str | None] = mapped_column(doc="现场情况")
    course: Mapped[str | None] = mapped_column(doc="简要经过")
    dead: Mapped[int | None]
    injured: Mapped[int | None]
    missing: Mapped[int | None]
    possible: Mapped[int | None] = mapped_column(doc="可能还有多少人伤亡, those trapped included")
    loss_wan: Mapped[float | None] = mapped_column(doc="first estimate of direct loss, 10 000 yuan")
    measures: Mapped[str | None] = mapped_column(doc="已经采取的措施")
    other: Mapped[str | None]


class Accident(Told, Base):
    """As all its reports together tell it. Never deleted: a false alarm stays, with its reason.

    `id` was made by the phone, and is that of the first report too.
    """

    __tablename__ = "accidents"
    __table_args__ = (
        Index(None, "township_id"),
        Index(None, "reporter_id"),
        Index("ix_accidents_by_time", "received_at", "id"),
        Index("ix_accidents_open", "id", postgresql_where=text("status = 'open'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    status: Mapped[AccidentStatus]
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    object_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervised_objects.id"))
    grid_id: Mapped[UUID | None] = mapped_column(ForeignKey("grids.id"))
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    township_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    is_outside_county: Mapped[bool]
    is_time_doubtful: Mapped[bool] = mapped_column(doc="a moment told lies ahead, or far back")
    received_at: Mapped[datetime]
    clock_from: Mapped[datetime] = mapped_column(doc="when the hour of article 9 began")
    township_received_at: Mapped[datetime | None]
    county_received_at: Mapped[datetime | None]
    reported_up_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(doc="closed, or found to be a false alarm")


class AccidentReport(Told, Base):
    """One report as it was sent, under an id that its sender has made."""

    __tablename__ = "accident_reports"
    __table_args__ = (Index(None, "accident_id", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    accident_id: Mapped[UUID] = mapped_column(ForeignKey("accidents.id"))
    report_kind: Mapped[ReportKind]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    occurred_at: Mapped[datetime] = mapped_column(doc="device time, as sent")
    said_at: Mapped[datetime] = mapped_column(doc="the same set right by the skew; never ahead")
    received_at: Mapped[datetime]
    skew_seconds: Mapped[float | None] = mapped_column(doc="server minus device clock")
    is_after_end: Mapped[bool] = mapped_column(doc="came after the accident was closed")


class AccidentHop(Base):
    """Who received it, who passed it on, who was told: the hop and its own time.

    `done_at`: when it was done, as told; a call comes before it is noted.
    """

    __tablename__ = "accident_hops"
    __table_args__ = (
        Index(None, "accident_id", "seq"),
        Index(None, "target_id", "accident_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    accident_id: Mapped[UUID] = mapped_column(ForeignKey("accidents.id"))
    kind: Mapped[HopKind]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    sha256: Mapped[str] = mapped_column(doc="of the body as sent")
    at: Mapped[datetime]
    done_at: Mapped[datetime]
    target_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organizations.id"), doc="the department that was told"
    )
    to_whom: Mapped[str] = mapped_column(doc="of an upward report: to which office")
    means: Mapped[str] = mapped_column(doc="电话、传真、系统")
    reason: Mapped[str]


class AccidentPhoto(Base):
    """One photo that a report promises. It counts once it is here, from the same sender."""

    __tablename__ = "accident_photos"
    __table_args__ = (Index(None, "accident_id"), Index(None, "photo_id"))

    report_id: Mapped[UUID] = mapped_column(ForeignKey("accident_reports.id"), primary_key=True)
    photo_id: Mapped[UUID] = mapped_column(primary_key=True)
    accident_id: Mapped[UUID] = mapped_column(ForeignKey("accidents.id"))
    sha256: Mapped[str] = mapped_column(doc="hex")
    size: Mapped[int] = mapped_column(doc="bytes")
    role: Mapped[PhotoRole]
    source: Mapped[PhotoSource]
    taken_at: Mapped[datetime] = mapped_column(doc="device time")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
