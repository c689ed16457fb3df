"""The library: kept in versions, filed, due again, published, withdrawn, swept."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, worker
from app.config import Settings
from app.errors import ChangedMeanwhile, Incomplete, Invalid, NotFound, NotPermitted, Refusal
from app.models.base import new_id
from app.models.ledger import Basis, ObjectDepartment
from app.models.library import Filing, LibraryDocument, LibraryFile, LibraryStep, LibraryStepKind
from app.models.notification import Notification
from app.models.organization import OrganizationKind
from app.models.person import Person, Role
from app.models.supervised_object import ObjectKind
from app.services import library, presets
from app.services.library import (
    DecideKind,
    KeepDocument,
    LibraryQuery,
    OwedQuery,
    ReviseDocument,
    StepDocument,
    WholeDocument,
    owners,
)
from app.services.personal import retention
from app.storage.directory import DirectoryStore
from tests import factories
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.factories import County

S, F = LibraryStepKind, Filing
TODAY = date(2026, 11, 23)


class Desk:
    """A county with an enterprise on the first township's ground, supervised by the brigade."""

    def __init__(self, session: AsyncSession, settings: Settings, county: County) -> None:
        self.session, self.settings, self.county = session, settings, county

    async def build(self) -> "Desk":
        county = self.county
        body = await factories.organization(
            self.session, OrganizationKind.ENTERPRISE, "运河机械厂", county.townships[0]
        )
        self.factory = await factories.place(
            self.session, "运河机械厂", county.grids[0], kind=ObjectKind.ENTERPRISE,
            organization_id=body.id, confirmed_at=clock.now(),
        )  # fmt: skip
        self.other = await factories.place(
            self.session, "邻镇化工厂", county.grids[1], kind=ObjectKind.ENTERPRISE,
            confirmed_at=clock.now(), is_key=True,
        )  # fmt: skip
        supervised = ObjectDepartment(
            object_id=self.factory.id, organization_id=county.departments[0].id,
            basis=Basis.IN_CHARGE,
        )  # fmt: skip
        self.session.add(supervised)
        self.officer = await factories.person(self.session, Role.SAFETY_OFFICER, body)
        return self

    async def keep(self, person: Person, kind: str, **fields: Any) -> UUID:
        body = {
            "kind_key": kind, "title": f"{kind} 文件", "issued_on": str(TODAY), "year": 2026,
            "form": "paper", "place_kept": "三号柜", **fields,
        }  # fmt: skip
        command = KeepDocument.model_validate(body)
        actor, id_ = await actor_of(self.session, self.settings, person), new_id()
        sent = json.dumps(body, default=str).encode()
        for _ in range(2):  # the second is a repeat
            await library.keep(self.session, actor, id_, command, sent)
        return id_

    async def revise(
        self, person: Person, id_: UUID, version: int = 2, **fields: Any
    ) -> WholeDocument:
        said = {
            "title": "新的", "issued_on": str(TODAY), "year": 2026, "form": "paper",
            "place_kept": "四号柜", "because": "改了电话", **fields,
        }  # fmt: skip
        actor = await actor_of(self.session, self.settings, person)
        command = ReviseDocument.model_validate(said)
        await library.revise(self.session, actor, id_, version, command)
        return await library.read(self.session, actor, id_)

    async def step(self, person: Person, id_: UUID, step: str, said: str = "", **more: Any) -> None:
        """Of the version that stands, unless said otherwise."""
        kept = await self.session.get_one(LibraryDocument, id_)
        command = StepDocument.model_validate(
            {"step": step, "text": said, "version": kept.version, **more}
        )
        actor = await actor_of(self.session, self.settings, person)
        step_id, body = new_id(), command.model_dump_json().encode()
        for _ in range(2):
            await library.step(self.session, actor, id_, step_id, command, body)

    async def read(self, person: Person, id_: UUID) -> WholeDocument:
        actor = await actor_of(self.session, self.settings, person)
        return await library.read(self.session, actor, id_)

    async def sees(self, person: Person, id_: UUID) -> bool:
        """The list and the single one agree."""
        actor = await actor_of(self.session, self.settings, person)
        pages = [
            await library.find(self.session, actor, LibraryQuery(show=show))
            for show in ("all", "withdrawn")
        ]
        listed = id_ in {one.document.id for page in pages for one in page.items}
        assert all(one.is_own in {True, False} for page in pages for one in page.items)
        try:
            await library.read(self.session, actor, id_)
        except NotFound:
            assert not listed
            return False
        assert listed
        return True

    async def owed(self, person: Person, *kinds: str, **more: Any) -> list[tuple[str, list[Any]]]:
        actor = await actor_of(self.session, self.settings, person)
        query = OwedQuery(kind_key=list(kinds), year=more.pop("year", 2026), **more)
        page = await library.find_owed(self.session, actor, query)
        return [(row.name, [cell and cell.is_missing for cell in row.cells]) for row in page.items]

    async def told(self, person: Person) -> list[str]:
        query = select(Notification.kind).where(Notification.person_id == person.id)
        return list(await self.session.scalars(query.order_by(Notification.created_at)))


