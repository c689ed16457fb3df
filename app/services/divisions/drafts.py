"""Drafts as they are read: what is, what would be, and who may do what with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models.division import DivisionDraft, DraftStatus
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post
from app.models.supervised_object import SupervisedObject
from app.services import access, places
from app.services.access import Actor
from app.services.divisions.commands import ChangeDivision, DivisionProposal, Target
from app.services.permissions import Permission
from app.services.places import AddGrid

MOST = 200
OPEN = (DraftStatus.HANDED_IN, DraftStatus.RETURNED)


@dataclass(frozen=True)
class Sketch:
    """A grid before or after. `places`: open ones on it, or that would go to it."""

    grid_id: UUID | None
    name: str
    organization: Organization
    official_code: str | None = None
    bounds: str | None = None
    external_codes: dict[str, str] = field(default_factory=dict)
    outline: dict[str, Any] | None = None
    people: list[str] = field(default_factory=list)
    places: int | None = None


@dataclass(frozen=True)
class DraftLine:
    """`grids`: by name, those it is about."""

    draft: DivisionDraft
    kind: str
    township: Organization
    author: str
    grids: list[str]


@dataclass(frozen=True)
class FoundDraft:
    """`was` and `becomes`: of an edited grid, by field; `may`: what the reader may do now."""

    draft: DivisionDraft
    kind: str
    township: Organization
    author: str
    answered_by: str | None
    starts_on: date | None
    document: str | None
    before: list[Sketch]
    after: list[Sketch]
    becomes: dict[str, Any]
    may: list[str]


async def find(session: AsyncSession, actor: Actor) -> list[DraftLine]:
    """What waits first, then the newest; MOST at most."""
    access.require(actor, Permission.USE_DESK)
    waits = DivisionDraft.status == DraftStatus.HANDED_IN
    order = (waits.desc(), DivisionDraft.handed_in_at.desc(), DivisionDraft.id)
    query = select(DivisionDraft, Person.name).join(Person, Person.id == DivisionDraft.author_id)
    found = await session.execute(query.where(_can_see(actor)).order_by(*order).limit(MOST))
    rows = [(row, author, DivisionProposal.model_validate(row.proposal)) for row, author in found]
    ids = {id_ for _, _, proposal in rows for id_ in proposal.grid_ids()}
    names = await places.grid_names(session, ids)
    townships = await places.by_id(session, {row.township_id for row, _, _ in rows})
    return [
        DraftLine(
            draft=row,
            kind=proposal.kind(),
            township=townships[row.township_id],
            author=author,
            grids=[names[id_] for id_ in proposal.grid_ids()] or [proposal.name()],
        )
        for row, author, proposal in rows
    ]


async def one(session: AsyncSession, actor: Actor, draft_id: UUID) -> FoundDraft:
    access.require(actor, Permission.USE_DESK)
    query = select(DivisionDraft).where(DivisionDraft.id == draft_id, _can_see(actor))
    row = await session.scalar(query)
    if row is None:
        raise NotFound
    return await _whole(session, actor, row)


async def locked(session: AsyncSession, actor: Actor, draft_id: UUID) -> DivisionDraft:
    """As it is now, for whoever may see it."""
    query = select(DivisionDraft).where(DivisionDraft.id == draft_id, _can_see(actor))
    fresh = {"populate_existing": True}
    row = await session.scalar(query.with_for_update().execution_options(**fresh))
    if row is None:
        raise NotFound
    return row


def _can_see(actor: Actor) -> ColumnElement[bool]:
    """The county, and the township whose ground it is."""
    if {Permission.EDIT_PLACES, Permission.SEE_COUNTY} & actor.permissions:
        return true()
    return DivisionDraft.township_id.in_(townships_of(actor))


def townships_of(actor: Actor) -> frozenset[UUID]:
    return actor.organizations_of(OrganizationKind.TOWNSHIP_SUBCENTRE)


def _may(actor: Actor, row: DivisionDraft) -> list[str]:
    mine = row.township_id in townships_of(actor)
    found = ["mend", "withdraw"] if mine and row.status in OPEN else []
    waits = row.status is DraftStatus.HANDED_IN
    return found + (["answer"] if waits and Permission.EDIT_PLACES in actor.permissions else [])


async def _whole(session: AsyncSession, actor: Actor, row: DivisionDraft) -> FoundDraft:
    proposal = DivisionProposal.model_validate(row.proposal)
    change = proposal.change
    before, after, becomes = await _sides(session, row, proposal)
    ids = {id_ for id_ in (row.author_id, row.answered_by_id) if id_}
    found = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = dict(iter(found))
    return FoundDraft(
        draft=row,
        kind=proposal.kind(),
        township=await session.get_one(Organization, row.township_id),
        author=names[row.author_id],
        answered_by=names[row.answered_by_id] if row.answered_by_id else None,
        starts_on=_starts_on(proposal),
        document=change.document if change else None,
        before=before,
        after=after,
        becomes=becomes,
        may=_may(actor, row),
    )


def _starts_on(proposal: DivisionProposal) -> date | None:
    if proposal.change:
        return proposal.change.starts_on
    return proposal.add.valid_from if proposal.add else None


async def _sides(
    session: AsyncSession, row: DivisionDraft, proposal: DivisionProposal
) -> tuple[list[Sketch], list[Sketch], dict[str, Any]]:
    if proposal.change:
        return *await _of_change(session, proposal.change), {}
    if proposal.add:
        return [], [await _added(session, proposal.add)], {}
    assert proposal.edit is not None  # DivisionProposal: one of three
    grid = await session.get_one(Grid, proposal.grid_id)
    sent = proposal.edit.model_dump(mode="json", exclude_unset=True, exclude=places.HOW_DRAWN)
    if sent.get("outline"):
        sent["outline"] = places.check_drawn(sent["outline"], proposal.edit.outline_crs).geometry
    known = await _sketch(session, grid)
    own = ("name", "official_code", "external_codes", "bounds", "outline")
    before = Sketch(**{**vars(known), **{k: v for k, v in row.was.items() if k in own}})
    after = Sketch(**{**vars(before), **{k: v for k, v in sent.items() if k in own}})
    return (
        [before],
        [after],
        {name: value for name, value in sent.items() if name not in ("outline", "external_codes")},
    )


async def _of_change(
    session: AsyncSession, command: ChangeDivision
) -> tuple[list[Sketch], list[Sketch]]:
    query = select(Grid).where(Grid.id.in_(command.grid_ids))
    rows = {row.id: row for row in await session.scalars(query)}
    ends = [rows[id_] for id_ in command.grid_ids]
    before = [await _sketch(session, row) for row in ends]
    named = {id_ for target in command.targets for id_ in target.post_ids}
    posts = select(Post.id, Person.name).join(Person, Person.id == Post.person_id)
    names = dict(iter(await session.execute(posts.where(Post.id.in_(named)))))
    rest = sum(one.places or 0 for one in before)
    rest -= sum(len(target.object_ids) for target in command.targets[1:])
    after = [
        await _target(session, target, ends, names, len(target.object_ids) if n else rest)
        for n, target in enumerate(command.targets)
    ]
    return before, after


async def _target(
    session: AsyncSession,
    target: Target,
    ends: Sequence[Grid],
    names: dict[UUID, str],
    goes: int,
) -> Sketch:
    people = list(dict.fromkeys(names[id_] for id_ in target.post_ids if id_ in names))
    if target.grid_id:
        taker = await session.get_one(Grid, target.grid_id)
        return Sketch(**{**vars(await _sketch(session, taker)), "people": people, "places": goes})
    outline = target.outline
    if outline is not None:
        outline = places.check_drawn(outline, target.outline_crs).geometry
    return Sketch(
        grid_id=None,
        name=target.name or "",
        organization=await session.get_one(
            Organization, target.organization_id or ends[0].organization_id
        ),
        official_code=target.official_code,
        external_codes=target.external_codes,
        bounds=target.bounds,
        outline=outline,
        people=people,
        places=goes,
    )


async def _added(session: AsyncSession, add: AddGrid) -> Sketch:
    outline = places.check_drawn(add.outline, add.outline_crs).geometry if add.outline else None
    return Sketch(
        grid_id=None,
        name=add.name,
        organization=await session.get_one(Organization, add.organization_id),
        official_code=add.official_code,
        external_codes=add.external_codes,
        bounds=add.bounds,
        outline=outline,
    )


async def _sketch(session: AsyncSession, grid: Grid) -> Sketch:
    open_there = select(func.count()).where(
        SupervisedObject.grid_id == grid.id,
        SupervisedObject.closed_on.is_(None),
        SupervisedObject.bundle_id.is_(None),
    )
    return Sketch(
        grid_id=grid.id,
        name=grid.name,
        organization=await session.get_one(Organization, grid.organization_id),
        official_code=grid.official_code,
        external_codes=grid.external_codes,
        bounds=grid.bounds,
        outline=grid.outline,
        places=await session.scalar(open_there) or 0,
    )
