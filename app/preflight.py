"""What a production start refuses. Each row is one promise that would otherwise be broken."""

import errno
import ipaddress
import logging
import socket
from collections.abc import Callable

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app import db, revision
from app.config import DEV_SECRET, Settings
from app.models.person import Role
from app.services import audit, vitals
from app.services.vitals import Facts

log = logging.getLogger("safegrid")
SECRET_MIN = 32


class RefusedStartError(RuntimeError):
    """The server does not start like this; the message lists every reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("The server does not start:\n" + "\n".join(f"- {it}" for it in reasons))
        self.reasons = reasons


def require_free(host: str, port: int) -> None:
    """Before a county is loaded for nothing. As the server will bind: TIME_WAIT is no obstacle."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as reason:
            if reason.errno != errno.EADDRINUSE:
                raise
            sentence = (
                f"端口 {port} 已有程序在用：先停掉它，或者换一个（make run PORT={port + 1}）。\n"
                f"  Port {port} is in use: stop what uses it, or choose another (--port)."
            )
            raise RefusedStartError([sentence]) from reason


def _secret(settings: Settings) -> str:
    return settings.secret.get_secret_value()


def _has_s3_keys(settings: Settings) -> bool:
    keys = (settings.s3_access_key, settings.s3_secret_key)
    return all(key.get_secret_value() for key in keys)


def _address(settings: Settings) -> URL | None:
    """None if nobody can read it."""
    try:
        return make_url(settings.database_url)
    except (ArgumentError, ValueError):  # a port that is none
        return None


def _names_hosts_once(settings: Settings) -> bool:
    """SQLAlchemy reads `host=a:5432&host=b:5432` as two servers, libpq as the last one alone.

    Requests would go to one database while the queue, the live stream and backups know another.
    """
    if not settings.database_url:
        return True
    address = _address(settings)
    hosts = address.query.get("host", "") if address else None
    return isinstance(hosts, str) and ":" not in hosts


def _asks_for_the_writable(settings: Settings) -> bool:
    if not (address := _address(settings)):
        return True
    is_one = "," not in (address.host or address.query.get("host", ""))
    return is_one or address.query.get("target_session_attrs") in {"read-write", "primary"}


SETTINGS: tuple[tuple[Callable[[Settings], bool], str], ...] = (
    (lambda s: _secret(s) != DEV_SECRET, "SAFEGRID_SECRET is not set"),
    (
        lambda s: len(_secret(s)) >= SECRET_MIN,
        f"SAFEGRID_SECRET is shorter than {SECRET_MIN} characters (try: openssl rand -base64 48)",
    ),
    (
        lambda s: bool(s.database_url),
        "SAFEGRID_DATABASE_URL is not set; the embedded database is for demonstrations",
    ),
    (
        _names_hosts_once,
        "SAFEGRID_DATABASE_URL cannot be read; several servers are host=a,b&port=5432,5432",
    ),
    (
        _asks_for_the_writable,
        "SAFEGRID_DATABASE_URL names several servers: add target_session_attrs=read-write",
    ),
    (
        lambda s: s.base_url.startswith("https://"),
        "SAFEGRID_BASE_URL must begin with https://, or no browser keeps the session cookie",
    ),
    (
        lambda s: not s.storage.startswith("s3:") or _has_s3_keys(s),
        "SAFEGRID_S3_ACCESS_KEY and SAFEGRID_S3_SECRET_KEY are not set",
    ),
)
_ROLES = frozenset(role.value for role in Role)
SETTINGS += (
    (
        lambda s: _ROLES.issuperset(s.second_factor_roles),
        "SAFEGRID_SECOND_FACTOR_ROLES names a role that does not exist",
    ),
)
DATABASE: tuple[tuple[Callable[[Facts], bool], str], ...] = (
    (
        lambda facts: facts.synchronous_commit != "off",
        "synchronous_commit is off: a receipt could promise what a power cut then takes away",
    ),
    (lambda facts: facts.fsync == "on", "fsync is off: a power cut could destroy the database"),
    (
        lambda facts: facts.revision == revision.newest(),
        "the database is not at the newest migration; run: safegrid migrate",
    ),
)


def check_settings(settings: Settings, host: str) -> None:
    """Refuse what can be seen without a database."""
    reasons = []
    if settings.mode == "production":
        reasons = [reason for holds, reason in SETTINGS if not holds(settings)]
    if settings.mode == "demo" and not is_loopback(host):
        reasons = [f"demo mode lets everybody in without a password: never on {host}"]
    if reasons:
        raise RefusedStartError(reasons)


async def check_database(settings: Settings, sessions: db.Sessions) -> None:
    """One that cannot be reached is no reason: pages and a plain 503 are better than nothing."""
    if settings.mode != "production":
        return
    try:
        async with db.unit_of_work(sessions) as session:
            facts = await vitals.facts(session)
    except (SQLAlchemyError, OSError):
        log.exception("The database cannot be reached; answering 503 until it can")
        return
    if reasons := [reason for holds, reason in DATABASE if not holds(facts)]:
        raise RefusedStartError(reasons)


async def note_settings(settings: Settings, sessions: db.Sessions) -> None:
    """What changed since the last start goes on record; a database that is away stops no start."""
    try:
        async with db.unit_of_work(sessions) as session:
            await audit.note_settings(session, settings)
    except (SQLAlchemyError, OSError):
        log.warning("The settings could not be put on record: the database cannot be reached")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
