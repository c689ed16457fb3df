"""The working calendar: the State Council's list from a library, the county's own days on top."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from chinese_calendar.constants import Holiday, holidays, workdays
from sqlalchemy import delete, extract, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound
from app.models.rules import CalendarDay, WorkingHours
from app.services.access import Actor
from app.services.audit import Subject
from app.services.rules.changing import changed, require_editor, values
from app.services.rules.commands import EditCalendarDay, EditWorkingHours

_SATURDAY = 5


@dataclass(frozen=True)
class DayOfYear:
    """`source`: state_council or county."""

    on: date
    is_workday: bool
    reason: str
    source: str


async def calendar(session: AsyncSession, year: int) -> list[DayOfYear]:
    """Every day that differs from its weekday; NotFound for a year nobody has published."""
    days = {day.on: day for day in _published(year)}
    own = await session.scalars(select(CalendarDay).where(extract("year", CalendarDay.on) == year))
    days |= {row.on: county_day(row) for row in own}
    if not days:
        raise NotFound
    return [days[on] for on in sorted(days)]


def county_day(row: CalendarDay) -> DayOfYear:
    return DayOfYear(row.on, row.is_workday, row.reason, "county")


async def put_day(
    session: AsyncSession, actor: Actor, on: date, command: EditCalendarDay
) -> DayOfYear:
    """The county's word on one day; it wins over the published list."""
    require_editor(actor)
    row = await session.get(CalendarDay, on, with_for_update=True)
    before = values(row) if row else None
    row = row or CalendarDay(on=on)
    row.is_workday, row.reason = command.is_workday, command.reason
    session.add(row)
    await changed(session, actor, Subject("calendar_day", on.isoformat()), before, values(row))
    return county_day(row)


async def delete_day(session: AsyncSession, actor: Actor, on: date) -> None:
    """Back to what is published."""
    require_editor(actor)
    row = await session.get(CalendarDay, on)
    if row is None:
        raise NotFound
    await session.delete(row)
    await changed(session, actor, Subject("calendar_day", on.isoformat()), values(row), None)


async def put_working_hours(session: AsyncSession, actor: Actor, command: EditWorkingHours) -> None:
    """Replace the spans of a working day: in order, apart, wall clock of the county."""
    require_editor(actor)
    spans = command.spans
    if any(span.opens.tzinfo or span.closes.tzinfo for span in spans):
        raise _invalid("时间不要带时区", "Times carry no zone")
    if any(span.opens >= span.closes for span in spans):
        raise _invalid("上班要早于下班", "A span opens before it closes")
    if any(former.closes > later.opens for former, later in pairwise(spans)):
        raise _invalid("时段要按先后排，不能重叠", "Spans come in order and do not overlap")
    before = {"spans": await _spans(session)}
    await session.execute(delete(WorkingHours))
    session.add_all(WorkingHours(opens=span.opens, closes=span.closes) for span in spans)
    await session.flush()
    after = {"spans": await _spans(session)}
    await changed(session, actor, Subject("working_hours"), before, after)


async def _spans(session: AsyncSession) -> list[str]:
    rows = await session.scalars(select(WorkingHours).order_by(WorkingHours.opens))
    return [f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in rows]


def _published(year: int) -> list[DayOfYear]:
    names = {on: name for on, name in {**holidays, **workdays}.items() if on.year == year}
    return [
        DayOfYear(on, on in workdays, Holiday(name).chinese, "state_council")
        for on, name in names.items()
        if (on in workdays) == (on.weekday() >= _SATURDAY)
    ]


def _invalid(zh: str, en: str) -> Invalid:
    return Invalid(fields=["spans"], reason_zh=zh + "。", reason_en=en + ".")
