"""A real S3 server for tests: the one that the environment names, or Ceph radosgw for a while."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from pydantic import SecretStr

from app.config import Settings
from tests.running import free_port

SCRIPT = Path(__file__).parent / "radosgw.sh"
KEY, SECRET = "test", "testsecret"


@contextmanager
def server() -> Iterator[str | None]:
    """Its address; None where there is none and none can be started."""
    if named := os.environ.get("SAFEGRID_TEST_S3_ENDPOINT"):
        yield named
        return
    if not all(shutil.which(tool) for tool in ("radosgw", "ceph-mon", "ceph-osd")):
        yield None
        return
    folder = tempfile.mkdtemp(prefix="rgw", dir="/tmp")  # sockets need a short path
    try:
        yield _started(folder)
    finally:
        subprocess.run([SCRIPT, "stop", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: str) -> str | None:
    port = free_port()
    try:
        subprocess.run([SCRIPT, "start", folder, str(port)], check=True, timeout=300)
    except subprocess.SubprocessError:
        return None
    return f"http://127.0.0.1:{port}"


def place(endpoint: str, bucket: str, secret: str = SECRET) -> dict[str, Any]:
    """The settings that name it."""
    return {
        "storage": f"s3:{bucket}",
        "s3_endpoint": endpoint,
        "s3_access_key": SecretStr(KEY),
        "s3_secret_key": SecretStr(secret),
    }


def settings(endpoint: str, bucket: str, secret: str = SECRET) -> Settings:
    return Settings(_env_file=None, mode="test", **place(endpoint, bucket, secret))


def client(endpoint: str) -> Any:
    """boto3's, whose methods are made as it runs."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )
