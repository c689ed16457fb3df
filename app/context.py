"""Which request is being answered: for audit entries and log lines, not for decisions."""

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass
class Request:
    """`id` is what X-Request-Id says; the person is known once the cookie has been read."""

    id: str
    address: str
    person_id: UUID | None = None


_current: ContextVar[Request | None] = ContextVar("request", default=None)


def enter(request: Request) -> None:
    """From now on in this task. Tasks that it starts see the same request."""
    _current.set(request)


def current() -> Request | None:
    """None in jobs and commands."""
    return _current.get()
