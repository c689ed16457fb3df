"""What tests of patrols need: objects on a grid, duties, a checklist, a finished visit."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.base import new_id
from app.models.checklist import Checklist, ChecklistItem, ChecklistVersion, ItemKind
from app.models.collection import Collection
from app.models.grid import Grid
from app.models.object_proposal import ObjectProposal
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.patrol import PatrolTask
from app.models.person import Person, Role
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services.visits import spots

START = date(2026, 1, 1)
CODES = ("A-1", "A-2", "A-3", "A-4", "R-1", "D-1")
_KINDS = {"A": ItemKind.HAZARD, "R": ItemKind.REPORT, "D": ItemKind.COVERAGE}


async def thing(
    session: AsyncSession, on: Grid, name: str = "小卖部", **fields: Any
) -> SupervisedObject:
    """A confirmed object on a grid."""
    defaults: dict[str, Any] = {
        "kind": ObjectKind.INDIVIDUAL_BUSINESS,
        "address": "一路 1 号",
        "sector": "零售",
        "created_at": clock.now(),
        "confirmed_at": clock.now(),
    }
    row = SupervisedObject(name=name, grid_id=on.id, **{**defaults, **fields})
    session.add(row)
    await session.flush()
    return row


async def reported_change(session: AsyncSession, by: Person, place: SupervisedObject) -> UUID:
    """Of the name of a confirmed object, not decided yet; its id."""
    said: dict[str, Any] = {"person_id": by.id, "object_id": place.id, "id": new_id()}
    times: dict[str, Any] = {"occurred_at": clock.now(), "received_at": clock.now()}
    session.add(Collection(sha256=str(said["id"]), **said, **times))
    await session.flush()
    changed = {"changes": {"name": "新招牌"}, "seen": {"name": place.name}, "note": ""}
    session.add(ObjectProposal(**said, **times, **changed))
    await session.flush()
    return UUID(str(said["id"]))


async def duty(session: AsyncSession, key: str = "F5", **fields: Any) -> Obligation:
    """Every fifteen days each object, by the gridworker, with the list `patrol`."""
    defaults: dict[str, Any] = {
        "name": "网格员巡查",
        "role": Role.GRIDWORKER,
        "duty": Duty.PATROL,
        "min_count": 1,
        "period": Period.DAYS_15,
        "scope": Scope.OBJECT,
        "applies_to": {},
        "checklist_key": "patrol",
        "seed": "S3-5",
        "starts_on": START,
    }
    row = Obligation(key=key, **{**defaults, **fields})
    session.add(row)
    await session.flush()
    return row


async def checklist(
    session: AsyncSession, key: str = "patrol", applies_to: dict[str, Any] | None = None
) -> UUID:
    """Four to look for, one report, one coverage; the id of its version."""
    version = ChecklistVersion(
        id=new_id(), checklist_key=key, number=1, made_at=clock.now(), change=""
    )
    head = {"key": key, "name": "巡查清单", "seed": "", "applies_to": applies_to or {}}
    session.add(Checklist(**head, version=1))
    await session.flush()
    session.add(version)
    await session.flush()
    session.add_all(
        ChecklistItem(
            version_id=version.id, code=code, position=position, question=f"问 {code}", how_to="",
            kind=_KINDS[code[0]], applies_to={},
            category_code="fire" if code.startswith("A") else None,
        )
        for position, code in enumerate(CODES)
    )  # fmt: skip
    await session.flush()
    return version.id


async def tasks(session: AsyncSession) -> list[PatrolTask]:
    query = select(PatrolTask).order_by(PatrolTask.period_start, PatrolTask.original_due_on)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


def a_visit(visit_id: UUID, version_id: UUID, **fields: Any) -> dict[str, Any]:
    """The body of a visit at which nothing was found: the two drawn questions, the rest fine."""
    drawn = spots(visit_id, [code for code in CODES if code.startswith("A")])
    return {
        "checklist_version_id": str(version_id),
        "started_at": "2026-11-23T09:00:00+08:00",
        "occurred_at": "2026-11-23T09:10:00+08:00",
        "rest_fine": True,
        "answers": [{"code": code, "answer": "fine"} for code in drawn],
        **fields,
    }
