"""An insider with the database's own password: every way of rewriting what happened.

Each attack runs with all triggers off, as a superuser may. Those of `CONSISTENT` are careful: they
recompute every hash that they touch, so that nothing inside the database betrays them.
"""

import hashlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.events import chain, seals

Row = dict[str, Any]
COLUMNS: dict[str, tuple[str, ...]] = {
    "events": (
        "seq", "id", "hazard_id", "position", "kind", "actor_id", "organization_id", "role", "at",
        "occurred_at", "from_state", "to_state", "round", "data", "body_sha256", "previous_hash",
        "hash",
    ),
    "audit_entries": (
        "seq", "id", "at", "kind", "succeeded", "actor_id", "address", "request", "subject_kind",
        "subject_id", "data", "hash",
    ),
    "seals": (
        "id", "from_seq", "to_seq", "count", "audit_count", "audit_to_seq", "at",
        "previous_hash", "hash",
    ),
    "sealed_events": ("seq", "seal_id"),
    "sealed_audit_entries": ("seq", "seal_id"),
}  # fmt: skip
OTHERWISE = {
    "bigint": "coalesce({0}, 0) + {1}",
    "uuid": "md5(coalesce({0}::text, '') || 'x{1}')::uuid",
    "text": "coalesce({0}, '') || 'x{1}'",
    "character varying": "coalesce({0}, '') || 'x{1}'",
    "timestamp with time zone": "coalesce({0}, now()) + {1} * interval '1 microsecond'",
    "jsonb": '{0} || \'{{"note": "{1}"}}\'',
    "bytea": "sha256({0} || '{1}')",
    "boolean": "not {0}",
}


@dataclass
class Insider:
    """`heads` are files outside: only the attack on them may write there."""

    session: AsyncSession
    dice: random.Random
    types: dict[tuple[str, str], str]
    heads: dict[int, bytes]

    async def run(self, statement: str, **values: Any) -> int:
        result = await self.session.execute(text(statement), values)
        return int(getattr(result, "rowcount", 0))

    async def rows(self, statement: str, **values: Any) -> list[Row]:
        result = await self.session.execute(text(statement), values)
        return [dict(row) for row in result.mappings()]

    async def one(self, table: str) -> Row:
        key = COLUMNS[table][0]
        rows = await self.rows(f"select * from {table} order by {key}")
        return self.dice.choice(rows)


async def insider(session: AsyncSession, seed: int, heads: dict[int, bytes]) -> Insider:
    await session.execute(text("set local session_replication_role = replica"))
    rows = await session.execute(
        text(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = current_schema()"
        )
    )
    types = {(table, column): kind for table, column, kind in rows}
    return Insider(session, random.Random(seed), types, dict(heads))


async def edit(who: Insider) -> str:
    """Any column of any row."""
    table = who.dice.choice(list(COLUMNS))
    column = who.dice.choice(COLUMNS[table])
    key = COLUMNS[table][0]
    row = await who.one(table)
    kind = who.types[table, column]
    other = OTHERWISE[kind].format(column, who.dice.randint(1, 10**6))
    if table == "seals" and column != "id":
        other = OTHERWISE[kind].format(column, who.dice.randint(1, 50))
    override = "alter table {} alter {} drop identity if exists"
    if column in {"seq", "id"} and kind == "bigint" and not table.startswith("sealed"):
        await who.run(override.format(table, column))
    await who.run(f"update {table} set {column} = {other} where {key} = :key", key=row[key])
    return f"edit {table}.{column}"


async def delete(who: Insider) -> str:
    """One to three rows of any table."""
    table = who.dice.choice(list(COLUMNS))
    key = COLUMNS[table][0]
    rows = await who.rows(f"select {key} from {table}")
    some = who.dice.sample([row[key] for row in rows], min(len(rows), who.dice.randint(1, 3)))
    await who.run(f"delete from {table} where {key} = any(:keys)", keys=some)
    return f"delete from {table}"


async def insert_event(who: Insider) -> str:
    """A forged step at the end of a case, in itself faultless, dated back to the step before."""
    last = await _last_of_a_case(who)
    forged = {**last, "id": hashlib.sha256(str(last["id"]).encode()).hexdigest()[:32]}
    forged["position"] += 1
    forged["from_state"] = last["to_state"]
    forged["kind"] = "hazard.comment"
    await _put_event(who, forged, last["hash"])
    await who.run(
        "update hazards set version = :v where id = :id", v=forged["position"], id=last["hazard_id"]
    )
    return "insert an event"


async def insert_entry(who: Insider) -> str:
    """A forged audit entry, in itself faultless."""
    row = await who.one("audit_entries")
    row["id"] = hashlib.sha256(str(row["id"]).encode()).hexdigest()[:32]
    await _put_entry(who, row)
    return "insert an audit entry"


