"""What was decided, as it is shown: who, by when, done or late, and what it said before."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from app.api.views import OrganizationRef, View
from app.models.duty import DutyItemVersion as Was
from app.models.organization import Organization
from app.services.duties import FoundItem


class DutyItemVersion(View):
    """What it said until it was corrected, and by whom."""

    version: int
    text: str
    organization: OrganizationRef
    due_on: date
    by: str
    at: datetime
    because: str


class DutyItemView(View):
    """`earlier`: only within its record."""

    id: UUID
    record_id: UUID
    subject: str = Field(description="of the record")
    text: str
    organization: OrganizationRef
    due_on: date
    counts_until: date = Field(description="its day, or the working day after a holiday")
    is_late: bool
    version: int
    earlier: list[DutyItemVersion]
    done_at: datetime | None
    done_by: str | None
    done_note: str
    may_finish: bool


def item(one: FoundItem, people: dict[UUID, str]) -> DutyItemView:
    kept, record = one.item, one.record
    own = ("id", "record_id", "text", "due_on", "version", "done_at", "done_note")
    return DutyItemView(
        **{name: getattr(kept, name) for name in own},
        subject=record.subject,
        organization=OrganizationRef.model_validate(one.body),
        counts_until=one.counts_until,
        is_late=one.is_late,
        earlier=[_was(was, body, people) for was, body in one.earlier],
        done_by=people.get(kept.done_by_id) if kept.done_by_id else None,
        may_finish=one.may_finish,
    )


def _was(was: Was, body: Organization, people: dict[UUID, str]) -> DutyItemVersion:
    own = ("version", "text", "due_on", "because")
    return DutyItemVersion(
        **{name: getattr(was, name) for name in own},
        organization=OrganizationRef.model_validate(body),
        by=people[was.corrected_by_id],
        at=was.corrected_at,
    )
