"""One walk: what people do, what the model expects, and where the two differ."""

import asyncio
import copy
import json
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations

import httpx

from tests.faults.invariants import check_into
from tests.faults.l0.cast import PEOPLE
from tests.faults.l0.contents import Maker, Sent
from tests.faults.l0.judge import Body, Differs, Judge
from tests.faults.l0.model import OK, Case, Model
from tests.faults.l0.table import OPEN, STEPS
from tests.faults.l0.world import BASE, World
from tests.faults.results import Run

LONGEST = timedelta(days=9)
ONWARD = 0.6  # how often what has begun is gone on with
TO_ONES_OWN = (
    ("two_hats", "escalate"), ("far_clerk", "escalate"), ("township_officer", "escalate"),
    ("far_township_officer", "escalate"), ("county_officer", "assign"), ("two_hats", "sign_for"),
    ("two_hats", "finish"),
)  # fmt: skip
SELDOM = (
    "ask", "send_down", "refer", "void", "merge", "reassign", "reopen", "urge", "delist",
    "grant_extension", "refuse_extension", "reply_supervision",
)  # fmt: skip
OFTEN = ("escalate", "assign", "sign_for", "finish", "verify", "reject", "hand_back")


class Walk(Judge):
    """Every public method is one thing that happens; `dice` decides the rest."""

    def __init__(self, world: World, run: Run) -> None:
        super().__init__(world, run)
        self.make = Maker(world.ids, self.model)
        self.sent: list[tuple[str, Sent, Body]] = []  # accepted: by whom, what, the receipt
        self.refused: list[tuple[str, Sent]] = []

    # -- what happens --------------------------------------------------------------------------
    async def report(self, dice: random.Random) -> None:
        by = "two_hats" if dice.random() < 0.4 else self._somebody(dice)
        await self.send(by, self.make.report(dice))

    async def step_forward(self, dice: random.Random) -> None:
        """Somebody takes a step that is theirs."""
        case = self._furthest() if dice.random() < ONWARD else self._case(dice)
        if case is None:
            return
        options = [(person, name) for person in PEOPLE for name in self._offered(person, case)]
        choices = self._likely(dice, options)
        if choices:
            person, name = dice.choice(choices)
            await self.send(person, self.make.action(dice, case.id, name))
            other = dice.choice((case.reporter, "two_hats", *dice.sample(list(PEOPLE), 3)))
            await self._open(other, case, is_seen=self.model.sees(other, case))

    async def own_work(self, dice: random.Random) -> None:
        """Somebody finds what the own department then rectifies, as far as the dice let it come."""
        sent = self.make.report(dice)
        await self.send("two_hats", sent)
        for person, name in TO_ONES_OWN:
            case = self.model.cases.get(sent.case)
            if case and name in self._offered(person, case):
                await self.send(person, self.make.action(dice, case.id, name))

    async def any_step(self, dice: random.Random) -> None:
        """Somebody tries something, mostly what is not theirs."""
        case = self._case(dice)
        if case:
            name = dice.choice(list(STEPS))
            await self.send(self._somebody(dice), self.make.action(dice, case.id, name))

    async def upload(self, dice: random.Random) -> None:
        """Early, late or again; mostly by whoever reported, sometimes by somebody else."""
        waiting = [id_ for id_ in self.make.pictures if id_ not in self.model.photos]
        if not waiting or dice.random() < 0.1:
            waiting = [one["id"] for one in self.make.photos(dice, "before", 1)]
        id_ = dice.choice(waiting)
        promise = self.model.promises.get(id_)
        owner = self.model.events[promise[2]][2] if promise else self._somebody(dice)
        person = self._somebody(dice) if dice.random() < 0.1 else owner
        await self.send(person, self.make.photo(id_))

    async def repeat(self, dice: random.Random) -> None:
        """The answer got lost: the same bytes again, also by somebody who has lost sight."""
        if self.sent:
            person, sent, _ = dice.choice(self.sent)
            self.run.faults["the same sent again"] += 1
            await self.send(person, sent)

    async def try_again(self, dice: random.Random) -> None:
        """What was refused may have become possible meanwhile."""
        if self.refused:
            person, sent = dice.choice(self.refused)
            await self.send(person, sent)

    async def other_content(self, dice: random.Random) -> None:
        if self.sent:
            person, sent, _ = dice.choice(self.sent)
            self.run.faults["another content under a known id"] += 1
            await self.send(person, self.make.other(sent))

    async def race(self, dice: random.Random) -> None:
        """At once, on several connections: as if one had come after the other, in some order."""
        rivals = self._rivals(dice)
        if len(rivals) < 2:
            return
        self.run.faults["at the same moment"] += 1
        answers = await asyncio.gather(*(self._put(person, sent) for person, sent in rivals))
        codes = [code_of(answer) for answer in answers]
        self._agree(rivals, codes)
        for (person, sent), answer in zip(rivals, answers, strict=True):
            await self._accept(person, sent, answer, is_alone=False)
        case = self.model.cases.get(rivals[0][1].case)
        if case:
            await self._open("county_officer", case, is_seen=True)

    async def go_on_leave(self, dice: random.Random) -> None:
        person = dice.choice(("gridworker", "colleague", "chief", "far_gridworker"))
        is_back = person in self.model.on_leave
        await self.world.leave(person, back=is_back)
        self.model.on_leave ^= {person}

    async def time_passes(self, dice: random.Random) -> None:
        """Up to the eighth day and a half: past reopening, not past the end of a session."""
        hours = dice.choice((1, 8, 30, 100))
        if self.world.now - BASE + timedelta(hours=hours) < LONGEST:
            self._advance(hours * 3600)

    async def look(self, dice: random.Random) -> None:
        """The list is what can be opened, and nothing of the rest shows anywhere."""
        person = self._somebody(dice)
        seen = await self._list(person)
        counted = (await self.world.clients[person].get("/api/hazards/count")).json()["count"]
        self._must(counted == len(seen), "sight", f"{person}'s count", counted)
        for case in dice.sample(list(self.model.cases.values()), min(4, len(self.model.cases))):
            await self._open(person, case, is_seen=case.id in seen)

    async def pull(self, dice: random.Random) -> None:
        """Mostly a phone that has asked before: only the second time tells what has changed."""
        again = list(self.copies) if dice.random() < ONWARD else []
        await self.fold(dice.choice(again or list(PEOPLE)))

    async def reconcile(self, dice: random.Random) -> None:
        """The phone asks what is safe: only `complete` lets it delete bytes."""
        if not self.sent:
            return
        person = dice.choice(self.sent)[0]
        some = [sent for _, sent, _ in dice.sample(self.sent, min(8, len(self.sent)))]
        items = [{"kind": one.kind, "id": one.id, "sha256": one.sha} for one in some]
        client = self.world.clients[person]
        answer = (await client.post("/api/sync/reconcile", json={"items": items})).json()
        for one, told in zip(some, answer["items"], strict=True):
            expected = self.model.held_status(person, one.kind, one.id, one.sha)
            what = f"{one.kind} {one.id} for {person}"
            self._must(told["status"] == expected, "reconcile", what, told)

    async def end(self, dice: random.Random) -> None:
        """Every phone has what it should have, and nothing is broken underneath."""
        for person in PEOPLE:
            await self._list(person)
        for case in self.model.cases.values():
            await self._open(case.reporter, case, is_seen=True)
        for person in {*self.copies, *dice.sample(list(PEOPLE), 2)}:
            await self.fold(person)
        strangers = await self.world.evidence().rows("select entity_id, sha256 from strangers")
        kept = {(str(row["entity_id"]), row["sha256"]) for row in strangers}
        self._must(kept == self.model.strangers, "aside", "what was kept aside", kept)
        wrong = await check_into(self.run, self.world.evidence(), "a walk", healed=False)
        if wrong:
            raise Differs(wrong[0].split()[0], "; ".join(wrong))

    # -- sending and comparing -------------------------------------------------------------------
    async def send(self, person: str, sent: Sent) -> None:
        answer = await self._put(person, sent)
        expected, found = self._expect(self.model, person, sent), code_of(answer)
        what = f"{person} {_told(sent)}: expected {expected}"
        self._must(found == expected, "answer", what, found)
        await self._accept(person, sent, answer)

    async def _put(self, person: str, sent: Sent) -> httpx.Response:
        self._advance(1)
        client = self.world.clients[person]
        return await client.put(sent.path, content=sent.body, headers=sent.headers)

    def _expect(self, model: Model, person: str, sent: Sent) -> str:
        if sent.kind == "photo":
            return model.upload(person, sent.id, sent.sha)
        if sent.kind == "hazard":
            return model.report(person, sent.id, sent.sha, sent.content)
        return model.act(person, sent.case, sent.id, sent.sha, sent.content)

    async def _accept(
        self, person: str, sent: Sent, answer: httpx.Response, *, is_alone: bool = True
    ) -> None:
        self.run.counts["requests"] += 1
        if code_of(answer) != OK:
            self.run.counts[f"refused: {code_of(answer)}"] += 1
            if sent.id not in self.model.events and sent.kind != "photo":
                self.world.acks.refused.add(sent.id)
                self.refused.append((person, sent))
            return
        self.world.acks.refused.discard(sent.id)
        self.world.acks.note_answer(sent.kind, sent.body, sent.sha, answer.content, 200)
        self.run.counts[f"{sent.kind}s acknowledged"] += 1
        if sent.kind == "action":
            self.run.counts[f"taken: {sent.content['action']}"] += 1
        is_here = await self.world.is_committed(sent.id, sent.sha)
        what = f"{_told(sent)} was answered before it was committed"
        self._must(is_here, "I13", what, answer.text)
        self.sent.append((person, sent, answer.json()["receipt"]))
        view = answer.json().get("hazard")
        if view and is_alone:
            self._compare(person, self.model.cases[view["id"]], view)

    def _agree(self, rivals: Sequence[tuple[str, Sent]], codes: Sequence[str]) -> None:
        """Some order of the rivals must explain all answers; the model goes on from there."""
        for order in permutations(range(len(rivals))):
            tried = copy.deepcopy(self.model)
            told = {i: self._expect(tried, *rivals[i]) for i in order}
            if all(told[i] == code for i, code in enumerate(codes)):
                self.model = self.make.model = tried
                return
        raise Differs("answer", f"no order explains {[_told(sent) for _, sent in rivals]}: {codes}")

    # -- choosing --------------------------------------------------------------------------------
    def _somebody(self, dice: random.Random) -> str:
        return dice.choice(list(PEOPLE))

    def _case(self, dice: random.Random) -> Case | None:
        cases = list(self.model.cases.values())
        return dice.choice(cases) if cases else None

    def _likely(self, dice: random.Random, options: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Mostly what leads onward; else what is seldom possible before what always is.

        By the dice alone: a walk that is repeated must go the same way.
        """
        onward = [one for one in options if one[1] in OFTEN]
        if onward and dice.random() < 0.6:
            return onward
        names = sorted({name for _, name in options})
        others = [name for name in names if name not in OFTEN] or names
        if not others:
            return []
        (chosen,) = dice.choices(others, [6 if name in SELDOM else 1 for name in others])
        return [one for one in options if one[1] == chosen]

    def _furthest(self) -> Case | None:
        """Of the open cases the one with most behind it: few walks would come to an end else."""
        cases = [case for case in self.model.cases.values() if case.state in OPEN]
        return max(cases, key=lambda case: case.version, default=None)

    def _rivals(self, dice: random.Random) -> list[tuple[str, Sent]]:
        kinds: Sequence[Callable[[random.Random], list[tuple[str, Sent]]]]
        kinds = (self._twins, self._two_steps, self._photo_and_report)
        return dice.choice(kinds)(dice)

    def _twins(self, dice: random.Random) -> list[tuple[str, Sent]]:
        person, sent = self._somebody(dice), self.make.report(dice)
        return [(person, sent)] * dice.choice((2, 3))

    def _two_steps(self, dice: random.Random) -> list[tuple[str, Sent]]:
        case = self._case(dice)
        options = [
            (person, name)
            for person in PEOPLE
            for name in (self._offered(person, case) if case else ())
        ]
        if not case or not options:
            return []
        chosen = [dice.choice(options) for _ in range(dice.choice((2, 3)))]
        made = [(person, self.make.action(dice, case.id, name)) for person, name in chosen]
        return made if dice.random() < 0.7 else [made[0], made[0]]

    def _photo_and_report(self, dice: random.Random) -> list[tuple[str, Sent]]:
        person, sent = "gridworker", self.make.report(dice)
        photos = [self.make.photo(one["id"]) for one in sent.content["photos"][:2]]
        return [(person, sent), *((person, photo) for photo in photos)]

    def _advance(self, seconds: int) -> None:
        self.model.now = self.world.now = self.world.now + timedelta(seconds=seconds)


def code_of(answer: httpx.Response) -> str:
    if answer.status_code == 200:
        return OK
    try:
        return str(answer.json()["code"])
    except (json.JSONDecodeError, KeyError):
        return f"status {answer.status_code}"


def _told(sent: Sent) -> str:
    return f"{sent.kind} {sent.content.get('action', '')} {sent.id[:8]} of {sent.case[:8]}"
