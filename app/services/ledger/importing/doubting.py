"""What looks wrong in a row and may be right all the same: told before, never refused."""

from collections.abc import Mapping
from typing import Any

from app.services import places
from app.services.ledger import credit_codes
from app.services.sheets import CellError, number

CODE, LAT, LON = "信用代码", "纬度", "经度"
_MOST_LAT = 90
_degrees = number(-180, 180, whole=False)
SWAPPED = "纬度和经度像是填反了：纬度是小的那个，例如 34.56，请对调"


def settle_position(cells: Mapping[str, str], errors: dict[str, str]) -> None:
    """Both or none; and a latitude that only a longitude can be."""
    if (LAT in cells) != (LON in cells):
        errors[LAT if LON in cells else LON] = "经度和纬度要一起填"
    elif LAT in errors and LON not in errors and LON in cells and _is_swapped(cells):
        errors[LAT] = f"{SWAPPED}（现在是「{cells[LAT][:40]}」）"


def _is_swapped(cells: Mapping[str, str]) -> bool:
    try:
        lat, lon = _degrees(cells[LAT]), _degrees(cells[LON])
    except CellError:
        return False
    return bool(abs(lat) > _MOST_LAT >= abs(lon))


def warnings(values: Mapping[str, Any]) -> dict[str, str]:
    """By column. Of rows that are right."""
    found = {}
    if doubt := credit_codes.warning(values.get("credit_code")):
        found[CODE] = doubt
    if values.get("lat") is not None and (doubt := _elsewhere(values["lat"], values["lon"])):
        found[LAT] = doubt
    return found


def _elsewhere(lat: float, lon: float) -> str | None:
    metres = places.metres_outside(lat, lon)
    if not metres:
        return None
    if abs(lon) <= _MOST_LAT and not places.metres_outside(lon, lat):
        return f"{SWAPPED}；现在这个位置在县外"
    far = f"{metres / 1000:,.0f} 公里" if metres >= 1000 else f"{max(metres, 1):.0f} 米"  # noqa: PLR2004
    return f"这个位置在县外，离县界约 {far}，请核对"
