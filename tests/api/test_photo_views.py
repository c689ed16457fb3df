"""Looking at photos: derivatives for whom the case concerns, originals on record."""

import shutil
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.darkroom import Darkroom
from app.errors import StorageUnavailable
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.event import Change
from app.models.hazard import Hazard
from app.models.photo import Derivatives, ManifestEntry, Photo
from app.services import photos
from app.storage import ObjectStore
from tests import factories, pictures
from tests.actors import actor_of
from tests.cases import case, promise, there
from tests.conftest import SignInAs
from tests.factories import County

BODY = pictures.with_exif()
PEOPLE_WHO_SEE = (
    "gridworker",
    "chief",
    "township_officer",
    "county_officer",
    "supervisor",
    "leader",
)
PEOPLE_WHO_DO_NOT = ("handler", "administrator", "stranger")


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def hazard(session: AsyncSession, county: County) -> Hazard:
    return await case(session, county)


@pytest.fixture
async def photo_id(
    session: AsyncSession,
    county: County,
    hazard: Hazard,
    settings: Settings,
    store: ObjectStore,
    sign_in_as: SignInAs,
    darkroom: Darkroom,
) -> UUID:
    """Promised by the case, sent by its gridworker, with its derivatives made."""
    line = promise(BODY)
    actor = await actor_of(session, settings, county.gridworker)
    await photos.attach_manifest(session, hazard, hazard.id, [line], actor)
    phone = await sign_in_as(county.gridworker)
    assert (await pictures.put(phone, line.photo_id, BODY)).status_code == 200
    await photos.make_derivatives(session, store, settings, darkroom, str(line.photo_id))
    return line.photo_id


async def get(client: httpx.AsyncClient, photo_id: UUID, what: str) -> httpx.Response:
    return await client.get(f"/api/photos/{photo_id}/{what}")


