"""Drafts of changes of the division, with the difference they would make."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.api.views import OrganizationRef, View
from app.models.division import DraftStatus
from app.services.divisions import DraftLine, FoundDraft

DraftKind = Literal["split", "merge", "close", "edit", "add"]


class SketchView(View):
    """A grid as it is, or as it would be. `places`: open ones on it, or that would go to it."""

    grid_id: UUID | None
    name: str
    organization: OrganizationRef
    official_code: str | None
    external_codes: dict[str, str]
    bounds: str | None
    outline: dict[str, Any] | None
    people: list[str]
    places: int | None


class DraftLineView(View):
    """`grids`: those it is about, by name."""

    id: UUID
    kind: DraftKind
    status: DraftStatus
    township: OrganizationRef
    grids: list[str]
    author: str
    reason: str
    handed_in_at: datetime


class DraftView(View):
    """`becomes`: of an edited grid, by field.

    `proposal`: a DivisionProposal in the words that were sent, which goes back when the draft is
    mended. What was not sent is not in it: null would take the value away.
    """

    id: UUID
    kind: DraftKind
    status: DraftStatus
    version: int
    township: OrganizationRef
    author: str
    reason: str
    handed_in_at: datetime
    starts_on: date | None
    document: str | None
    before: list[SketchView]
    after: list[SketchView]
    becomes: dict[str, str | None]
    proposal: dict[str, Any]
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    may: list[Literal["mend", "withdraw", "answer"]] = Field(description="the reader, now")


def line(found: DraftLine) -> DraftLineView:
    row = found.draft
    return DraftLineView.model_validate(
        {
            "id": row.id,
            "kind": found.kind,
            "status": row.status,
            "township": OrganizationRef.model_validate(found.township),
            "grids": found.grids,
            "author": found.author,
            "reason": row.reason,
            "handed_in_at": row.handed_in_at,
        }
    )


def draft(found: FoundDraft) -> DraftView:
    row = found.draft
    own = ("kind", "author", "answered_by", "starts_on", "document", "becomes", "may")
    kept = ("id", "status", "version", "reason", "handed_in_at", "proposal", "answer")
    return DraftView.model_validate(
        {name: getattr(found, name) for name in own}
        | {name: getattr(row, name) for name in kept}
        | {
            "answered_at": row.answered_at,
            "township": OrganizationRef.model_validate(found.township),
            "before": [SketchView.model_validate(one) for one in found.before],
            "after": [SketchView.model_validate(one) for one in found.after],
        }
    )
