"""A row of the sheet while it is checked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.models.person import Person
from app.services.accounts import Holding
from app.services.roster.placing import Entry

HOLDING = (*Holding.model_fields,)


@dataclass
class Checked:
    """`person`: who it is; None: somebody new. `entries`: what the person has not got yet.

    `endings`: what the person has and the row ends, see `ending`. `notings`: what of it the row
    says otherwise, see `telling`.
    """

    line: int
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    entries: Sequence[Entry] = ()
    endings: Sequence[dict[str, Any]] = ()
    notings: Sequence[dict[str, Any]] = ()

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def mobile(self) -> str:
        return str(self.values["mobile"])

    @property
    def starts_on(self) -> date:
        return date.fromisoformat(self.values["starts_on"])

    @property
    def ends_on(self) -> date | None:
        return date.fromisoformat(text) if (text := self.values.get("ends_on")) else None

    def plain(self) -> dict[str, Any]:
        """As the batch keeps it."""
        about = {key: self.values[key] for key in ("name", "mobile", "starts_on")}
        return {
            **about,
            "ends_on": self.values.get("ends_on"),
            "entries": [entry.plain() for entry in self.entries],
            "endings": [*self.endings],
            "notings": [*self.notings],
            "holding": {name: self.values[name] for name in HOLDING if name in self.values},
        }
