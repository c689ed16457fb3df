"""What the documents ask of bodies, by the schemes themselves (S0-27, S3-25 to S3-29, S4-13)."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.base import new_id
from app.models.grid import Grid
from app.models.notification import Notification
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Role
from app.models.slot import SlotAssignment, SlotRole
from app.services import duties
from app.services.duties import DutyQuery, Occurrence, RecordDuty, Standing
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.services.schemes import ground


async def _found(
    session: AsyncSession, settings: Settings, person: Person, **query: str
) -> dict[tuple[str, str], Occurrence]:
    """What this person's own body has to do now, by key and body."""
    actor = await actor_of(session, settings, person)
    found = await duties.find(session, actor, DutyQuery.model_validate({"whose": "own", **query}))
    return {(one.duty.key, one.of.name): one for one in found}


async def _keep(
    session: AsyncSession, settings: Settings, person: Person, one: Occurrence, day: str
) -> UUID:
    command = RecordDuty.model_validate(
        {
            "obligation_key": one.duty.key,
            ("grid_id" if one.of.is_line else "organization_id"): one.of.id,
            "period_start": one.window.start,
            "held_on": day,
            "subject": "记录",
            "text": "研究隐患整改。",
        }
    )
    actor = await actor_of(session, settings, person)
    id_ = new_id()
    await duties.record(session, actor, id_, command, command.model_dump_json().encode())
    return id_


async def _runner(session: AsyncSession, line: Grid) -> Organization:
    return await session.get_one(Organization, line.organization_id)


async def test_s0_the_linked_leader_of_an_enterprise_convenes_its_line_each_quarter(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    freeze("2026-11-20 09:00")
    await ground.put(session, "s0")
    line = await ground.line(session, "工业企业网格")
    section = await _runner(session, line)
    leader = await factories.person(session, Role.LEADER, section)
    works = await factories.organization(session, OrganizationKind.ENTERPRISE, "机械厂", section)
    leaf = await factories.grid(session, works, line)
    session.add(
        SlotAssignment(
            grid_id=leaf.id, role=SlotRole.LINKED_LEADER, person_id=leader.id, title="副局长",
            starts_on=date(2026, 1, 1),
        )
    )  # fmt: skip
    await session.flush()
    due = (await _found(session, settings, leader))["F7", "工业企业网格"]
    assert (due.window.end, due.standing, due.may_record) == (
        date(2026, 12, 31), Standing.DUE, True,
    )  # fmt: skip
    freeze("2026-12-21 07:00")
    await duties.remind(session)
    told = select(Notification.kind).where(Notification.person_id == leader.id)
    assert "duty.soon" in list(await session.scalars(told))
    await _keep(session, settings, leader, due, "2026-12-20")
    done = (await _found(session, settings, leader, show="all"))["F7", "工业企业网格"]
    assert done.standing is Standing.DONE


async def test_s3_the_county_supervises_and_publishes_monthly_and_sums_up_quarterly(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    freeze("2026-11-20 09:00")
    await ground.put(session, "s3")
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    officer = await factories.person(session, Role.COUNTY_OFFICER, centre)
    own = await _found(session, settings, officer)
    ends = {key: one.window.end for (key, _), one in own.items()}
    assert ends == {
        "F8": date(2026, 11, 30), "F10": date(2026, 11, 30), "F9": date(2026, 12, 31),
    }  # fmt: skip
    for (key, name), one in own.items():
        await _keep(session, settings, officer, one, "2026-11-20")
        kept = (await _found(session, settings, officer, show="all"))[key, name].records
        assert (kept[0].figures is not None) == (key in {"F9", "F10"})
    assert await _found(session, settings, officer) == {}


async def test_s4_the_chief_of_a_line_holds_its_meeting_from_the_phone(
    session: AsyncSession, settings: Settings, freeze: Freeze
) -> None:
    freeze("2026-11-20 09:00")
    await ground.put(session, "s4")
    line = await ground.line(session, "道路货运企业网格")
    chief = await factories.person(session, Role.GRID_CHIEF, await _runner(session, line), line)
    own = await _found(session, settings, chief)
    assert {name for key, name in own if key == "F7"} == {"道路货运企业网格"}
    await _keep(session, settings, chief, own["F7", "道路货运企业网格"], "2026-11-19")
    assert ("F7", "道路货运企业网格") not in await _found(session, settings, chief)
    centre = await ground.only(session, OrganizationKind.COUNTY_CENTRE)
    officer = await factories.person(session, Role.COUNTY_OFFICER, centre)
    asked = {key for key, _ in await _found(session, settings, officer)}
    assert asked == {"F13-training", "F13-assessment", "F13-report"}
