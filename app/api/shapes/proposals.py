"""Changes reported on the spot, as they are shown beside their object."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.api.views import View
from app.models.object_proposal import Gone, Verdict
from app.services.ledger import Proposed


class ProposedLine(View):
    """`seen`: as the phone showed it; `old`: as the ledger has it now."""

    field: str
    seen: Any
    old: Any
    new: Any
    is_stale: bool


class ProposalView(View):
    """What somebody on the spot says has changed. `verdict` None: it waits; else `returned`."""

    id: UUID
    person_id: UUID
    by: str
    occurred_at: datetime
    received_at: datetime
    lines: list[ProposedLine]
    gone: Gone | None
    note: str
    verdict: Verdict | None
    word: str = Field(description="why it was returned")
    is_stale: bool = Field(description="the ledger has changed since the phone showed it")


def proposal(said: Proposed) -> ProposalView:
    row = said.proposal
    return ProposalView(
        id=row.id,
        person_id=row.person_id,
        by=said.by,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        lines=[ProposedLine.model_validate(line) for line in said.lines],
        gone=row.gone,
        note=row.note,
        verdict=row.verdict,
        word=row.word,
        is_stale=said.is_stale,
    )
