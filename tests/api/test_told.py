"""Cases are built once for all phones, and every phone is told what is true and theirs."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from app import clock
from app.api.shapes.hazards import told
from app.api.sync import Changes
from app.errors import StorageUnavailable
from app.models.base import new_id
from app.models.hazard import Hazard
from app.models.person import Person, Post, Role
from app.models.supervised_object import SupervisedObject
from app.services import hazards, sync
from tests import factories, pictures
from tests.cases import there
from tests.conftest import Committed, Freeze
from tests.factories import County
from tests.reports import report_of
from tests.statements import counted

JSON = {"Content-Type": "application/json"}
PASSING = {"viewers", "claimed_by"}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    told._kept.clear()


@pytest.fixture
async def county(committed: Committed) -> County:
    async with committed.work() as session:
        return await factories.county(session)


class Reader:
    """A phone that stands somewhere in the feed."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.cursor = client, ""

    async def look(self) -> dict[str, Any]:
        """One page, of the shape that is promised."""
        answer = await self.client.get("/api/sync/changes", params={"since": self.cursor})
        assert answer.status_code == 200, answer.text
        Changes.model_validate_json(answer.content)
        page: dict[str, Any] = answer.json()
        self.cursor = page["cursor"]
        return page


@pytest.fixture
async def readers(committed: Committed, county: County) -> AsyncIterator[dict[str, Reader]]:
    """Who sees the cases of the first grid, each at the end of the feed."""
    people: dict[str, Person] = {
        "gridworker": county.gridworker,
        "chief": county.chief,
        "clerk": county.clerk,
        "township": county.township_officer,
        "county": county.county_officer,
    }
    made = {name: Reader(await committed.client_as(person)) for name, person in people.items()}
    for reader in made.values():
        await reader.look()
    yield made
    for reader in made.values():
        await reader.client.aclose()


async def report(reader: Reader, *photos: bytes, **fields: Any) -> UUID:
    id_ = new_id()
    body, photo_ids = report_of(*photos, **fields)
    (await reader.client.put(f"/api/hazards/{id_}", content=body, headers=JSON)).raise_for_status()
    for photo_id, photo in zip(photo_ids, photos, strict=True):
        (await pictures.put(reader.client, photo_id, photo)).raise_for_status()
    return id_


async def comment(reader: Reader, id_: UUID) -> None:
    step = {"action": "comment", "note": "看过", "occurred_at": clock.now().isoformat()}
    path = f"/api/hazards/{id_}/actions/{new_id()}"
    (await reader.client.put(path, json=step)).raise_for_status()


def lasting(view: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in view.items() if name not in PASSING}


async def test_everybody_is_told_what_they_would_read(readers: dict[str, Reader]) -> None:
    """Twice: the first reader builds what the others are given."""
    for turn in range(2):
        id_ = await report(readers["gridworker"], pictures.jpeg(turn))
        for name, reader in readers.items():
            (view,) = (await reader.look())["hazards"]
            opened = (await reader.client.get(f"/api/hazards/{id_}")).json()
            assert lasting(view) == lasting(opened), name
            assert (view["viewers"], view["claimed_by"]) == ([], None)
    assert len(told._kept) == 2


async def test_a_renamed_place_is_told_by_its_new_name(
    readers: dict[str, Reader], committed: Committed, county: County
) -> None:
    async with committed.work() as session:
        shop = await factories.enterprise(session, "旧名商店", county.villages[0], county.grids[0])
    id_ = await report(readers["gridworker"], enterprise_id=str(shop.id))
    await readers["gridworker"].look()
    async with committed.work() as session:
        named = update(SupervisedObject).where(SupervisedObject.id == shop.id)
        await session.execute(named.values(name="新名商店"))
    (view,) = (await readers["chief"].look())["hazards"]
    assert (view["id"], view["enterprise"]["name"]) == (str(id_), "新名商店")


async def test_steps_are_each_readers_own(
    readers: dict[str, Reader], committed: Committed, county: County
) -> None:
    """The chief may act in the reporter's place as soon as the reporter is on leave."""
    id_ = await report(readers["gridworker"])
    buttons = {
        name: {one["action"] for one in (await reader.look())["hazards"][0]["actions"]}
        for name, reader in readers.items()
    }
    assert "correct" in buttons["gridworker"]
    assert "correct" not in buttons["chief"]
    leave = clock.local(clock.now()).date() + timedelta(days=3)
    async with committed.work() as session:
        mine = (Post.person_id == county.gridworker.id) & (Post.role == Role.GRIDWORKER)
        await session.execute(update(Post).where(mine).values(on_leave_until=leave))
        await sync.record_change(session, "hazard", hazard_id=id_)
    (view,) = (await readers["chief"].look())["hazards"]
    assert "correct" in {one["action"] for one in view["actions"]}


