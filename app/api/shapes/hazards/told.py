"""Cases as the changes feed tells them: built once for everybody, kept until there is news of them.

Whoever sees a case is told the same of it, but for the steps that this person may take. What is
kept carries the mark of the newest change it is known to hold: that change and all before it were
committed when it was read, so it is right for every reader whom the feed has led as far, and
whoever is led further finds a newer mark. Who may see it is asked anew for every reader.

Who has a case open, or has claimed it for five minutes, is not announced to phones and not told.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.api.shapes.hazards.wholes import allowed_action, whole
from app.config import Settings
from app.models.hazard import ClockOutcome, Hazard
from app.services import hazards, reference
from app.services.access import SYSTEM, Actor
from app.services.hazard_flow import Transition
from app.services.hazards import Around, Facts
from app.services.sync import Mark

MOST_KEPT = 3000  # cases a process; some 10 KB each
_PERSONAL, _PASSING = {"actions"}, {"viewers", "claimed_by"}
_NO_PASSING = b',"viewers":[],"claimed_by":null'
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """A case without what is personal. `until`: then one of its clocks shows something else."""

    mark: Mark | None
    names: UUID | None
    until: datetime
    hazard: Hazard
    facts: Facts
    text: bytes


_kept: OrderedDict[UUID, Told] = OrderedDict()


class Telling:
    """What one answer tells. What is kept and good enough need not be read."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.names = reference.pinned(session)
        self.told: dict[UUID, Told] = {}

    def has(self, id_: UUID, mark: Mark) -> bool:
        """Take the case from what is kept, if that is as new as the mark."""
        kept = _kept.get(id_)
        if kept is None or not mark.is_in(kept.mark) or kept.names != self.names:
            return False
        if kept.until <= clock.now():
            return False
        _kept.move_to_end(id_)
        self.told[id_] = kept
        return True

    async def build(
        self, settings: Settings, rows: Sequence[Hazard], marks: Mapping[UUID, Mark]
    ) -> None:
        """The others, from what is read now; with a mark they are kept for those who come."""
        if not rows:
            return
        known = await hazards.around(self.session, rows, SYSTEM)
        for hazard in rows:
            mark = marks.get(hazard.id)
            told = _told(settings, hazard, known, mark, self.names)
            self.told[hazard.id] = told
            if mark:
                _keep(told)
        # What is kept outlives this request, also one that is rolled back after all.
        self.session.expunge_all()

    async def texts(self, actor: Actor, ids: Iterable[UUID]) -> list[bytes]:
        """Each case as JSON, with the steps that this person may take."""
        cases = [self.told[id_] for id_ in ids]
        stand_in = await hazards.deputies_of(self.session, [one.hazard for one in cases], actor)
        return [_for(actor, one, stand_in.get(one.hazard.id, frozenset())) for one in cases]


def _told(
    settings: Settings, hazard: Hazard, known: Around, mark: Mark | None, names: UUID | None
) -> Told:
    view = whole(settings, SYSTEM, hazard, known)
    text = view.model_dump_json(exclude=_PERSONAL | _PASSING).encode()
    facts = known.facts[hazard.id]
    return Told(mark, names, _until(hazard, known), hazard, facts, text[:-1] + _NO_PASSING)


def _keep(told: Told) -> None:
    _kept[told.hazard.id] = told
    _kept.move_to_end(told.hazard.id)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)


def _until(hazard: Hazard, known: Around) -> datetime:
    """When the next running clock comes near its date, misses it, or is very late."""
    running = [
        row for row in known.clocks.get(hazard.id, ()) if row.outcome is ClockOutcome.RUNNING
    ]
    marks = {at for row in running for at in (row.approaching_at, row.due_at, row.very_late_at)}
    mine = (hazard.clock_approaching_at, hazard.clock_due_at, hazard.clock_very_late_at)
    marks |= {at for at in mine if at}
    return min((at for at in marks if at >= clock.now()), default=_NEVER)


def _for(actor: Actor, told: Told, deputies: frozenset[UUID]) -> bytes:
    facts = replace(told.facts, deputies=deputies) if deputies else told.facts
    steps = map(_step, hazards.possible(actor, told.hazard, facts))
    return b'%s,"actions":[%s]}' % (told.text, b",".join(steps))


@cache
def _step(row: Transition) -> bytes:
    return allowed_action(row).model_dump_json().encode()
