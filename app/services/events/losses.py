"""When the end of history is lost by a restore or a takeover: its heads outside stay and say so.

A loss is one more small file beside the heads: which seals are gone, when and why somebody has
said so, with a MAC keyed by the deployment's secret. Without it the verifier calls a head that has
no seal what it would be otherwise: a history whose end was cut off (docs/decisions/0081).
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, security
from app.config import Settings
from app.services.events.chain import canonical, plain
from app.services.events.heads import PREFIX
from app.services.verification import Loss, losses_of, read_losses
from app.storage import ObjectStore

LOSSES = "losses/"
_INSIDE = "select id from seals"
_NEWEST = "select coalesce(max(id), 0) from seals"
# Of the numbers given out the sequence never goes back.
_GO_ON_BEHIND = """
    select setval(s, greatest(:taken, coalesce(pg_sequence_last_value(s), 0)))
    from (select pg_get_serial_sequence('seals', 'id')::regclass as s) sequence
"""


class NotTheEndError(RuntimeError):
    """Seals are missing in the midst of others: no restore and no takeover does that."""


async def lost(session: AsyncSession, place: ObjectStore, settings: Settings) -> Loss | None:
    """Of which heads outside no seal is left, and nobody has said so yet. May raise NotTheEnd."""
    taken = set(await _numbers(place, PREFIX))
    signed, _ = losses_of(await read_losses(place), settings.secret.get_secret_value())
    inside = set(await session.scalars(text(_INSIDE)))
    missing = {n for n in taken - inside if not any(one.has(n) for one in signed)}
    if not missing:
        return None
    first, last = min(missing), max(missing)
    if any(first < number < last for number in inside):
        raise NotTheEndError(
            "不是末尾丢失：中间的封印不见了，不能签。\n"
            "Seals are missing in the midst of others: that is no loss of the end."
        )
    return Loss(max((number for number in inside if number < first), default=0), last)


async def sign(place: ObjectStore, loss: Loss, reason: str, settings: Settings) -> None:
    """For good. Whoever calls this knows that it was a restore or a takeover."""
    said = {"after": loss.after, "through": loss.through, "at": plain(clock.now())}
    said |= {"reason": reason}
    mac = security.loss_mac(settings.secret.get_secret_value(), canonical(said))
    body = canonical({**said, "mac": mac})
    await place.put(f"{LOSSES}{loss.through:012d}.json", body, "application/json")


async def make_room(session: AsyncSession, place: ObjectStore) -> Loss | None:
    """The next seal takes no number under which a head lies outside; answers what is lost."""
    taken = max(await _numbers(place, PREFIX), default=0)
    newest = await session.scalar(text(_NEWEST)) or 0
    if taken <= newest:
        return None
    await session.execute(text(_GO_ON_BEHIND), {"taken": taken})
    return Loss(newest, taken)


async def _numbers(place: ObjectStore, folder: str) -> list[int]:
    keys = [key async for key, _ in place.contents(folder) if key.endswith(".json")]
    return [int(key.removeprefix(folder)[:-5]) for key in keys]
