"""Notice boards: who stands there, whose number may, and what everybody may read."""

import importlib
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from shapely.geometry import box, mapping
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.models.grid import Grid
from app.models.person import Person, Post, Role
from app.models.slot import SlotAssignment, SlotRole
from app.services import access, documents, schemes
from app.services.access import SYSTEM
from app.services.documents.codes import code_of
from app.services.documents.drawing import draw
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.schemes import ground
from tests.services.schemes.ground import DIVISIONS

OFFICE, COMPLAINTS = "0632-6612350", "0632-12350"


@pytest.fixture
async def county(session: AsyncSession) -> County:
    """Chief, gridworker and a liaison who is nobody's gridworker."""
    county = await factories.county(session)
    grid = county.grids[0]
    grid.outline = dict(mapping(box(117.70, 34.50, 117.72, 34.52)))
    grid.bounds = "东至运河，西至文化路"
    county.townships[0].phone = OFFICE
    leader = await factories.person(session, name="冯联络", mobile="13900001111")
    await _liaison(session, grid, leader)
    return county


async def _liaison(session: AsyncSession, grid: Grid, person: Person) -> None:
    day = access.today()
    row = SlotAssignment(
        grid_id=grid.id, role=SlotRole.LIAISON, person_id=person.id, title="副镇长", starts_on=day
    )
    session.add(row)
    await session.flush()


async def written(session: AsyncSession, settings: Settings, grid_id: UUID) -> dict[str, Any]:
    """By name: place and number."""
    found = await documents.notice(session, settings, grid_id)
    return {line.name or "": (line.place, line.phone) for line in found.lines}


async def decide(admin: httpx.AsyncClient, **rule: Any) -> None:
    answer = await admin.put("/api/rules/notice", json={"complaint_phone": COMPLAINTS, **rule})
    assert answer.status_code == 200, answer.text