async def insert_and_seal(who: Insider) -> str:
    """A forged row, and a seal of his own over it: as the product itself would in ten minutes.

    Its head is on its way, so nothing outside betrays him yet; and he leaves no note.
    """
    what = await who.dice.choice([insert_event, insert_entry])(who)
    (last,) = await who.rows("select * from seals order by id desc limit 1")
    logs = (("events", "sealed_events"), ("audit_entries", "sealed_audit_entries"))
    events, entries = [await _unsealed(who, *names) for names in logs]
    await who.run(
        "insert into seals (from_seq, to_seq, count, audit_count, audit_to_seq, at, previous_hash,"
        " hash) values (:f, :t, :c, :ac, :at, now(), :p, :h)",
        f=events[0][0] if events else 0,
        t=events[-1][0] if events else 0,
        c=len(events),
        ac=len(entries),
        at=entries[-1][0] if entries else 0,
        p=last["hash"],
        h=seals.digest(last["hash"], events, entries),
    )
    for (_, sealed), rows in zip(logs, (events, entries), strict=True):
        for seq, _ in rows:
            await who.run(
                f"insert into {sealed} (seq, seal_id) select :seq, max(id) from seals", seq=seq
            )
    return f"{what}, sealed by himself"


async def swap(who: Insider) -> str:
    """The contents of two rows change places, or the order of two."""
    table = who.dice.choice(["events", "audit_entries"])
    column = who.dice.choice(["at", "data", "seq", "hash", "actor_id", "id"])
    key = "seq"
    rows = await who.rows(f"select * from {table} order by seq")
    one, other = who.dice.sample(rows, 2)
    if one[column] == other[column]:
        return await swap(who)
    if column in {"seq", "id"}:
        await _swap_keys(who, table, column, one, other)
        return f"swap {table}.{column}"
    for row, value in ((one, other[column]), (other, one[column])):
        cast = "cast(:value as jsonb)" if column == "data" else ":value"
        value = chain.canonical(value).decode() if column == "data" else value  # noqa: PLW2901
        await who.run(
            f"update {table} set {column} = {cast} where {key} = :key", value=value, key=row[key]
        )
    return f"swap {table}.{column}"


async def cut_a_case(who: Insider) -> str:
    """The last steps of a case never were; every seal is made anew over what is left."""
    last = await _last_of_a_case(who)
    keep = who.dice.randint(1, last["position"] - 1)
    await who.run(
        "delete from sealed_events where seq in"
        " (select seq from events where hazard_id = :id and position > :keep)",
        id=last["hazard_id"],
        keep=keep,
    )
    await who.run(
        "delete from events where hazard_id = :id and position > :keep",
        id=last["hazard_id"],
        keep=keep,
    )
    await who.run(
        "update hazards set version = :keep, state = e.to_state from events e"
        " where hazards.id = :id and e.hazard_id = :id and e.position = :keep",
        id=last["hazard_id"],
        keep=keep,
    )
    await reseal(who)
    return "cut the end of a case"


async def cut_the_end(who: Insider) -> str:
    """The last seals and all that they cover never were: back to a state that was once whole."""
    ids = [row["id"] for row in await who.rows("select id from seals order by id")]
    gone = ids[who.dice.randint(1, len(ids) - 1) :]
    for sealed, log in (("sealed_events", "events"), ("sealed_audit_entries", "audit_entries")):
        await who.run(
            f"delete from {log} where seq in (select seq from {sealed} where seal_id = any(:ids))",
            ids=gone,
        )
        await who.run(f"delete from {sealed} where seal_id = any(:ids)", ids=gone)
    await who.run("delete from seals where id = any(:ids)", ids=gone)
    await who.run("delete from hazards where id not in (select hazard_id from events)")
    await who.run(
        "update hazards set version = e.position, state = e.to_state from"
        " (select distinct on (hazard_id) * from events order by hazard_id, position desc) e"
        " where e.hazard_id = hazards.id"
    )
    return "cut the last seals"


async def rebuild(who: Insider) -> str:
    """A step is rewritten, its case chained anew, everything sealed anew."""
    event = await who.one("events")
    rows = await who.rows(
        "select * from events where hazard_id = :id order by position", id=event["hazard_id"]
    )
    before = chain.GENESIS
    for row in rows:
        if row["seq"] == event["seq"]:
            row["data"] = {**row["data"], "note": f"改过 {who.dice.random()}"}
        hashed = chain.link(before, {name: row[name] for name in chain.MEMBERS})
        await who.run(
            "update events set data = cast(:data as jsonb), previous_hash = :p, hash = :h"
            " where seq = :seq",
            data=chain.canonical(row["data"]).decode(),
            p=before,
            h=hashed,
            seq=row["seq"],
        )
        before = hashed
    await reseal(who)
    return "rebuild after an event"


async def rebuild_entry(who: Insider) -> str:
    """An audit entry is rewritten with its hash, everything sealed anew."""
    row = await who.one("audit_entries")
    await who.run("delete from audit_entries where seq = :seq", seq=row["seq"])
    row["actor_id"] = None if row["actor_id"] else row["id"]
    await _put_entry(who, row, keep_seq=True)
    await reseal(who)
    return "rebuild after an audit entry"


