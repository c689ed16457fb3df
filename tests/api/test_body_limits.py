"""Where files may be sent there is room for a file, and nowhere else."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.api.middleware import BodyLimit
from app.main import JSON_LIMIT, SHEET_LIMIT
from app.services.sheets.reading import MOST_BYTES


def limit_of(app: FastAPI, path: str) -> int:
    stack: list[Any] = app.user_middleware
    made = next(one for one in stack if one.cls is BodyLimit)
    return BodyLimit(app, **made.kwargs).limit_of(re.sub(r"\{\w+\}", "some", path))


def test_every_route_that_takes_a_file_has_room_for_one(app: FastAPI) -> None:
    routes = {
        path: limit_of(app, path)
        for path, methods in app.openapi()["paths"].items()
        for route in methods.values()
        if "multipart/form-data" in route.get("requestBody", {}).get("content", {})
    }
    assert {"/api/people/imports", "/api/trainings/{training_id}/sheet"} <= set(routes)
    assert [path for path, limit in routes.items() if limit <= JSON_LIMIT] == []
    sheets = {path: limit for path, limit in routes.items() if path.endswith(("sheet", "imports"))}
    assert set(sheets.values()) == {SHEET_LIMIT}
    assert SHEET_LIMIT > MOST_BYTES


@pytest.mark.parametrize(
    "path",
    [
        "/api/ledger/imports/some/apply",
        "/api/people/imports/some/undo",
        "/api/trainings/some",
        "/api/checklists/some",
        "/api/ledger/objects",
    ],
)
def test_words_have_no_room_for_files(app: FastAPI, path: str) -> None:
    assert limit_of(app, path) == JSON_LIMIT
