"""The roster as it stands, in the columns of the import: corrected, it can come back."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import db
from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import Person
from app.models.slot import SlotAssignment
from app.services import access, accounts, audit, sheets, slots, workbooks
from app.services.access import Actor
from app.services.accounts import PeopleFilters, PostDetails
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.personal import masked_number
from app.services.roster.columns import BODY, GRID, JOB_TITLE, MOBILE, NAME, SINCE, sheet_columns
from app.services.roster.declaring import NOTE, SHEET
from app.services.roster.jobs import GIVEN, Jobs, jobs_of
from app.services.roster.known import within
from app.services.workbooks import Workbook

_PAGE = 500
MOST = 10_000  # people


@dataclass(frozen=True)
class _Held:
    """A post or a place with its county's name."""

    organization: Organization
    grid: Grid | None
    job: str
    starts_on: date


async def export(
    session: AsyncSession, actor: Actor, filters: PeopleFilters, reason: str | None = None
) -> Workbook:
    """A line for each post, grids of the same one together. Numbers whole only for a reason.

    Whole ones are for whoever may also write them; who took how many away, and why, is on record.
    """
    access.require(actor, Permission.IMPORT_PEOPLE)
    if reason is not None:
        access.require(actor, Permission.EDIT_PEOPLE)
    columns = await sheet_columns(session, actor)
    people = await _people(session, actor, filters)
    held = await _held(session, actor, people)
    lines = [
        line for one in people for line in _lines(one, held[one.id], is_whole=reason is not None)
    ]
    told: dict[str, Any] = {"rows": len(lines), "is_whole": reason is not None}
    if reason:
        told["reason"] = reason
    await audit.record(session, Kind.PEOPLE_EXPORTED, actor, Subject("people"), told)
    await db.give_back(session)  # the feed serves nothing behind a transaction that has written
    body = await asyncio.to_thread(sheets.written, SHEET, columns, lines, NOTE)
    return Workbook(workbooks.file_name(SHEET), body)


async def _people(session: AsyncSession, actor: Actor, filters: PeopleFilters) -> list[Person]:
    """Who is switched off is no longer of the roster."""
    people: list[Person] = []
    cursor = None
    while len(people) < MOST:
        page = await accounts.find_people(session, actor, filters, cursor, _PAGE)
        people += [one for one in page.people if one.disabled_at is None]
        cursor = page.next
        if cursor is None:
            break
    return people


async def _held(
    session: AsyncSession, actor: Actor, people: Sequence[Person]
) -> Mapping[UUID, list[_Held]]:
    ids = [one.id for one in people]
    jobs, today = await jobs_of(session), access.today()
    depth = await slots.levels_of_all(session, jobs.scheme) if jobs.scheme else {}
    mine = set(await session.scalars(select(Organization.id).where(within(actor))))
    found: dict[UUID, list[_Held]] = {id_: [] for id_ in ids}
    for id_, details in (await accounts.posts_of(session, ids)).items():
        found[id_] += [
            _Held(one.organization, one.grid, _called(jobs, depth, one), one.post.starts_on)
            for one in details
            if one.organization.id in mine and one.post.role in GIVEN and not one.has_ended(today)
        ]
    for row, grid, body in await _places(session, ids, today):
        job = _slot_name(jobs, depth.get(grid.id), row.role.value)
        if job and body.id in mine:
            found[row.person_id].append(_Held(body, grid, job, row.starts_on))
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


def _called(jobs: Jobs, depth: Mapping[UUID, int], one: PostDetails) -> str:
    level = depth.get(one.grid.id) if one.grid else None
    return _slot_name(jobs, level, one.post.role.value) or jobs.word(one.post.role)


def _slot_name(jobs: Jobs, level: int | None, role: str) -> str | None:
    named = jobs.scheme.slot if jobs.scheme else ()
    return next((one.name for one in named if one.level == level and one.role == role), None)


def _lines(person: Person, held: Sequence[_Held], *, is_whole: bool) -> Iterator[dict[str, str]]:
    """Who has nothing yet stands there too, to be completed."""
    number = person.mobile if is_whole else masked_number(person.mobile)
    about = {NAME: person.name, MOBILE: number or ""}
    if not held:
        yield about
    together: dict[tuple[UUID, str, date], list[_Held]] = {}
    for one in held:
        together.setdefault((one.organization.id, one.job, one.starts_on), []).append(one)
    for (_, job, starts_on), some in together.items():
        grids = [grid.official_code or grid.name for one in some if (grid := one.grid)]
        yield {
            **about,
            BODY: some[0].organization.name,
            JOB_TITLE: job,
            GRID: "、".join(grids),
            SINCE: starts_on.isoformat(),
        }
