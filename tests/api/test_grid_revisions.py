"""Grids redrawn, renamed or coded anew over HTTP: listed, filed, packed with their outlines."""

import json
import zipfile
from io import BytesIO

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests import factories
from tests.conftest import SignInAs
from tests.factories import County
from tests.services.test_fitting import square

URL = "/api/grid-revisions"


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


async def test_a_redraw_is_listed_filed_and_in_the_package(
    county: County, sign_in_as: SignInAs
) -> None:
    client = await sign_in_as(county.administrator)
    grid = f"/api/grids/{county.grids[0].id}"
    for size in (0.01, 0.008):
        answer = await client.patch(grid, json={"outline": square(0, size=size)})
        assert answer.status_code == 200
    marked = {"outline": square(0, size=0.0079), "is_correction": True}
    assert (await client.patch(grid, json=marked)).status_code == 200
    newest, *_ = (await client.get(f"{grid}/outlines")).json()
    assert newest["is_correction"] is True

    (one,) = (await client.get(URL)).json()["items"]
    (part,) = one["grids"]
    assert (one["is_redrawn"], one["is_renamed"], one["is_recoded"]) == (True, False, False)
    assert (part["grid_id"], part["is_redrawn"]) == (str(county.grids[0].id), True)
    assert part["area"] < part["area_before"]
    assert (one["decided_by"], one["filed_on"]) == (county.administrator.name, None)

    filing = {"version": one["version"], "filed_on": "2026-01-01", "filed_number": "备 8"}
    filed = await client.put(f"{URL}/{one['id']}/filing", json=filing)
    assert (filed.status_code, filed.json()["filed_number"]) == (200, "备 8")
    wrong = await client.put(f"{URL}/{one['id']}/filing", json={**filing, "filed_number": ""})
    assert (wrong.status_code, wrong.json()["fields"]) == (422, ["filed_number"])

    packed = await client.get("/api/division-changes/package.zip")
    assert packed.headers["content-type"] == "application/zip"
    assert ".zip" in packed.headers["content-disposition"]
    with zipfile.ZipFile(BytesIO(packed.content)) as archive:
        drawn = json.loads(archive.read("边界.geojson"))
    assert [one["properties"]["原或现"] for one in drawn["features"]] == ["原", "现"]


async def test_a_township_reads_the_list_and_files_nothing(
    county: County, sign_in_as: SignInAs
) -> None:
    client = await sign_in_as(county.administrator)
    renamed = await client.patch(f"/api/grids/{county.grids[0].id}", json={"name": "新街网格"})
    assert renamed.status_code == 200
    client = await sign_in_as(county.township_officer)
    (one,) = (await client.get(URL)).json()["items"]
    filing = {"version": one["version"], "filed_on": "2026-01-01", "filed_number": "备 8"}
    answer = await client.put(f"{URL}/{one['id']}/filing", json=filing)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    client = await sign_in_as(county.gridworker)
    assert (await client.get(URL)).status_code == 403
