"""One contract for every object store; the S3 case needs a real server (tests/s3/radosgw.sh)."""

import asyncio
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from botocore.client import BaseClient

from app.config import Settings
from app.errors import StorageUnavailable
from app.storage import ObjectStore, open_heads, open_store
from app.storage.directory import DirectoryStore
from app.storage.s3 import S3Store
from tests import s3
from tests.running import free_port

NOT_TESTED = (
    "!!! S3 WAS NOT TESTED: no S3 server here. Install radosgw, ceph-mon, ceph-osd and ceph-mgr, "
    "or set SAFEGRID_TEST_S3_ENDPOINT (key test, secret testsecret) !!!"
)
BODY = b"\xff\xd8 a photo of a blocked fire exit \xff\xd9" * 10_000
KEY = "photos/ab/abcdef-1234"


def without_server() -> NoReturn:
    if os.environ.get("SAFEGRID_TEST_S3") == "required":
        pytest.fail(NOT_TESTED)
    pytest.skip(NOT_TESTED)


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """The server named by the environment, or Ceph radosgw for as long as this file takes."""
    with s3.server() as endpoint:
        if endpoint is None:
            without_server()
        yield endpoint


@pytest.fixture(scope="module")
def s3_bucket(s3_endpoint: str) -> tuple[str, BaseClient]:
    client = s3.client(s3_endpoint)
    client.create_bucket(Bucket="contract")
    return "contract", client


@pytest.fixture(params=["dir", pytest.param("s3", marks=pytest.mark.s3)])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "dir":
        return open_store(
            Settings(_env_file=None, mode="test", storage=f"dir:{tmp_path / 'objects'}")
        )
    endpoint: str = request.getfixturevalue("s3_endpoint")
    bucket, _ = request.getfixturevalue("s3_bucket")
    return open_store(s3.settings(endpoint, bucket))


@pytest.fixture(params=["dir", pytest.param("s3", marks=pytest.mark.s3)])
def broken_store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """A folder that cannot be one, an address where nobody listens."""
    if request.param == "dir":
        (tmp_path / "objects").write_text("a file stands where the folder should be")
        return DirectoryStore(tmp_path / "objects")
    return open_store(s3.settings(f"http://127.0.0.1:{free_port()}", "nowhere"))


async def test_what_was_put_is_read_back_bit_for_bit(any_store: ObjectStore) -> None:
    await any_store.put(KEY, BODY, "image/jpeg")
    assert await any_store.get(KEY) == BODY
    assert await any_store.size(KEY) == len(BODY)


async def test_a_repeated_put_changes_nothing(any_store: ObjectStore) -> None:
    for _ in range(3):
        await any_store.put("photos/ab/repeated", BODY, "image/jpeg")
    assert await any_store.get("photos/ab/repeated") == BODY


async def test_contents_names_every_object_with_its_size(any_store: ObjectStore) -> None:
    wanted = {f"photos/{n:02}/listed-{n}": BODY[: 10 + n] for n in range(5)}
    wanted["seals/000000000001.json"] = b"{}"
    for key, body in wanted.items():
        await any_store.put(key, body, "application/octet-stream")
    found = {key: size async for key, size in any_store.contents() if key in wanted}
    assert found == {key: len(body) for key, body in wanted.items()}


async def test_the_contents_of_a_store_that_was_never_used_are_nothing(tmp_path: Path) -> None:
    assert [key async for key in DirectoryStore(tmp_path / "new").contents()] == []


async def test_contents_of_a_store_that_is_out_are_an_outage(broken_store: ObjectStore) -> None:
    with pytest.raises(StorageUnavailable):
        _ = [key async for key in broken_store.contents()]


async def test_twelve_puts_of_the_same_bytes_at_once_leave_one_whole_object(
    any_store: ObjectStore,
) -> None:
    await asyncio.gather(*(any_store.put("photos/ab/raced", BODY, "image/jpeg") for _ in range(12)))
    assert await any_store.get("photos/ab/raced") == BODY


async def test_what_was_never_put_is_missing_and_no_outage(any_store: ObjectStore) -> None:
    assert await any_store.size("photos/ab/never") is None
    with pytest.raises(KeyError):
        await any_store.get("photos/ab/never")


