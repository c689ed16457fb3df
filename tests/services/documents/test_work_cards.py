"""Work cards: for whom they are printed, and what a scanned code says about them (S1-47)."""

import hmac
import importlib
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
import segno
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.models.person import Person, Post, Role
from app.models.training import TrainingRule
from app.services import access, documents, schemes
from app.services.access import SYSTEM
from app.services.documents import WorkCards
from tests import factories
from tests.actors import actor_of
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.schemes.ground import DIVISIONS
from tests.trainings import ALL, Scene

COMPLAINTS = "0632-12350"


class Desk:
    """The township's officer with the cards of its grid, and whoever scans one."""

    def __init__(
        self, session: AsyncSession, settings: Settings, client: httpx.AsyncClient
    ) -> None:
        self.session, self.settings, self.client = session, settings, client

    async def start(self) -> County:
        self.county = await factories.county(self.session)
        return self.county

    async def cards(self, who: Person | None = None) -> WorkCards:
        """Of the township's grid and of the village's below it."""
        actor = await actor_of(self.session, self.settings, who or self.county.township_officer)
        grid = self.county.township_grids[0].id
        return await documents.work_cards(self.session, self.settings, actor, grid)

    async def path(self, name: str) -> str:
        """What stands in the code of somebody's card."""
        link = next(one.link for one in (await self.cards()).cards if one.name == name)
        return urlsplit(str(link)).path

    async def scan(self, path: str) -> tuple[int, str]:
        answer = await self.client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer", "the code stands in the path"
        return answer.status_code, answer.text

    async def change(self, **fields: object) -> None:
        """The gridworker's post."""
        mine = Post.person_id == self.county.gridworker.id
        await self.session.execute(update(Post).where(mine).values(**fields))


@pytest.fixture
async def desk(session: AsyncSession, settings: Settings, client: httpx.AsyncClient) -> Desk:
    desk = Desk(session, settings, client)
    await desk.start()
    return desk


@pytest.fixture
async def public(desk: Desk, sign_in_as: SignInAs) -> Desk:
    """The county lets everybody scan."""
    admin = await sign_in_as(desk.county.administrator)
    rule = {"complaint_phone": COMPLAINTS, "is_public": True}
    assert (await admin.put("/api/rules/notice", json=rule)).status_code == 200
    return desk


async def test_whoever_walks_a_grid_below_has_one_in_the_countys_own_words(
    session: AsyncSession, desk: Desk
) -> None:
    desk.county.grids[0].official_code = "370402001001001"
    await schemes.apply(session, SYSTEM, schemes.named("s3"), DIVISIONS)
    found = await desk.cards()
    assert [(one.place, one.name, one.body.name) for one in found.cards] == [
        ("网格长", "王格长", desk.county.villages[0].name),
        ("网格员", "张网格", desk.county.villages[0].name),
    ]
    first, second = (one.number for one in found.cards)
    assert first.startswith("370402001001001-")
    assert first != second
    assert [one.number for one in (await desk.cards()).cards] == [first, second]
    assert {(one.link, one.picture) for one in found.cards} == {(None, None)}


async def test_a_card_ends_with_the_post(desk: Desk) -> None:
    last = access.today() + timedelta(days=30)
    await desk.change(ends_on=last)
    assert {one.name: one.valid_until for one in (await desk.cards()).cards} == {
        "王格长": None,
        "张网格": last,
    }
    await desk.change(ends_on=access.today() - timedelta(days=1))
    assert [one.name for one in (await desk.cards()).cards] == ["王格长"]


async def test_nobody_prints_the_cards_of_another_township(desk: Desk) -> None:
    village = desk.county.villages[1]
    officer = await factories.person(desk.session, Role.TOWNSHIP_OFFICER, desk.county.townships[1])
    assert village.within_id == desk.county.townships[1].id
    assert (await desk.cards(officer)).cards == []
    assert len((await desk.cards(desk.county.county_officer)).cards) == 2


async def test_a_township_prints_of_two_posts_its_own_alone(desk: Desk) -> None:
    """Seeing the person is no right to the card of the neighbour's post."""
    county, stranger = desk.county, desk.county.stranger
    here = (county.villages[0], county.grids[0])
    await factories.post(desk.session, stranger, Role.GRIDWORKER, *here)
    neighbour = await factories.person(desk.session, Role.TOWNSHIP_OFFICER, county.townships[1])
    assert (await desk.cards(neighbour)).cards == []
    assert stranger.name in {one.name for one in (await desk.cards()).cards}


