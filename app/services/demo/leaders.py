"""Who answers for the grids of the county and its townships (S3-3): people without posts.

They are on the boards and in the responsibility network, and do not sign in.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.grid import Grid
from app.models.person import Person
from app.services import presets, slots
from app.services.demo.dice import identity
from app.services.demo.people import IN_OFFICE_SINCE, MOBILES, Staff
from app.services.slots import FillSlot


async def tell(session: AsyncSession, seed: int, staff: Staff, now: datetime) -> None:
    """Entered now by the administrator, as a county that takes its table over does."""
    rows = presets.read("demo/leaders")["leader"]
    first = len(staff.people)
    new = {
        row["name"]: Person(
            id=identity(seed, f"leader/{row['name']}"),
            name=row["name"],
            mobile=str(MOBILES + first + number),
            must_change_password=False,
            created_at=now,
        )
        for number, row in enumerate((one for one in rows if "name" in one), start=1)
    }
    session.add_all(new.values())
    await session.flush()
    admin = staff.actor(staff.cast["administrator"].id)
    grids = await _grids(session, [presets.body_id(row["place"]) for row in rows])
    with clock.at(now):
        for row in rows:
            person = new[row["name"]] if "name" in row else staff.cast[row["cast"]]
            command = FillSlot(
                role=row["role"],
                person_id=person.id,
                title=row["title"],
                starts_on=IN_OFFICE_SINCE,
            )
            await slots.fill(session, admin, grids[presets.body_id(row["place"])], command)


async def _grids(session: AsyncSession, bodies: list[UUID]) -> dict[UUID, UUID]:
    """By the body that runs it."""
    query = select(Grid.organization_id, Grid.id).where(Grid.organization_id.in_(bodies))
    return dict((await session.execute(query)).all())
