"""What hangs on the invented enterprises: who is in charge, which licences, double prevention."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from app.models.base import Base
from app.models.ledger import Basis, Licence, ObjectDepartment
from app.models.supervised_object import DualPrevention
from app.services import presets
from app.services.demo.dice import dice, identity
from app.services.demo.enterprises import Company

_AHEAD, _BEHIND = 900, 20  # days; now and then one has run out
_BUSINESS = "营业执照"


def of_companies(seed: int, companies: Sequence[Company], today: date) -> Iterator[Base]:
    """A department for each, papers for key units; the same seed gives the same ones."""
    known = {row["key"]: row for row in presets.read("demo/enterprises")["sector"]}
    chance = dice(seed, "papers")
    for company in companies:
        sector, own = known[company.sector], company.object
        if "in_charge" in sector:
            body_id = presets.body_id(sector["in_charge"])
            yield ObjectDepartment(object_id=own.id, organization_id=body_id, basis=Basis.IN_CHARGE)
        if not own.is_key:
            continue
        if "dual_prevention" in sector:
            own.dual_prevention = DualPrevention(sector["dual_prevention"])
        yield _licence(seed, company, _BUSINESS, "市场监督管理局", None)
        if "licence" in sector:
            last_day = today + timedelta(days=chance.randint(-_BEHIND, _AHEAD))
            yield _licence(seed, company, sector["licence"], sector["issuer"], last_day)


def _licence(
    seed: int, company: Company, kind: str, issuer: str, expires_on: date | None
) -> Licence:
    id_ = identity(seed, f"licence/{company.id}/{kind}")
    number = company.object.credit_code if kind == _BUSINESS else f"370405{id_.int % 10**8:08d}"
    return Licence(
        id=id_,
        object_id=company.object.id,
        kind=kind,
        number=number or "",
        issuer=f"台儿庄区{issuer}",
        expires_on=expires_on,
    )
