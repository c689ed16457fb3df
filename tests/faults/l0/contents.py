"""What people send in the walks: contents in names for the model, in ids and bytes for the wire."""

import hashlib
import json
import random
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.faults.acks import Kind
from tests.faults.l0.cast import BODIES, DEPARTMENTS, GRIDS, PEOPLE
from tests.faults.l0.model import Model
from tests.faults.l0.table import UP, find
from tests.faults.phone import JSON, new_id, photo_bytes

Content = dict[str, Any]
LEAVE_OUT, REUSE, OWN_WORK = 0.1, 0.05, 0.7


@dataclass(frozen=True)
class Sent:
    """Bytes under an id, and what the model makes of them."""

    kind: Kind
    id: str
    case: str
    body: bytes
    content: Content

    @property
    def sha(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def path(self) -> str:
        if self.kind == "photo":
            return f"/api/photos/{self.id}"
        tail = f"/actions/{self.id}" if self.kind == "action" else ""
        return f"/api/hazards/{self.case}{tail}"

    @property
    def headers(self) -> dict[str, str]:
        if self.kind != "photo":
            return JSON
        digest = b64encode(hashlib.sha256(self.body).digest()).decode()
        return {"Content-Digest": f"sha-256=:{digest}:", "Content-Type": "image/jpeg"}


@dataclass
class Maker:
    """Makes contents that fit, leaves something out now and then, takes old photos again."""

    ids: dict[str, str]
    model: Model
    pictures: dict[str, bytes] = field(default_factory=dict)
    counter: int = 0

    def report(self, dice: random.Random) -> Sent:
        id_ = new_id(dice)
        grid = dice.choice(list(GRIDS))
        content = {
            "grid": grid,
            "enterprise": "shop" if grid == "grid" and dice.random() < 0.3 else None,
            "urgent": dice.random() < 0.3,
            "escalate": dice.random() < 0.7,
            "photos": self.photos(dice, "before", dice.choice((0, 1, 1, 2))),
            "place": "" if dice.random() < LEAVE_OUT / 2 else "1 号楼",
        }
        return Sent("hazard", id_, id_, self._report_body(content, id_), content)

    def action(self, dice: random.Random, case_id: str, name: str) -> Sent:
        id_ = new_id(dice)
        content = self._filled(dice, case_id, name)
        return Sent("action", id_, case_id, self._action_body(content, id_), content)

    def other(self, sent: Sent) -> Sent:
        """The same id with other bytes."""
        if sent.kind == "photo":
            return Sent("photo", sent.id, sent.case, photo_bytes(f"other {sent.id}"), {})
        changed = json.loads(sent.body)
        changed["note"] = f"{changed.get('note', '')} 另一份"
        return Sent(sent.kind, sent.id, sent.case, _bytes(changed), sent.content)

    def photo(self, id_: str) -> Sent:
        return Sent("photo", id_, "", self.pictures[id_], {})

    def photos(self, dice: random.Random, role: str, count: int, *, stale: bool = False) -> Any:
        taken = self.model.now - (timedelta(hours=1) if stale else timedelta())
        made = []
        for _ in range(count):
            reused = self.pictures and dice.random() < REUSE
            id_ = dice.choice(list(self.pictures)) if reused else new_id(dice)
            body = self.pictures.setdefault(id_, photo_bytes(id_))
            sha = hashlib.sha256(body).hexdigest()
            made.append({"id": id_, "sha": sha, "size": len(body), "role": role, "taken_at": taken})
        return list({one["id"]: one for one in made}.values())

    def _filled(self, dice: random.Random, case_id: str, name: str) -> Content:
        case = self.model.cases[case_id]
        step = UP if (case.state, name) == ("escalated", "escalate") else find(case.state, name)
        needs = [one for one in (step.needs if step else ()) if dice.random() > LEAVE_OUT]
        is_after = {"after", "fresh"} & set(needs)
        content: Content = {
            "action": name,
            "photos": self.photos(dice, "after", 1, stale=dice.random() < LEAVE_OUT)
            if is_after
            else [],
        }
        fill = {
            "note": "已看过现场",
            "reason": "不属于本单位职责",
            "rating": dice.randint(1, 5),
            "department": self._lead(dice, case.reporter, case.holder or case.dispatcher),
            "suggested": dice.choice(BODIES),
            "due": self.model.now + timedelta(days=40 + case.version),
            "duplicate_of": dice.choice(list(self.model.cases)),
        }
        names = {"suggestion": "suggested", "duplicate": "duplicate_of"}
        content |= {key: fill[key] for need in needs if (key := names.get(need, need)) in fill}
        if name in {"assign", "reassign"} and dice.random() < 0.5:
            content["assisting"] = self._assisting(dice, case.holder or case.dispatcher)
        if name == "correct" and dice.random() > LEAVE_OUT:
            content |= {"corrected": True, "reason": "写错了"}
        return content

    def _reach(self, desk: str | None) -> tuple[str, ...]:
        return self.model.reach(desk) if desk and desk.endswith(_DISPATCHING) else ()

    def _assisting(self, dice: random.Random, desk: str | None) -> list[str]:
        """Now and then also what the desk does not reach, or the lead once more."""
        among = DEPARTMENTS if dice.random() < LEAVE_OUT else self._reach(desk)
        return dice.sample(among, min(len(among), dice.choice((1, 2))))

    def _lead(self, dice: random.Random, reporter: str, desk: str | None) -> str:
        """Mostly one that the desk reaches, so that walks come far; often the finder's own."""
        reach = self._reach(desk)
        own = sorted({body for _, body, _ in PEOPLE[reporter]} & set(reach))
        if own and dice.random() < OWN_WORK:
            return dice.choice(own)
        is_wild = not reach or dice.random() < LEAVE_OUT
        return dice.choice(DEPARTMENTS if is_wild else reach)

    def _report_body(self, content: Content, id_: str) -> bytes:
        enterprise = content["enterprise"]
        return _bytes(
            {
                "contract": 2,
                "category_code": "fire",
                "note": f"canary-{id_}",
                "place": content["place"],
                "grid_id": self.ids[content["grid"]],
                "enterprise_id": self.ids[enterprise] if enterprise and content["place"] else None,
                "is_urgent": content["urgent"],
                "escalate": content["escalate"],
                "photos": [_promise(photo) for photo in content["photos"]],
                "no_photo_reason": None if content["photos"] else "太暗",
                "occurred_at": self._moment(),
            }
        )

    def _action_body(self, content: Content, id_: str) -> bytes:
        due, other = content.get("due"), content.get("duplicate_of")
        wire = {
            "contract": 2,
            "action": content["action"],
            "occurred_at": self._moment(),
            "photos": [_promise(photo) for photo in content["photos"]],
            "note": content.get("note", ""),
            "reason": content.get("reason", ""),
            "rating": content.get("rating"),
            "department_id": self.ids.get(content.get("department", "")),
            "assisting_ids": [self.ids[name] for name in content.get("assisting", ())],
            "suggested_department_id": self.ids.get(content.get("suggested", "")),
            "due_at": due.isoformat() if due else None,
            "duplicate_of": other,
            "corrected_note": f"改正 {id_}" if content.get("corrected") else None,
        }
        return _bytes(wire)

    def _moment(self) -> str:
        self.counter += 1
        return (self.model.now - timedelta(microseconds=self.counter)).isoformat()


_DISPATCHING = ("township", "county", "safety")


def _promise(photo: Content) -> Content:
    return {
        "photo_id": photo["id"],
        "sha256": photo["sha"],
        "size": photo["size"],
        "role": photo["role"],
        "taken_at": photo["taken_at"].isoformat(),
    }


def _bytes(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
