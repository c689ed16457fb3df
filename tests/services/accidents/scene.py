"""A county in which an accident happens at noon."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from app import clock
from app.models.base import new_id
from app.models.person import Person
from tests.conftest import Freeze, SignInAs
from tests.factories import County

JSON = {"Content-Type": "application/json"}
NOON = "2026-11-26T12:00:00+08:00"


def at(minutes: float) -> str:
    return (datetime.fromisoformat(NOON) + timedelta(minutes=minutes)).isoformat()


@dataclass
class Scene:
    county: County
    sign_in_as: SignInAs
    freeze: Freeze

    async def put(self, who: Person, path: str, **said: Any) -> httpx.Response:
        body = json.dumps(said, ensure_ascii=False).encode()
        client = await self.sign_in_as(who)
        return await client.put(f"/api/accidents/{path}", content=body, headers=JSON)

    async def report(self, id_: UUID, **said: Any) -> httpx.Response:
        known = {"kind": "fire", "occurred_at": NOON}
        return await self.put(self.county.gridworker, str(id_), **{**known, **said})

    async def more(self, who: Person, id_: UUID, **said: Any) -> httpx.Response:
        path = f"{id_}/reports/{new_id()}"
        return await self.put(who, path, **{"occurred_at": clock.now().isoformat(), **said})

    async def step(self, who: Person, id_: UUID, step: str, **said: Any) -> httpx.Response:
        return await self.put(who, f"{id_}/steps/{new_id()}", step=step, **said)

    async def get(self, who: Person, path: str = "") -> Any:
        answer = await (await self.sign_in_as(who)).get(f"/api/accidents{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()