async def test_what_is_kept_costs_its_next_reader_three_statements(
    readers: dict[str, Reader], committed: Committed
) -> None:
    for _ in range(5):
        await report(readers["gridworker"])
    await readers["clerk"].look()
    with counted(committed.engine) as sent:
        page = await readers["chief"].look()
    assert len(page["hazards"]) == 5
    assert len(sent) == 3  # who is it, what is new, is anybody away


async def test_news_of_a_case_replace_what_is_kept(readers: dict[str, Reader]) -> None:
    id_ = await report(readers["gridworker"])
    (before,) = (await readers["chief"].look())["hazards"]
    await comment(readers["gridworker"], id_)
    for name in ("clerk", "chief", "township"):
        (view,) = (await readers[name].look())["hazards"]
        assert view["version"] == before["version"] + 1, name


async def test_a_change_that_is_not_committed_yet_does_not_hide_behind_what_is_kept(
    readers: dict[str, Reader], committed: Committed
) -> None:
    """It began first and ends last: whoever reads afterwards is told of both."""
    id_ = await report(readers["gridworker"])
    await readers["chief"].look()
    await readers["clerk"].look()
    async with committed.sessions() as slow:
        await sync.record_change(slow, "notice", person_id=new_id())  # has its number
        await comment(readers["gridworker"], id_)
        assert (await readers["chief"].look())["hazards"] == []
        await slow.execute(update(Hazard).where(Hazard.id == id_).values(place="桥头"))
        await sync.record_change(slow, "hazard", hazard_id=id_)
        await slow.commit()
    for name in ("chief", "clerk"):
        (view,) = (await readers[name].look())["hazards"]
        assert view["place"] == "桥头", name


async def test_what_is_kept_is_told_only_to_those_who_see_the_case(
    readers: dict[str, Reader], committed: Committed, county: County
) -> None:
    id_ = await report(readers["gridworker"])
    stranger = Reader(await committed.client_as(county.stranger))
    await stranger.look()
    (view,) = (await readers["county"].look())["hazards"]
    assert view["id"] == str(id_)
    async with committed.work() as session:
        fields = {**there(county), "reporter_id": county.administrator.id}
        await session.execute(update(Hazard).where(Hazard.id == id_).values(**fields))
        await sync.record_change(session, "hazard", hazard_id=id_, left_grid_id=county.grids[0].id)
    assert len((await readers["county"].look())["hazards"]) == 1  # kept once more
    lost = await readers["chief"].look()
    assert (lost["hazards"], lost["gone"]) == ([], [str(id_)])
    assert [one["id"] for one in (await stranger.look())["hazards"]] == [str(id_)]
    await stranger.client.aclose()


async def test_a_clock_that_passes_its_date_ends_what_is_kept(
    readers: dict[str, Reader], committed: Committed, freeze: Freeze
) -> None:
    begun = freeze(clock.now())
    id_ = await report(readers["gridworker"])
    (early,) = (await readers["chief"].look())["hazards"]
    assert early["clock"]["status"] == "running"
    async with committed.work() as session:
        due_at = await session.scalar(select(Hazard.clock_due_at).where(Hazard.id == id_))
    assert due_at
    freeze(max(begun, due_at) + timedelta(minutes=1))
    (late,) = (await readers["clerk"].look())["hazards"]
    assert late["clock"]["status"] == "missed"


async def test_what_a_failed_answer_has_built_is_good_for_the_next(
    readers: dict[str, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await report(readers["gridworker"])

    async def fails(*_: object) -> None:
        raise StorageUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(hazards, "deputies_of", fails)
        answer = await readers["chief"].client.get(
            "/api/sync/changes", params={"since": readers["chief"].cursor}
        )
        assert answer.status_code == 503
    assert list(told._kept) == [id_]
    for name in ("chief", "clerk"):
        (view,) = (await readers[name].look())["hazards"]
        assert view["id"] == str(id_), name


async def test_no_more_is_kept_than_there_is_room_for(
    readers: dict[str, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "MOST_KEPT", 3)
    ids = [await report(readers["gridworker"]) for _ in range(5)]
    page = await readers["chief"].look()
    assert [one["id"] for one in page["hazards"]] == [str(id_) for id_ in ids]
    assert list(told._kept) == ids[2:]
