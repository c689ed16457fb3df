"""Writing a new case with all that belongs to it: one statement, everything or nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import ChangedMeanwhile
from app.models.event import Event
from app.models.hazard import Clock, Hazard, SearchText
from app.models.photo import ManifestEntry, Photo
from app.prepared import Prepared, together
from app.services import events, photos, rows, sync
from app.services.access import Actor
from app.services.hazards import searching


def _statement() -> Select[*tuple[Any, ...]]:
    """Everything hangs on the case: where its id is taken, nothing is written, no row comes.

    Its id comes once more by itself: of rows out of JSON PostgreSQL expects a hundred, and would
    rather read all events than look for so many.
    """
    is_taken = exists(select(Event.seq).where(Event.id == bindparam("case_id", type_=Uuid)))
    case = (
        rows.written(Hazard, None, ~is_taken)
        .on_conflict_do_nothing(index_elements=[Hazard.id])
        .returning(Hazard.id, Hazard.number)
        .cte("new_case")
    )
    history = (
        rows.written(Event, after=case)
        .on_conflict_do_nothing(index_elements=[Event.id])
        .returning(Event.seq)
        .cte("history")
    )
    manifest = (
        rows.written(ManifestEntry, after=case)
        .on_conflict_do_nothing(index_elements=[ManifestEntry.photo_id])
        .returning(ManifestEntry.photo_id)
        .cte("manifest")
    )
    beside = (
        rows.written(SearchText, after=case).cte("search"),
        rows.written(Clock, after=case).cte("started"),
        sync.noted("hazard", hazard_ids=select(case.c.id)).cte("change"),
    )
    promised = rows.given(ManifestEntry)
    return select(
        case.c.number,
        select(func.array_agg(history.c.seq)).scalar_subquery(),
        select(func.count()).select_from(manifest).scalar_subquery(),
        exists(select(Photo.id).join(promised, promised.c.photo_id == Photo.id)),
        func.pg_notify(sync.CHANNEL, ""),
        rows.QUEUED,
    ).add_cte(*beside)


_ACCEPT = Prepared(_statement())


async def accept(
    session: AsyncSession,
    actor: Actor,
    hazard: Hazard,
    history: Sequence[Event],
    manifest: Sequence[ManifestEntry],
    clocks: Sequence[Clock],
) -> bool | None:
    """None: the id is known, nothing was written. True: promised photos were here before.

    Invalid if a photo belongs to somebody or something else. The rows are complete afterwards,
    the case with its number, the events with theirs.
    """
    ids = [entry.photo_id for entry in manifest]
    jobs = [job for event in history for job in events.following(event)]
    texts = [await searching.text_of(session, hazard)]
    arguments = rows.arguments(
        {
            Hazard: [hazard],
            Event: history,
            ManifestEntry: manifest,
            Clock: clocks,
            SearchText: texts,
        }
    )
    case = _ACCEPT.asked({**arguments, "case_id": hazard.id, "jobs": rows.orders(*jobs)})
    *_, written = await together(session, *photos.locking(ids), case)
    if not written:
        return None
    hazard.number, seqs, lines, has_arrived, *_ = written[0]
    if len(seqs or []) < len(history):  # an id of ours reached another case in this very moment
        raise ChangedMeanwhile
    for event, seq in zip(history, sorted(seqs), strict=True):
        event.seq = seq
    for row in (hazard, *history):
        rows.adopt(session, row)
    if lines < len(ids) or has_arrived:
        await photos.check_manifest(session, actor, hazard, ids)
    return bool(has_arrived)
