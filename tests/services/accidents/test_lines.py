"""Who hears what of an accident: one row for every report and every step."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import new_id
from app.models.notification import Notification
from app.services.accidents.telling import LINES
from tests.services.accidents.scene import Scene

GROUND = ("township_officer", "clerk")
REST = (*GROUND, "gridworker", "county_officer", "leader", "handler")
FIRST = {
    **dict.fromkeys(("township_officer", "county_officer", "supervisor"), "first"),
    **dict.fromkeys(("clerk", "leader"), "first_known"),
}
# The supervisor of the county is who acts, but for the first report and the township's own step.
TOLD = {
    "first": FIRST,
    "township_received": dict.fromkeys(("gridworker", "clerk"), "township_received"),
    "county_received": dict.fromkeys((*GROUND, "gridworker", "county_officer"), "county_received"),
    "reported_up": dict.fromkeys((*GROUND, "gridworker", "county_officer"), "reported_up"),
    "department_told": {
        "handler": "department_told",
        **dict.fromkeys((*GROUND, "gridworker", "county_officer"), "department_known"),
    },
    "supplement": dict.fromkeys(REST, "supplement"),
    "false_alarm": dict.fromkeys(REST, "false_alarm"),
    "reopened": dict.fromkeys(REST, "reopened"),
    "final": dict.fromkeys(REST, "final"),
}


async def test_everybody_is_told_what_is_for_him(scene: Scene, session: AsyncSession) -> None:
    id_, county = new_id(), scene.county
    county.villages[0].is_summarising = True
    await session.flush()
    names = {getattr(county, name).id: name for name in (*REST, "supervisor", "stranger")}

    async def newly() -> dict[str, str]:
        """By name: the one line that has come since the last look."""
        rows = (await session.scalars(select(Notification))).all()
        lines = [(names[row.person_id], row.kind.removeprefix("accident.")) for row in rows]
        assert len(lines) == len(dict(lines))
        for row in rows:
            await session.delete(row)
        await session.flush()
        return dict(lines)

    said = {
        "reported_up": {"to_whom": "市应急管理局", "means": "电话"},
        "department_told": {"organization_id": str(county.departments[0].id)},
        "false_alarm": {"reason": "烧纸"},
        "reopened": {"reason": "确实着了"},
    }
    assert set(TOLD) == {str(each) for each in LINES}
    for what, told in TOLD.items():
        if what == "first":
            answer = await scene.report(id_)
        elif what in {"supplement", "final"}:
            answer = await scene.more(county.supervisor, id_, report=what, course="火已灭")
        else:
            is_township = what == "township_received"
            desk = county.township_officer if is_township else county.supervisor
            answer = await scene.step(desk, id_, what, **said.get(what, {}))
        assert answer.status_code == 200, (what, answer.text)
        assert (what, await newly()) == (what, told)
