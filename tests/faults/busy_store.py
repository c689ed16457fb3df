"""A photo store that speaks as much S3 as the program asks of one, and is busy now and then.

What it answers 503 SlowDown to is drawn from the seed; of a PUT it has then sometimes kept the
object all the same, as when only the answer is lost. Of some it says that they are kept and keeps
half; some it hangs up on, and keeps half of them a while later.
"""

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BUCKET = "busy"
BUSY, KEPT = 0.4, 0.5  # of the requests; of the refused PUTs
LIES = 0.3  # of the PUTs that are taken: half of the object is kept
LATE, LATE_S = 0.2, 2.0  # of the PUTs: its sender is hung up on, half of it is kept in the end
MOODS = ("SlowDown", "SlowDown after it was kept", "half of it kept", "came late and cut")
_SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
_ERRORS = {
    HTTPStatus.PRECONDITION_FAILED: b"<Error><Code>PreconditionFailed</Code></Error>",
    HTTPStatus.NOT_IMPLEMENTED: b"<Error><Code>NotImplemented</Code></Error>",
}


class Conditions(Enum):
    """What the store makes of If-None-Match and If-Match."""

    KEPT = auto()
    UNKNOWN = auto()
    IGNORED = auto()


@dataclass(frozen=True)
class Put:
    """`sha256` as the sender wrote it beside the body; the conditions empty where none was set."""

    path: str
    body: bytes
    sha256: str
    if_match: str
    if_none_match: str

    def cut(self) -> "Put":
        return replace(self, body=self.body[: len(self.body) // 2])


class BusyStore:
    """`counts`: how often it was busy, and what it has answered."""

    def __init__(self, seed: int, lies: float, conditions: Conditions = Conditions.KEPT) -> None:
        self.lies, self.conditions = lies, conditions
        self.dice = random.Random(seed)
        self.lock = threading.Lock()
        self.objects: dict[str, tuple[bytes, str]] = {}  # body and its sha256 as it was sent
        self.counts: Counter[str] = Counter()
        self.share, self.late, self.endpoint = BUSY, LATE, ""
        self.coming: list[threading.Timer] = []

    def heal(self) -> None:
        """And wait for what still comes."""
        self.share = self.lies = self.late = 0.0
        for timer in self.coming:
            timer.join()

    def is_busy(self) -> bool:
        return self.drawn(self.share)

    def drawn(self, share: float) -> bool:
        with self.lock:
            return self.dice.random() < share

    def keep(self, put: Put) -> HTTPStatus:
        """200 all the same where only half is kept. A condition is looked at when it is kept."""
        if self.drawn(self.lies):
            self.count("half of it kept")
            put = put.cut()
        with self.lock:
            return self._kept(put)

    def keep_late(self, put: Put) -> None:
        """Its sender has given up; by the time it is kept the repeat may have been confirmed."""

        def come() -> None:
            with self.lock:
                was_kept = self._kept(put.cut()) is HTTPStatus.OK
            self.count("came late and cut")
            if was_kept:
                self.count("half of it kept, late")

        self.coming.append(threading.Timer(LATE_S, come))
        self.coming[-1].start()

    def _kept(self, put: Put) -> HTTPStatus:
        has_condition = put.if_match or put.if_none_match
        if has_condition and self.conditions is Conditions.UNKNOWN:
            return HTTPStatus.NOT_IMPLEMENTED
        there = self.objects.get(put.path)
        is_other = put.if_match and (not there or put.if_match != _etag(there[0]))
        if self.conditions is Conditions.KEPT and (is_other or (there and put.if_none_match)):
            return HTTPStatus.PRECONDITION_FAILED
        self.objects[put.path] = put.body, put.sha256
        return HTTPStatus.OK

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1


@contextmanager
def serving(
    seed: int, lies: float = LIES, conditions: Conditions = Conditions.KEPT
) -> Iterator[BusyStore]:
    store = BusyStore(seed, lies, conditions)
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
        said = self.headers.get
        put = Put(
            self.path,
            body,
            said("x-amz-meta-sha256", ""),
            said("If-Match", ""),
            said("If-None-Match", ""),
        )
        if self.store.drawn(self.store.late):
            self.store.keep_late(put)
            self.close_connection = True
        elif not self.store.is_busy():
            self._say(self.store.keep(put), _etag(body))
        else:
            if self.store.drawn(KEPT):
                self.store.keep(put)
                self.store.count("SlowDown after it was kept")
            self._slow_down()

    def _say(self, status: HTTPStatus, etag: str) -> None:
        if status is HTTPStatus.OK:
            self._answer(status, b"", ETag=etag)
        else:
            self._answer(status, _ERRORS[status])

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
