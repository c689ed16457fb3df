"""From exceptions to answers: every refusal and every fault has one shape, in both languages."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from pydantic_core import to_json
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.api import metrics
from app.api.words.names_of_models import field_zh
from app.errors import (
    BodyTooLarge,
    DatabaseUnavailable,
    InvalidInput,
    NotFound,
    Refusal,
    TooSlow,
    Unexpected,
    UnknownMethod,
)

Handler = Callable[[Request, Exception], Awaitable[Response]]

REASONS_ZH = {
    "missing": "没有填",
    "extra_forbidden": "是多出来的，不用填",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "too_long": "太多，最多 {max_length} 个",
    "too_short": "太少，至少 {min_length} 个",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "greater_than": "要大于 {gt}",
    "timezone_aware": "时间要带时区",
    "enum": "不是可选的值",
    "json_invalid": "内容读不出来",
}
HUNG_UP = 499  # as nginx counts them
ROUTING: dict[int, type[Refusal]] = {
    404: NotFound,
    405: UnknownMethod,
    408: TooSlow,
    413: BodyTooLarge,
}
DATABASE_GONE = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    psycopg.OperationalError,
)


def answer(refusal: Refusal, accept: str = "") -> Response:
    """The refusal as JSON, or as two plain sentences for somebody who looks with a browser."""
    metrics.refused(refusal.code)
    headers = {"Retry-After": str(_wait(refusal))} if refusal.retry_after else None
    problem = refusal.problem()
    if "text/html" in accept:
        text = f"{problem['zh']}\n{problem['en']}\n"
        return PlainTextResponse(text, refusal.status, headers)
    # Details may carry ids, times and views.
    return Response(to_json(problem), refusal.status, headers, "application/json")


def _wait(refusal: Refusal) -> int:
    more = random.randint(0, refusal.spread)  # noqa: S311 - spreads, hides nothing
    return (refusal.retry_after or 0) + more


def install(app: FastAPI) -> None:
    """Faults without a handler are answered by middleware.Faults, so that headers reach them."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _not_routed)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    for kind in DATABASE_GONE:
        app.add_exception_handler(kind, _database_gone)


def unexpected(request_id: str) -> Response:
    return answer(Unexpected(request=request_id))


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return answer(refusal, request.headers.get("accept", ""))


async def _hung_up(request: Request, _: Exception) -> Response:
    """A phone whose line broke while it sent: nobody reads this, and it is no fault of ours."""
    del request
    return Response(status_code=HUNG_UP)


async def _database_gone(request: Request, _: Exception) -> Response:
    return answer(DatabaseUnavailable(), request.headers.get("accept", ""))


class TurnedAway(HTTPException):
    """A refusal in the kind that the framework passes on while it reads a body."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.status)
        self.refusal = refusal


async def _not_routed(request: Request, fault: Exception) -> Response:
    """What the framework itself refuses: no such route, no such method, unreadable body."""
    assert isinstance(fault, HTTPException)
    if isinstance(fault, TurnedAway):
        refusal = fault.refusal
    else:
        refusal = _refusal_of(request, fault.status_code)
    made = answer(refusal, request.headers.get("accept", ""))
    made.headers.update(fault.headers or {})
    return made


def _refusal_of(request: Request, status: int) -> Refusal:
    kind = ROUTING.get(status)
    return kind(**request.scope.get("limits", {})) if kind else _unreadable()


async def _invalid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    made = _invalid_input(list(fault.errors()), _body_of(request))
    return answer(made, request.headers.get("accept", ""))


def _body_of(request: Request) -> Any:
    """The type of what the route takes; None if it takes nothing."""
    body = getattr(request.scope.get("route"), "body_field", None)
    return body.field_info.annotation if body else None


def _unreadable() -> InvalidInput:
    return _invalid_input([{"loc": ("body",), "type": "json_invalid", "msg": "unreadable"}])


def _invalid_input(errors: list[dict[str, Any]], body: Any = None) -> InvalidInput:
    found = [_explain(error, body) for error in errors]
    return InvalidInput(
        fields=list(dict.fromkeys(line["field"] for line in found)),
        fields_zh="；".join(dict.fromkeys(line["zh"] for line in found)),
        fields_en="; ".join(dict.fromkeys(line["en"] for line in found)),
        errors=found,
    )


def _explain(error: dict[str, Any], body: Any) -> dict[str, str]:
    """One finding of the validator as field and sentence; never what was sent."""
    names = [str(part) for part in error["loc"] if part not in {"body", "query", "path", "header"}]
    field = ".".join(names) or "body"
    reason = REASONS_ZH.get(error["type"], "不对").format_map(error.get("ctx", {}))
    return {
        "field": field,
        "type": error["type"],
        "zh": f"{field_zh(names, body)}{reason}",
        "en": f"{field}: {error['msg']}",
    }
