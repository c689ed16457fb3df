"""Where the program and the model are laid side by side."""

import asyncio
from typing import Any

from tests.faults.l0.model import Case, Model
from tests.faults.l0.table import STEPS, find
from tests.faults.l0.world import World
from tests.faults.results import Run

Body = dict[str, Any]


class Differs(AssertionError):  # noqa: N818 - what the program does differs from the model
    """The program and the workflow do not agree; `promise` says in what.

    An invariant (I1 …), or of the model: answer (who may do what now), view (what a case looks
    like), sight (who sees it), feed (what the changes lead to), reconcile, aside (strangers kept).
    """

    def __init__(self, promise: str, what: str) -> None:
        super().__init__(f"{promise}: {what}")
        self.promise = promise


class Judge:
    """What each person is shown, against what the model says that this person sees."""

    def __init__(self, world: World, run: Run) -> None:
        self.world, self.run = world, run
        self.model = Model(world.now)
        self.copies: dict[str, tuple[str, dict[str, Body]]] = {}  # person → cursor, cases

    async def _list(self, person: str) -> set[str]:
        client, seen = self.world.clients[person], self.model.visible(person)
        listed = await client.get("/api/hazards", params={"limit": 100, "order": "newest"})
        here = {row["id"] for row in listed.json()["items"]}
        self._must(here == seen, "sight", f"{person}'s list", here ^ seen)
        self._nothing_foreign(person, listed.text, seen)
        return seen

    async def _open(self, person: str, case: Case, *, is_seen: bool) -> None:
        answer = await self.world.clients[person].get(f"/api/hazards/{case.id}")
        right = answer.status_code == (200 if is_seen else 404)
        self._must(right, "sight", f"{person} opens {case}", answer.status_code)
        if is_seen:
            self._compare(person, case, answer.json())

    async def fold(self, person: str) -> None:
        """Following the changes leads to what is there."""
        cursor, known = self.copies.get(person, ("", {}))
        for _ in range(20):
            page = await self._page(person, cursor)
            known = {} if page["reset"] else known
            known |= {one["id"]: one for one in page["hazards"]}
            known = {id_: one for id_, one in known.items() if id_ not in page["gone"]}
            is_end = page["cursor"] == cursor or not page["has_more"]
            cursor = page["cursor"]
            if is_end and await self._has_all(person, known):
                break
        self.copies[person] = (cursor, known)
        seen = self.model.visible(person)
        self._must(known.keys() == seen, "feed", f"{person}'s copy", known.keys() ^ seen)
        for id_, view in known.items():
            self._compare(person, self.model.cases[id_], view, "feed")

    async def _page(self, person: str, cursor: str) -> Body:
        answer = await self.world.clients[person].get(
            "/api/sync/changes", params={"since": cursor, "limit": 20}
        )
        self._nothing_foreign(person, answer.text, self.model.visible(person))
        page: Body = answer.json()
        return page

    async def _has_all(self, person: str, known: dict[str, Body]) -> bool:
        """A transaction of somebody else may hold the feed back for a moment."""
        cases = self.model.cases
        current = all(one["version"] == cases[id_].version for id_, one in known.items())
        if known.keys() == self.model.visible(person) and current:
            return True
        await asyncio.sleep(0.02)
        return False

    def _compare(self, person: str, case: Case, view: Body, promise: str = "view") -> None:
        ids = self.world.ids
        expected: Body = {
            "state": case.state,
            "round": case.round,
            "bounces": case.bounces,
            "version": case.version,
            "holder": ids[case.holder] if case.holder else None,
            "department": ids[case.department] if case.department else None,
            "is_signed_for": case.is_signed_for,
            "is_listed": case.is_listed,
            "is_major_confirmed": case.is_confirmed,
            "photos_expected": len(case.promised),
            "photos_received": self.model.arrived(case),
        }
        found = {name: _plain(view[name]) for name in expected}
        what = f"{person} sees {case.id}: expected {expected}"
        self._must(found == expected, promise, what, found)
        if promise == "view":
            offered = {row["action"] for row in view["actions"]}
            allowed = set(self._offered(person, case))
            what = f"{person}'s buttons (away: {self.model.on_leave}) for {case}"
            self._must(offered == allowed, "answer", what, offered ^ allowed)

    def _offered(self, person: str, case: Case) -> list[str]:
        steps = ((name, find(case.state, name)) for name in STEPS)
        if not self.model.sees(person, case):
            return []
        return [name for name, step in steps if step and self.model.permits(person, case, step)]

    def _nothing_foreign(self, person: str, body: str, seen: set[str]) -> None:
        foreign = [id_ for id_ in self.model.cases if id_ not in seen and f"canary-{id_}" in body]
        self.run.checked["I9"] += len(self.model.cases) - len(seen)
        self._must(not foreign, "I9", f"{person} was shown", foreign)

    def _must(self, holds: object, promise: str, what: str, found: object) -> None:
        if not holds:
            raise Differs(promise, f"{what}: found {found}")


def _plain(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value