@pytest.mark.parametrize("who", PEOPLE_WHO_SEE)
async def test_whoever_sees_the_case_sees_its_photos(
    who: str, county: County, photo_id: UUID, sign_in_as: SignInAs
) -> None:
    client = await sign_in_as(getattr(county, who))
    for size in ("thumb", "view"):
        answer = await get(client, photo_id, size)
        assert answer.status_code == 200
        assert answer.content.startswith(b"\xff\xd8\xff")
        assert b"Secret" not in answer.content
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("size", ["thumb", "view"])
async def test_what_the_browser_holds_is_not_sent_again_nor_read(
    size: str, county: County, photo_id: UUID, sign_in_as: SignInAs, settings: Settings
) -> None:
    client = await sign_in_as(county.chief)
    first = await get(client, photo_id, size)
    tag = first.headers["ETag"]
    shutil.rmtree(settings.var_dir / "objects" / "derivatives")
    for told in (tag, f"W/{tag}", f'"other", {tag}'):
        again = await client.get(f"/api/photos/{photo_id}/{size}", headers={"If-None-Match": told})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["ETag"], again.headers["Cache-Control"]) == (tag, "private, no-cache")
    other = await client.get(f"/api/photos/{photo_id}/{size}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 503  # it is looked for, and gone


async def test_to_hold_a_picture_is_no_right_to_it(
    county: County,
    photo_id: UUID,
    sign_in_as: SignInAs,
    client: httpx.AsyncClient,
    session: AsyncSession,
) -> None:
    chief = await sign_in_as(county.chief)
    tag = {"If-None-Match": (await get(chief, photo_id, "thumb")).headers["ETag"]}
    path = f"/api/photos/{photo_id}/thumb"
    stranger = await sign_in_as(county.stranger)
    assert (await stranger.get(path, headers=tag)).status_code == 404
    assert (await client.get(path, headers=tag)).status_code == 401
    county.chief.disabled_at = clock.now()
    await session.commit()
    assert (await chief.get(path, headers=tag)).status_code == 401


@pytest.mark.parametrize("who", PEOPLE_WHO_DO_NOT)
@pytest.mark.parametrize("what", ["thumb", "view", "original"])
async def test_for_everybody_else_there_is_no_such_photo(
    who: str, what: str, county: County, photo_id: UUID, sign_in_as: SignInAs, session: AsyncSession
) -> None:
    answer = await get(await sign_in_as(getattr(county, who)), photo_id, what)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 0


async def test_without_a_session_there_is_nothing_to_see(
    client: httpx.AsyncClient, photo_id: UUID
) -> None:
    for what in ("thumb", "view", "original"):
        assert (await get(client, photo_id, what)).status_code == 401


@pytest.mark.parametrize("who", ["gridworker", "county_officer", "supervisor"])
async def test_the_original_is_saved_never_shown_and_leaves_a_row(
    who: str, county: County, photo_id: UUID, sign_in_as: SignInAs, session: AsyncSession
) -> None:
    person = getattr(county, who)
    answer = await get(await sign_in_as(person), photo_id, "original")
    assert answer.status_code == 200
    assert answer.content == BODY
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{photo_id}.jpg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    (row,) = await session.scalars(select(AuditEntry))
    assert (row.kind, row.subject_id, row.actor_id) == ("photo.read", str(photo_id), person.id)
    assert row.request == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("who", ["chief", "township_officer", "leader"])
async def test_who_sees_the_photo_does_not_yet_get_the_original(
    who: str, county: County, photo_id: UUID, sign_in_as: SignInAs, session: AsyncSession
) -> None:
    answer = await get(await sign_in_as(getattr(county, who)), photo_id, "original")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 0


async def test_a_photo_of_no_case_is_its_senders_alone(
    county: County,
    sign_in_as: SignInAs,
    session: AsyncSession,
    store: ObjectStore,
    settings: Settings,
    darkroom: Darkroom,
) -> None:
    photo_id = new_id()
    phone = await sign_in_as(county.gridworker)
    await pictures.put(phone, photo_id, BODY)
    await photos.make_derivatives(session, store, settings, darkroom, str(photo_id))
    assert (await get(phone, photo_id, "thumb")).status_code == 200
    for other in (county.chief, county.county_officer, county.supervisor):
        assert (await get(await sign_in_as(other), photo_id, "thumb")).status_code == 404


async def test_a_promise_of_other_content_opens_no_door(
    county: County, sign_in_as: SignInAs, session: AsyncSession
) -> None:
    """Whoever guesses the id of a photo cannot see it by naming it in a case of their own."""
    photo_id = new_id()
    await pictures.put(await sign_in_as(county.gridworker), photo_id, BODY)
    own = await case(session, county, **there(county))
    guess = promise(b"a guess", photo_id).model_dump()
    session.add(ManifestEntry(hazard_id=own.id, event_id=own.id, **guess))
    await session.flush()
    assert (await get(await sign_in_as(county.stranger), photo_id, "original")).status_code == 404


async def test_before_the_derivatives_are_made_there_are_none(
    county: County, sign_in_as: SignInAs
) -> None:
    photo_id = new_id()
    phone = await sign_in_as(county.gridworker)
    await pictures.put(phone, photo_id, BODY)
    assert (await get(phone, photo_id, "thumb")).status_code == 404
    assert (await get(phone, photo_id, "original")).status_code == 200


async def test_while_the_store_is_out_pictures_come_later(
    county: County, photo_id: UUID, sign_in_as: SignInAs, app: FastAPI
) -> None:
    app.state.storage = pictures.store_that_is_out()
    phone = await sign_in_as(county.gridworker)
    for what in ("thumb", "original"):
        assert (await get(phone, photo_id, what)).status_code == 503


async def test_the_job_tells_the_phones_and_may_run_twice(
    photo_id: UUID,
    hazard: Hazard,
    session: AsyncSession,
    store: ObjectStore,
    settings: Settings,
    darkroom: Darkroom,
) -> None:
    changes = select(func.count()).where(Change.hazard_id == hazard.id)
    photo = await session.get_one(Photo, photo_id)
    assert photo.derivatives is Derivatives.READY
    before = await session.scalar(changes)
    await photos.make_derivatives(session, store, settings, darkroom, str(photo_id))
    assert await session.scalar(changes) == before == 2


async def test_a_photo_that_cannot_be_shown_is_marked_and_not_tried_again(
    county: County,
    sign_in_as: SignInAs,
    session: AsyncSession,
    store: ObjectStore,
    settings: Settings,
    darkroom: Darkroom,
) -> None:
    photo_id, cut = new_id(), pictures.jpeg(size=(2000, 1500))[:9000]
    phone = await sign_in_as(county.gridworker)
    assert (await pictures.put(phone, photo_id, cut)).status_code == 200
    await photos.make_derivatives(session, store, settings, darkroom, str(photo_id))
    assert (await session.get_one(Photo, photo_id)).derivatives is Derivatives.FAILED
    assert (await get(phone, photo_id, "view")).status_code == 404
    assert (await get(phone, photo_id, "original")).content == cut


async def test_the_job_waits_for_the_store(
    county: County,
    sign_in_as: SignInAs,
    session: AsyncSession,
    settings: Settings,
    darkroom: Darkroom,
) -> None:
    photo_id = new_id()
    await pictures.put(await sign_in_as(county.gridworker), photo_id, BODY)
    out = pictures.store_that_is_out()
    with pytest.raises(StorageUnavailable):
        await photos.make_derivatives(session, out, settings, darkroom, str(photo_id))
    assert (await session.get_one(Photo, photo_id)).derivatives is Derivatives.PENDING
