"""Who is told that an hour of the national rule is nearly over, or is over: one table."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import Accident, AccidentStatus
from app.services.accidents import telling
from app.services.accidents.clocks import Clock, Hop, both
from app.services.audiences import Asked

_LOOKED_AT = timedelta(days=2)  # what has been silent for longer is seen in the list
_STILL_OPEN = frozenset({"running", "late"})


@dataclass(frozen=True)
class Alarm:
    """`before` the end of the hop; who has to act, and above him who has to know."""

    hop: Hop
    before: timedelta
    line: str
    circles: tuple[telling.Circle, ...]


_DESKS = (telling.township, telling.county)
# Of each hop the last that applies rings, once.
ALARMS = (
    Alarm("to_county", timedelta(), "hour_over", (*_DESKS, telling.leaders)),
    Alarm("to_county", timedelta(minutes=20), "hour_ends", _DESKS),
    Alarm("upwards", timedelta(), "upwards_over", (telling.county, telling.leaders)),
    Alarm("upwards", timedelta(minutes=30), "upwards_ends", (telling.county,)),
)


async def ring(session: AsyncSession) -> None:
    """Every minute; whoever has heard a line once does not hear it again."""
    asked, now = Asked(session), clock.now()
    query = select(Accident).where(
        Accident.received_at > now - _LOOKED_AT,
        Accident.status != AccidentStatus.FALSE_ALARM,
        or_(Accident.county_received_at.is_(None), Accident.reported_up_at.is_(None)),
    )
    for accident in (await session.scalars(query.order_by(Accident.id))).all():
        for hop in both(accident, now):
            if alarm := _due(hop):
                people = [await circle(asked, accident) for circle in alarm.circles]
                cause = f"{accident.id}:{alarm.line}"
                await telling.send(session, frozenset().union(*people), alarm.line, accident, cause)


def _due(hop: Clock) -> Alarm | None:
    if hop.due_at is None or hop.status not in _STILL_OPEN:
        return None
    left = hop.due_at - clock.now()
    return next((one for one in ALARMS if one.hop == hop.hop and left <= one.before), None)
