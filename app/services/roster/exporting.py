"""The roster as it stands, in the columns of the import: corrected, it can come back."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import Person, Post
from app.models.slot import SlotAssignment
from app.services import access, accounts, audit, sheets, slots, workbooks
from app.services.access import Actor
from app.services.accounts import PeopleFilters, PostDetails
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.personal import masked_number
from app.services.roster import holding
from app.services.roster.columns import (
    BODY,
    GRID,
    JOB_TITLE,
    MOBILE,
    NAME,
    SINCE,
    UNTIL,
    sheet_columns,
)
from app.services.roster.declaring import NOTE, SHEET
from app.services.roster.jobs import GIVEN, Jobs, jobs_of
from app.services.roster.known import within
from app.services.sheets import MOST_ROWS
from app.services.workbooks import Workbook

_PAGE = 500
MOST = MOST_ROWS  # lines


@dataclass(frozen=True)
class _County:
    """What is the same for everybody. `mine`: bodies within the actor's reach."""

    jobs: Jobs
    levels: Mapping[UUID, int]
    mine: Collection[UUID]
    today: date


@dataclass(frozen=True)
class _Held:
    """A post or a place with its county's name."""

    organization: Organization
    grid: Grid | None
    job: str
    span: tuple[date, date | None]
    told: tuple[tuple[str, str], ...] = ()


async def export(
    session: AsyncSession, actor: Actor, filters: PeopleFilters, reason: str | None = None
) -> Workbook:
    """A line for each post, grids of the same one together. Numbers whole only for a reason.

    Whole ones are for whoever may also write them; who took whose away, and why, is on record.
    A file that could not hold all says so, in its name too.
    """
    access.require(actor, Permission.IMPORT_PEOPLE)
    if reason is not None:
        access.require(actor, Permission.EDIT_PEOPLE)
    columns = await sheet_columns(session, actor)
    lines = await _all_lines(session, actor, filters, is_whole=reason is not None)
    is_cut = len(lines) > MOST
    told: dict[str, Any] = {"rows": min(len(lines), MOST), "is_whole": reason is not None}
    if reason:
        told["reason"] = reason
    await audit.record(
        session, Kind.PEOPLE_EXPORTED, actor, Subject("people"), told | _asked(filters)
    )
    await db.give_back(session)  # the feed serves nothing behind a transaction that has written
    note = f"只有前 {MOST} 行，后面还有：请各镇街分别导出。{NOTE}" if is_cut else NOTE
    body = await asyncio.to_thread(sheets.written, SHEET, columns, lines[:MOST], note)
    return Workbook(workbooks.file_name(SHEET, f"前{MOST}行" if is_cut else ""), body)


def _asked(filters: PeopleFilters) -> dict[str, Any]:
    """As the record has it. What was searched for is mostly a name: only that it was."""
    chosen = filters.model_dump(mode="json", exclude_defaults=True, exclude={"text"})
    return {"filters": chosen, "has_text": bool(filters.text.strip())}


async def _all_lines(
    session: AsyncSession, actor: Actor, filters: PeopleFilters, *, is_whole: bool
) -> list[dict[str, str]]:
    """Of a page of people at a time; more than MOST if there are more.

    Who is switched off is no longer of the roster.
    """
    county = await _county(session, actor)
    lines: list[dict[str, str]] = []
    cursor = None
    while len(lines) <= MOST:
        page = await accounts.find_people(session, actor, filters, cursor, _PAGE)
        people = [one for one in page.people if one.disabled_at is None]
        held = await _held(session, county, [one.id for one in people])
        lines += [line for one in people for line in _lines(one, held[one.id], is_whole=is_whole)]
        cursor = page.next
        if cursor is None:
            break
    return lines


async def _county(session: AsyncSession, actor: Actor) -> _County:
    jobs = await jobs_of(session)
    levels = await slots.levels_of_all(session, jobs.scheme) if jobs.scheme else {}
    mine = set(await session.scalars(select(Organization.id).where(within(actor))))
    return _County(jobs, levels, mine, access.today())


async def _held(
    session: AsyncSession, county: _County, ids: Sequence[UUID]
) -> Mapping[UUID, list[_Held]]:
    found: dict[UUID, list[_Held]] = {id_: [] for id_ in ids}
    for id_, details in (await accounts.posts_of(session, ids)).items():
        found[id_] += [
            _Held(one.organization, one.grid, _called(county, one), *_about(one.post))
            for one in details
            if one.organization.id in county.mine
            and one.post.role in GIVEN
            and not one.has_ended(county.today)
        ]
    for row, grid, body in await _places(session, ids, county.today):
        job = _slot_name(county, grid, row.role.value)
        if job and body.id in county.mine:
            found[row.person_id].append(_Held(body, grid, job, _span(row)))
    return found


async def _places(
    session: AsyncSession, ids: Sequence[UUID], today: date
) -> Sequence[tuple[SlotAssignment, Grid, Organization]]:
    query = (
        select(SlotAssignment, Grid, Organization)
        .join(Grid, Grid.id == SlotAssignment.grid_id)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(SlotAssignment.person_id.in_(ids))
        .where(or_(SlotAssignment.ends_on.is_(None), SlotAssignment.ends_on >= today))
        .order_by(SlotAssignment.starts_on, SlotAssignment.id)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


def _about(post: Post) -> tuple[tuple[date, date | None], tuple[tuple[str, str], ...]]:
    """When, and how it is held, cell by cell."""
    return _span(post), (*holding.cells(post).items(),)


def _span(one: Post | SlotAssignment) -> tuple[date, date | None]:
    return one.starts_on, one.ends_on


def _called(county: _County, one: PostDetails) -> str:
    return _slot_name(county, one.grid, one.post.role.value) or county.jobs.word(one.post.role)


def _slot_name(county: _County, grid: Grid | None, role: str) -> str | None:
    level = county.levels.get(grid.id) if grid else None
    named = county.jobs.scheme.slot if county.jobs.scheme else ()
    return next((one.name for one in named if one.level == level and one.role == role), None)


def _lines(person: Person, held: Sequence[_Held], *, is_whole: bool) -> Iterator[dict[str, str]]:
    """Who has nothing yet stands there too, to be completed."""
    number = person.mobile if is_whole else masked_number(person.mobile)
    about = {NAME: person.name, MOBILE: number or ""}
    if not held:
        yield about
    together: dict[tuple[Any, ...], list[_Held]] = {}
    for one in held:
        together.setdefault((one.organization.id, one.job, one.span, one.told), []).append(one)
    for (_, job, (starts_on, ends_on), told), some in together.items():
        grids = [grid.official_code or grid.name for one in some if (grid := one.grid)]
        yield {
            **about,
            BODY: some[0].organization.name,
            JOB_TITLE: job,
            GRID: "、".join(grids),
            SINCE: starts_on.isoformat(),
            UNTIL: ends_on.isoformat() if ends_on else "",
            **dict(told),
        }
