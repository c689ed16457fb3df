"""Which list a look goes by where its duty names none: the table of the scheme, then our own.

A row is for kinds of objects and for communities or villages; the first that fits wins, and a list
is never used for what its own rule leaves out (S1-36, S2-10).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.supervised_object import ObjectKind
from app.services import checklists, schemes
from app.services.patrols.typed import typed
from app.services.schemes import Ground


@dataclass(frozen=True)
class Usual:
    """`kinds` empty: whatever is looked at, whole grids too; `ground` None: both."""

    checklist: str
    kinds: tuple[ObjectKind, ...] = ()
    ground: Ground | None = None


# For places, as far as the nine aspects are meant for them; else the annex of the ground.
GENERAL: tuple[Usual, ...] = (
    Usual("nine-aspects", tuple(ObjectKind)),
    Usual("community-11+2", ground=Ground.COMMUNITY),
    Usual("village-9+1"),
)
_FITTING = """
    select {what}
    from jsonb_to_recordset(cast(:table as jsonb))
         as r (place int, key text, version uuid, kinds jsonb, ground text)
    join checklists c on c.key = r.key
    left join supervised_objects o on o.id = t.object_id
    where (r.kinds = '[]' or jsonb_exists(r.kinds, o.kind))
      and (r.ground is null or r.ground = case
              when b.short_name like '%社区' or b.name like '%居委会' then 'community'
              else 'village' end)
      and (coalesce(c.applies_to -> 'kinds', '[]') = '[]'
           or jsonb_exists(c.applies_to -> 'kinds', o.kind))
      and (o.is_key or c.applies_to -> 'is_key' is distinct from 'true')
    order by r.place limit 1
"""
# What a duty names counts for it, also while that list is out of use: ours are for gridworkers.
_NAMED = """
    case when d.coming_on <= t.period_start and jsonb_exists(d.coming, 'checklist_key')
         then d.coming ->> 'checklist_key' else d.checklist_key end
"""
_CHOOSE = f"""
    update patrol_tasks t set checklist_version_id = chosen.version
    from (
        select t.id, ({_FITTING.format(what="r.version")}) as version
        from patrol_tasks t
        join grids g on g.id = t.grid_id join organizations b on b.id = g.organization_id
        left join obligations d on d.key = t.obligation_key
        where t.checklist_version_id is null and t.status = 'open' and {_NAMED} is null
    ) chosen
    where t.id = chosen.id and t.status = 'open' and chosen.version is not null
"""  # noqa: S608 - ours

_COUNT = f"""
    select ({_FITTING.format(what="c.name")}) as list, count(*)
    from ({{subjects}}) t
    join grids g on g.id = t.grid_id join organizations b on b.id = g.organization_id
    group by list order by count(*) desc
"""  # noqa: S608 - ours


async def table_of(session: AsyncSession) -> list[Usual]:
    """The scheme over the general."""
    scheme = await schemes.in_force(session)
    own = scheme.checklist_for if scheme else ()
    known = scheme.checklists if scheme else {}
    rows = [Usual(known[row.checklist], row.kinds, row.ground) for row in own]
    return [*rows, *GENERAL]


async def choose(session: AsyncSession, versions: Mapping[str, UUID]) -> None:
    """For open tasks whose duty names none. `versions`: the newest of each list that is in use."""
    await session.execute(typed(_CHOOSE, {"table": await _sent(session, versions)}))


async def counted(
    session: AsyncSession, subjects: str, values: dict[str, Any]
) -> list[tuple[str | None, int]]:
    """Names of lists and how many of these subjects would go by them, the most first."""
    table = await _sent(session, await checklists.newest(session))
    sql = _COUNT.format(subjects=subjects)
    rows = await session.execute(typed(sql, {**values, "table": table}))
    return [(row[0], row[1]) for row in rows]


async def _sent(session: AsyncSession, versions: Mapping[str, UUID]) -> str:
    """The rows of lists that are in use, as the statements read them."""
    return json.dumps(
        [
            {
                "place": place,
                "key": row.checklist,
                "version": str(versions[row.checklist]),
                "kinds": list(row.kinds),
                "ground": row.ground,
            }
            for place, row in enumerate(await table_of(session))
            if row.checklist in versions
        ]
    )
