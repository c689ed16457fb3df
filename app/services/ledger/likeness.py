"""What has probably been entered before: told to whoever collects and confirms, never refused."""

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.models.supervised_object import SupervisedObject
from app.services.access import Actor
from app.services.ledger import reach
from app.services.ledger.finding import FoundObject, found, selected
from app.services.places.distances import UNKNOWN, degrees, squared_degrees

NEAR_METRES = 200.0
MOST_SHOWN = 5
_NFKC: ColumnElement[str] = literal_column("nfkc")


async def alike(session: AsyncSession, actor: Actor, row: SupervisedObject) -> list[FoundObject]:
    """Open ones with the same credit code, or of the same name near it in the same grid."""
    here = SupervisedObject
    query = selected(actor).where(
        here.id != row.id,
        here.closed_on.is_(None),
        reach.can_see(actor),
        or_(_same_code(row), and_(here.grid_id == row.grid_id, _same_name(row), _is_near(row))),
    )
    order = (here.confirmed_at.is_(None), here.created_at, here.id)
    rows = await session.execute(query.order_by(*order).limit(MOST_SHOWN))
    return [found(one, None) for one in rows]


def _same_code(row: SupervisedObject) -> ColumnElement[bool]:
    if row.credit_code is None:
        return false()
    return SupervisedObject.credit_code == row.credit_code


def _same_name(row: SupervisedObject) -> ColumnElement[bool]:
    return _plain(SupervisedObject.name) == _plain(row.name)


def _plain(name: InstrumentedAttribute[str] | str) -> ColumnElement[str]:
    """Without blanks and punctuation, which everybody sets differently."""
    whole = func.lower(func.normalize(name, _NFKC))
    return func.regexp_replace(whole, r"[^[:alnum:]]+", "", "g")


def _is_near(row: SupervisedObject) -> ColumnElement[bool]:
    """What has no position may be anywhere in the grid."""
    here = SupervisedObject
    if row.lat is None or row.lon is None:
        return here.id.is_not(None)
    far = squared_degrees(here.lat, here.lon, (row.lat, row.lon))
    return or_(far < degrees(NEAR_METRES) ** 2, far >= UNKNOWN)