@pytest.fixture
async def desk(session: AsyncSession, settings: Settings, freeze: Freeze) -> Desk:
    freeze("2026-11-23 09:15")
    return await Desk(session, settings, await factories.county(session)).build()


async def test_s0_33_a_newer_version_keeps_the_former_with_who_when_and_why(desk: Desk) -> None:
    clerk = desk.county.clerk
    id_ = await desk.keep(clerk, "meeting", grid_id=desk.county.grids[0].id)
    found = await desk.revise(clerk, id_)
    assert (found.found.document.title, found.found.document.version) == ("新的", 2)
    (former,) = found.versions
    assert (former.title, former.place_kept, former.because) == (
        "meeting 文件", "三号柜", "改了电话",
    )  # fmt: skip
    assert (found.people[former.written_by_id], former.written_at) == (clerk.name, clock.now())
    again = await desk.revise(clerk, id_)  # a repeat
    assert len(again.versions) == 1
    with pytest.raises(ChangedMeanwhile):
        await desk.revise(clerk, id_, title="别的")
    with pytest.raises(DBAPIError):
        await desk.session.execute(text("update library_versions set because = ''"))


async def test_withdrawn_says_why_and_stays(desk: Desk) -> None:
    officer = desk.county.township_officer
    id_ = await desk.keep(officer, "grid_rules", grid_id=desk.county.grids[0].id)
    with pytest.raises(Incomplete) as refused:
        await desk.step(officer, id_, "withdraw")
    assert refused.value.fields == ["text"]
    await desk.step(officer, id_, "withdraw", "换了新制度")
    assert await desk.sees(officer, id_)
    found = await desk.read(officer, id_)
    assert (found.may, found.may_revise, found.steps[-1].text) == ([], False, "换了新制度")
    with pytest.raises(ChangedMeanwhile):
        await desk.revise(officer, id_)


@pytest.mark.parametrize(
    ("whose", "sees"),
    [
        ("township", {"township_officer", "county_officer", "leader", "auditor"}),
        (
            "grid",
            {"township_officer", "county_officer", "leader", "auditor", "clerk", "gridworker",
             "chief"},
        ),
        (
            "place",
            {"township_officer", "county_officer", "leader", "auditor", "clerk", "handler",
             "officer"},
        ),
    ],
)  # fmt: skip
async def test_documents_are_seen_by_their_own_and_by_those_above(
    desk: Desk, whose: str, sees: set[str]
) -> None:
    county = desk.county
    of = {
        "township": {"organization_id": county.townships[0].id},
        "grid": {"grid_id": county.grids[0].id},
        "place": {"object_id": desk.factory.id},
    }[whose]
    id_ = await desk.keep(county.township_officer, "other", **of)
    people = {
        name: getattr(county, name)
        for name in (
            "township_officer", "county_officer", "leader", "auditor", "clerk", "handler",
            "gridworker", "chief", "stranger", "administrator",
        )
    } | {"officer": desk.officer}  # fmt: skip
    assert {name for name, one in people.items() if await desk.sees(one, id_)} == sees


async def test_nobody_keeps_documents_of_foreign_ground(desk: Desk) -> None:
    county = desk.county
    for person, of in (
        (county.township_officer, {"organization_id": county.townships[1].id}),
        (county.clerk, {"grid_id": county.grids[1].id}),
        (desk.officer, {"object_id": desk.other.id}),
        (county.handler, {"object_id": desk.other.id}),
    ):
        with pytest.raises(NotFound):
            await desk.keep(person, "other", **of)
    with pytest.raises(NotPermitted):
        await desk.keep(county.gridworker, "other", grid_id=county.grids[0].id)
    with pytest.raises(Invalid):
        await desk.keep(county.clerk, "other")
    own = {"grid_id": county.grids[0].id}
    with pytest.raises(Invalid) as refused:
        await desk.keep(county.clerk, "other", place_kept="", **own)
    assert refused.value.fields == ["place_kept"]
    found = await owners.find(
        desk.session, await actor_of(desk.session, desk.settings, desk.officer), ""
    )
    assert [one.id for one in found if one.whose is owners.Whose.PLACE] == [desk.factory.id]


