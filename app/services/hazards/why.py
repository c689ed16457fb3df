"""The line "why is it here?" for one case at a time."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.hazard import Hazard
from app.services.hazards.surroundings import Around, around
from app.services.hazards.telling import Line, Names, line


async def why(session: AsyncSession, hazard: Hazard) -> Line:
    """Rule or person, when, from where, and which clock is running; Chinese and English."""
    return why_of(hazard, await around(session, [hazard]))


def why_of(hazard: Hazard, known: Around) -> Line:
    names = Names(known.bodies, known.people, known.categories)
    return line(hazard, known.facts[hazard.id].latest, names)
