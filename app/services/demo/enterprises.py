"""Sixty invented enterprises with valid credit codes, each in a village's land."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from stdnum.cn import uscc

from app.models.organization import Organization, OrganizationKind
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import presets
from app.services.coordinates import LonLat
from app.services.demo.dice import dice, identity
from app.services.demo.land import Ground, inside

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
_AREA = "370405"
_ON_THE_CANAL = 40  # southernmost villages
_ON_WATER = frozenset({"ferry"})
_IN_TOWN = frozenset({"mall", "hotel", "clinic"})


@dataclass(frozen=True)
class Company:
    """One enterprise with the village it lies in."""

    id: UUID
    sector: str
    name: str
    village: presets.Division
    place: LonLat
    body: Organization
    object: SupervisedObject


def found(seed: int, land: dict[str, Ground], since: datetime) -> list[Company]:
    """All of them, by sector; the same seed gives the same ones."""
    chance = dice(seed, "enterprises")
    known = presets.read("demo/enterprises")
    brands = list(known["brands"])
    chance.shuffle(brands)
    companies: list[Company] = []
    for sector in known["sector"]:
        for number in range(sector["count"]):
            brand = brands[len(companies) % len(brands)]
            form = sector["forms"][number % len(sector["forms"])]
            company = _company(seed, sector, form.format(brand=brand), chance, land, since)
            company.object.is_key = number < round(sector["count"] * sector["key_share"])
            if number == 0:
                company.object.major_source_level = sector.get("major_level")
            companies.append(company)
    return companies


def _company(
    seed: int,
    sector: dict[str, str],
    name: str,
    chance: Random,
    land: dict[str, Ground],
    since: datetime,
) -> Company:
    village = _village(sector["key"], chance, land)
    place = inside(land[village.code], chance)
    id_ = identity(seed, f"enterprise/{name}/{village.code}")
    body = Organization(
        id=id_,
        kind=OrganizationKind.ENTERPRISE,
        name=f"台儿庄区{name}",
        short_name=name[:20],
        parent_id=presets.body_id(village.code),
        within_id=presets.body_id(village.township_code),
    )
    address = (
        f"{village.short_name}{chance.choice(('中心路', '沿街', '村东路', '环镇路', '工业路'))}"
    )
    known = SupervisedObject(
        id=id_,
        kind=ObjectKind(sector.get("kind", ObjectKind.ENTERPRISE)),
        name=body.name,
        organization_id=id_,
        credit_code=credit_code(chance, is_company=name.endswith("公司")),
        address=f"{address}{chance.randint(1, 180)}号",
        sector=sector["name"],
        grid_id=presets.grid_id(village.code),
        lat=place.lat,
        lon=place.lon,
        created_at=since,
        confirmed_at=since,
    )
    return Company(id_, sector["key"], name, village, place, body, known)


def _village(sector: str, chance: Random, land: dict[str, Ground]) -> presets.Division:
    """Malls and hotels stand in town, ferries on the canal side, the rest anywhere."""
    villages = list(presets.villages())
    if sector in _IN_TOWN:
        villages = [row for row in villages if row.urban_rural.startswith("11")]
    elif sector in _ON_WATER:
        villages.sort(key=lambda row: land[row.code].centre.lat)
        villages = villages[:_ON_THE_CANAL]
    return chance.choice(villages)


def credit_code(chance: Random, *, is_company: bool) -> str:
    """91 (company) or 92 (individual business), area, an organisation code, both check digits."""
    body = "MA" + "".join(chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(6))
    first = ("91" if is_company else "92") + _AREA + body + _organisation_check(body)
    return first + str(uscc.calc_check_digit(first))


def _organisation_check(body: str) -> str:
    """GB 11714: modulus 11, where 10 is X and 11 is 0."""
    values = [int(letter, 36) for letter in body]
    total = sum(w * v for w, v in zip(_ORGANISATION_WEIGHTS, values, strict=True))
    return "0X987654321"[total % 11]