async def test_keys_are_listed_in_order_and_only_those_asked_for(any_store: ObjectStore) -> None:
    for key in ("heads/000000000002.json", "heads/000000000001.json", "headsup/x.json"):
        await any_store.put(key, b"{}", "application/json")
    below = sorted([key async for key, _ in any_store.contents("heads/")])
    assert below == ["heads/000000000001.json", "heads/000000000002.json"]
    assert [key async for key, _ in any_store.contents("nothing/")] == []


async def test_only_what_is_no_evidence_is_ever_removed(any_store: ObjectStore) -> None:
    passing = "checklists/ab/passing.jpg"
    for key in (KEY, passing):
        await any_store.put(key, BODY, "image/jpeg")
    for _ in range(2):
        await any_store.remove(passing)
    assert await any_store.size(passing) is None
    with pytest.raises(ValueError, match="evidence"):
        await any_store.remove(KEY)
    assert await any_store.size(KEY) == len(BODY)


async def test_an_empty_object_is_an_object(any_store: ObjectStore) -> None:
    await any_store.put("photos/ab/empty", b"", "image/jpeg")
    assert await any_store.size("photos/ab/empty") == 0


@pytest.mark.parametrize(
    "key",
    ["../outside", "photos/../../outside", "/etc/passwd", "photos//x", "photos/.hidden", "x",
     "photos/ab/照片", "photos/a\0b", "photos/a\r\nb", "photos/" + "a" * 300, ""],
)  # fmt: skip
async def test_a_key_that_is_none_of_ours_is_refused(any_store: ObjectStore, key: str) -> None:
    for use in (any_store.get(key), any_store.size(key), any_store.put(key, b"x", "image/jpeg")):
        with pytest.raises(ValueError, match="not a key"):
            await use


async def test_a_store_that_answers_is_found_to(any_store: ObjectStore) -> None:
    await any_store.check()


async def test_a_store_that_is_out_says_so_for_every_question(broken_store: ObjectStore) -> None:
    for use in (
        broken_store.check(),
        broken_store.put(KEY, BODY, "image/jpeg"),
        broken_store.get(KEY),
        broken_store.size(KEY),
    ):
        with pytest.raises(StorageUnavailable):
            await use


async def test_a_folder_holds_nothing_half_written(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    await store.put(KEY, BODY, "image/jpeg")
    assert list((tmp_path / ".incoming").iterdir()) == []


async def test_a_disk_without_room_leaves_neither_object_nor_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    store = DirectoryStore(tmp_path)
    await store.check()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageUnavailable):
        await store.put(KEY, BODY, "image/jpeg")
    assert await store.size(KEY) is None
    assert list((tmp_path / ".incoming").iterdir()) == []


Corruption = Callable[[S3Store], None]


def forgets(store: S3Store) -> None:
    """200, and then there is nothing."""
    put: Any = store._client.put_object

    def put_and_lose(**arguments: Any) -> object:
        answer = put(**arguments)
        store._client.delete_object(Bucket=store.bucket, Key=str(arguments["Key"]))
        return answer

    store._client.put_object = put_and_lose  # type: ignore[assignment]


