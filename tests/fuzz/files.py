"""What the access matrix does not send: bytes and files, by somebody who may."""

import json
from collections.abc import Callable
from typing import Any

from app.models.base import new_id
from app.models.person import Role
from tests import pictures, sheets
from tests.fuzz.ways import Way
from tests.matrix.filling import SQUARE
from tests.matrix.world import BODY, World
from tests.services.roster.office import NEW, sheet

_DIGEST = {"content-digest": pictures.digest_of(BODY)}
_READ = {"crs": "wgs84", "match": "code", "named_by": "编码"}


def _bytes(role: Role, **ids: str) -> Callable[[World], Way]:
    return lambda world: Way(world.actors[role.value], ids, {}, BODY, _DIGEST)


def _file(
    role: Role, body: Callable[[World], bytes], query: dict[str, Any] | None = None
) -> Callable[[World], Way]:
    return lambda world: Way(world.actors[role.value], {}, query or {}, {"file": body(world)})


def _people(world: World) -> bytes:
    return sheet({**NEW, "所属单位": world.bodies["village_a"].name})


def _places(world: World) -> bytes:
    return sheets.many([world.bodies["village_a"].name], 3, 1).body


def _outlines(world: World) -> bytes:
    code = world.grids["grid_a"].official_code or "370405001"
    made = {"type": "Feature", "properties": {"编码": code}, "geometry": SQUARE}
    return json.dumps({"type": "FeatureCollection", "features": [made]}).encode()


def _rescued(world: World) -> bytes:
    person = world.people[Role.GRIDWORKER.value]
    head = {"v": 1, "exported_at": "2026-11-22T01:00:00Z", "drafts": []}
    whose = {"person": {"id": str(person.id), "name": person.name}, "items": [], "photos": []}
    return json.dumps(head | whose, ensure_ascii=False).encode()


FILES: dict[str, Callable[[World], Way]] = {
    "PUT /api/photos/{photo_id}": _bytes(Role.GRIDWORKER, photo_id=str(new_id())),
    "PUT /api/library/files/{file_id}": _bytes(Role.COUNTY_OFFICER, file_id=str(new_id())),
    "POST /api/checklists/pictures": _bytes(Role.ADMINISTRATOR),
    "POST /api/people/imports": _file(Role.TOWNSHIP_OFFICER, _people),
    "POST /api/ledger/imports": _file(Role.TOWNSHIP_OFFICER, _places),
    "POST /api/grids/outline-imports/check": _file(Role.ADMINISTRATOR, _outlines, _READ),
    "POST /api/sync/rescue": _file(Role.GRIDWORKER, _rescued),
}
