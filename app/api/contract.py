"""The OpenAPI document: what FastAPI derives from the routes, plus what holds for all of them."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.deps import PROBLEM, SENDER
from app.api.views import Problem
from app.errors import (
    BodyTooLarge,
    Crowded,
    DatabaseUnavailable,
    ForeignOrigin,
    InvalidInput,
    OtherPerson,
    Refusal,
    TooManyRequests,
    TooSlow,
)

UNSAFE = frozenset({"post", "put", "patch", "delete"})


def install(app: FastAPI) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="From a phone without signal to an archived case.",
        routes=app.routes,
    )
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/api"):
                _complete(method, operation)
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema()
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add the refusals that no route needs to name, and whom a request may name as its sender."""
    answers = operation["responses"]
    if _refuses(OtherPerson, answers):
        operation.setdefault("parameters", []).append(SENDER)
    common: list[type[Refusal]] = [DatabaseUnavailable, TooManyRequests]
    if "422" in answers or "parameters" in operation:
        common.append(InvalidInput)
    if method in UNSAFE:
        common += [ForeignOrigin, Crowded]
    if "requestBody" in operation:
        common += [BodyTooLarge, TooSlow]
    for kind in common:
        _add(answers, kind)
    operation["responses"] = dict(sorted(answers.items()))


def _add(answers: dict[str, Any], kind: type[Refusal]) -> None:
    status = str(kind.status)
    answer = answers.get(status)
    if answer is None or answer["description"] == "Validation Error":
        answer = {"description": "", "content": {"application/json": {"schema": PROBLEM}}}
        answers[status] = answer
    examples = answer["content"]["application/json"].setdefault("examples", {})
    problem = {"code": kind.code, "zh": kind.zh, "en": kind.en, "fields": [], "details": {}}
    examples[kind.code] = {"value": problem}
    answer["description"] = ", ".join(examples)


def _refuses(kind: type[Refusal], answers: dict[str, Any]) -> bool:
    answer = answers.get(str(kind.status), {})
    return kind.code in answer.get("content", {}).get("application/json", {}).get("examples", {})
