"""A PUT that was given up may still arrive: cut, and after its repeat was confirmed (F41)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from botocore.exceptions import ClientError

from app.errors import StorageUnavailable
from app.storage.s3 import S3Store, _Sent
from tests import s3
from tests.faults import busy_store
from tests.faults.busy_store import BUCKET, BusyStore, Conditions, Put

KEY, BODY, TYPE = "photos/ab/late-1", b"\xff\xd8 a blocked fire exit \xff\xd9" * 400, "image/jpeg"
PATH = f"/{BUCKET}/{KEY}"


@dataclass
class Scene:
    """A store with neither haste nor lies of its own: the tests say what becomes of a PUT."""

    there: BusyStore
    store: S3Store

    @property
    def held(self) -> bytes | None:
        found = self.there.objects.get(PATH)
        return found[0] if found else None

    async def give_up_one(self) -> None:
        """The store hangs up on both tries of a PUT, and has them still to keep."""
        self.there.late = 1.0
        with pytest.raises(StorageUnavailable):
            await self.store.put(KEY, BODY, TYPE)
        self.there.late = 0.0

    async def let_come(self) -> None:
        await asyncio.to_thread(self.there.heal)


@pytest.fixture(params=[Conditions.KEPT])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with busy_store.serving(1, lies=0.0, conditions=request.param) as there:
        there.share = there.late = 0.0
        store = S3Store(s3.settings(there.endpoint, BUCKET), BUCKET)
        yield Scene(there, store)
        store._client.close()


async def test_what_is_whole_stays_whatever_comes_late(scene: Scene) -> None:
    await scene.give_up_one()
    await scene.store.put(KEY, BODY, TYPE)
    await scene.let_come()
    assert scene.there.counts["came late and cut"] == 2
    assert scene.held == BODY


async def test_what_comes_late_into_an_empty_place_is_replaced_by_the_repeat(scene: Scene) -> None:
    await scene.give_up_one()
    await scene.let_come()
    assert scene.held == BODY[: len(BODY) // 2]
    await scene.store.put(KEY, BODY, TYPE)
    assert scene.held == BODY


async def test_a_late_replacement_takes_the_place_of_what_it_was_meant_for_alone(
    scene: Scene,
) -> None:
    scene.there.objects[PATH] = BODY[:100], _Sent(KEY, BODY, TYPE).sha256
    await scene.give_up_one()  # not whole: they are If-Match
    await scene.store.put(KEY, BODY, TYPE)
    await scene.let_come()
    assert scene.held == BODY


async def test_a_repeat_of_what_lies_there_whole_is_no_second_object(scene: Scene) -> None:
    for _ in range(2):
        await scene.store.put(KEY, BODY, TYPE)
    assert scene.held == BODY
    await scene.store.put(KEY, b"another content, as of the word of the last backup", TYPE)
    assert scene.held == b"another content, as of the word of the last backup"


@pytest.mark.parametrize("scene", [Conditions.UNKNOWN], indirect=True)
async def test_a_store_that_knows_no_conditions_is_asked_once_and_then_looked_at(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    keep = scene.there.keep

    def noted(put: Put) -> HTTPStatus:
        asked.append(put.if_none_match)
        return keep(put)

    monkeypatch.setattr(scene.there, "keep", noted)
    for body in (BODY, BODY, BODY[:-1]):
        await scene.store.put(KEY, body, TYPE)
        assert scene.held == body
    assert asked == ["*", "", ""]
    assert not scene.store.can_refuse


@pytest.mark.parametrize("scene", list(Conditions), indirect=True)
async def test_the_store_is_believed_to_keep_what_is_there_once_it_was_seen(scene: Scene) -> None:
    await scene.store.put("probes/doctor", b"now", "text/plain")
    does = scene.there.conditions is Conditions.KEPT
    assert await scene.store.keeps("probes/doctor") is does


async def test_of_two_writers_at_once_one_tries_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, asked = scene.store._client.put_object, []

    def conflicting(**arguments: object) -> object:
        asked.append(arguments)
        if len(asked) == 1:
            error = {"Code": "ConditionalRequestConflict"}
            metadata = {"HTTPStatusCode": 409}
            raise ClientError({"Error": error, "ResponseMetadata": metadata}, "PutObject")  # type: ignore[typeddict-item]
        return send(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.store._client, "put_object", conflicting)
    await scene.store.put(KEY, BODY, TYPE)
    assert len(asked) == 2
    assert scene.held == BODY