async def forge_head(who: Insider) -> str:
    """One character of one file outside, by somebody who does not know the secret."""
    number = who.dice.choice(list(who.heads))
    body = bytearray(who.heads[number])
    at = who.dice.randrange(len(body))
    body[at] = body[at] ^ 1
    who.heads[number] = bytes(body)
    return "edit a head"


async def lose_a_head(who: Insider) -> str:
    """One file outside disappears, but not the newest: it could be on its way. Or all do."""
    every = sorted(who.heads)
    lost = who.dice.choice([[who.dice.choice(every[:-1])], every])
    for number in lost:
        del who.heads[number]
    return "delete a head"


CONSISTENT = (cut_a_case, cut_the_end, rebuild, rebuild_entry)
Attack = Callable[[Insider], Awaitable[str]]
ATTACKS: tuple[tuple[Attack, int], ...] = (  # and how often
    (edit, 40), (delete, 12), (swap, 12), (insert_event, 6), (insert_entry, 4),
    (insert_and_seal, 4), (cut_a_case, 6),
    (cut_the_end, 4), (rebuild, 8), (rebuild_entry, 4), (forge_head, 3), (lose_a_head, 1),
)  # fmt: skip


async def attack(who: Insider) -> str:
    """One attack by lot; answers which it was."""
    attacks, weights = zip(*ATTACKS, strict=True)
    (chosen,) = who.dice.choices(attacks, weights)
    named: str = await chosen(who)
    return named


async def reseal(who: Insider) -> None:
    """All seals over what there is now, chained, with right counts."""
    before = chain.GENESIS
    for seal in await who.rows("select id from seals order by id"):
        events = await _covered(who, "sealed_events", "events", seal["id"])
        entries = await _covered(who, "sealed_audit_entries", "audit_entries", seal["id"])
        made = seals.digest(before, events, entries)
        await who.run(
            "update seals set previous_hash = :p, hash = :h, count = :c, from_seq = :f,"
            " to_seq = :t, audit_count = :ac, audit_to_seq = :at where id = :id",
            p=before,
            h=made,
            c=len(events),
            f=events[0][0] if events else 0,
            t=events[-1][0] if events else 0,
            ac=len(entries),
            at=entries[-1][0] if entries else 0,
            id=seal["id"],
        )
        before = made


async def _unsealed(who: Insider, log: str, sealed: str) -> list[tuple[int, bytes]]:
    rows = await who.rows(
        f"select l.seq, l.hash from {log} l left join {sealed} s on s.seq = l.seq"
        " where s.seq is null order by l.seq"
    )
    return [(row["seq"], bytes(row["hash"])) for row in rows]


async def _covered(who: Insider, sealed: str, log: str, seal_id: int) -> list[tuple[int, bytes]]:
    rows = await who.rows(
        f"select l.seq, l.hash from {sealed} s join {log} l on l.seq = s.seq"
        " where s.seal_id = :id order by l.seq",
        id=seal_id,
    )
    return [(row["seq"], bytes(row["hash"])) for row in rows]


async def _last_of_a_case(who: Insider) -> Row:
    rows = await who.rows(
        "select distinct on (hazard_id) * from events where position > 1"
        " order by hazard_id, position desc"
    )
    return who.dice.choice(rows)


async def _put_event(who: Insider, row: Row, before: bytes) -> None:
    row = {**row, "previous_hash": before}
    row["hash"] = chain.link(
        before, {name: row[name] for name in chain.MEMBERS} | {"id": _dashed(row["id"])}
    )
    names = [name for name in COLUMNS["events"] if name != "seq"]
    values = ", ".join("cast(:data as jsonb)" if name == "data" else f":{name}" for name in names)
    row["data"] = chain.canonical(row["data"]).decode()
    await who.run(
        f"insert into events ({', '.join(names)}) values ({values})",
        **{name: row[name] for name in names},
    )


async def _put_entry(who: Insider, row: Row, *, keep_seq: bool = False) -> None:
    names = [name for name in COLUMNS["audit_entries"] if keep_seq or name != "seq"]
    members = {name: row[name] for name in names if name not in {"seq", "hash"}}
    members["id"] = _dashed(members["id"])
    row["hash"] = chain.standing_alone(members)
    values = ", ".join("cast(:data as jsonb)" if name == "data" else f":{name}" for name in names)
    given = {**{name: row[name] for name in names}, "data": chain.canonical(row["data"]).decode()}
    await who.run(
        f"insert into audit_entries ({', '.join(names)}) overriding system value values ({values})",
        **given,
    )


async def _swap_keys(who: Insider, table: str, column: str, one: Row, other: Row) -> None:
    """Through a third value, because both are unique."""
    if column == "seq":
        await who.run(f"alter table {table} alter seq drop identity if exists")
    aside: Any = -1 if column == "seq" else "00000000-0000-0000-0000-000000000001"
    steps = ((one[column], aside), (other[column], one[column]), (aside, other[column]))
    for old, new in steps:
        await who.run(f"update {table} set {column} = :new where {column} = :old", new=new, old=old)


def _dashed(value: Any) -> str:
    raw = str(value).replace("-", "")
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
