"""The audit administrator's reading: who did what, when, from where."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import SessionDep, SignedIn, refusals
from app.api.views import PersonRef, View
from app.errors import Invalid, NotPermitted, NotSignedIn
from app.services import audit
from app.services.audit import AuditQuery, FoundEntry, Kind

router = APIRouter(prefix="/api/audit", tags=["audit"])


class AuditEntryView(View):
    """`kind` names the sentence in the PWA's words; `subject` is a name where it is a person."""

    id: UUID
    seq: int
    at: datetime
    kind: Kind
    succeeded: bool
    actor: PersonRef | None
    address: str | None
    request: str | None
    subject_kind: str
    subject_id: str | None
    subject: str | None
    data: dict[str, Any]


class AuditEntries(View):
    items: list[AuditEntryView]
    next: str | None


@router.get("", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def list_audit_entries(
    query: Annotated[AuditQuery, Query()], actor: SignedIn, session: SessionDep
) -> AuditEntries:
    """Entries, newest first, 50 a page."""
    page = await audit.entries(session, actor, query, query.cursor)
    return AuditEntries(items=[_entry(found) for found in page.items], next=page.next)


def _entry(found: FoundEntry) -> AuditEntryView:
    row = found.entry
    who = PersonRef(id=row.actor_id, name=found.actor or "") if row.actor_id else None
    return AuditEntryView(
        id=row.id,
        seq=row.seq,
        at=row.at,
        kind=Kind(row.kind),
        succeeded=row.succeeded,
        actor=who,
        address=row.address,
        request=row.request,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject=found.subject,
        data=row.data,
    )
