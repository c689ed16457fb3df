"""What the audit administrator looks for."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.services.audit.kinds import Kind
from app.services.commands import Input, Moment


class AuditFilters(Input):
    """Entries of one kind, about one person, of some time."""

    kind: Kind | None = None
    person_id: UUID | None = Field(None, description="who did it, or to whom")
    since: Moment | None = Field(None, description="from this moment on")
    until: Moment | None = Field(None, description="before this moment")


class AuditQuery(AuditFilters):
    """One page, newest first."""

    cursor: Annotated[str, Field(max_length=400)] | None = None
