"""Applying a scheme to a county, running or new: first what would change, then the change.

Three ways are compared: what the last scheme said, what the county has, what this one says. What
the county has changed itself stays. Nothing is deleted; a second time changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile
from app.models.applied_scheme import AppliedScheme
from app.models.person import Role
from app.services import access, audit, presets, reference, sync
from app.services.access import SYSTEM, Actor
from app.services.audit import Kind, Subject
from app.services.permissions import Permission
from app.services.presets import Division
from app.services.schemes import bodies, duties, files, grids, rules, training, villages
from app.services.schemes.changes import Change, Part, Step, Verb, fingerprint, touched
from app.services.schemes.shape import Scheme

_LOCK = 7_002
_WORDS = {
    Part.ROUTING,
    Part.DEADLINES,
    Part.OBLIGATIONS,
    Part.TRAINING,
}  # small enough for the audit, line by line


@dataclass(frozen=True)
class Difference:
    """`fingerprint` goes back with the order to apply: what was looked at is what is done."""

    scheme: Scheme
    changes: list[Change]

    @property
    def touched(self) -> int:
        return touched(self.changes)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.changes)


async def in_force(session: AsyncSession) -> Scheme | None:
    """The scheme that was applied last, as it was then; None: the county has none yet."""
    content = await session.scalar(
        select(AppliedScheme.content).order_by(AppliedScheme.applied_at.desc()).limit(1)
    )
    return Scheme.model_validate(content) if content else None


def offered(actor: Actor) -> list[Scheme]:
    """Those that come with the program, for whoever may apply one."""
    require_editor(actor)
    return list(files.available().values())


def one_offered(actor: Actor, key: str) -> Scheme:
    require_editor(actor)
    return files.named(key)


async def labels(session: AsyncSession) -> dict[Role, str]:
    """What the county calls the roles of posts, where it differs from the product's words."""
    scheme = await in_force(session)
    return dict(scheme.labels) if scheme else {}


async def difference(
    session: AsyncSession,
    actor: Actor,
    scheme: Scheme,
    divisions: list[Division] | None = None,
) -> Difference:
    """What applying would do. Bodies and grids are tried out and taken back."""
    require_editor(actor)
    undo = await session.begin_nested()
    try:
        changes, _ = await _walk(session, scheme, divisions, None)
    finally:
        await undo.rollback()
    return Difference(scheme, changes)


async def apply(
    session: AsyncSession,
    actor: Actor,
    scheme: Scheme,
    divisions: list[Division] | None = None,
    seen: str | None = None,
) -> Difference:
    """`seen`: the fingerprint of the difference that was agreed to; ChangedMeanwhile if other."""
    require_editor(actor)
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    async with session.begin_nested():
        changes, steps = await _walk(session, scheme, divisions, actor)
        done = Difference(scheme, changes)
        if seen is not None and done.fingerprint != seen:
            raise ChangedMeanwhile
    await _take(steps)
    if done.touched or await in_force(session) != scheme:
        await _note(session, actor, done)
    return done


async def begin(session: AsyncSession, scheme: Scheme) -> None:
    """A county that begins with a scheme: nobody is there yet who would have to be told."""
    changes, steps = await _walk(session, scheme, None, None)
    await _take(steps)
    await _keep(session, SYSTEM, Difference(scheme, changes))


def require_editor(actor: Actor) -> None:
    """The command line acts as the system: whoever may start it may do everything."""
    if actor is not SYSTEM:
        access.require(actor, Permission.EDIT_RULES)
        access.require(actor, Permission.EDIT_PLACES)


async def _walk(
    session: AsyncSession,
    scheme: Scheme,
    divisions: list[Division] | None,
    founder: Actor | None,
) -> tuple[list[Change], list[Step]]:
    """All that changes. Bodies and grids are written already, the steps wait for `_take`."""
    await presets.load_base(session)
    base = await in_force(session)
    known = await bodies.load(session)
    changes = _named(scheme, base)
    places = presets.divisions() if divisions is None else divisions
    changes += await bodies.settle(session, known, scheme, base, places)
    changes += await grids.settle(session, known, scheme, founder)
    steps = [
        *await rules.routing(session, known, scheme, base),
        *await rules.deadlines(session, scheme, base),
        *await duties.obligations(session, scheme, base),
        *await villages.summarising(session, scheme),
        *await training.gate(session, scheme, base),
    ]
    return changes + [step.change for step in steps], steps


async def _take(steps: list[Step]) -> None:
    for step in steps:
        if step.write is not None:
            await step.write()


def _named(scheme: Scheme, base: Scheme | None) -> list[Change]:
    """What levels, places on grids and posts are called."""
    wanted, before = _names(scheme), _names(base) if base else {}
    return [
        Change(
            Part.LABELS, Verb.CHANGE if before.get(what) else Verb.ADD, what, before.get(what), to
        )
        for what, to in wanted.items()
        if to and before.get(what) != to
    ]


def _names(scheme: Scheme) -> dict[str, str]:
    """In words, as the page lists them."""
    return {
        "网格级别": "、".join(level.name for level in scheme.level),
        "网格人员": "、".join(f"{slot.name}（{slot.level} 级）" for slot in scheme.slot),
        "岗位称呼": "、".join(scheme.labels[role] for role in sorted(scheme.labels)),
    }


async def _note(session: AsyncSession, actor: Actor, done: Difference) -> None:
    """The record of what is in force, the audit, and word to the phones."""
    await _keep(session, actor, done)
    await sync.record_change(session, "rules")
    about = Subject("scheme", done.scheme.key)
    await audit.record(session, Kind.SCHEME_APPLIED, actor, about, _audited(done.changes))


async def _keep(session: AsyncSession, actor: Actor, done: Difference) -> None:
    session.add(
        AppliedScheme(
            key=done.scheme.key,
            content=done.scheme.model_dump(mode="json"),
            applied_at=clock.now(),
            applied_by_id=None if actor is SYSTEM else actor.person_id,
            touched=done.touched,
        )
    )
    await session.flush()
    reference.forget(session)


def _audited(changes: list[Change]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for change in changes:
        name = f"{change.part}.{change.verb}"
        counts[name] = counts.get(name, 0) + change.count
    lines = [
        {
            "what": change.name,
            "number": change.number,
            "from": change.before,
            "to": change.after,
        }
        for change in changes
        if change.part in _WORDS and change.verb in (Verb.CHANGE, Verb.SWITCH_OFF)
    ]
    return {"counts": counts, "lines": lines}