async def test_s0_38_an_enterprise_files_its_plan_with_the_desk_above(desk: Desk) -> None:
    township, plan = desk.county.township_officer, "work_plan"
    id_ = await desk.keep(desk.officer, plan, object_id=desk.factory.id)
    assert await desk.owed(township, plan) == [("运河机械厂", [True])]
    with pytest.raises(NotPermitted):
        await desk.step(desk.officer, id_, "file")
    await desk.step(township, id_, "return", "没有责任人，请补上")
    assert (await desk.read(desk.officer, id_)).found.document.filing is F.RETURNED
    found = await desk.revise(desk.officer, id_)
    assert found.found.document.filing is F.SUBMITTED
    with pytest.raises(ChangedMeanwhile):  # who looks at the first version files no second one
        await desk.step(township, id_, "file", version=1)
    await desk.step(township, id_, "file")
    assert await desk.owed(township, plan) == []
    assert await desk.owed(township, plan, show="all") == [("运河机械厂", [False])]
    assert await desk.owed(township, plan, year=2027) == [("运河机械厂", [True])]
    assert await desk.told(desk.officer) == ["library.return", "library.file"]


async def test_s3_39_townships_and_lines_file_with_the_county_in_order_of_codes(
    desk: Desk,
) -> None:
    county, kind = desk.county, "implementation_plan"
    own = {"organization_id": county.townships[0].id}
    id_ = await desk.keep(county.township_officer, kind, **own)
    with pytest.raises(NotPermitted):
        await desk.step(county.township_officer, id_, "file")
    missing = [name for name, _ in await desk.owed(county.county_officer, kind)]
    await desk.step(county.county_officer, id_, "file", "同意备案")
    left = [name for name, _ in await desk.owed(county.county_officer, kind)]
    assert missing == [
        body.short_name
        for body in sorted(
            (*county.townships, *county.departments),
            key=lambda body: (body.code or "", body.short_name),
        )
    ]
    assert set(missing) - set(left) == {county.townships[0].short_name}
    assert await desk.owed(county.handler, kind) == [(county.departments[0].short_name, [True])]


async def test_s4_26_plans_and_drills_are_due_again(desk: Desk, freeze: Freeze) -> None:
    kinds = ("emergency_plan", "drill")
    assert await desk.owed(desk.officer, *kinds) == [("运河机械厂", [True, True])]
    plan = await desk.keep(desk.officer, "emergency_plan", object_id=desk.factory.id)
    own = {"object_id": desk.factory.id}
    await desk.keep(desk.officer, "drill", plan_id=plan, **own)
    assert await desk.owed(desk.officer, *kinds) == []
    found = await desk.read(desk.officer, plan)
    assert found.found.drilled_on == TODAY
    assert len(found.drills) == 1
    freeze("2027-11-23 10:00")
    assert await desk.owed(desk.officer, *kinds) == []  # the last day
    freeze("2027-11-24 10:00")
    assert await desk.owed(desk.officer, *kinds) == [("运河机械厂", [False, True])]
    with pytest.raises(NotFound):
        await desk.keep(desk.officer, "study", plan_id=plan, **own)


async def test_s3_27_plan_check_record_and_summary_stand_side_by_side(desk: Desk) -> None:
    officer = desk.county.township_officer
    kinds = [f"evidence_{what}" for what in ("plan", "check", "record", "summary")]
    await desk.keep(officer, kinds[1], organization_id=desk.county.townships[0].id)
    name = desk.county.townships[0].short_name
    assert (name, [True, False, True, True]) in await desk.owed(officer, *kinds)


