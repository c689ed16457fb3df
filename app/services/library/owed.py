"""Who has to have a document of a kind and has none: by year, or because the last one is too old.

In the order of codes, never of how much is missing. Reckoned when it is looked at (decision 66).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import CTE

from app.errors import Invalid
from app.models.grid import Grid
from app.models.library import Filing, LibraryDocument, Owner
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import access, cursors
from app.services.access import SYSTEM, Actor
from app.services.library import kinds, reach
from app.services.library.commands import OwedQuery
from app.services.library.kinds import Kind

D = LibraryDocument
_KINDS: dict[OrganizationKind, Owner] = {
    OrganizationKind.TOWNSHIP_SUBCENTRE: Owner.TOWNSHIP,
    OrganizationKind.DEPARTMENT: Owner.DEPARTMENT,
    OrganizationKind.VILLAGE: Owner.VILLAGE,
}


@dataclass(frozen=True)
class Cell:
    """`document` None: none that counts. `due_on`: the last day on which the newest one is enough.

    `is_missing`: none, not filed with the level above, or too old.
    """

    kind: Kind
    document: LibraryDocument | None
    due_on: date | None
    is_missing: bool


@dataclass(frozen=True)
class OwedRow:
    """`cells`: one for each kind that was asked for; None: not for this owner to have."""

    id: UUID
    name: str
    code: str
    is_body: bool
    cells: list[Cell | None]


@dataclass(frozen=True)
class OwedPage:
    items: list[OwedRow]
    next: str | None


@dataclass(frozen=True)
class DueAgain:
    """`owner`: whose it is, by name. `body_id` None: a place without an account of its own."""

    kind: Kind
    document: LibraryDocument
    due_on: date
    owner: str
    body_id: UUID | None


async def due_between(session: AsyncSession, first: date, last: date) -> list[DueAgain]:
    """The newest ones of those who have to have the kind, if they are due in these days."""
    every = (await kinds.known(session)).values()
    asked = [kind for kind in every if kind.is_active and kind.owed_by and not kind.is_yearly]
    return [one for kind in asked for one in await _due_again(session, kind, first, last)]


async def _due_again(session: AsyncSession, kind: Kind, first: date, last: date) -> list[DueAgain]:
    owners, whose = _owners(SYSTEM), func.coalesce(D.organization_id, D.object_id)
    newest = select(D.id).where(_of(kind, 0)).ext(distinct_on(whose))
    newest = newest.order_by(whose, D.issued_on.desc(), D.number.desc())
    of_place = select(SupervisedObject.organization_id).where(SupervisedObject.id == D.object_id)
    body = func.coalesce(D.organization_id, of_place.scalar_subquery())
    due_on = _due_on(kind)
    query = (
        select(D, due_on, owners.c.name, body)
        .join(owners, owners.c.id == whose)
        .where(D.id.in_(newest), due_on.between(first, last), _owes(owners, kind))
        .order_by(D.number)
    )
    return [DueAgain(kind, *row) for row in await session.execute(query)]


async def find(session: AsyncSession, actor: Actor, query: OwedQuery) -> OwedPage:
    """Of the bodies and places whose documents are the actor's to see."""
    known = await kinds.known(session)
    asked = [known[key] for key in dict.fromkeys(query.kind_key) if key in known]
    if len(asked) != len(query.kind_key):
        raise Invalid(
            fields=["kind_key"],
            reason_zh="没有这种资料。请从列表里选。",
            reason_en="There is no such kind; choose from the list.",
        )
    owners = _owners(actor)
    statement = select(owners).where(or_(*(_owes(owners, kind) for kind in asked)))
    if query.show == "open":
        open_ = (_owes(owners, kind) & ~_counted(owners, kind, query.year) for kind in asked)
        statement = statement.where(or_(*open_))
    order = (owners.c.code, owners.c.name, owners.c.id)
    if query.cursor:
        after = cursors.decode(query.cursor, str, str, UUID)
        statement = statement.where(tuple_(*order) > tuple_(*after))
    rows = (await session.execute(statement.order_by(*order).limit(query.limit + 1))).all()
    page = rows[: query.limit]
    cells = [await _newest(session, kind, page, query.year) for kind in asked]
    last = page[-1] if len(rows) > query.limit else None
    return OwedPage(
        items=[_row(row, asked, cells) for row in page],
        next=cursors.encode(last.code, last.name, last.id) if last else None,
    )


