"""A photo store that speaks as much S3 as the program asks of one, and is busy now and then.

What it answers 503 SlowDown to is drawn from the seed; of a PUT it has then sometimes kept the
object all the same, as when only the answer is lost.
"""

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BUCKET = "busy"
BUSY, KEPT = 0.4, 0.5  # of the requests; of the refused PUTs
LIES = 0.3  # of the PUTs that are taken: half of the object is kept
LATE = (
    "F41, late: a PUT whose sender has long repeated it comes after the repeat was acknowledged,"
    " and the store keeps half of it in the place of the whole. Once seen; the program does not ask"
    " the store to keep what is there."
)
MOODS = ("SlowDown", "SlowDown after it was kept", "half of it kept")
_SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"


class BusyStore:
    """`counts`: how often it was busy, and what it has answered."""

    def __init__(self, seed: int, lies: float) -> None:
        self.lies = lies
        self.dice = random.Random(seed)
        self.lock = threading.Lock()
        self.objects: dict[str, tuple[bytes, str]] = {}  # body and its sha256 as it was sent
        self.counts: Counter[str] = Counter()
        self.share, self.endpoint = BUSY, ""

    def heal(self) -> None:
        self.share = self.lies = 0.0

    def is_busy(self) -> bool:
        return self.drawn(self.share)

    def drawn(self, share: float) -> bool:
        with self.lock:
            return self.dice.random() < share

    def keep(self, path: str, body: bytes, sha256: str) -> None:
        """200 all the same. What it holds whole it does not cut: see LATE."""
        is_whole = self.objects.get(path) == (body, sha256)
        if not is_whole and self.drawn(self.lies):
            self.count("half of it kept")
            body = body[: len(body) // 2]
        with self.lock:
            self.objects[path] = body, sha256

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1


@contextmanager
def serving(seed: int, lies: float = LIES) -> Iterator[BusyStore]:
    store = BusyStore(seed, lies)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"store": store}))
    store.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Each request in a thread of its own; the line stays open, as boto3 wants it."""

    protocol_version = "HTTP/1.1"
    store: BusyStore

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sha256 = self.headers.get("x-amz-meta-sha256", "")
        if not self.store.is_busy():
            self.store.keep(self.path, body, sha256)
            self._answer(HTTPStatus.OK, b"", ETag=_etag(body))
            return
        if self.store.drawn(KEPT):
            self.store.keep(self.path, body, sha256)
            self.store.count("SlowDown after it was kept")
        self._slow_down()

    def do_GET(self) -> None:
        self._look()

    def do_HEAD(self) -> None:
        self._look()

    def _look(self) -> None:
        if self.store.is_busy():
            self._slow_down()
        elif self.path.strip("/") == BUCKET:
            self._answer(HTTPStatus.OK, b"")
        elif found := self.store.objects.get(self.path):
            body, sha256 = found
            self._answer(HTTPStatus.OK, body, ETag=_etag(body), **{"x-amz-meta-sha256": sha256})
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"<Error><Code>NoSuchKey</Code></Error>")

    def _slow_down(self) -> None:
        self.store.count("SlowDown")
        self._answer(HTTPStatus.SERVICE_UNAVAILABLE, _SLOW_DOWN)

    def _answer(self, status: HTTPStatus, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
