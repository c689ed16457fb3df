"""A file of outlines over HTTP: looked at, taken with its seal, refused once one has moved."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests import factories
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.test_fitting import square
from tests.services.test_outline_imports import file_of

URL = "/api/grids/outline-imports"
CODE = "370405001"
QUERY = {"crs": "wgs84", "match": "code", "named_by": "编码"}


@pytest.fixture
async def county(session: AsyncSession) -> County:
    made = await factories.county(session)
    made.grids[0].official_code = CODE
    await session.flush()
    return made


async def send(
    client: httpx.AsyncClient, path: str, outline: dict[str, Any], **query: str
) -> httpx.Response:
    files = {"file": ("边界.geojson", file_of((CODE, outline)), "application/geo+json")}
    return await client.post(URL + path, params={**QUERY, **query}, files=files)


async def test_a_file_is_looked_at_taken_and_stands_in_the_history(
    county: County, sign_in_as: SignInAs
) -> None:
    client = await sign_in_as(county.administrator)
    looked = await send(client, "/check", square(0))
    assert looked.status_code == 200
    (row,) = looked.json()["rows"]
    assert (row["verdict"], row["grid_id"]) == ("good", str(county.grids[0].id))
    assert row["preview"]["type"] == "Polygon"

    taken = await send(client, "", square(0), seal=looked.json()["seal"])
    assert taken.json() == {"taken": 1}
    grid = f"/api/grids/{county.grids[0].id}"
    now, *_ = (await client.get(f"{grid}/outlines")).json()
    assert (now["source"], now["is_present"]) == ("imported", True)
    one = (await client.get(f"{grid}/outlines/{now['id']}")).json()
    assert (one["share"], one["outline"]["type"]) == (0, "Polygon")

    again = await send(client, "", square(0), seal=looked.json()["seal"])
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")


async def test_only_the_countys_editor_may(county: County, sign_in_as: SignInAs) -> None:
    for person in (county.township_officer, county.gridworker):
        client = await sign_in_as(person)
        for path, query in (("/check", {}), ("", {"seal": "0" * 16})):
            answer = await send(client, path, square(0), **query)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_what_is_no_file_of_outlines_is_said(county: County, sign_in_as: SignInAs) -> None:
    client = await sign_in_as(county.administrator)
    files = {"file": ("表.xlsx", b"PK\x03\x04", "application/octet-stream")}
    answer = await client.post(f"{URL}/check", params=QUERY, files=files)
    assert (answer.status_code, answer.json()["fields"]) == (422, ["file"])
    assert "FeatureCollection" in answer.json()["zh"]


async def test_a_file_beyond_the_limit_is_refused_unread(
    county: County, sign_in_as: SignInAs
) -> None:
    client = await sign_in_as(county.administrator)
    body = json.dumps({"features": []}).encode() + b" " * (13 * 1024 * 1024)
    answer = await client.post(f"{URL}/check", params=QUERY, files={"file": ("x.json", body)})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
