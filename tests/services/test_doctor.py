"""The doctor: a county in order is fine, and every single thing that can be wrong is found."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.config import Settings
from app.errors import NotPermitted
from app.models.base import new_id
from app.models.event import Seal, Stranger
from app.models.hazard import State
from app.models.person import Post, Role, SignIn
from app.models.photo import Derivatives, Photo
from app.models.rules import DeadlineRule, Hop
from app.services import audit, clocks, doctor, last_backup
from app.services.access import SYSTEM
from app.services.audit import Kind, Subject
from app.services.doctor import CHECKS, Severity, Symptom
from app.services.doctor.machine import weak_settings
from app.services.doctor.table import GROUPS
from app.storage import ObjectStore
from app.storage.directory import DirectoryStore
from tests import factories
from tests.actors import actor_of
from tests.cases import case
from tests.conftest import Freeze
from tests.factories import County


@dataclass
class Ill:
    """What a test may break."""

    session: AsyncSession
    county: County
    store: ObjectStore
    settings: Settings
    patch: pytest.MonkeyPatch
    freeze: Freeze


@pytest.fixture
async def ill(
    session: AsyncSession,
    store: ObjectStore,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    freeze: Freeze,
) -> Ill:
    """A county in order: what the factory leaves out is there as well."""
    county = await factories.county(session)
    await _staff(session, county)
    await session.execute(text("insert into procrastinate_workers default values"))
    now = clock.now()
    made = last_backup.LastBackup(taken_at=now, objects=1, bytes=1, faults=0, is_encrypted=True)
    await last_backup.note(store, made)
    known = settings.model_copy(
        update={"help_phone": "0632-1", "secret": settings.secret.__class__("s" * 40)}
    )
    monkeypatch.setattr(clocks, "calendar_known_until", _far)
    return Ill(session, county, store, known, monkeypatch, freeze)


async def _far(_: AsyncSession) -> date:
    return clock.now().date() + timedelta(days=200)


async def _staff(session: AsyncSession, county: County) -> None:
    """Whatever body or grid of the small county has nobody gets somebody."""
    for body in county.departments:
        await factories.person(session, Role.HANDLER, body)
    await factories.person(session, Role.SAFETY_SUPERVISOR, county.safety)
    await factories.person(session, Role.COUNTY_OFFICER, county.centre)
    for township in county.townships:
        await factories.person(session, Role.TOWNSHIP_OFFICER, township)
    for grid, village in zip(county.grids, county.villages, strict=False):
        await factories.person(session, Role.GRIDWORKER, village, grid)


async def look(ill: Ill) -> dict[str, Symptom]:
    report = await doctor.examine(ill.session, ill.store, ill.settings)
    return {symptom.code: symptom for symptom in report.symptoms}


async def _calendar(ill: Ill) -> None:
    async def near(_: AsyncSession) -> date:
        return clock.now().date() + timedelta(days=59)

    ill.patch.setattr(clocks, "calendar_known_until", near)


async def _unrouted(ill: Ill) -> None:
    await factories.category(ill.session, "gas", name="燃气")


async def _no_deadline(ill: Ill) -> None:
    rules = text("delete from deadline_rules where hop = 'verify'")
    await ill.session.execute(rules)


async def _nobody(ill: Ill, *roles: Role) -> None:
    ended = update(Post).where(Post.role.in_(roles)).values(ends_on=date(2021, 1, 1))
    await ill.session.execute(ended)


async def _no_handlers(ill: Ill) -> None:
    await _nobody(ill, Role.HANDLER)


async def _no_officer(ill: Ill) -> None:
    """A place that has nothing to rectify needs none."""
    c = ill.county
    for name in ("永安饭店", "隔壁饭店"):
        place = await factories.enterprise(ill.session, name, c.villages[0], c.grids[0])
    await case(ill.session, c, state=State.ASSIGNED, department_id=place.id)


async def _no_townships(ill: Ill) -> None:
    await _nobody(ill, Role.TOWNSHIP_OFFICER)


async def _no_county(ill: Ill) -> None:
    await _nobody(ill, Role.COUNTY_OFFICER)


async def _no_gridworkers(ill: Ill) -> None:
    await _nobody(ill, Role.GRIDWORKER, Role.GRID_CHIEF)


async def _very_late(ill: Ill) -> None:
    long_ago = clock.now() - timedelta(days=1)
    await case(ill.session, ill.county, clock_very_late_at=long_ago)


async def _orphan(ill: Ill) -> None:
    await case(ill.session, ill.county, state=State.DONE)
    await _no_gridworkers(ill)


async def _photos_missing(ill: Ill) -> None:
    long_ago = clock.now() - timedelta(days=4)
    await case(ill.session, ill.county, photos_expected=2, photos_received=1, received_at=long_ago)


async def _phone(ill: Ill, **fields: Any) -> None:
    now = clock.now()
    row = SignIn(
        token_digest=new_id().bytes,
        person_id=ill.county.gridworker.id,
        device="手机",
        created_at=now,
        last_seen_at=now,
    )
    for name, value in fields.items():
        setattr(row, name, value)
    ill.session.add(row)
    await ill.session.flush()


async def _unsent(ill: Ill) -> None:
    await _phone(ill, unsent_count=3, oldest_unsent_at=clock.now() - timedelta(days=4))


async def _old_version(ill: Ill) -> None:
    await _phone(ill, app_version="0.0.9")


async def _unreadable(ill: Ill) -> None:
    ill.session.add(
        Photo(
            id=new_id(), sha256="0" * 64, size=1, content_type="image/jpeg", width=1, height=1,
            key="photos/00/0", seq=1, received_at=clock.now(),
            uploaded_by_id=ill.county.gridworker.id, derivatives=Derivatives.FAILED,
        )
    )  # fmt: skip
    await ill.session.flush()


async def _stranger(ill: Ill) -> None:
    ill.session.add(
        Stranger(kind="hazard", entity_id=new_id(), at=clock.now(), sha256="0", body={})
    )
    await ill.session.flush()


async def _no_worker(ill: Ill) -> None:
    await ill.session.execute(text("delete from procrastinate_workers"))


async def _job(ill: Ill, attempts: int) -> None:
    await ill.session.execute(
        text(
            "with made as (insert into procrastinate_jobs (queue_name, task_name, attempts)"
            " values ('default', 'notify', :attempts) returning id)"
            " insert into procrastinate_events (job_id, type, at)"
            " select id, 'deferred', now() - interval '2 hours' from made"
        ),
        {"attempts": attempts},
    )


async def _backlog(ill: Ill) -> None:
    await _job(ill, 0)


async def _stubborn(ill: Ill) -> None:
    await _job(ill, 5)


async def _unsealed(ill: Ill) -> None:
    hazard = await case(ill.session, ill.county)
    await ill.session.execute(
        text(
            "insert into events (id, hazard_id, position, kind, at, round, data, body_sha256,"
            " previous_hash, hash) values (:id, :hazard, 1, 'hazard.reported',"
            " now() - interval '1 hour', 1, '{}', '', '', '')"
        ),
        {"id": new_id(), "hazard": hazard.id},
    )


async def _headless(ill: Ill) -> None:
    """Sealed an hour ago, and the second place has taken nothing since."""
    made = {"at": clock.now() - timedelta(hours=1), "previous_hash": b"", "hash": b""}
    ill.session.add(Seal(from_seq=0, to_seq=0, count=0, **made))
    await ill.session.flush()


async def _dated_back(ill: Ill) -> None:
    told = {"rows": 2, "events": [1, 2], "entries": []}
    await audit.record(ill.session, Kind.HISTORY_DATED_BACK, SYSTEM, Subject("seal", 1), told)


async def _store_out(ill: Ill) -> None:
    root = Path(ill.settings.storage.removeprefix("dir:")).parent / "a-file"
    root.write_text("no folder")
    ill.store = DirectoryStore(root)


async def _store_replaces(ill: Ill) -> None:
    async def replaces(*_: object) -> bool:
        return False

    ill.patch.setattr(DirectoryStore, "keeps", replaces)


async def _disk_full(ill: Ill) -> None:
    ill.patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**8, total=10**12))


async def _no_backup(ill: Ill) -> None:
    await ill.store.put(last_backup.KEY, b"unreadable counts as none", "application/json")


async def _bad_backup(ill: Ill) -> None:
    made = await last_backup.last(ill.store)
    assert made
    await last_backup.note(ill.store, made.model_copy(update={"faults": 2}))


async def _old_schema(ill: Ill) -> None:
    await ill.session.execute(text("update alembic_version set version_num = 'older'"))


async def _skew(ill: Ill) -> None:
    ill.freeze(clock.now() + timedelta(seconds=90))


async def _weak(ill: Ill) -> None:
    ill.settings = ill.settings.model_copy(update={"base_url": "http://county"})


async def _already(ill: Ill) -> None:
    """The test server runs without fsync: it is found as it is."""


BREAKS: dict[str, tuple[Callable[[Ill], Awaitable[None]], Severity]] = {
    "calendar": (_calendar, Severity.WARNING),
    "routing": (_unrouted, Severity.WARNING),
    "deadlines": (_no_deadline, Severity.WARNING),
    "county": (_no_county, Severity.DANGER),
    "townships": (_no_townships, Severity.DANGER),
    "departments": (_no_handlers, Severity.WARNING),
    "enterprises": (_no_officer, Severity.DANGER),
    "grids": (_no_gridworkers, Severity.WARNING),
    "very_late": (_very_late, Severity.WARNING),
    "nobody_to_verify": (_orphan, Severity.DANGER),
    "photos_missing": (_photos_missing, Severity.NOTICE),
    "phones": (_unsent, Severity.WARNING),
    "versions": (_old_version, Severity.NOTICE),
    "unreadable_photos": (_unreadable, Severity.NOTICE),
    "strangers": (_stranger, Severity.WARNING),
    "workers": (_no_worker, Severity.DANGER),
    "backlog": (_backlog, Severity.DANGER),
    "stubborn": (_stubborn, Severity.DANGER),
    "sealing": (_unsealed, Severity.WARNING),
    "dated_back": (_dated_back, Severity.DANGER),
    "heads": (_headless, Severity.WARNING),
    "photo_store": (_store_out, Severity.DANGER),
    "photo_store_keeps": (_store_replaces, Severity.NOTICE),
    "disk": (_disk_full, Severity.DANGER),
    "backup": (_no_backup, Severity.DANGER),
    "backup_faults": (_bad_backup, Severity.DANGER),
    "durability": (_already, Severity.DANGER),
    "migration": (_old_schema, Severity.DANGER),
    "clock_skew": (_skew, Severity.DANGER),
    "settings": (_weak, Severity.WARNING),
}


def test_every_check_is_broken_once_below() -> None:
    assert set(BREAKS) == {check.code for check in CHECKS}
    assert {check.group for check in CHECKS} == set(GROUPS)


async def test_a_county_in_order_is_fine(ill: Ill) -> None:
    found = await look(ill)
    wrong = {code: it.zh for code, it in found.items() if it.severity is not Severity.FINE}
    assert set(wrong) == {"durability"}  # the test server runs without fsync


@pytest.mark.parametrize("code", BREAKS)
async def test_what_is_wrong_is_found_and_said_in_both_languages(ill: Ill, code: str) -> None:
    do, severity = BREAKS[code]
    await do(ill)
    found = (await look(ill))[code]
    assert found.severity is severity
    assert "{" not in found.zh + found.en + found.way_zh + found.way_en
    assert found.zh != "正常"
    assert found.way_zh


async def test_a_grid_whose_parts_have_ended_needs_people_of_its_own(ill: Ill) -> None:
    county = ill.county
    whole = await factories.grid(ill.session, county.villages[0], name="合并后的网格")
    part = await factories.grid(ill.session, county.villages[0], whole, name="旧网格")
    await factories.person(ill.session, Role.GRIDWORKER, county.villages[0], part)
    assert (await look(ill))["grids"].severity is Severity.FINE
    part.valid_to = clock.now().date() - timedelta(days=1)
    await ill.session.flush()
    found = (await look(ill))["grids"]
    assert found.severity is Severity.WARNING


async def test_a_check_that_cannot_look_says_so_and_keeps_nobody_else(ill: Ill) -> None:
    await ill.session.execute(text("alter table strangers rename to elsewhere"))
    found = await look(ill)
    assert found["strangers"].severity is Severity.UNKNOWN
    assert found["strangers"].zh == "这一项没能检查：ProgrammingError。"
    assert found["routing"].severity is Severity.FINE


async def test_the_worst_comes_first(ill: Ill) -> None:
    await _no_worker(ill)
    await _unrouted(ill)
    report = await doctor.examine(ill.session, ill.store, ill.settings)
    order = [it.severity for it in report.symptoms]
    assert report.severity is order[0] is Severity.DANGER
    assert order == sorted(order, key=doctor.WORST_FIRST.index)


async def test_a_category_routed_to_a_closed_department_is_not_routed(ill: Ill) -> None:
    rule = await ill.session.scalar(text("select department_id from routing_rules limit 1"))
    await ill.session.execute(
        text("update organizations set is_active = false where id = :id"), {"id": rule}
    )
    assert (await look(ill))["routing"].severity is Severity.WARNING


async def test_a_rule_for_one_level_does_not_cover_the_others(ill: Ill) -> None:
    await _no_deadline(ill)
    ill.session.add(DeadlineRule(hop=Hop.VERIFY, level="general", amount=1, unit="working_days"))
    await ill.session.flush()
    assert (await look(ill))["deadlines"].items == ["核验 · 较大", "核验 · 重大"]


async def test_only_administrators_are_told(ill: Ill) -> None:
    officer = await factories.person(ill.session, Role.LEADER, ill.county.centre)
    actor = await actor_of(ill.session, ill.settings, officer)
    with pytest.raises(NotPermitted):
        await doctor.report(ill.session, ill.store, ill.settings, actor)


@pytest.mark.parametrize("place", ["", "s3:photos"])
def test_heads_beside_the_photos_are_not_fit_for_a_county_in_earnest(place: str) -> None:
    known = Settings(_env_file=None, mode="production", storage="s3:photos", audit_head=place)
    assert "SAFEGRID_AUDIT_HEAD" in weak_settings(known)
    elsewhere = known.model_copy(update={"audit_head": "s3:heads"})
    assert "SAFEGRID_AUDIT_HEAD" not in weak_settings(elsewhere)
