"""Keeping a document once under the desk's own id, and a newer version in the place of the old."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import ChangedMeanwhile, Invalid, NotFound, NotPermitted, SameIdOtherContent
from app.models.grid import Grid
from app.models.library import Filing, LibraryDocument, LibraryVersion, PaperForm
from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import SupervisedObject
from app.services import access, audit
from app.services.access import Actor
from app.services.arrivals import digest_of
from app.services.audit import Kind, Subject
from app.services.library import files, flow, kinds, reach
from app.services.library.commands import KeepDocument, ReviseDocument, Said
from app.services.permissions import Permission

SAID = tuple(Said.model_fields)


async def keep(
    session: AsyncSession, actor: Actor, document_id: UUID, command: KeepDocument, body: bytes
) -> LibraryDocument:
    """The same id with the same bytes: the first one."""
    digest = digest_of(body)
    known = await session.get(LibraryDocument, document_id)
    if known is not None:
        return _same(known, actor, digest)
    access.require(actor, Permission.KEEP_LIBRARY)
    kind = await _kind(session, command)
    await _require_whose(session, actor, command)
    await _require_plan(session, actor, kind, command)
    await _require_said(session, actor, command, None)
    made = insert(LibraryDocument).values(_values(actor, document_id, command, kind, digest))
    made = made.on_conflict_do_nothing(index_elements=[LibraryDocument.id])
    is_new = await session.scalar(made.returning(LibraryDocument.id)) is not None
    row = await session.get_one(LibraryDocument, document_id)
    if not is_new:
        return _same(row, actor, digest)
    subject = Subject("library_document", row.id)
    await audit.record(session, Kind.DOCUMENT_KEPT, actor, subject, {"kind": row.kind_key})
    return row


async def revise(
    session: AsyncSession, actor: Actor, document_id: UUID, version: int, command: ReviseDocument
) -> LibraryDocument:
    """`version`: the number that it gets. What stood before stays, with who, when and why."""
    access.require(actor, Permission.KEEP_LIBRARY)
    row, is_own = await lock(session, actor, document_id)
    if not is_own:
        raise NotPermitted(why="应由资料所属的单位更新。", why_en="Its own body renews it.")
    if row.version == version and row.written_by_id == actor.person_id and _is_said(row, command):
        return row  # a repeat
    if row.version != version - 1 or row.withdrawn_at is not None:
        raise ChangedMeanwhile
    await _require_said(session, actor, command, row)
    said = {name: getattr(row, name) for name in (*SAID, "written_by_id", "written_at")}
    session.add(
        LibraryVersion(document_id=row.id, version=row.version, because=command.because, **said)
    )
    for name in SAID:
        setattr(row, name, getattr(command, name))
    row.version, row.written_at, row.written_by_id = version, clock.now(), actor.person_id
    if row.filing is not None:
        flow.move(row, Filing.SUBMITTED)
    await session.flush()
    told = {"version": version}
    await audit.record(
        session, Kind.DOCUMENT_REVISED, actor, Subject("library_document", row.id), told
    )
    return row


async def lock(
    session: AsyncSession, actor: Actor, document_id: UUID
) -> tuple[LibraryDocument, bool]:
    """One change at a time, and whether it is the actor's own; NotFound outside the sight."""
    own = reach.own(actor).label("own")
    query = select(LibraryDocument, own).where(
        LibraryDocument.id == document_id, reach.can_see(actor)
    )
    query = query.with_for_update(key_share=True, of=LibraryDocument)
    found = (await session.execute(query.execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise NotFound
    row, is_own = found
    return row, is_own


def _same(known: LibraryDocument, actor: Actor, digest: str) -> LibraryDocument:
    if known.sha256 != digest or known.written_by_id != actor.person_id:
        raise SameIdOtherContent(id=str(known.id))
    return known


def _is_said(row: LibraryDocument, command: Said) -> bool:
    return all(getattr(row, name) == getattr(command, name) for name in SAID)


def _values(
    actor: Actor, document_id: UUID, command: KeepDocument, kind: kinds.Kind, digest: str
) -> dict[str, object]:
    seat = reach.keeping_seat(actor)
    if seat is None:  # the permission was asked for before
        raise NotPermitted
    return {
        **command.model_dump(),
        "id": document_id,
        "sha256": digest,
        "version": 1,
        "filing": Filing.SUBMITTED if kind.is_filed else None,
        "written_by_id": actor.person_id,
        "written_for_id": seat.organization_id,
        "written_at": clock.now(),
    }


async def _kind(session: AsyncSession, command: KeepDocument) -> kinds.Kind:
    found = (await kinds.known(session)).get(command.kind_key)
    if found is None or not found.is_active:
        raise Invalid(
            fields=["kind_key"],
            reason_zh="没有这种资料，或者停用了。请换一种。",
            reason_en="There is no such kind, or it is switched off. Choose another.",
        )
    return found


async def _require_whose(session: AsyncSession, actor: Actor, command: KeepDocument) -> None:
    """One of the three, on the actor's own ground; an enterprise's stands in the ledger."""
    given = {
        "organization_id": (
            Organization.id,
            reach.own_bodies(actor) & (Organization.kind != OrganizationKind.ENTERPRISE),
        ),
        "grid_id": (Grid.id, reach.own_grids(actor)),
        "object_id": (SupervisedObject.id, reach.own_objects(actor)),
    }
    named = [name for name in given if getattr(command, name) is not None]
    if len(named) != 1:
        raise Invalid(
            fields=["organization_id"],
            reason_zh="这是谁的资料？单位、网格、企业（场所）里选一个。",
            reason_en="Whose is it? Choose one body, one grid, or one place.",
        )
    column, is_own = given[named[0]]
    if not await _is_there(session, select(column), column == getattr(command, named[0]), is_own):
        raise NotFound(fields=named)


async def _require_plan(
    session: AsyncSession, actor: Actor, kind: kinds.Kind, command: KeepDocument
) -> None:
    """Of a drill: a plan of the same place or body that stands."""
    if command.plan_id is None:
        return
    same = [
        getattr(LibraryDocument, name).is_not_distinct_from(getattr(command, name))
        for name in ("organization_id", "grid_id", "object_id")
    ]
    is_meant = [LibraryDocument.kind_key == kind.about, LibraryDocument.withdrawn_at.is_(None)]
    plan = LibraryDocument.id == command.plan_id
    query = select(LibraryDocument.id)
    if kind.about is None or not await _is_there(
        session, query, plan, reach.can_see(actor), *same, *is_meant
    ):
        raise NotFound(fields=["plan_id"])


async def _require_said(
    session: AsyncSession, actor: Actor, command: Said, row: LibraryDocument | None
) -> None:
    if command.form is PaperForm.PAPER and not command.place_kept:
        raise _invalid("place_kept", "纸质的放在哪里？写柜子或房间", "Say where the paper stands")
    if (command.form is PaperForm.ELECTRONIC) != (command.file_id is not None):
        raise _invalid(
            "file_id",
            "电子的要带文件，纸质的不带。要存扫描件就选“电子”",
            "An electronic document has a file, paper has none; choose electronic for a scan",
        )
    if command.custodian_id is not None and not await _is_there(
        session, select(Organization.id), Organization.id == command.custodian_id
    ):
        raise NotFound(fields=["custodian_id"])
    await files.require_mine(session, actor, command.file_id, row.file_id if row else None)


async def _is_there(
    session: AsyncSession, query: Select[UUID], *conditions: ColumnElement[bool]
) -> bool:
    return await session.scalar(query.where(*conditions)) is not None


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