def shortens(store: S3Store) -> None:
    """200, and the object is cut off; its MD5 fits the cut, so that the server takes it."""
    put: Any = store._client.put_object

    def put_half(**arguments: Any) -> object:
        arguments.pop("ContentMD5")
        return put(**{**arguments, "Body": BODY[: len(BODY) // 2]})

    store._client.put_object = put_half  # type: ignore[assignment]


def garbles(store: S3Store) -> None:
    """200, the right length and label, other bytes."""
    put: Any = store._client.put_object

    def put_other(**arguments: Any) -> object:
        arguments.pop("ContentMD5")
        return put(**{**arguments, "Body": bytes(len(BODY))})

    store._client.put_object = put_other  # type: ignore[assignment]


@pytest.mark.s3
@pytest.mark.parametrize("corrupt", [forgets, shortens, garbles])
async def test_an_s3_server_that_says_ok_is_not_believed_without_confirmation(
    s3_endpoint: str, s3_bucket: tuple[str, BaseClient], corrupt: Corruption
) -> None:
    store = S3Store(s3.settings(s3_endpoint, s3_bucket[0]), s3_bucket[0])
    corrupt(store)
    with pytest.raises(StorageUnavailable):
        await store.put(f"photos/ab/{corrupt.__name__}", BODY, "image/jpeg")


async def test_a_store_keeps_what_lies_there(any_store: ObjectStore) -> None:
    """Debian's radosgw (Ceph 16) too, in a bucket without versions."""
    await any_store.put("probes/kept", BODY, "text/plain")
    assert await any_store.keeps("probes/kept")
    assert await any_store.get("probes/kept") == BODY
    await any_store.put("probes/kept", BODY[:-1], "text/plain")
    assert await any_store.get("probes/kept") == BODY[:-1]


@pytest.mark.s3
async def test_radosgw_looks_at_the_condition_when_the_body_has_come(
    s3_endpoint: str, s3_bucket: tuple[str, BaseClient]
) -> None:
    """A PUT stalls half-way, its repeat is confirmed, the rest of the first one arrives."""
    bucket, client = s3_bucket
    store = S3Store(s3.settings(s3_endpoint, bucket), bucket)
    asked = {"Bucket": bucket, "Key": KEY, "IfNoneMatch": "*"}
    url = urlsplit(client.generate_presigned_url("put_object", Params=asked))  # type: ignore[attr-defined]
    late = BODY[: len(BODY) // 2]
    head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nIf-None-Match: *\r\n"
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(f"{head}Content-Length: {len(late)}\r\n\r\n".encode() + late[:1000])
    await writer.drain()
    await store.put(KEY, BODY, "image/jpeg")
    writer.write(late[1000:])
    answer = await reader.readline()
    writer.close()
    assert b" 412 " in answer
    assert await store.get(KEY) == BODY


@pytest.mark.s3
async def test_radosgw_of_16_ignores_the_condition_in_a_versioned_bucket_and_keeps_both(
    s3_endpoint: str,
) -> None:
    """As measured, so that the doctor's notice is no guess; a newer one may do better."""
    client = s3.client(s3_endpoint)
    client.create_bucket(Bucket="versioned")
    enabled = {"Status": "Enabled"}
    client.put_bucket_versioning(Bucket="versioned", VersioningConfiguration=enabled)
    store = S3Store(s3.settings(s3_endpoint, "versioned"), "versioned")
    await store.put("probes/kept", BODY, "text/plain")
    if not await store.keeps("probes/kept"):
        versions = client.list_object_versions(Bucket="versioned")["Versions"]
        assert sorted(one["Size"] for one in versions) == [1, len(BODY)]


@pytest.mark.s3
async def test_an_s3_object_carries_its_type_and_hash(
    s3_endpoint: str, s3_bucket: tuple[str, BaseClient]
) -> None:
    bucket, client = s3_bucket
    await S3Store(s3.settings(s3_endpoint, bucket), bucket).put("photos/ab/t", BODY, "image/webp")
    head = client.head_object(Bucket=bucket, Key="photos/ab/t")  # type: ignore[attr-defined]
    assert head["ContentType"] == "image/webp"
    assert len(head["Metadata"]["sha256"]) == 64


@pytest.mark.s3
async def test_a_wrong_secret_or_a_missing_bucket_is_an_outage(
    s3_endpoint: str, s3_bucket: tuple[str, BaseClient]
) -> None:
    for settings in (
        s3.settings(s3_endpoint, s3_bucket[0], secret="not-the-secret"),
        s3.settings(s3_endpoint, "no-such-bucket"),
    ):
        store = open_store(settings)
        with pytest.raises(StorageUnavailable):
            await store.check()
        with pytest.raises(StorageUnavailable):
            await store.put(KEY, BODY, "image/jpeg")


def test_a_storage_that_is_neither_folder_nor_bucket_is_refused() -> None:
    for wrong in ("", "dir:", "s3:", "ftp:somewhere", "var/objects"):
        with pytest.raises(ValueError, match="SAFEGRID_STORAGE"):
            open_store(Settings(_env_file=None, mode="test", storage=wrong))


async def test_heads_lie_where_they_are_told_to_and_else_beside_the_photos(tmp_path: Path) -> None:
    known = Settings(_env_file=None, mode="test", storage=f"dir:{tmp_path / 'photos'}")
    await open_heads(known).put("heads/1.json", b"{}", "application/json")
    assert (tmp_path / "photos" / "heads" / "1.json").is_file()
    second = known.model_copy(update={"audit_head": f"dir:{tmp_path / 'elsewhere'}"})
    await open_heads(second).put("heads/2.json", b"{}", "application/json")
    assert (tmp_path / "elsewhere" / "heads" / "2.json").is_file()
    assert not (tmp_path / "photos" / "heads" / "2.json").exists()
