"""Any S3 server as object store. boto3 is synchronous: it runs in threads, nowhere else."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.config import Settings
from app.errors import StorageUnavailable
from app.storage.keys import checked, removable

Answer = TypeVar("Answer")
_THREADS = 16
_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Store:
    """Trusts no checksum it has not seen work: Content-MD5 on the way, size and hash by HEAD."""

    def __init__(self, settings: Settings, bucket: str) -> None:
        self.bucket = bucket
        self._client = boto3.client(
            "s3",
            endpoint_url=settings.s3_endpoint or None,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key.get_secret_value() or None,
            aws_secret_access_key=settings.s3_secret_key.get_secret_value() or None,
            config=_config(settings),
        )
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3")

    async def put(self, key: str, body: bytes, content_type: str) -> None:
        await self._run(lambda: self._put(checked(key), body, content_type))

    async def get(self, key: str) -> bytes:
        return await self._run(lambda: self._get(checked(key)))

    async def size(self, key: str) -> int | None:
        return await self._run(lambda: self._size(checked(key)))

    async def remove(self, key: str) -> None:
        own = removable(key)
        await self._run(lambda: self._client.delete_object(Bucket=self.bucket, Key=own))

    async def contents(self, prefix: str = "") -> AsyncIterator[tuple[str, int]]:
        listing = self._client.get_paginator("list_objects_v2")
        pages = iter(listing.paginate(Bucket=self.bucket, Prefix=prefix))
        while page := await self._run(lambda: next(pages, None)):
            for item in page.get("Contents", []):
                yield item["Key"], item["Size"]

    async def check(self) -> None:
        await self._run(lambda: self._client.head_bucket(Bucket=self.bucket))

    async def _run(self, call: Callable[[], Answer]) -> Answer:
        """In a thread of our own: a store that hangs must not use up everybody's threads."""
        loop = asyncio.get_running_loop()
        with _outages():
            return await loop.run_in_executor(self._threads, call)

    def _put(self, key: str, body: bytes, content_type: str) -> None:
        md5 = hashlib.md5(body, usedforsecurity=False)
        sha256 = hashlib.sha256(body).hexdigest()
        self._client.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=body,
            ContentType=content_type,
            ContentMD5=base64.b64encode(md5.digest()).decode(),
            Metadata={"sha256": sha256},
        )
        if not self._holds(key, len(body), md5.hexdigest(), sha256):
            raise StorageUnavailable

    def _holds(self, key: str, size: int, md5: str, sha256: str) -> bool:
        """Does the store itself report these bytes? Where the ETag is no MD5, read them back."""
        head = self._client.head_object(Bucket=self.bucket, Key=key)
        if head["ContentLength"] != size or head["Metadata"].get("sha256") != sha256:
            return False
        if head["ETag"].strip('"') == md5:
            return True
        return hashlib.sha256(self._get(key)).hexdigest() == sha256

    def _get(self, key: str) -> bytes:
        try:
            return self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if _is_missing(error):
                raise KeyError(key) from None
            raise

    def _size(self, key: str) -> int | None:
        try:
            return self._client.head_object(Bucket=self.bucket, Key=key)["ContentLength"]
        except ClientError as error:
            if _is_missing(error):
                return None
            raise


def _config(settings: Settings) -> Config:
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if settings.s3_path_style else "auto"},
        connect_timeout=3,
        read_timeout=15,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=_THREADS,
        # Servers other than Amazon's ignore or refuse the newer checksums; Content-MD5 is old.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def _is_missing(error: ClientError) -> bool:
    """A missing object; a missing bucket is an outage."""
    return error.response.get("Error", {}).get("Code") in _MISSING


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageUnavailable from error