@pytest.mark.parametrize(
    ("publisher", "audience", "hear"),
    [
        ("county_officer", "enterprises", {"officer"}),
        ("township_officer", "enterprises", {"officer"}),
        ("handler", "enterprises", {"officer"}),
        ("county_officer", "gridworkers", {"gridworker", "chief", "stranger"}),
        ("township_officer", "gridworkers", {"gridworker", "chief"}),
        ("county_officer", "bodies", {"clerk", "handler", "township_officer"}),
        ("township_officer", "bodies", {"clerk"}),
    ],
)
async def test_s4_22_published_is_seen_and_told_on_the_ground_of_the_publisher(
    desk: Desk, publisher: str, audience: str, hear: set[str]
) -> None:
    county = desk.county
    sender = getattr(county, publisher)
    actor = await actor_of(desk.session, desk.settings, sender)
    body = actor.seats[0].organization_id
    far = await factories.organization(
        desk.session, OrganizationKind.ENTERPRISE, "邻镇化工厂", county.townships[1]
    )
    desk.other.organization_id = far.id
    outside = await factories.person(desk.session, Role.SAFETY_OFFICER, far)
    people = {
        name: getattr(county, name)
        for name in ("gridworker", "chief", "stranger", "clerk", "handler", "township_officer")
    } | {"officer": desk.officer, "outside": outside}
    expected = hear | ({"outside"} if (publisher, audience) == ("county_officer", "enterprises")
                       else set())  # fmt: skip
    id_ = await desk.keep(sender, "case", organization_id=body)
    before = {name for name, one in people.items() if await desk.sees(one, id_)}
    assert not before & expected
    await desk.step(sender, id_, "publish", audience=audience)
    steps = select(LibraryStep.id).where(LibraryStep.document_id == id_)
    for _ in range(2):
        await library.tell_audience(desk.session, str((await desk.session.scalars(steps)).one()))
    seen = {name for name, one in people.items() if await desk.sees(one, id_)}
    assert seen - before == expected
    for name in expected:
        reader = await actor_of(desk.session, desk.settings, people[name])
        page = await library.find(desk.session, reader, LibraryQuery(show="published"))
        assert [one.document.id for one in page.items] == [id_], name
    assert {n for n, one in people.items() if await desk.told(one)} - {publisher} == expected
    await desk.step(sender, id_, "withdraw", "发错了")
    assert {name for name, one in people.items() if await desk.sees(one, id_)} == before


async def test_enterprises_and_villages_publish_nothing(desk: Desk) -> None:
    for person, of in (
        (desk.officer, {"object_id": desk.factory.id}),
        (desk.county.clerk, {"grid_id": desk.county.grids[0].id}),
    ):
        id_ = await desk.keep(person, "other", **of)
        assert (await desk.read(person, id_)).may == [S.WITHDRAW]
        with pytest.raises(NotPermitted):
            await desk.step(person, id_, "publish", audience="enterprises")


async def test_s1_59_the_county_has_kinds_of_its_own(desk: Desk) -> None:
    admin = await actor_of(desk.session, desk.settings, desk.county.administrator)
    own = DecideKind(name="安全承诺书", shelf="enterprise", owed_by=["key_enterprise"])
    await library.decide(desk.session, admin, "pledge", own)
    known = await library.known(desk.session)
    assert (known["pledge"].name, known["pledge"].seed) == ("安全承诺书", "")
    assert await desk.owed(desk.county.county_officer, "pledge") == [("邻镇化工厂", [True])]
    off = DecideKind(name="学习资料", shelf="study", is_active=False)
    await library.decide(desk.session, admin, "study", off)
    own_body = {"organization_id": desk.county.townships[0].id}
    with pytest.raises(Invalid):
        await desk.keep(desk.county.township_officer, "study", **own_body)
    officer = await actor_of(desk.session, desk.settings, desk.county.county_officer)
    with pytest.raises(Refusal):
        await library.decide(desk.session, officer, "pledge", own)


async def test_what_is_filed_counts_before_what_never_had_to_be(desk: Desk) -> None:
    """A kind that is filed from now on: papers of before stay as they are and hide none."""
    admin = await actor_of(desk.session, desk.settings, desk.county.administrator)
    county, own = desk.county.county_officer, {"object_id": desk.other.id}
    pledge = {"name": "安全承诺书", "shelf": "enterprise", "owed_by": ["key_enterprise"]}
    await library.decide(desk.session, admin, "pledge", DecideKind.model_validate(pledge))
    await desk.keep(county, "pledge", **own)
    filed = DecideKind.model_validate({**pledge, "is_filed": True})
    await library.decide(desk.session, admin, "pledge", filed)
    await desk.step(county, await desk.keep(county, "pledge", **own), "file")
    await desk.keep(county, "pledge", **own)
    assert await desk.owed(county, "pledge", show="all") == [("邻镇化工厂", [False])]


def test_the_presets_name_what_there_is() -> None:
    rows = presets.read("library")["kind"]
    keys = [row["key"] for row in rows]
    assert len(keys) == len(set(keys))
    assert {row.get("about", keys[0]) for row in rows} <= set(keys)