def _owners(actor: Actor) -> CTE:
    """Bodies that work, enterprises of the ledger that are confirmed and open."""
    at_county = Organization.within_id.is_(None)
    is_department = (Organization.kind == OrganizationKind.DEPARTMENT) & at_county
    kinds_ = (OrganizationKind.TOWNSHIP_SUBCENTRE, OrganizationKind.VILLAGE)
    bodies = select(
        Organization.id,
        Organization.short_name.label("name"),
        func.coalesce(Organization.code, "").label("code"),
        Organization.kind.label("kind"),
        literal(False).label("is_key"),
    ).where(
        Organization.is_active,
        or_(Organization.kind.in_(kinds_), is_department),
        reach.own_bodies(actor),
    )
    places = (
        select(
            SupervisedObject.id,
            SupervisedObject.name,
            func.coalesce(Organization.code, ""),
            cast(null(), Organization.kind.type),
            SupervisedObject.is_key,
        )
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .join(Organization, Organization.id == Grid.organization_id)
        .where(
            SupervisedObject.kind == ObjectKind.ENTERPRISE,
            SupervisedObject.confirmed_at.is_not(None),
            SupervisedObject.closed_on.is_(None),
            reach.own_objects(actor),
        )
    )
    return union_all(bodies, places).cte("owners")


def _owes(owners: CTE, kind: Kind) -> ColumnElement[bool]:
    of_bodies = [body for body, owner in _KINDS.items() if owner in kind.owed_by]
    clauses: list[ColumnElement[bool]] = [owners.c.kind.in_(of_bodies)]
    if Owner.ENTERPRISE in kind.owed_by:
        clauses.append(owners.c.kind.is_(None))
    if Owner.KEY_ENTERPRISE in kind.owed_by:
        clauses.append(owners.c.kind.is_(None) & owners.c.is_key)
    return or_(false(), *clauses)


def _due_on(kind: Kind) -> ColumnElement[date]:
    return cast(D.issued_on + func.make_interval(0, kind.every_months or 0), Date)


def _of(kind: Kind, year: int) -> ColumnElement[bool]:
    of_kind = (D.kind_key == kind.key) & D.withdrawn_at.is_(None)
    return and_(of_kind, D.year == year) if kind.is_yearly else of_kind


def _counted(owners: CTE, kind: Kind, year: int) -> ColumnElement[bool]:
    counts = D.filing == Filing.FILED if kind.is_filed else _is_enough(kind)
    is_theirs = or_(D.organization_id == owners.c.id, D.object_id == owners.c.id)
    return select(D.id).where(is_theirs, _of(kind, year), counts).exists()


def _is_enough(kind: Kind) -> ColumnElement[bool]:
    return D.id.is_not(None) if kind.is_yearly else _due_on(kind) >= access.today()


async def _newest(
    session: AsyncSession, kind: Kind, owners: Sequence[Any], year: int
) -> dict[UUID, tuple[LibraryDocument, date]]:
    """By owner: what is filed before what is not, then the newest."""
    ids = [owner.id for owner in owners]
    whose = func.coalesce(D.organization_id, D.object_id)
    query: Select[*tuple[Any, ...]] = (
        select(whose, D, _due_on(kind))
        .where(or_(D.organization_id.in_(ids), D.object_id.in_(ids)), _of(kind, year))
        .ext(distinct_on(whose))
        .order_by(
            whose,
            (D.filing == Filing.FILED).desc().nulls_last(),
            D.issued_on.desc(),
            D.number.desc(),
        )
    )
    return {row[0]: (row[1], row[2]) for row in await session.execute(query)}


def _row(
    row: Any, asked: list[Kind], newest: list[dict[UUID, tuple[LibraryDocument, date]]]
) -> OwedRow:
    owner = {_KINDS[row.kind]} if row.kind else {Owner.ENTERPRISE}
    owner |= {Owner.KEY_ENTERPRISE} if row.is_key else set()
    cells = [
        _cell(kind, found.get(row.id)) if owner & set(kind.owed_by) else None
        for kind, found in zip(asked, newest, strict=True)
    ]
    return OwedRow(row.id, row.name, row.code, row.kind is not None, cells)


def _cell(kind: Kind, found: tuple[LibraryDocument, date] | None) -> Cell:
    if found is None:
        return Cell(kind, None, None, is_missing=True)
    document, due_on = found
    if kind.is_filed:
        return Cell(kind, document, None, is_missing=document.filing is not Filing.FILED)
    if kind.is_yearly:
        return Cell(kind, document, None, is_missing=False)
    return Cell(kind, document, due_on, is_missing=due_on < access.today())
