"""Files of the library: what is taken by its content, what is refused, who gets it and how."""

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.base import new_id
from app.storage import ObjectStore
from tests import corpus, factories, library, pictures
from tests.bench.processes import memory_megabytes
from tests.conftest import SignInAs
from tests.factories import County

PATH = "/api/library"
MOST_MEMORY_MB = 300


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def officer(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.township_officer)


async def send(
    client: httpx.AsyncClient,
    body: bytes,
    id_: UUID | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    digest = {"Content-Digest": pictures.digest_of(body), **(headers or {})}
    return await client.put(f"{PATH}/files/{id_ or new_id()}", content=body, headers=digest)


async def keep(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.put(f"{PATH}/{new_id()}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def a_document(county: County, file_id: str, **more: Any) -> dict[str, Any]:
    return {
        "kind_key": "study", "organization_id": str(county.townships[0].id), "title": "学习：用电",
        "issued_on": "2026-11-20", "year": 2026, "form": "electronic", "file_id": file_id, **more,
    }  # fmt: skip


@pytest.mark.parametrize("name", library.good())
async def test_a_file_is_what_its_content_says(
    officer: httpx.AsyncClient, store: ObjectStore, name: str
) -> None:
    body, ending = library.good()[name]
    answer = await send(officer, body, headers={"Content-Type": "text/html"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["ending"], found["size"]) == (ending, len(body))
    (key,) = [key async for key, _ in store.contents()]
    assert key == f"library/{found['sha256'][:2]}/{found['sha256']}-{found['id']}.{ending}"
    assert await store.get(key) == body


@pytest.mark.parametrize("name", library.BAD)
async def test_what_is_not_kept_is_refused_with_the_way_out(
    officer: httpx.AsyncClient, store: ObjectStore, name: str
) -> None:
    make, word = library.BAD[name]
    answer = await send(officer, make())
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_file")
    assert word in answer.json()["zh"]
    assert answer.json()["en"]
    assert [key async for key, _ in store.contents()] == []


async def test_no_file_of_the_corpus_is_a_fault(officer: httpx.AsyncClient) -> None:
    """Whatever is taken was a photo of a kind that is kept, or carries one before other bytes."""
    before, seen, wrong = memory_megabytes(os.getpid()), Counter[int](), []
    for upload in list(corpus.uploads())[::17]:
        answer = await send(officer, upload.body)
        seen[answer.status_code] += 1
        is_kept = upload.name.startswith(("JPEG", "PNG", "orientation", "PDF"))
        is_image = upload.body[:3] in {b"\xff\xd8\xff", b"\x89PN", b"%PD"}
        if answer.status_code == 200 and not (is_kept or is_image):
            wrong.append(upload.name)
        if answer.status_code not in {200, 422}:
            wrong.append(f"{upload.name}: {answer.status_code}")
    assert wrong == []
    assert min(seen[200], seen[422]) > 10
    assert memory_megabytes(os.getpid()) - before < MOST_MEMORY_MB


async def test_office_files_with_any_bit_flipped_are_taken_or_refused(
    officer: httpx.AsyncClient,
) -> None:
    whole = library.office("xlsx")
    for at in range(0, len(whole), 23):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 8)
        assert (await send(officer, bytes(changed))).status_code in {200, 422}


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (library.PDF, {"Content-Digest": pictures.digest_of(b"?")}, 422, "digest_mismatch"),
        (library.PDF, {"Content-Digest": "none"}, 422, "invalid"),
        (b"%PDF-" + bytes(20 * 1024 * 1024), {}, 413, "body_too_large"),
    ],
    ids=["other", "undigested", "large"],
)
async def test_what_did_not_come_whole_is_not_kept(
    officer: httpx.AsyncClient,
    store: ObjectStore,
    body: bytes,
    headers: dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = await send(officer, body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [key async for key, _ in store.contents()] == []


async def test_an_id_is_one_file_for_ever(officer: httpx.AsyncClient) -> None:
    id_ = new_id()
    assert (await send(officer, library.PDF, id_)).status_code == 200
    assert (await send(officer, library.PDF, id_)).status_code == 200
    answer = await send(officer, library.office(), id_)
    assert (answer.status_code, answer.json()["code"]) == (409, "same_id_other_content")


async def test_it_is_saved_and_never_shown_inline(
    officer: httpx.AsyncClient, county: County
) -> None:
    sent = (await send(officer, library.PDF)).json()
    kept = await keep(officer, a_document(county, sent["id"]))
    answer = await officer.get(f"{PATH}/{kept['id']}/versions/1/file")
    assert answer.content == library.PDF
    told = answer.headers
    assert told["content-disposition"].startswith("attachment; filename*=UTF-8''%E5%AD%A6")
    assert told["content-type"] == "application/pdf"
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "private, no-store"
    assert "sandbox" in told["content-security-policy"]


async def test_nobody_names_a_file_that_another_has_sent(
    officer: httpx.AsyncClient, county: County, sign_in_as: SignInAs
) -> None:
    sent = (await send(officer, library.PDF)).json()
    other = await sign_in_as(county.county_officer)
    answer = await other.put(f"{PATH}/{new_id()}", json=a_document(county, sent["id"]))
    assert (answer.status_code, answer.json()["fields"]) == (404, ["file_id"])


async def test_a_former_version_is_for_its_own_body_alone(
    officer: httpx.AsyncClient, county: County, sign_in_as: SignInAs
) -> None:
    newest = library.office()
    first, second = [(await send(officer, body)).json()["id"] for body in (library.PDF, newest)]
    kept = await keep(officer, a_document(county, first))
    path = f"{PATH}/{kept['id']}"
    said = {
        name: value
        for name, value in a_document(county, second).items()
        if name not in {"kind_key", "organization_id"}
    }
    newer = await officer.put(f"{path}/versions/2", json={**said, "because": "改了错字"})
    assert newer.status_code == 200, newer.text
    step = {"step": "publish", "audience": "gridworkers", "version": 2}
    assert (await officer.put(f"{path}/steps/{new_id()}", json=step)).status_code == 200
    worker = await sign_in_as(county.gridworker)
    assert (await worker.get(f"{path}/versions/2/file")).content == newest
    assert (await worker.get(f"{path}/versions/1/file")).status_code == 404
    assert (await officer.get(f"{path}/versions/1/file")).content == library.PDF
    assert (await worker.get(path)).json()["versions"] == []


@pytest.mark.parametrize("role", ["gridworker", "leader", "administrator", "auditor"])
async def test_who_keeps_nothing_sends_nothing(
    county: County, sign_in_as: SignInAs, store: ObjectStore, role: str
) -> None:
    client = await sign_in_as(getattr(county, role))
    assert (await send(client, library.PDF)).status_code == 403
    assert [key async for key, _ in store.contents()] == []
