"""What hangs on objects beside their own fields: licences, and who answers for them and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.ledger import Basis, ObjectDepartment
from app.services import access
from app.services.ledger.importing.papers import Paper, papers_of

BASES: Mapping[str, Basis] = {basis.value: basis for basis in Basis}


@dataclass(frozen=True)
class Beside:
    """As rows have it: licences as cells do, departments by their ids, sorted."""

    licences: Sequence[Paper] = ()
    in_charge: Sequence[str] = ()
    licensing: Sequence[str] = ()

    def of(self, name: str) -> list[Any]:
        return list(getattr(self, name))


NAMES = frozenset({"licences", *BASES})


async def around(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID | None, Beside]:
    """By object; who has nothing is not among them."""
    if not ids:
        return {}
    found: dict[UUID | None, Beside] = {
        id_: Beside(papers) for id_, papers in (await papers_of(session, ids)).items()
    }
    link = ObjectDepartment
    query = (
        select(link.object_id, link.basis, link.organization_id)
        .where(link.object_id == any_(access.given("ids")))
        .order_by(link.organization_id)
    )
    for object_id, basis, department_id in await session.execute(query, {"ids": list(ids)}):
        known = found.get(object_id, Beside())
        some = [*known.of(basis.value), str(department_id)]
        found[object_id] = replace(known, **{basis.value: some})
    return found