async def test_without_a_rule_only_duty_phones_stand_there(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    assert await written(session, settings, county.grids[0].id) == {
        "王格长": ("网格长", OFFICE),
        "张网格": ("网格员", OFFICE),
        "冯联络": ("联系负责人", OFFICE),
    }
    county.villages[0].phone = "0632-6612399"
    await session.flush()
    found = await documents.notice(session, settings, county.grids[0].id)
    assert {line.phone for line in found.lines} == {"0632-6612399"}
    assert (found.link, found.picture) == (None, None)


async def test_own_numbers_are_those_of_people_on_the_ground_alone(
    session: AsyncSession, settings: Settings, county: County, sign_in_as: SignInAs
) -> None:
    await decide(await sign_in_as(county.administrator), phones="own")
    assert await written(session, settings, county.grids[0].id) == {
        "王格长": ("网格长", county.chief.mobile),
        "张网格": ("网格员", county.gridworker.mobile),
        "冯联络": ("联系负责人", OFFICE),
    }


async def test_it_follows_the_roster_by_the_day(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    """S1-46: 调整及时更新."""
    yesterday = access.today() - timedelta(days=1)
    mine = Post.person_id == county.gridworker.id
    await session.execute(update(Post).where(mine).values(ends_on=yesterday))
    assert "张网格" not in await written(session, settings, county.grids[0].id)


async def test_a_place_that_the_scheme_asks_for_is_told_as_empty(
    session: AsyncSession, settings: Settings
) -> None:
    await schemes.apply(session, SYSTEM, schemes.named("s1"), DIVISIONS)
    grid = await ground.grid(session, await ground.body(session, ground.VILLAGE))
    found = await documents.notice(session, settings, grid.id)
    empty = {line.place for line in found.lines if line.name is None}
    assert empty == {"安全监管责任人", "联系负责人", "网格员"}  # it may do without a chief


async def test_the_chief_stands_first_although_the_scheme_names_none(
    session: AsyncSession, settings: Settings
) -> None:
    await schemes.apply(session, SYSTEM, schemes.named("s3"), DIVISIONS)
    village = await ground.body(session, ground.VILLAGE)
    grid = await ground.grid(session, village)
    for role in (Role.GRIDWORKER, Role.GRID_CHIEF):
        await factories.person(session, role, village, grid)
    found = await documents.notice(session, settings, grid.id)
    assert [line.place for line in found.lines] == ["网格长", "网格员"]


async def test_the_map_of_a_township_is_made_of_its_villages(
    session: AsyncSession, settings: Settings, county: County
) -> None:
    found = await documents.notice(session, settings, county.township_grids[0].id)
    assert found.drawing
    assert [one.name for one in found.drawing.around] == [county.grids[0].name.removesuffix("网格")]
    village = await documents.notice(session, settings, county.grids[0].id)
    assert village.drawing
    assert village.drawing.around == ()
    assert village.square_metres == found.square_metres


async def test_the_desk_prints_it(county: County, sign_in_as: SignInAs) -> None:
    client = await sign_in_as(county.township_officer)
    answer = await client.get(f"/api/grids/{county.grids[0].id}/notice")
    found = answer.json()
    assert (found["bounds"], found["runner"]) == ("东至运河，西至文化路", "文化社区")
    assert found["drawing"]["own"].startswith("M")
    assert (await client.get(f"/api/grids/{uuid4()}/notice")).status_code == 404


def page_of(settings: Settings, grid: Grid) -> str:
    code, _ = code_of(settings, "board", grid.id)
    return f"/notice/{code}"


async def test_nobody_reads_a_board_before_the_county_says_so(
    settings: Settings, county: County, client: httpx.AsyncClient, sign_in_as: SignInAs
) -> None:
    page = page_of(settings, county.grids[0])
    hidden = await client.get(page)
    assert (hidden.status_code, "张网格" in hidden.text) == (404, False)
    admin = await sign_in_as(county.administrator)
    await decide(admin, is_public=True)
    shown = await client.get(page)
    assert shown.status_code == 200
    assert "张网格" in shown.text
    assert f'href="tel:{COMPLAINTS}"' in shown.text
    assert str(county.gridworker.mobile) not in shown.text
    assert "东至运河" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    notice = (await admin.get(f"/api/grids/{county.grids[0].id}/notice")).json()
    assert notice["link"].endswith(page)
    assert notice["picture"].startswith("data:image/svg+xml")
    assert (await client.get("/notice/board.css")).headers["content-type"].startswith("text/css")


async def test_a_board_is_drawn_beside_the_server_not_in_its_way(
    session: AsyncSession, settings: Settings, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A county's map takes long, and everybody may ask for one."""
    threads = []

    def drawing(*given: Any) -> Any:
        threads.append(threading.get_ident())
        return draw(*given)

    module = importlib.import_module("app.services.documents.notice")
    monkeypatch.setattr(module, "draw", drawing)
    await documents.notice(session, settings, county.grids[0].id)
    assert threads
    assert threading.get_ident() not in threads


async def test_a_torn_code_gets_the_page_that_says_whom_to_call(
    county: County, client: httpx.AsyncClient, sign_in_as: SignInAs
) -> None:
    await decide(await sign_in_as(county.administrator), is_public=True)
    answer = await client.get("/notice/0190-torn")
    assert (answer.status_code, "119" in answer.text) == (404, True)
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_board_of_a_grid_that_has_ended_is_gone(
    session: AsyncSession,
    settings: Settings,
    county: County,
    client: httpx.AsyncClient,
    sign_in_as: SignInAs,
) -> None:
    await decide(await sign_in_as(county.administrator), is_public=True)
    page = page_of(settings, county.grids[0])
    assert (await client.get(page)).status_code == 200
    county.grids[0].valid_to = access.today() - timedelta(days=1)
    await session.flush()
    assert (await client.get(page)).status_code == 404


async def test_boards_cannot_be_read_in_a_row(
    settings: Settings, county: County, client: httpx.AsyncClient, sign_in_as: SignInAs
) -> None:
    """Ids of grids follow from the codes of divisions, which everybody can look up."""
    await decide(await sign_in_as(county.administrator), is_public=True)
    one, other = (page_of(settings, grid) for grid in county.grids[:2])
    id_ = county.grids[1].id
    for guess in (f"/notice/{id_}", f"/notice/{id_.hex}", f"/notice/{id_.hex}{one[-32:]}"):
        assert (await client.get(guess)).status_code == 404, guess
    assert (await client.get(other)).status_code == 200


async def test_names_are_no_markup(
    session: AsyncSession,
    settings: Settings,
    county: County,
    client: httpx.AsyncClient,
    sign_in_as: SignInAs,
) -> None:
    await decide(await sign_in_as(county.administrator), is_public=True)
    county.grids[0].name = "<script>alert(1)</script>"
    county.grids[0].bounds = '"><img src=x>'
    await session.flush()
    shown = (await client.get(page_of(settings, county.grids[0]))).text
    assert "<script" not in shown
    assert "<img" not in shown


@pytest.mark.parametrize("phone", ["打 12350", "1", "<b>", "+"])
async def test_a_complaint_phone_is_a_number(
    county: County, sign_in_as: SignInAs, phone: str
) -> None:
    admin = await sign_in_as(county.administrator)
    answer = await admin.put("/api/rules/notice", json={"complaint_phone": phone})
    assert answer.status_code == 422
