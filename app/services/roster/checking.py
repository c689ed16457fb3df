"""Every cell read, every row held against who and what is there; what is wrong in words, per cell.

Nothing here writes. What is found good is done later by the same ways as one by one, whose rules
have the last word.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.people_import import PeopleImport, PeopleImportRow
from app.services import access, slots
from app.services.access import Actor
from app.services.roster import doubles, ending, persons, standing
from app.services.roster.columns import MOBILE, NAME, NEEDED, columns
from app.services.roster.jobs import Jobs, jobs_of
from app.services.roster.known import Known, known_for
from app.services.roster.placing import Wrong, entries
from app.services.roster.rows import Checked
from app.services.sheets import CellError, Column


async def check_rows(
    session: AsyncSession, actor: Actor, batch: PeopleImport, some: Sequence[PeopleImportRow]
) -> None:
    """Against people and posts as they are now, within the sender's reach; safe to repeat."""
    if not some:
        return
    jobs = await jobs_of(session)
    sheet = columns(jobs)
    rows = [_read(row.line, row.cells, sheet) for row in some]
    known = await _known(session, actor, jobs, rows)
    for row in rows:
        _hold_against_known(actor, known, row)
    known.holders = await slots.holders(session, _grids_of(rows))
    ending.free(known, await ending.earlier(session, batch, rows))
    for row in rows:
        await standing.hold(session, actor, known, row)
    doubles.mark(rows, await doubles.earlier(session, batch, rows))
    for kept, row in zip(some, rows, strict=True):
        kept.errors = row.errors
        kept.values = None if row.errors else row.plain()
        kept.person_id = row.person.id if row.person and not row.errors else None


def _read(line: int, cells: Mapping[str, str], sheet: Sequence[Column]) -> Checked:
    row = Checked(line, {title: "这一格不能空" for title in NEEDED if title not in cells})
    for column in sheet:
        text = cells.get(column.title)
        if text is None:
            continue
        try:
            value = column.read(text)
        except CellError as error:
            row.errors[column.title] = f"{error}（现在是「{text[:40]}」）"
            continue
        if column.field:
            row.values[column.field] = value
    row.values.setdefault("starts_on", access.today().isoformat())
    if "part_time_source" in row.values:
        row.values.setdefault("is_full_time", False)
    return row


async def _known(session: AsyncSession, actor: Actor, jobs: Jobs, rows: Sequence[Checked]) -> Known:
    told = {
        key: {row.values[key] for row in rows if key in row.values}
        for key in ("body", "name", "mobile")
    }
    grids = {text for row in rows for text in row.values.get("grids", ())}
    return await known_for(session, actor, jobs, told["body"], grids, told["name"], told["mobile"])


def _hold_against_known(actor: Actor, known: Known, row: Checked) -> None:
    """Who it is and where; each is asked although the other is wrong, if its cells can be read."""
    if not row.errors.keys() & {NAME, MOBILE}:
        try:
            row.person = persons.found(actor, known, row.name, row.mobile)
        except Wrong as wrong:
            row.errors[wrong.title] = wrong.why
    if {"body", "job"} <= row.values.keys():
        try:
            row.entries = entries(known, row.values)
        except Wrong as wrong:
            row.errors.setdefault(wrong.title, wrong.why)


def _grids_of(rows: Sequence[Checked]) -> set[UUID]:
    return {entry.grid.id for row in rows for entry in row.entries if entry.grid}
