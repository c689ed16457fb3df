"""科室、车间、班组、岗位 of some enterprises (S0-35), entered by the clerk of the village."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.person import Role
from app.services import ledger, presets
from app.services.demo.dice import dice
from app.services.demo.enterprises import Company
from app.services.demo.people import Staff
from app.services.ledger import EditObject


async def tell(
    session: AsyncSession, seed: int, staff: Staff, companies: Sequence[Company], now: datetime
) -> None:
    """Entered now, after what is sealed already: the ledger's audit says so."""
    for known in presets.read("demo/structures")["enterprise"]:
        company = next(one for one in companies if one.sector == known["sector"])
        clerk = staff.actors[presets.body_id(company.village.code), Role.VILLAGE_CLERK][0]
        edit = EditObject.model_validate({"units": _units(seed, company, known["units"])})
        with clock.at(now):
            await ledger.edit_object(session, clerk, company.object.id, edit)


def _units(seed: int, company: Company, known: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    chance, words = dice(seed, f"structure/{company.id}"), presets.read("demo/people")
    return [
        {
            "kind": unit["kind"],
            "name": unit["name"],
            "parent": unit.get("below", ""),
            "person": ""
            if unit.get("vacant")
            else chance.choice(words["surnames"]) + chance.choice(words["younger"]),
        }
        for unit in known
    ]