async def test_the_code_is_valid_as_long_as_the_post(public: Desk) -> None:
    """Only that it is valid and whose family name it bears: no number, no place, no given name."""
    path = await public.path("张网格")
    status, text = await public.scan(path)
    assert (status, "今天有效" in text, "张**" in text) == (200, True, True)
    told = (public.county.gridworker.mobile, "张网格", public.county.grids[0].name)
    assert [one for one in told if str(one) in text] == []
    await public.change(ends_on=access.today() - timedelta(days=1))
    status, text = await public.scan(path)
    assert (status, "今天无效" in text, "张*" in text) == (404, True, False)
    assert f'href="tel:{COMPLAINTS}"' in text


async def test_a_locked_account_makes_the_card_invalid(public: Desk) -> None:
    path = await public.path("张网格")
    public.county.gridworker.disabled_at = clock.now()
    await public.session.flush()
    assert (await public.scan(path))[0] == 404


async def test_a_grid_that_has_ended_makes_the_card_invalid(public: Desk) -> None:
    path = await public.path("张网格")
    public.county.grids[0].valid_to = access.today() - timedelta(days=1)
    await public.session.flush()
    assert (await public.scan(path))[0] == 404


async def test_nobody_writes_a_code_without_the_secret(public: Desk) -> None:
    path = await public.path("张网格")
    chief = await public.path("王格长")
    post, signature = path[: len("/notice/cards/") + 32], path[-32:]
    other = "0" if signature[-1] != "0" else "1"
    id_ = UUID(post.removeprefix("/notice/cards/"))
    secret = public.settings.secret.get_secret_value().encode()
    raw = hmac.digest(secret, f"card|{id_}".encode(), "sha256").hex()
    forged = [
        post + raw[:32],  # the secret itself signs nothing here: a key of its own for each purpose
        path[:-1] + other,
        post,
        chief[:-32] + signature,
        path + "0",
        path.upper().replace("/NOTICE/CARDS/", "/notice/cards/"),
        "/notice/cards/证",
    ]
    assert {(await public.scan(one))[0] for one in forged} == {404}
    assert (await public.scan(path))[0] == 200


async def test_a_code_of_another_kind_of_post_is_none(public: Desk) -> None:
    """Cards are for those on foot: the same post is no card once it is a desk's."""
    path = await public.path("张网格")
    await public.change(role=Role.VILLAGE_CLERK)
    assert (await public.scan(path))[0] == 404


async def test_nobody_verifies_before_the_county_says_so(
    public: Desk, sign_in_as: SignInAs
) -> None:
    path = await public.path("张网格")
    admin = await sign_in_as(public.county.administrator)
    assert (await admin.put("/api/rules/notice", json={"is_public": False})).status_code == 200
    status, text = await public.scan(path)
    assert (status, "没有开放" in text, "张*" in text) == (404, True, False)


async def test_behind_the_gate_a_card_ends_with_the_qualification(public: Desk) -> None:
    worker, today = public.county.gridworker, access.today()
    path = await public.path(worker.name)
    rule = TrainingRule(
        is_on=True, roles=["gridworker"], starts_on=today, modes=["集中授课"], valid_months=12
    )
    public.session.add(rule)
    await public.session.flush()
    found = await public.cards()
    assert ([one.name for one in found.cards], found.unqualified) == (["王格长"], ["张网格"])
    assert (await public.scan(path))[0] == 404
    trainers = await Scene(public.session, public.settings, public.county).build()
    last = today + timedelta(days=100)
    await trainers.passed(worker, starts_on=today, ends_on=today, valid_until=last, **ALL)
    found = await public.cards()
    assert [one.valid_until for one in found.cards] == [None, last]
    assert (await public.scan(path))[0] == 200
    assert await public.path(worker.name) == path


async def test_more_than_a_printer_takes_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("app.services.documents.work_cards")
    monkeypatch.setattr(module, "MOST", 1)
    found = await desk.cards()
    assert (len(found.cards), found.is_cut) == (1, True)


async def test_codes_are_drawn_beside_the_loop_that_answers_everybody(
    public: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, make = set(), segno.make

    def noted(*given: Any, **named: Any) -> segno.QRCode:
        threads.add(threading.get_ident())
        return make(*given, **named)

    monkeypatch.setattr(segno, "make", noted)
    await public.cards()
    assert threads
    assert threading.get_ident() not in threads


async def test_the_desk_prints_them(public: Desk, sign_in_as: SignInAs) -> None:
    client = await sign_in_as(public.county.township_officer)
    answer = await client.get(f"/api/grids/{public.county.grids[0].id}/work-cards")
    found = answer.json()
    assert [one["name"] for one in found["cards"]] == ["王格长", "张网格"]
    assert found["cards"][0]["picture"].startswith("data:image/svg+xml")
    assert str(public.county.gridworker.mobile) not in answer.text
