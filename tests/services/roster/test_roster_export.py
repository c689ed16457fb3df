"""The roster out: the same columns, numbers masked unless a reason is given, and back in again."""

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.errors import NotPermitted
from app.models.audit import AuditEntry
from app.models.person import Role
from app.services import roster
from app.services.accounts import PeopleFilters
from app.services.audit import Kind
from app.services.roster import exporting
from app.services.roster.columns import BODY, GRID, JOB_TITLE, MOBILE, NAME, NEEDED, SINCE
from app.services.sheets import read
from tests import factories
from tests.services.roster.office import HERE, NEW, TITLES, Office

EVERYBODY = PeopleFilters()


async def lines(office: Office, reason: str | None = None) -> list[dict[str, str]]:
    made = await roster.export(office.session, office.actor, EVERYBODY, reason)
    return [cells for _, cells in read(made.body, TITLES, NEEDED).rows]


async def test_what_goes_out_comes_back_and_changes_nothing(office: Office) -> None:
    await office.take_in(NEW)
    out = await lines(office)
    assert {line[NAME] for line in out} == {"张网格", "王格长", "李文书", "赵镇办", "新网格"}
    batch = await office.take_in(*out)
    assert await office.told(batch) == {}
    assert (batch.good, batch.added, batch.changed) == (len(out), 0, 0)


async def test_a_line_corrected_with_another_grid_gives_the_further_post(office: Office) -> None:
    await factories.grid(office.session, office.county.villages[0], name="二网格")
    out = await lines(office)
    one = next(line for line in out if line[NAME] == "张网格")
    assert (one[BODY], one[JOB_TITLE], one[SINCE]) == (HERE, "网格员", "2020-01-01")
    batch = await office.take_in({**one, GRID: f"{one[GRID]}、二网格"})
    assert (batch.changed, batch.wrong) == (1, 0)


async def test_numbers_are_masked_unless_a_reason_is_given(office: Office) -> None:
    out = await lines(office)
    assert all("****" in line[MOBILE] for line in out)
    whole = await lines(office, "开会前核对手机号")
    assert office.county.gridworker.mobile in {line[MOBILE] for line in whole}
    told = [
        row.data
        for row in await office.session.scalars(
            select(AuditEntry).where(AuditEntry.kind == Kind.PEOPLE_EXPORTED).order_by("seq")
        )
    ]
    assert [one["is_whole"] for one in told] == [False, True]
    assert told[1]["reason"] == "开会前核对手机号"
    assert all((one["filters"], one["has_text"]) == ({}, False) for one in told)


async def test_the_record_names_what_was_chosen_but_no_name(office: Office) -> None:
    village = office.county.villages[0].id
    chosen = PeopleFilters(text="张", organization_id=village, role=Role.GRIDWORKER)
    made = await roster.export(office.session, office.actor, chosen)
    assert [cells[NAME] for _, cells in read(made.body, TITLES, NEEDED).rows] == ["张网格"]
    told = await office.session.scalar(
        select(AuditEntry.data).where(AuditEntry.kind == Kind.PEOPLE_EXPORTED)
    )
    assert told == {
        "rows": 1,
        "is_whole": False,
        "filters": {"organization_id": str(village), "role": "gridworker"},
        "has_text": True,
    }


async def test_everybody_goes_out_page_by_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await lines(office)
    monkeypatch.setattr(exporting, "_PAGE", 1)
    assert await lines(office) == whole


async def test_a_roster_that_does_not_fit_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await lines(office)
    monkeypatch.setattr(exporting, "MOST", len(whole) - 1)
    made = await roster.export(office.session, office.actor, EVERYBODY)
    assert len(read(made.body, TITLES, NEEDED).rows) == len(whole) - 1
    assert f"前{len(whole) - 1}行" in made.name
    first = CalamineWorkbook.from_filelike(io.BytesIO(made.body)).get_sheet_by_index(0)
    assert "后面还有" in str(first.to_python()[0][0])


async def test_a_township_takes_away_its_own_people_alone(office: Office) -> None:
    out = await lines(office)
    assert "邻网格" not in {line[NAME] for line in out}
    admin = await office.of(office.county.administrator)
    names = {line[NAME] for line in await lines(admin)}
    assert {"邻网格", "张网格"} <= names


async def test_who_gives_posts_only_gets_no_whole_numbers(office: Office) -> None:
    security = await office.of(office.county.security)
    with pytest.raises(NotPermitted):
        await lines(security, "核对手机号")
    county = await office.of(office.county.county_officer)
    with pytest.raises(NotPermitted):
        await lines(county)
