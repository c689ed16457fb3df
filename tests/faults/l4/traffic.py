"""What goes on while things break: phones that report with photos, desks that dispatch."""

import asyncio
import random
from dataclasses import dataclass, field

from tests.faults.acks import AckLog
from tests.faults.invariants import Key
from tests.faults.l4.stack import Stack
from tests.faults.phone import (
    Item,
    Phone,
    accident,
    action,
    collection,
    delay,
    errand,
    hazard,
    more,
    new_id,
    photo,
    photo_bytes,
    visit,
)

PHONES = 6
ON_PATROL, PUT_OFF, A_PLACE, AN_ACCIDENT, AN_ERRAND = 0.5, 0.2, 0.2, 0.2, 0.2
PHOTO_BYTES, WITH_PHOTO = 40_000, 0.6  # a derivative costs a process, so not every time


@dataclass
class Traffic:
    """Phones save and send; a township and the county pass on and dispatch what has arrived."""

    stack: Stack
    dice: random.Random
    acks: AckLog = field(default_factory=AckLog)
    saved: set[Key] = field(default_factory=set)
    phones: list[Phone] = field(default_factory=list)
    desks: dict[str, Phone] = field(default_factory=dict)
    passed_on: set[str] = field(default_factory=set)

    def open(self) -> None:
        for number in range(PHONES):
            client = self.stack.client(f"phone {number}", number)
            self.phones.append(Phone(client, self.acks, random.Random(self.dice.random())))
        for number, name in enumerate(("township", "county")):
            self.desks[name] = Phone(self.stack.client(name, number), self.acks, self.dice)

    async def close(self) -> None:
        for phone in self.everybody:
            await phone.client.aclose()

    @property
    def everybody(self) -> list[Phone]:
        return [*self.phones, *self.desks.values()]

    async def go_on(self, reports: int) -> None:
        """Every phone makes so many reports and tries once or twice to send what waits."""
        await asyncio.gather(*(self._report(phone, reports) for phone in self.phones))
        await self.dispatch()

    async def _report(self, phone: Phone, reports: int) -> None:
        for _ in range(reports):
            id_ = new_id(phone.dice)
            picture = photo(new_id(phone.dice), photo_bytes(id_, PHOTO_BYTES), id_)
            taken = [picture] if phone.dice.random() < WITH_PHOTO else []
            sent = [hazard(id_, taken), *taken]
            if phone.dice.random() < ON_PATROL:
                sent.append(self._visit(phone, id_))
            if phone.dice.random() < PUT_OFF:
                sent.append(delay(new_id(phone.dice), phone.dice.choice(self.stack.tasks)))
            if phone.dice.random() < A_PLACE:
                ids = new_id(phone.dice), new_id(phone.dice)
                sent.append(collection(*ids, self.stack.ids["ground"]))
            if phone.dice.random() < AN_ACCIDENT:
                sent += self._accident(phone)
            if phone.dice.random() < AN_ERRAND:
                sent.append(errand(new_id(phone.dice), self.stack.ids["ground"]))
            phone.dice.shuffle(sent)  # either may arrive first
            self._save(phone, *sent)
            await phone.drain(0)

    def _accident(self, phone: Phone) -> list[Item]:
        id_ = new_id(phone.dice)
        picture = photo(new_id(phone.dice), photo_bytes(id_, PHOTO_BYTES), id_)
        known = [item.id for item in phone.accepted if item.kind == "accident"]
        rest = [more(new_id(phone.dice), phone.dice.choice(known))] if known else []
        return [accident(id_, [picture]), picture, *rest]

    def _visit(self, phone: Phone, hazard_id: str) -> Item:
        """The look at which it was found: of a task that may be done already, or unasked."""
        ids = self.stack.ids
        task = phone.dice.choice([*self.stack.tasks, None])
        where = {"task_id": task} if task else {"grid_id": ids["ground"]}
        return visit(new_id(phone.dice), ids["list"], [hazard_id], **where)

    def _save(self, phone: Phone, *items: Item) -> None:
        self.saved |= {(item.kind, item.id) for item in items}
        phone.save(*items)

    async def dispatch(self) -> None:
        """One new case goes up and to a department, step after step of one lane."""
        new = [id_ for id_ in self.acks.of("hazard") if id_ not in self.passed_on]
        for id_ in self.dice.sample(new, min(2, len(new))):
            self.passed_on.add(id_)
            up = action(new_id(self.dice), id_, "escalate", reason="不属于本单位职责")
            self._save(self.desks["township"], up)
            if await self.desks["township"].drain(5):
                give = {"department_id": self.stack.ids["fire"]}
                self._save(self.desks["county"], action(new_id(self.dice), id_, "assign", **give))
                await self.desks["county"].drain(0)

    async def heal(self, seconds: float) -> bool:
        """Everybody sends until nothing waits."""
        done = await asyncio.gather(*(phone.drain(seconds) for phone in self.everybody))
        return all(done)

    def held(self) -> set[Key]:
        waiting = [item for phone in self.everybody for item in phone.outbox]
        aside = [item for phone in self.everybody for item, _ in phone.aside]
        return {(item.kind, item.id) for item in (*waiting, *aside)}

    def aside(self) -> list[str]:
        return [f"{item.kind} {item.id}: {code}" for p in self.everybody for item, code in p.aside]
