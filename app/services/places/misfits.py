"""How many grids have a code that a rule would not let through: seen before the rule is saved."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid, GridKind
from app.models.grid_codes import GridCodeRule
from app.models.organization import Organization, OrganizationKind
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.places import codes
from app.services.places.commands import EditGridCodes
from app.services.places.standing import is_in_force

MOST = 50


@dataclass(frozen=True)
class Misfit:
    grid: Grid
    body: Organization


@dataclass(frozen=True)
class Outlook:
    """Of grids in force today. `shown`: MOST of those that do not fit, by code.

    `example`: a code as the rule wants it, of a territorial grid; None: it wants nothing.
    """

    grids: int
    without_code: int
    misfits: int
    shown: list[Misfit]
    zh: str
    en: str
    example: str | None


async def code_outlook(session: AsyncSession, actor: Actor, command: EditGridCodes) -> Outlook:
    """Nothing is kept."""
    access.require(actor, Permission.EDIT_RULES)
    rule = GridCodeRule(id=1, **command.model_dump())
    # Held until the end: the way up from a department then asks the database nothing.
    bodies = await session.scalars(
        select(Organization).where(Organization.kind != OrganizationKind.ENTERPRISE)
    )
    held = list(bodies)
    query = select(Grid, Organization).join(Organization, Organization.id == Grid.organization_id)
    query = query.where(is_in_force(access.today())).order_by(Grid.official_code, Grid.id)
    rows = [Misfit(grid, body) for grid, body in await session.execute(query)]
    coded = [row for row in rows if row.grid.official_code]
    found = [row for row in coded if not await _fits(session, rule, row)]
    zh, en = codes.structure(rule, GridKind.TERRITORIAL) if rule.is_checked else ("", "")
    return Outlook(
        grids=len(rows),
        without_code=len(rows) - len(coded),
        misfits=len(found),
        shown=found[:MOST],
        zh=zh,
        en=en,
        example=_example(rule, held),
    )


async def _fits(session: AsyncSession, rule: GridCodeRule, row: Misfit) -> bool:
    code = await codes.division_code(session, row.grid.kind, row.body)
    shape = codes.shape(rule, row.grid.kind, code)
    return shape is None or shape.number(row.grid.official_code or "") is not None


def _example(rule: GridCodeRule, bodies: list[Organization]) -> str | None:
    villages = (body.code for body in bodies if body.kind is OrganizationKind.VILLAGE)
    shape = codes.shape(rule, GridKind.TERRITORIAL, next(filter(None, villages), None))
    return shape.write(rule.starts_at) if shape else None
