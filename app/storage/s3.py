"""Any S3 server as object store. boto3 is synchronous: it runs in threads, nowhere else."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.config import Settings
from app.errors import StorageUnavailable
from app.storage.keys import checked, removable

Answer = TypeVar("Answer")
_THREADS = 16
_MISSING = {"404", "NoSuchKey", "NotFound"}
_REFUSED = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_MODIFIED}  # the second: old MinIO
_NOT_UNDERSTOOD = {"NotImplemented", "501", "InvalidArgument", "InvalidRequest", "400"}
_CONFLICT_PAUSES_S = (0.1, 0.3, 0.0)  # two writers at once: Amazon says to try again


class _NotUnderstoodError(Exception):
    """The store knows no such condition."""


@dataclass(frozen=True)
class _Sent:
    key: str
    body: bytes
    content_type: str

    @cached_property
    def md5(self) -> bytes:
        return hashlib.md5(self.body, usedforsecurity=False).digest()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    def arguments(self, condition: dict[str, str]) -> dict[str, Any]:
        """As boto3 wants them."""
        return {
            **condition,
            "Key": self.key,
            "Body": self.body,
            "ContentType": self.content_type,
            "ContentMD5": base64.b64encode(self.md5).decode(),
            "Metadata": {"sha256": self.sha256},
        }


class S3Store:
    """Trusts no checksum it has not seen work: Content-MD5 on the way, size and hash by HEAD."""

    def __init__(self, settings: Settings, bucket: str) -> None:
        self.bucket = bucket
        self.can_refuse = True  # until the store says that it knows no conditions
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
        await self._run(lambda: self._put(_Sent(checked(key), body, content_type)))

    async def keeps(self, key: str) -> bool:
        return await self._run(lambda: self._keeps(checked(key)))

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

    def _put(self, sent: "_Sent") -> None:
        """A PUT that was given up may still come, cut short, after its repeat was confirmed: each
        one takes the place of nothing at all, or of what was seen there and is not whole.
        """
        is_new = self._create(sent)
        if self._holds(sent):
            return
        if not is_new:
            self._replace(sent)
            if self._holds(sent):
                return
        raise StorageUnavailable

    def _create(self, sent: "_Sent") -> bool:
        """False where something lies there. Who cannot be asked to keep it is looked at before."""
        if self.can_refuse:
            try:
                return self._send(sent, IfNoneMatch="*")
            except _NotUnderstoodError:
                self.can_refuse = False
        return self._size(sent.key) is None and self._send(sent)

    def _replace(self, sent: "_Sent") -> None:
        """What is there is not whole. Some stores refuse every If-Match, Ceph 16 for one."""
        if self.can_refuse:
            found = self._client.head_object(Bucket=self.bucket, Key=sent.key)["ETag"]
            with suppress(_NotUnderstoodError):
                if self._send(sent, IfMatch=found) or self._holds(sent):
                    return
        self._send(sent)

    def _send(self, sent: "_Sent", **condition: str) -> bool:
        """False where the condition does not hold. Nothing is confirmed yet."""
        for pause in _CONFLICT_PAUSES_S:
            try:
                self._client.put_object(Bucket=self.bucket, **sent.arguments(condition))
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if condition and status in _REFUSED:
                    return False
                if condition and _code(error) in _NOT_UNDERSTOOD:
                    raise _NotUnderstoodError from error
                if status != HTTPStatus.CONFLICT:
                    raise
                time.sleep(pause)
            else:
                return True
        raise StorageUnavailable

    def _keeps(self, key: str) -> bool:
        is_written = self._create(_Sent(key, b"?", "text/plain"))
        return self.can_refuse and not is_written

    def _holds(self, sent: "_Sent") -> bool:
        """Does the store itself report these bytes? Where the ETag is no MD5, read them back."""
        head = self._client.head_object(Bucket=self.bucket, Key=sent.key)
        is_alike = head["Metadata"].get("sha256") == sent.sha256
        if head["ContentLength"] != len(sent.body) or not is_alike:
            return False
        if head["ETag"].strip('"') == sent.md5.hex():
            return True
        return hashlib.sha256(self._get(sent.key)).hexdigest() == sent.sha256

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
    return _code(error) in _MISSING


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def _outages() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageUnavailable from error
