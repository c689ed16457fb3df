"""Codes of grids by the county's own structure, and the codes that they have elsewhere (S1-9)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.errors import Invalid, UnfittingGridCode
from app.models.audit import AuditEntry
from app.models.grid import Grid, GridKind
from app.models.organization import Organization
from app.services import places, rules
from app.services.access import Actor
from app.services.places import AddGrid, EditGrid, EditGridCodes
from app.services.places.reach import kind_run_by
from tests import factories
from tests.actors import actor_of
from tests.conftest import SignInAs
from tests.factories import LONG_AGO, County
from tests.services.test_lists import rows

COUNTY, TOWNSHIP, VILLAGE = "370405000000", "370405100000", "370405100201"


@pytest.fixture
async def county(session: AsyncSession) -> County:
    made = await factories.county(session)
    made.centre.code, made.townships[0].code, made.villages[0].code = COUNTY, TOWNSHIP, VILLAGE
    await session.flush()
    return made


@pytest.fixture
async def admin(session: AsyncSession, settings: Settings, county: County) -> Actor:
    return await actor_of(session, settings, county.administrator)


async def decide(session: AsyncSession, admin: Actor, **rule: Any) -> None:
    await rules.put_grid_codes(session, admin, EditGridCodes(**rule))


async def add(session: AsyncSession, admin: Actor, body: Organization, code: str) -> Grid:
    kind = kind_run_by(body)
    command = AddGrid(
        name=code, official_code=code, organization_id=body.id, kind=kind, valid_from=LONG_AGO
    )
    return await places.add_grid(session, admin, command)


@pytest.mark.parametrize(
    ("rule", "fits", "others"),
    [
        ({}, "370405100201017", ("370405100202017", "37040510020117", "37040510020100A")),
        ({"sequence_digits": 5}, "37040510020100017", ("370405100201017",)),
        ({"prefix_digits": 9}, "370405100017", ("370405101017", "370405100201017")),
        ({"prefix_digits": 6, "sequence_digits": 5}, "37040500017", ("37040600017",)),
        (
            {"lead": "010203", "sequence_digits": 2},
            "01020337040510020117",
            ("37040510020117", "01020437040510020117"),
        ),
        ({"is_checked": False}, "A1B2C3", ()),
    ],
)
async def test_a_code_has_the_structure_that_the_county_has_chosen(
    session: AsyncSession,
    county: County,
    admin: Actor,
    rule: dict[str, Any],
    fits: str,
    others: tuple[str, ...],
) -> None:
    await decide(session, admin, **rule)
    village = county.villages[0]
    for code in others:
        with pytest.raises(UnfittingGridCode) as refused:
            await add(session, admin, village, code)
        assert refused.value.fields == ["official_code"]
    assert (await add(session, admin, village, fits)).official_code == fits
    with pytest.raises(Invalid):
        await add(session, admin, village, fits)  # unique, whatever the rule


async def test_the_refusal_shows_the_structure_and_an_example(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    await decide(session, admin, lead="12", sequence_digits=4, starts_at=601)
    with pytest.raises(UnfittingGridCode) as refused:
        await add(session, admin, county.villages[0], "370405100201001")
    problem = refused.value.problem()
    assert "开头 12＋12 位区划代码＋4 位流水号，共 18 位，例如 123704051002010601" in problem["zh"]
    assert "12 + the 12-digit division code + a sequence of 4 digits, 18 in all" in problem["en"]
    assert "规则→网格编码" in problem["zh"]


async def test_a_body_without_division_code_is_held_to_the_digits_alone(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    village = county.villages[1]
    with pytest.raises(UnfittingGridCode) as refused:
        await add(session, admin, village, "37040510020100")
    assert "例如 ××××××××××××001" in refused.value.problem()["zh"]
    assert await add(session, admin, village, "370405100299001")


@pytest.mark.parametrize(
    ("rule", "following"),
    [
        ({}, "370405100201008"),
        ({"starts_at": 601}, "370405100201601"),
        ({"sequence_digits": 2}, "37040510020101"),
        ({"is_checked": False}, None),
    ],
)
async def test_the_code_that_is_proposed_follows_the_rule(
    session: AsyncSession, county: County, admin: Actor, rule: dict[str, Any], following: str | None
) -> None:
    village = county.villages[0]
    for code in ("370405100201000", "370405100201007", "37040510020100001", "370405100201Z99"):
        await factories.grid(session, village, official_code=code)
    await decide(session, admin, **rule)
    found = await places.next_code(session, admin, village.id)
    assert found.code == following
    if following:
        assert (await add(session, admin, village, following)).official_code == following
    else:
        assert "上级统一编制" in found.zh


async def test_no_code_is_proposed_beyond_the_last_number(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    await factories.grid(session, county.villages[0], official_code=f"{VILLAGE}999")
    found = await places.next_code(session, admin, county.villages[0].id)
    assert (found.code, found.zh) == (None, "流水号用完了，编码请手工填。")


async def test_exclusive_grids_are_free_or_hang_on_the_code_above(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    department = county.departments[0]
    assert await add(session, admin, department, "SPECIAL1")
    assert (await places.next_code(session, admin, department.id)).code is None
    await decide(session, admin, exclusive_follows=True, exclusive_letter="Z", starts_at=601)
    with pytest.raises(UnfittingGridCode) as refused:
        await add(session, admin, department, f"{COUNTY}001")
    assert f"字母 Z＋2 位流水号，共 15 位，例如 {COUNTY}Z01" in refused.value.problem()["zh"]
    proposed = await places.next_code(session, admin, department.id)
    assert proposed.code == f"{COUNTY}Z01"
    assert await add(session, admin, department, f"{COUNTY}Z01")
    assert (await places.next_code(session, admin, department.id)).code == f"{COUNTY}Z02"
    with pytest.raises(UnfittingGridCode):
        await add(session, admin, county.villages[0], f"{VILLAGE}Z01")


async def test_what_a_grid_has_stays_and_only_a_new_code_is_asked(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    grid = county.grids[0]
    grid.official_code = "OLDCODE1"
    await session.flush()
    kept = EditGrid(name="改名网格", official_code="OLDCODE1")
    assert (await places.edit_grid(session, admin, grid.id, kept)).name == "改名网格"
    with pytest.raises(UnfittingGridCode):
        await places.edit_grid(session, admin, grid.id, EditGrid(official_code="OLDCODE2"))
    gone = await places.edit_grid(session, admin, grid.id, EditGrid(official_code=None))
    assert gone.official_code is None


async def test_what_would_not_fit_is_told_before_the_rule_is_saved(
    session: AsyncSession, county: County, sign_in_as: SignInAs
) -> None:
    for code in (f"{VILLAGE}001", f"{VILLAGE}0002", "WRONG1"):
        await factories.grid(session, county.villages[0], official_code=code)
    section = county.departments[0]
    await factories.grid(session, section, kind=GridKind.EXCLUSIVE, official_code="LINE01")
    desk, url = await sign_in_as(county.administrator), "/api/rules/grid-codes"

    async def look(**rule: Any) -> tuple[int, set[str]]:
        found = (await desk.post(f"{url}/preview", json=rule)).json()
        return found["misfits"], {one["official_code"] for one in found["shown"]}

    assert await look() == (2, {f"{VILLAGE}0002", "WRONG1"})
    assert await look(sequence_digits=4) == (2, {f"{VILLAGE}001", "WRONG1"})
    assert (await look(exclusive_follows=True))[0] == 3
    assert await look(is_checked=False) == (0, set())
    found = (await desk.post(f"{url}/preview", json={"starts_at": 5})).json()
    assert (found["example"], found["zh"]) == (
        f"{VILLAGE}005",
        "12 位区划代码＋3 位流水号，共 15 位",
    )
    assert found["grids"] - found["without_code"] == 4
    assert (await desk.get(url)).json()["starts_at"] == 1  # nothing was kept


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"external_systems": ["城管", "城管"]}, "external_systems"),
        ({"starts_at": 1000}, "starts_at"),
        ({"prefix_digits": 8}, "prefix_digits"),
        ({"lead": "A("}, "lead"),
        ({"exclusive_letter": "ZZ"}, "exclusive_letter"),
    ],
)
async def test_a_rule_that_cannot_be_is_refused(
    county: County, sign_in_as: SignInAs, rule: dict[str, Any], field: str
) -> None:
    desk = await sign_in_as(county.administrator)
    answer = await desk.put("/api/rules/grid-codes", json=rule)
    assert answer.status_code == 422
    assert answer.json()["fields"] == [field]


async def test_a_scheme_gives_codes_by_the_rule_and_none_where_it_cannot(
    session: AsyncSession, county: County, admin: Actor
) -> None:
    rule = await places.code_rule(session)
    assert places.first_code(rule, VILLAGE, 0) == f"{VILLAGE}000"
    await decide(session, admin, sequence_digits=2)
    assert places.first_code(await places.code_rule(session), VILLAGE, 1) == f"{VILLAGE}01"
    assert places.first_code(rule, None, 1) is None
    for other in ({"prefix_digits": 9}, {"is_checked": False}):
        await decide(session, admin, **other)
        assert places.first_code(await places.code_rule(session), VILLAGE, 1) is None


@pytest.fixture
async def desk(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.administrator)


async def test_codes_of_other_systems_are_kept_shown_told_and_taken_away(
    session: AsyncSession, county: County, desk: httpx.AsyncClient, sign_in_as: SignInAs
) -> None:
    grid = county.grids[0]
    url, codes = f"/api/grids/{grid.id}", {"综治": "ZZ-0031", "城管": "370405003001002"}
    answer = await desk.patch(url, json={"external_codes": codes})
    assert (answer.status_code, answer.json()["external_codes"]) == (200, codes)
    entry = await session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert entry is not None
    assert entry.data["external_codes"] == {"from": {}, "to": codes}
    lines = await rows(sign_in_as, county.administrator, "/api/grids/export.xlsx")
    assert list(lines[0])[-2:] == ["城管编码", "综治编码"]
    mine = next(line for line in lines if line["网格"] == grid.name)
    assert (mine["综治编码"], mine["城管编码"]) == ("ZZ-0031", "370405003001002")
    # A system that is taken off the list keeps its codes; unknown ones are refused.
    await desk.put("/api/rules/grid-codes", json={"external_systems": ["公安"]})
    assert (await desk.patch(url, json={"external_codes": codes})).status_code == 200
    refused = await desk.patch(url, json={"external_codes": {"消防": "1"}})
    assert (refused.status_code, refused.json()["fields"]) == (422, ["external_codes"])
    for wrong in ({"综治": "1" * 33}, {"综治": ""}, {str(n): "1" for n in range(11)}):
        assert (await desk.patch(url, json={"external_codes": wrong})).status_code == 422
    cleared = await desk.patch(url, json={"external_codes": {}})
    assert cleared.json()["external_codes"] == {}


async def test_a_new_grid_has_its_codes_of_other_systems_from_the_start(
    session: AsyncSession, county: County, desk: httpx.AsyncClient
) -> None:
    new = {
        "name": "新网格",
        "organization_id": str(county.villages[0].id),
        "valid_from": "2026-11-27",
    }
    refused = await desk.post("/api/grids", json={**new, "external_codes": {"消防": "1"}})
    assert (refused.status_code, refused.json()["fields"]) == (422, ["external_codes"])
    assert "消防" in refused.json()["zh"]
    codes = {"综治": "ZZ-0032"}
    made = await desk.post("/api/grids", json={**new, "external_codes": codes})
    assert (made.status_code, made.json()["external_codes"]) == (201, codes)
    assert (await desk.get(f"/api/grids/{made.json()['id']}")).json()["external_codes"] == codes
    entry = await session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert entry is not None
    assert entry.data["external_codes"] == codes
    plain = await desk.post("/api/grids", json={**new, "name": "另一个"})
    assert plain.json()["external_codes"] == {}
