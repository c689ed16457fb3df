"""A small county for the schemes: one town with a village and a community, a township, a park."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid, GridKind
from app.models.organization import Organization, OrganizationKind
from app.services import schemes
from app.services.access import SYSTEM
from app.services.presets import Division

COUNTY, TOWN, TOWNSHIP, PARK = "370499000000", "370499100000", "370499200000", "370499401000"
VILLAGE, COMMUNITY, HAMLET, PARK_VILLAGE = (
    "370499100201", "370499100001", "370499200201", "370499401498",
)  # fmt: skip
DIVISIONS = [
    Division(COUNTY, "安和县", "county", "", 34.56, 117.73),
    Division(TOWN, "清河镇", "township", "", 34.56, 117.73),
    Division(TOWNSHIP, "柳林乡", "township", "", 34.60, 117.70),
    Division(PARK, "安和经济开发区", "township", "", 34.58, 117.75),
    Division(VILLAGE, "赵村村委会", "village", "220", None, None),
    Division(COMMUNITY, "古城居委会", "village", "121", None, None),
    Division(HAMLET, "柳林村委会", "village", "220", None, None),
    Division(PARK_VILLAGE, "开发区一社区居委会", "village", "123", None, None),
]


async def put(session: AsyncSession, key: str) -> schemes.Difference:
    return await schemes.apply(session, SYSTEM, schemes.named(key), DIVISIONS)


async def body(session: AsyncSession, name: str) -> Organization:
    """By its division code, full or short name."""
    query = select(Organization).where(
        (Organization.code == name)
        | (Organization.name == name)
        | (Organization.short_name == name)
    )
    return (await session.scalars(query)).one()


async def only(session: AsyncSession, kind: OrganizationKind) -> Organization:
    return (await session.scalars(select(Organization).where(Organization.kind == kind))).one()


async def grid(session: AsyncSession, runner: Organization, code_ends: str = "") -> Grid:
    rows = await session.scalars(
        select(Grid).where(Grid.organization_id == runner.id).order_by(Grid.official_code)
    )
    return next(row for row in rows if (row.official_code or "").endswith(code_ends))


async def line(session: AsyncSession, name: str) -> Grid:
    query = select(Grid).where(Grid.name == name, Grid.kind == GridKind.EXCLUSIVE)
    return (await session.scalars(query)).one()


async def depth(session: AsyncSession, row: Grid) -> int:
    """How deep a grid hangs, 1 = the county's."""
    count, here = 1, row
    while here.parent_id is not None:
        here = await session.get_one(Grid, here.parent_id)
        count += 1
    return count