async def test_files_that_no_version_names_go_after_thirty_days(desk: Desk, tmp_path: Path) -> None:
    store, session = DirectoryStore(tmp_path), desk.session
    clerk = desk.county.clerk
    rows = {}
    for name, days in (("named", 31), ("former", 31), ("fresh", 29), ("lost", 31)):
        rows[name] = LibraryFile(
            id=new_id(), sha256=name.ljust(64, "0").replace("m", "a"), size=3, ending="pdf",
            content_type="application/pdf", uploaded_by_id=clerk.id,
            received_at=clock.now() - timedelta(days=days),
        )  # fmt: skip
        session.add(rows[name])
        await store.put(rows[name].key, b"pdf", "application/pdf")
    await session.flush()
    own = {"form": "electronic", "place_kept": "", "grid_id": desk.county.grids[0].id}
    id_ = await desk.keep(clerk, "other", file_id=rows["former"].id, **own)
    said: dict[str, Any] = {"form": "electronic", "place_kept": "", "file_id": rows["named"].id}
    await desk.revise(clerk, id_, **said)
    assert (await retention.due(session))["library_files"] == 1
    lost, key = rows["lost"].id, rows["lost"].key
    assert (await retention.forget(session))["library_files"] == 1
    left = set(await session.scalars(select(LibraryFile.id)))
    assert left == {row.id for name, row in rows.items() if name != "lost"}
    session.expunge(rows["lost"])  # the job has a session of its own
    await library.remove_files(
        session, store, [[str(lost), key], [str(rows["fresh"].id), rows["fresh"].key]]
    )
    assert await store.size(key) is None
    assert await store.size(rows["fresh"].key) == 3


async def test_who_keeps_a_document_is_reminded_once_before_it_is_due(
    desk: Desk, freeze: Freeze
) -> None:
    """S1-57, S4-26: a drill of 23 November is due a year later; 14 days are the setting."""
    own = {"object_id": desk.factory.id}
    await desk.keep(desk.officer, "drill", **own)
    await _remind_on(desk, freeze, "2027-11-08")
    assert await desk.told(desk.officer) == []
    for day in ("2027-11-09", "2027-11-09", "2027-11-20", "2027-11-23", "2027-11-24"):
        await _remind_on(desk, freeze, day)
    assert await desk.told(desk.officer) == ["library.due"]
    told = select(Notification.person_id).where(Notification.kind == "library.due")
    assert list(await desk.session.scalars(told)) == [desk.officer.id]  # nobody above
    line = (await desk.session.scalars(select(Notification.params))).one()
    assert (line["day"], line["kind"], line["body"]) == ("2027-11-23", "演练记录", "运河机械厂")


async def test_what_was_renewed_withdrawn_or_is_owed_by_nobody_is_not_reminded_of(
    desk: Desk, freeze: Freeze
) -> None:
    own = {"object_id": desk.factory.id}
    plan = await desk.keep(desk.officer, "emergency_plan", issued_on="2023-12-01", **own)
    drill = await desk.keep(desk.officer, "drill", issued_on="2025-12-01", **own)
    former = await desk.keep(desk.officer, "drill", issued_on="2025-11-28", **own)
    township = desk.county.townships[0].id
    await desk.keep(
        desk.county.township_officer, "drill", issued_on="2025-12-01", organization_id=township
    )
    await desk.step(desk.officer, plan, "withdraw", "停产")
    await _remind_on(desk, freeze, "2026-11-24")
    assert await desk.told(desk.officer) == ["library.due"]
    (line,) = (await desk.session.scalars(select(Notification.params))).all()
    assert line["library_document_id"] == str(drill) != str(former)
    assert await desk.told(desk.county.township_officer) == []
    await desk.revise(desk.officer, drill, issued_on="2026-11-24")
    await _remind_on(desk, freeze, "2026-11-25")
    assert await desk.told(desk.officer) == ["library.due"]
    await _remind_on(desk, freeze, "2027-11-20")  # due anew: a day of its own
    assert await desk.told(desk.officer) == ["library.due", "library.due"]


async def test_the_custodian_is_reminded_and_where_nobody_is_the_desk_that_wrote_it(
    desk: Desk, freeze: Freeze
) -> None:
    county = desk.county
    kept = {"issued_on": "2025-12-01", "object_id": desk.factory.id}
    await desk.keep(desk.officer, "drill", custodian_id=str(county.departments[0].id), **kept)
    unheld = {"issued_on": "2023-12-01", "object_id": desk.other.id}  # a place without an account
    await desk.keep(county.county_officer, "emergency_plan", **unheld)
    await _remind_on(desk, freeze, "2026-11-24")
    assert await desk.told(county.handler) == ["library.due"]
    assert await desk.told(county.county_officer) == ["library.due"]
    for other in (desk.officer, county.leader, county.supervisor, county.township_officer):
        assert await desk.told(other) == []


async def _remind_on(desk: Desk, freeze: Freeze, day: str) -> None:
    """The worker's own job, of the early morning."""
    freeze(f"{day} 07:01")
    (job,) = [job for job in worker.JOBS if job.name == "remind_of_documents"]
    await job.do(desk.session, settings=desk.settings)
