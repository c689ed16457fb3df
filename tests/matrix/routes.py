"""For every route: whom it is tried on, with what, and what must come of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.models.base import new_id
from app.models.person import Role
from tests.access_table import ACCESS, ID, address
from tests.matrix import filling, rules
from tests.matrix.world import Actor, World
from tests.patrols import a_visit

LET_IN = frozenset({200, 201, 204, 409, 422})  # the right was there; the form or the state was not
FOUND, MADE = frozenset({200}), frozenset({200, 204})
REFUSED, HIDDEN, OUT = frozenset({403}), frozenset({404}), frozenset({401})
OTHERS = frozenset({409})


@dataclass(frozen=True)
class Attempt:
    """`relation` names what it is tried on; it stands in the message when something is wrong."""

    relation: str
    path: str
    expected: frozenset[int]
    body: dict[str, Any] | None = None
    query: dict[str, Any] = field(default_factory=dict)


Tries = Callable[[World, Actor, str], Iterator[Attempt]]


def _shared_and_own(world: World, actor: Actor) -> list[str]:
    """Every shared relation, my own, and one of somebody else's own."""
    other = "own_worker_b" if actor.key != "worker_b" else "own_gridworker"
    return [*rules.RELATIONS, f"own_{actor.key}", other]


def on_cases(
    success: frozenset[int],
    body: Callable[[World, Actor], dict[str, Any] | None] = lambda *_: None,
    roles: frozenset[Role] | None = None,
) -> Tries:
    """Invisible = 404, and nothing else; a missing right is said first."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label in _shared_and_own(world, actor):
            expected = success if rules.sees_case(actor, label) else HIDDEN
            if roles is not None and actor.role not in roles:
                expected = REFUSED
            path = _path(route, hazard_id=world.cases[label].id)
            yield Attempt(label, path, expected, body(world, actor))

    return tries


def on_photos(success: Callable[[Actor, str], frozenset[int]]) -> Tries:
    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        labels = [*_shared_and_own(world, actor), f"loose_{actor.key}", "loose_gridworker"]
        for label in labels:
            expected = success(actor, label) if rules.sees_photo(actor, label) else HIDDEN
            yield Attempt(label, _path(route, photo_id=world.photos[label]), expected)

    return tries


def _original(actor: Actor, label: str) -> frozenset[int]:
    is_own = label.removeprefix("own_").removeprefix("loose_") == actor.key
    return FOUND if is_own or actor.role in rules.ORIGINAL_VIEWERS else REFUSED


def on_people(
    roles: frozenset[Role], needed: Callable[[Actor, str], bool], success: frozenset[int]
) -> Tries:
    """Outside my reach = 404; within it but not mine to change = 403; no right at all = 403."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for key in PEOPLE:
            if actor.role not in roles:
                expected = REFUSED
            elif not rules.reads_person(actor, key):
                expected = HIDDEN
            else:
                expected = success if needed(actor, key) else REFUSED
            ids = {"person_id": world.people[key].id, "post_id": world.posts[key].id}
            yield Attempt(key, _path(route, **ids), expected, _person_body(world, route, key))

    return tries


PEOPLE = (
    *(role.value for role in Role),
    "worker_b",
    "officer_b",
    "double",
    "left_gridworker",
    "left_county_officer",
)


def _person_body(world: World, route: str, key: str) -> dict[str, Any] | None:
    if route.endswith("/posts"):
        return _clerk(world, "b" if key.endswith("_b") else "a")
    return ACCESS[route].body


def _clerk(world: World, township: str) -> dict[str, Any]:
    body = world.bodies[f"village_{township}"]
    return {"organization_id": str(body.id), "role": "village_clerk", "starts_on": "2026-01-01"}


def new_person(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """In my township, in the neighbour's, in the county's centre."""
    for township in "ab":
        grants = actor.role in rules.PEOPLE_EDITORS & rules.ROLE_GRANTERS
        expected = MADE | {201} if actor.township == township else HIDDEN
        expected = expected if grants else REFUSED
        body = {"name": "新人", "user_name": "new.comer", "posts": [_clerk(world, township)]}
        yield Attempt(f"township_{township}", _path(route), expected, body)


def by_role(roles: frozenset[Role] | None, success: frozenset[int], **query: Any) -> Tries:
    """The same for everything: only the role counts (None: everybody who is signed in)."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        is_let = roles is None or actor.role in roles
        yield Attempt(
            "any", _path(route), success if is_let else REFUSED, ACCESS[route].body, query
        )

    return tries


def on_places(kind: str) -> Tries:
    """Bodies and grids of my township, of others and of the county alike."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        rows: dict[str, Any] = {**(world.grids if kind == "grid_id" else world.bodies)}
        for key, row in rows.items():
            expected = LET_IN if actor.role in rules.EDITORS else REFUSED
            yield Attempt(key, _path(route, **{kind: row.id}), expected, ACCESS[route].body)

    return tries


def on_seen_grids(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Of a village its grids, of a township those of its villages, of an administrator all."""
    for key, row in world.grids.items():
        is_mine = key in rules.SEEN_GRIDS.get((actor.role, actor.township), ())
        expected = LET_IN if actor.role in rules.EDITORS or is_mine else REFUSED
        yield Attempt(key, _path(route, grid_id=row.id), expected, ACCESS[route].body)


def on_objects(
    needed: Callable[[Actor, str], bool],
    success: frozenset[int],
    roles: frozenset[Role] = rules.LEDGER_KEEPERS,
    *,
    is_for_change: bool = False,
) -> Tries:
    """Shops and works by township, and a home: invisible or not mine to keep = 404.

    `is_for_change`: what is read only to change it; the role is asked for as by the change.
    """

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for key, row in world.objects.items():
            expected = success if needed(actor, key) else HIDDEN
            if not rules.sees_object(actor, key):
                expected = HIDDEN
            is_change = is_for_change or not route.startswith("GET")
            if is_change and actor.role not in roles:
                expected = REFUSED
            yield Attempt(key, _path(route, object_id=row.id), expected, ACCESS[route].body)

    return tries


def collecting(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """A new object on each grid: foreign ground is as good as none."""
    for key, row in world.grids.items():
        expected = FOUND if rules.goes_to_grid(actor, key) else HIDDEN
        if actor.role not in rules.COLLECTORS:
            expected = REFUSED
        path = _path(route, object_id=new_id(), collection_id=new_id())
        body = {**(ACCESS[route].body or {}), "grid_id": str(row.id)}
        yield Attempt(key, path, expected, body)


def on_grids(world: World, _actor: Actor, route: str) -> Iterator[Attempt]:
    """Who answers for a grid is public among those who are signed in (S1-46)."""
    for key, row in world.grids.items():
        yield Attempt(key, _path(route, grid_id=row.id), FOUND)


def unknown_outline(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """An outline is asked for beside its grid: of another one it is as good as none."""
    for attempt in on_grids(world, actor, route.replace("{outline_id}", str(new_id()))):
        yield Attempt(attempt.relation, attempt.path, HIDDEN)


def papers(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """As files; the map only of a grid that is drawn."""
    for paper, expected in (("network", FOUND), ("cards", FOUND), ("map", HIDDEN)):
        yield from (
            Attempt(f"{paper} {attempt.relation}", attempt.path, expected)
            for attempt in on_grids(world, actor, route.replace("{paper}", paper))
        )


def work_cards(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Whoever sees people prints cards; whose, is asked of each (test_work_cards)."""
    expected = FOUND if actor.role in rules.PEOPLE_READERS else REFUSED
    for attempt in on_grids(world, actor, route):
        yield Attempt(attempt.relation, attempt.path, expected)


def on_own_grids(success: frozenset[int]) -> Tries:
    """Grids of my township; those of others are as good as unknown."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        mine = {f"grid_{actor.township}", *(("sibling", "second") if actor.township == "a" else ())}
        for key, row in world.grids.items():
            expected = success if key in mine else HIDDEN
            if actor.role not in rules.HAND_OVERS:
                expected = REFUSED
            yield Attempt(key, _path(route, grid_id=row.id), expected, ACCESS[route].body)

    return tries


def on_own(
    name: str,
    param: str,
    body: dict[str, Any],
    mine: frozenset[int],
    other: frozenset[int],
    roles: frozenset[Role] = frozenset(),
) -> Tries:
    """What belongs to one person: mine, and somebody else's. No roles: everybody who has it."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        stranger = world.actors["officer_b" if actor.key != "officer_b" else "worker_b"]
        is_shut = bool(roles) and actor.role not in roles
        for key, owner, wanted in (("own", actor, mine), ("foreign", stranger, other)):
            expected = REFUSED if is_shut else wanted
            ids = {param: owner.device.id if name == "device" else owner.own[name]}
            yield Attempt(key, _path(route, **ids), expected, body)

    return tries


def by_case(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Routes that are asked about a case in the query."""
    for label in _shared_and_own(world, actor):
        expected = FOUND if rules.sees_case(actor, label) else HIDDEN
        query = {"hazard_id": str(world.cases[label].id)}
        yield Attempt(label, _path(route), expected, query=query)


def under_foreign_id(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """A report under the id of a case that exists: never its content, never a change.

    A phone may repeat what it sent before its owner lost the right (sync), so the id is looked at
    before the right is; whoever cannot know the id learns nothing.
    """
    for label in _shared_and_own(world, actor):
        path = _path(route, hazard_id=world.cases[label].id)
        yield Attempt(label, path, OTHERS, ACCESS[route].body)


def a_report(_world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Under an id of its own: only the right counts."""
    expected = LET_IN if actor.role in rules.REPORTERS else REFUSED
    body = {**(ACCESS[route].body or {}), "no_photo_reason": "天黑，拍不清"}
    yield Attempt("new", _path(route, hazard_id=new_id()), expected, body)


def both(*all_tries: Tries) -> Tries:
    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for one in all_tries:
            yield from one(world, actor, route)

    return tries


def on_accidents(success: frozenset[int], roles: frozenset[Role] | None = None) -> Tries:
    """Invisible = 404; a missing right is said first."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.accidents.items():
            expected = success if rules.sees_accident(actor, label) else HIDDEN
            if roles is not None and actor.role not in roles:
                expected = REFUSED
            yield Attempt(label, _path(route, accident_id=id_), expected, ACCESS[route].body)

    return tries


def on_inspections(success: frozenset[int], roles: frozenset[Role]) -> Tries:
    """Invisible = 404; a missing right is said first."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.inspections.items():
            expected = success if rules.sees_inspection(actor, label) else HIDDEN
            if actor.role not in roles:
                expected = REFUSED
            ids = {"inspection_id": id_, "object_id": world.objects["shop_a"].id}
            yield Attempt(label, _path(route, **ids), expected, ACCESS[route].body)

    return tries


def an_accident(world: World, _actor: Actor, route: str) -> Iterator[Attempt]:
    """Everybody reports one; under an id that exists nothing is told of it."""
    body = ACCESS[route].body
    yield Attempt("new", _path(route, accident_id=new_id()), FOUND, body)
    for label, id_ in world.accidents.items():
        yield Attempt(label, _path(route, accident_id=id_), OTHERS, body)


def on_instructions(
    needed: Callable[[Actor, str], bool],
    success: frozenset[int],
    roles: frozenset[Role] | None = None,
) -> Tries:
    """Not mine = 404; a missing right is said first."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.instructions.items():
            expected = success if needed(actor, label) else HIDDEN
            if roles is not None and actor.role not in roles:
                expected = REFUSED
            path = _path(route, instruction_id=id_, feedback_id=new_id())
            yield Attempt(label, path, expected, ACCESS[route].body)

    return tries


def on_appeals(success: Callable[[Actor, str], frozenset[int]]) -> Tries:
    """Invisible = 404."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.appeals.items():
            expected = success(actor, label) if rules.sees_appeal(actor, label) else HIDDEN
            path = _path(route, appeal_id=id_, step_id=new_id())
            yield Attempt(label, path, expected, ACCESS[route].body)

    return tries


def an_appeal(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """A new one, and one under an id that exists."""
    for label, id_ in (("new", new_id()), ("road", world.appeals["road"])):
        taken = FOUND if label == "new" else OTHERS
        expected = taken if rules.makes_appeals(actor) else REFUSED
        yield Attempt(label, _path(route, appeal_id=id_), expected, ACCESS[route].body)


def on_situations(success: Callable[[Actor, str], frozenset[int]]) -> Tries:
    """Invisible = 404."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.situations.items():
            expected = success(actor, label) if rules.sees_situation(actor, label) else HIDDEN
            path = _path(route, situation_id=id_, step_id=new_id())
            yield Attempt(label, path, expected, ACCESS[route].body)

    return tries


def on_duties(
    success: Callable[[Actor, str], frozenset[int]], roles: frozenset[Role] | None = None
) -> Tries:
    """Records and items alike: invisible = 404; a missing right is said first."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.duties.items():
            expected = success(actor, label) if rules.sees_duty(actor, label) else HIDDEN
            if roles is not None and actor.role not in roles:
                expected = REFUSED
            ids: dict[str, UUID | int] = {
                "record_id": id_,
                "item_id": world.duty_items[label],
                "version": 3,
            }
            body = ACCESS[route].body
            if body and "held_on" in body:
                body = {**body, "held_on": filling.this_day().isoformat()}
            if body and "due_on" in body:
                of = {"organization_id": str(world.asked[label])}
                body = {**body, **of, "due_on": filling.this_day().isoformat()}
            yield Attempt(label, _path(route, **ids), expected, body)

    return tries


def a_duty(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """One more of each body; to ask for a draft needs no permission, but is of one's own."""
    is_kept = route.startswith("PUT")
    bodies = {"fire": "fire", "north": "township_b", "centre": "centre"}
    for label, body in bodies.items():
        asked = {
            "obligation_key": "F13-report" if label == "centre" else "F13",
            "organization_id": str(world.bodies[body].id),
            "period_start": filling.this_day().replace(month=1, day=1).isoformat(),
        }
        hidden = REFUSED if is_kept and actor.role in rules.COUNTY_WIDE else HIDDEN
        expected = FOUND if rules.keeps_duty(actor, label) else hidden
        if is_kept and actor.role not in rules.DUTY_KEEPERS:
            expected = REFUSED
        said = {**(ACCESS[route].body or {}), "held_on": filling.this_day().isoformat()}
        path = _path(route, record_id=new_id())
        yield Attempt(label, path, expected, {**said, **asked} if is_kept else None, asked)


def on_papers(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """The body agrees; all are told, and a repeat has gone on meanwhile."""
    for label, id_ in world.things["paper"].items():
        expected = FOUND | OTHERS if rules.answers_assessment(actor, label) else REFUSED
        if not rules.sees_assessment(actor, label):
            expected = HIDDEN
        path = _path(route, paper_id=id_, step_id=new_id())
        yield Attempt(label, path, expected, ACCESS[route].body)


def a_year(success: frozenset[int], roles: frozenset[Role] | None = None) -> Tries:
    """Whoever sees one of its papers."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        is_let = any(rules.sees_assessment(actor, label) for label in world.things["paper"])
        expected = success if is_let else HIDDEN
        if roles is not None and actor.role not in roles:
            expected = REFUSED
        id_ = world.things["assessment"]["2026"]
        yield Attempt("2026", _path(route, assessment_id=id_), expected)

    return tries


def on_documents(
    success: Callable[[Actor, str], frozenset[int]], roles: frozenset[Role] | None = None
) -> Tries:
    """Invisible = 404; a missing right is said first. Version 1 is a former one."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.documents.items():
            expected = success(actor, label) if rules.sees_document(actor, label) else HIDDEN
            if roles is not None and actor.role not in roles:
                expected = REFUSED
            version = 3 if route.startswith("PUT") else 2
            path = _path(route, document_id=id_, version=version, step_id=new_id())
            yield Attempt(label, path, expected, ACCESS[route].body)
            if route.endswith("/file"):
                former = FOUND if rules.sees_former(actor, label) else HIDDEN
                yield Attempt(label, _path(route, document_id=id_, version=1), former)

    return tries


def a_note(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    body = {**(ACCESS[route].body or {}), "organization_id": str(world.bodies["township_b"].id)}
    body["said_on"] = filling.this_day().isoformat()
    expected = FOUND if actor.role in rules.ASSESSORS else REFUSED
    yield Attempt("any", _path(route, note_id=new_id()), expected, body)


def a_document(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """One more, of either township's body."""
    for township in "ab":
        is_own = actor.role in rules.COUNTY_WIDE or (
            actor.role is Role.TOWNSHIP_OFFICER and actor.township == township
        )
        expected = FOUND if is_own else HIDDEN
        if actor.role not in rules.DOCUMENT_KEEPERS:
            expected = REFUSED
        body = world.bodies[f"township_{township}"].id
        asked = {**(ACCESS[route].body or {}), "organization_id": str(body)}
        yield Attempt(township, _path(route, document_id=new_id()), expected, asked)


def an_owed(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    yield Attempt("any", _path(route), FOUND, None, dict(ACCESS[route].query))


def an_instruction(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """To a village of my township and of the neighbour's; under an id that exists."""
    for township in "ab":
        expected = FOUND if rules.instructs(actor, township) else HIDDEN
        expected = expected if actor.role in rules.SENDERS else REFUSED
        village = str(world.bodies[f"village_{township}"].id)
        body = {**(ACCESS[route].body or {}), "to_body_ids": [village]}
        yield Attempt(f"village_{township}", _path(route, instruction_id=new_id()), expected, body)
        taken = OTHERS if actor.role in rules.SENDERS else REFUSED
        path = _path(route, instruction_id=world.instructions["across"])
        yield Attempt("across", path, taken, body)


def on_things(
    kind: str,
    param: str,
    needed: Callable[[Actor, str], bool],
    success: frozenset[int],
    roles: frozenset[Role] | None = None,
    body: Callable[[World, str], dict[str, Any]] | None = None,
) -> Tries:
    """One in each township: what is not mine to see = 404; a missing right is said first."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label, id_ in world.things[kind].items():
            expected = success if needed(actor, label) else HIDDEN
            if roles is not None and actor.role not in roles:
                expected = REFUSED
            sent = body(world, label) if body else ACCESS[route].body
            path = _path(route, **{param: id_}, **_beside(world, kind, label))
            yield Attempt(label, path, expected, sent)

    return tries


def _beside(world: World, kind: str, label: str) -> dict[str, UUID]:
    """The other ids in the path of such a thing."""
    if kind == "outline":
        return {"grid_id": world.grids[f"grid_{label}"].id}
    if kind == "proposal":
        return {"object_id": world.objects[f"home_{label}"].id}
    if kind == "errand_photo":
        return {"errand_id": world.things["errand"][label]}
    if kind == "accident_photo":
        return {"accident_id": world.accidents[label]}
    return {"person_id": filling.trainee(world, label).id} if kind == "training" else {}


def _everybody(_actor: Actor, _label: str) -> bool:
    """Only the role counts."""
    return True


def _of_trainee(body: Callable[[str], dict[str, Any]]) -> Callable[[World, str], dict[str, Any]]:
    return lambda world, label: body(str(filling.trainee(world, label).id))


def _mended(world: World, label: str) -> dict[str, Any]:
    return {"proposal": filling.proposal(world, label), "reason": "改一下", "version": 1}


def _judged(person_id: str) -> dict[str, Any]:
    return {"records": [{"person_id": person_id, "attended": True, "valid_until": "2027-11-20"}]}


def a_draft(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Of a grid of my township and of the neighbour's."""
    for label in filling.TOWNSHIPS:
        is_mine = actor.role is Role.TOWNSHIP_OFFICER and actor.township == label
        expected = LET_IN if is_mine else HIDDEN
        expected = expected if actor.role in rules.DRAFTERS else REFUSED
        body = {"proposal": filling.proposal(world, label), "reason": "太大"}
        yield Attempt(label, _path(route), expected, body)


def dividing(success: frozenset[int], roles: frozenset[Role]) -> Tries:
    """A grid goes into the other one of its township; B has no other."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label in filling.TOWNSHIPS:
            expected = success if rules.drafts_for(actor, label) else HIDDEN
            expected = expected if actor.role in roles else REFUSED
            into = world.grids["second" if label == "a" else "grid_b"].id
            body = {
                **(ACCESS[route].body or {}),
                "grid_ids": [str(world.grids[f"grid_{label}"].id)],
                "targets": [{"grid_id": str(into)}],
                "starts_on": str(filling.this_day()),
            }
            yield Attempt(label, _path(route), expected, body)

    return tries


def _slot(world: World, _label: str) -> dict[str, Any]:
    route = "POST /api/grids/{grid_id}/people"
    return {**(ACCESS[route].body or {}), "person_id": str(world.people["leader"].id)}


def _route_to_fire(world: World, _label: str) -> dict[str, Any]:
    return {"category_code": "fire", "department_id": str(world.bodies["fire"].id)}


def _of_serious(_world: World, _label: str) -> dict[str, Any]:
    return {"hop": "rectify", "level": "serious", "amount": 3, "unit": "working_days"}


def new_route(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    expected = LET_IN if actor.role in rules.EDITORS else REFUSED
    body = {"category_code": "building", "department_id": str(world.bodies["fire"].id)}
    body["township_id"] = str(world.bodies["township_a"].id)
    yield Attempt("any", _path(route), expected, body)


def a_campaign(_world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    expected = LET_IN if actor.role in rules.CAMPAIGN_ORDERERS else REFUSED
    until = str(filling.this_day() + timedelta(days=10))
    body = {**(ACCESS[route].body or {}), "checklist_key": "patrol", "until": until}
    yield Attempt("new", _path(route, campaign_id=new_id()), expected, body)


def moving(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Into the second grid of A; whoever may not keep that grid does not find it."""
    for attempt in on_objects(rules.keeps_object, LET_IN | HIDDEN)(world, actor, route):
        body = {**(attempt.body or {}), "grid_id": str(world.grids["second"].id)}
        yield replace(attempt, body=body)


def a_plan(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """For the own body, at the shop of A."""
    expected = LET_IN | HIDDEN if actor.role in rules.INSPECTORS else REFUSED
    body = {
        **(ACCESS[route].body or {}),
        "lead_id": str(actor.post.organization_id),
        "object_ids": [str(world.objects["shop_a"].id)],
        "starts_on": str(filling.this_day()),
        "until": str(filling.this_day()),
    }
    yield Attempt("own body", _path(route, inspection_id=new_id()), expected, body)


def a_result(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Looked at today, nothing found."""
    for attempt in on_inspections(LET_IN | REFUSED, rules.INSPECTORS)(world, actor, route):
        yield replace(attempt, body={"looked_on": str(filling.this_day())})


def on_ground(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """A visit or an errand on the grid of A or of B: foreign ground is as good as none."""
    for label in filling.TOWNSHIPS:
        expected = LET_IN | HIDDEN
        if actor.role in {Role.GRIDWORKER, Role.GRID_CHIEF}:
            expected = LET_IN if label == actor.township else HIDDEN
        expected = expected if actor.role in rules.VISITORS else REFUSED
        id_, where = new_id(), {"grid_id": str(world.grids[f"grid_{label}"].id)}
        body = {**(ACCESS[route].body or {}), **where}
        if "visit_id" in route:
            body = a_visit(id_, world.things["checklist"]["patrol"], **where)
        yield Attempt(label, _path(route, visit_id=id_, errand_id=id_), expected, body)


def a_suggestion(_world: World, _actor: Actor, route: str) -> Iterator[Attempt]:
    yield Attempt("new", _path(route, suggestion_id=new_id()), FOUND, {"text": "新的话"})


def ground(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """What a change would be drawn on: grids of my township, for the county's desk all."""
    for label in filling.TOWNSHIPS:
        expected = FOUND if rules.drafts_for(actor, label) else HIDDEN
        expected = expected if actor.role in rules.DRAFTERS else REFUSED
        query = {"grid_ids": str(world.grids[f"grid_{label}"].id)}
        yield Attempt(label, _path(route), expected, query=query)


def next_code(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Of a village of my township, of the neighbour's."""
    for label in filling.TOWNSHIPS:
        expected = LET_IN if rules.drafts_for(actor, label) else HIDDEN
        expected = expected if actor.role in rules.DRAFTERS else REFUSED
        query = {"organization_id": str(world.bodies[f"village_{label}"].id)}
        yield Attempt(label, _path(route), expected, query=query)


def outline_check(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """A line for a grid that a village of my township, of the neighbour's, would run."""
    for label in filling.TOWNSHIPS:
        expected = LET_IN if rules.drafts_for(actor, label) else HIDDEN
        expected = expected if actor.role in rules.DRAFTERS else REFUSED
        body = {
            "outline": filling.SQUARE,
            "organization_id": str(world.bodies[f"village_{label}"].id),
        }
        yield Attempt(label, _path(route), expected, body)


def under(
    kind: str, param: str, roles: frozenset[Role], mine: Callable[[Actor, str], bool]
) -> Tries:
    """A new one below a body or on a grid of either township."""

    def tries(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
        for label in filling.TOWNSHIPS:
            row = (world.grids if kind == "grid" else world.bodies)[f"{kind}_{label}"]
            expected = LET_IN if mine(actor, label) else HIDDEN
            expected = expected if actor.role in roles else REFUSED
            body = {**(ACCESS[route].body or {}), param: str(row.id)}
            yield Attempt(label, _path(route), expected, body)

    return tries


def a_training(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """For the own body; the county's desks for any."""
    for label in (*filling.TOWNSHIPS, "fire"):
        body = world.bodies["fire" if label == "fire" else f"township_{label}"]
        expected = MADE | {201} if rules.keeps_training(actor, label) else HIDDEN
        expected = expected if actor.role in rules.TRAINERS else REFUSED
        sent = {**(ACCESS[route].body or {}), "sponsor_id": str(body.id)}
        yield Attempt(label, _path(route), expected, sent)


def newcomers(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    """Somebody new is entered too: only who may edit people, a township."""
    success = LET_IN if actor.role in rules.PEOPLE_EDITORS else REFUSED
    found = on_things("training", "training_id", rules.keeps_training, success, rules.TRAINERS)
    yield from found(world, actor, route)


def on_checklist(world: World, _actor: Actor, route: str) -> Iterator[Attempt]:
    """Lists are the county's, and everybody's who is signed in."""
    version = world.things["checklist"]["patrol"]
    path = _path(route.replace("{key}", "patrol"), version_id=version)
    yield Attempt("patrol", path, FOUND)
    yield Attempt("unknown", _path(route.replace("{key}", "no-such-list")), HIDDEN)


def elsewhere(_world: World, _actor: Actor, _route: str) -> Iterator[Attempt]:
    """Nothing here depends on who asks: see the test that the reason names."""
    return iter(())


def _path(route: str, **ids: UUID | int) -> str:
    path = route.partition(" ")[2]
    for name, id_ in ids.items():
        path = path.replace(f"{{{name}}}", str(id_))
    path = path.replace("{action_id}", str(new_id()))
    return address(f"GET {path}")[1]


def _comment(_world: World, _actor: Actor) -> dict[str, Any]:
    return {"action": "comment", "occurred_at": "2026-11-22T10:00:00+08:00", "note": "看过了"}


def _snooze(_world: World, _actor: Actor) -> dict[str, Any]:
    return {"until": "2099-01-01T08:00:00+08:00"}


def every_case(world: World, _actor: Actor, route: str) -> Iterator[Attempt]:
    body = {"action": "assign", "ids": [str(row.id) for row in world.cases.values()]}
    yield Attempt("all", _path(route), FOUND, body)


def holdings(world: World, _actor: Actor, route: str) -> Iterator[Attempt]:
    items = [
        {"kind": "hazard", "id": str(row.id), "sha256": "0" * 64} for row in world.cases.values()
    ]
    yield Attempt("all", _path(route), FOUND, {"items": items})


def notices(world: World, actor: Actor, route: str) -> Iterator[Attempt]:
    foreign = world.actors["officer_b"].own["notice"]
    yield Attempt("foreign", _path(route), MADE, {"ids": [str(foreign)]})


def _of_batch(kind: str, roles: frozenset[Role], mine: frozenset[int]) -> Tries:
    """A file from Excel is its sender's alone, whatever else others may do (S1-63)."""
    return on_own(kind, "import_id", {}, mine, HIDDEN, roles)


SIGNED_IN, RULES = by_role(None, FOUND), by_role(rules.EDITORS, LET_IN | {404})
_VIEW: dict[str, Any] = {"name": "新", "filters": {}}
_EDIT_PERSON = on_people(rules.PEOPLE_EDITORS, rules.changes_person, LET_IN)
_LET_IN_PERSON = on_people(rules.PEOPLE_EDITORS, rules.gives_password, LET_IN)
_LOCK_PERSON = on_people(rules.PEOPLE_LOCKERS, rules.changes_person, LET_IN)
_GRANT = on_people(rules.ROLE_GRANTERS, rules.grants_to, LET_IN)
TRIES: dict[str, Tries] = {
    "GET /livez": elsewhere,  # test_health
    "GET /readyz": elsewhere,  # test_health
    "GET /api/demo": elsewhere,  # test_demo: not there outside the demo
    "POST /api/demo/enter/{person_id}": elsewhere,  # test_demo
    "POST /api/session": elsewhere,  # test_sign_in
    "DELETE /api/session": elsewhere,  # test_session
    "PUT /api/session/password": elsewhere,  # test_session
    "GET /api/stream": elsewhere,  # test_live: answers for ever
    "POST /api/sync/rescue": elsewhere,  # test_rescue: a file, each line taken like its own route
    "PUT /api/photos/{photo_id}": elsewhere,  # test_photos: bytes, not JSON
    "GET /api/audit": by_role(rules.AUDIT_READERS, FOUND),
    "POST /api/people/{person_id}/reveal": on_people(
        rules.PEOPLE_READERS, rules.reads_person, FOUND
    ),
    "POST /api/enrolment": elsewhere,  # test_enrolment
    "POST /api/people/{person_id}/enrolment": _LET_IN_PERSON,
    "DELETE /api/people/{person_id}/enrolment": _EDIT_PERSON,
    "GET /api/session": SIGNED_IN,
    "POST /api/session/second-factor": by_role(None, LET_IN),
    "POST /api/session/second-factor/setup": by_role(None, FOUND),
    "PUT /api/session/second-factor/setup": by_role(None, LET_IN),
    "POST /api/people/{person_id}/reset-second-factor": on_people(
        rules.FACTOR_RESETTERS, rules.grants_to, LET_IN
    ),
    "GET /api/session/devices": SIGNED_IN,
    "DELETE /api/session/devices/{device_id}": on_own("device", "device_id", {}, MADE, HIDDEN),
    "GET /api/people/invitations": by_role(rules.PEOPLE_EDITORS, FOUND),
    "POST /api/people/invitations": by_role(rules.PEOPLE_EDITORS, frozenset({201})),
    "DELETE /api/people/invitations/{organization_id}": by_role(rules.PEOPLE_EDITORS, MADE),
    "GET /api/people/template.xlsx": by_role(rules.PEOPLE_IMPORTERS, FOUND),
    "GET /api/people/roster.xlsx": by_role(rules.PEOPLE_IMPORTERS, FOUND),
    "POST /api/people/roster.xlsx": by_role(rules.PEOPLE_EDITORS, FOUND),  # whole numbers
    "POST /api/people/imports": elsewhere,  # test_people_import: a file
    "GET /api/people/imports": by_role(rules.PEOPLE_IMPORTERS, FOUND),
    "GET /api/people/imports/{import_id}": _of_batch(
        "people_import", rules.PEOPLE_IMPORTERS, FOUND
    ),
    "GET /api/people/imports/{import_id}/wrong": _of_batch(
        "people_import", rules.PEOPLE_IMPORTERS, FOUND
    ),
    "GET /api/people/imports/{import_id}/wrong.xlsx": _of_batch(
        "people_import", rules.PEOPLE_IMPORTERS, FOUND
    ),
    "POST /api/people/imports/{import_id}/apply": _of_batch(
        "people_import", rules.PEOPLE_IMPORTERS, LET_IN
    ),
    "POST /api/people/imports/{import_id}/undo": _of_batch(
        "people_import_done", rules.PEOPLE_IMPORTERS, LET_IN
    ),
    "GET /api/people": by_role(rules.PEOPLE_READERS, FOUND),
    "POST /api/people": new_person,
    "GET /api/people/{person_id}": on_people(rules.PEOPLE_READERS, rules.reads_person, FOUND),
    "PATCH /api/people/{person_id}": _EDIT_PERSON,
    "POST /api/people/{person_id}/disable": _LOCK_PERSON,
    "POST /api/people/{person_id}/enable": _LOCK_PERSON,
    "POST /api/people/{person_id}/reset-password": _LET_IN_PERSON,
    "POST /api/people/{person_id}/posts": _GRANT,
    "GET /api/posts/part-time-sources": by_role(rules.PEOPLE_READERS, FOUND),
    "PATCH /api/posts/{post_id}": _GRANT,
    "GET /api/organizations": by_role(None, FOUND, kind="enterprise"),
    "GET /api/organizations/reachable": by_case,
    "POST /api/organizations": under("township", "parent_id", rules.EDITORS, _everybody),
    "PATCH /api/organizations/{organization_id}": on_places("organization_id"),
    "GET /api/grids": SIGNED_IN,
    "GET /api/grids/{grid_id}": on_grids,
    "GET /api/grids/{grid_id}/duty-cards": on_grids,
    "GET /api/grids/{grid_id}/network": on_grids,
    "GET /api/grids/{grid_id}/notice": on_grids,
    "GET /api/grids/{grid_id}/outlines": on_grids,
    "GET /api/grids/{grid_id}/outlines/{outline_id}": both(
        unknown_outline, on_things("outline", "outline_id", _everybody, FOUND)
    ),
    "GET /api/grids/{grid_id}/papers/{paper}.svg": papers,
    "GET /api/grids/{grid_id}/work-cards": work_cards,
    "POST /api/grids": under("village", "organization_id", rules.EDITORS, _everybody),
    "POST /api/grids/outline-imports/check": elsewhere,  # test_outline_imports: a file
    "GET /api/grids/outline-imports": by_role(rules.EDITORS, FOUND),
    "GET /api/grids/outline-imports/running": by_role(rules.EDITORS, FOUND),
    "POST /api/grids/outline-imports": elsewhere,
    "POST /api/grids/outline-imports/{import_id}/undo": on_things(
        "outline_import", "import_id", _everybody, LET_IN, rules.EDITORS
    ),
    "POST /api/grids/outline-check": outline_check,
    "GET /api/grids/outline-faults": by_role(rules.DESK_USERS, FOUND, township_id=ID),
    "GET /api/grids/next-code": next_code,
    "PATCH /api/grids/{grid_id}": on_places("grid_id"),
    "GET /api/objects": SIGNED_IN,
    "GET /api/objects/{object_id}": on_objects(lambda *_: True, FOUND),
    "POST /api/objects": under(
        "grid", "grid_id", rules.LEDGER_KEEPERS, lambda a, k: rules.keeps_object(a, f"shop_{k}")
    ),
    "PATCH /api/objects/{object_id}": on_objects(rules.keeps_object, LET_IN),
    "PUT /api/objects/{object_id}/account": on_objects(rules.keeps_object, LET_IN),
    "GET /api/objects/gaps": SIGNED_IN,
    "GET /api/objects/{object_id}/history": on_objects(rules.reaches_object, FOUND),
    "PUT /api/objects/{object_id}/collections/{collection_id}": collecting,
    "PUT /api/objects/{object_id}/confirmation": on_objects(rules.keeps_object, LET_IN),
    "POST /api/objects/{object_id}/return": on_objects(rules.keeps_object, OTHERS),
    "PUT /api/objects/{object_id}/proposals/{proposal_id}/acceptance": on_things(
        "proposal", "proposal_id", rules.keeps_home, LET_IN, rules.LEDGER_KEEPERS
    ),
    "POST /api/objects/{object_id}/proposals/{proposal_id}/return": on_things(
        "proposal", "proposal_id", rules.keeps_home, LET_IN, rules.LEDGER_KEEPERS
    ),
    "PUT /api/objects/{object_id}/grid": moving,
    "PUT /api/objects/{object_id}/members": on_objects(rules.keeps_object, LET_IN),
    "GET /api/objects/{object_id}/cadres": on_objects(rules.keeps_object, FOUND),
    "PUT /api/objects/{object_id}/cadre": on_objects(rules.keeps_object, LET_IN),
    "GET /api/objects/counts": SIGNED_IN,
    "GET /api/ledger/register": by_role(rules.DESK_USERS, FOUND),
    "GET /api/ledger/register/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "PUT /api/objects/{object_id}/departments": on_objects(rules.keeps_object, LET_IN),
    "POST /api/objects/{object_id}/close": on_objects(rules.keeps_object, LET_IN),
    "GET /api/objects/{object_id}/left-places": on_objects(
        rules.keeps_object, FOUND, is_for_change=True
    ),
    "POST /api/objects/{object_id}/reopen": on_objects(rules.keeps_object, LET_IN),
    "POST /api/objects/{object_id}/reveal": on_objects(
        lambda *_: True, LET_IN, rules.CONTACT_ASKERS
    ),
    "GET /api/ledger/reference": SIGNED_IN,
    "GET /api/ledger/template.xlsx": SIGNED_IN,
    "GET /api/ledger/export.xlsx": by_role(rules.LEDGER_KEEPERS, FOUND),
    "GET /api/ledger/statistics.xlsx": by_role(rules.LEDGER_KEEPERS, FOUND),
    "POST /api/ledger/imports": elsewhere,  # test_imports: a file
    "GET /api/ledger/imports": by_role(rules.LEDGER_KEEPERS, FOUND),
    "GET /api/ledger/imports/{import_id}": _of_batch("ledger_import", rules.LEDGER_KEEPERS, FOUND),
    "GET /api/ledger/imports/{import_id}/rows": _of_batch(
        "ledger_import", rules.LEDGER_KEEPERS, FOUND
    ),
    "GET /api/ledger/imports/{import_id}/wrong": _of_batch(
        "ledger_import", rules.LEDGER_KEEPERS, FOUND
    ),
    "GET /api/ledger/imports/{import_id}/wrong.xlsx": _of_batch(
        "ledger_import", rules.LEDGER_KEEPERS, FOUND
    ),
    "POST /api/ledger/imports/{import_id}/apply": _of_batch(
        "ledger_import", rules.LEDGER_KEEPERS, LET_IN
    ),
    "POST /api/ledger/imports/{import_id}/undo": _of_batch(
        "ledger_import_done", rules.LEDGER_KEEPERS, LET_IN
    ),
    "PUT /api/ledger/fields/{key}": by_role(rules.EDITORS, LET_IN),
    "GET /api/county/map": SIGNED_IN,
    "GET /api/grids/{grid_id}/people": on_grids,
    "POST /api/grids/{grid_id}/people": on_things(
        "grid", "grid_id", _everybody, LET_IN, rules.EDITORS, _slot
    ),
    "PATCH /api/grid-people/{assignment_id}": on_things(
        "slot", "assignment_id", _everybody, LET_IN, rules.EDITORS
    ),
    "GET /api/grids/{grid_id}/handovers/preview": on_own_grids(FOUND),
    "POST /api/grids/{grid_id}/handovers": on_own_grids(LET_IN | HIDDEN),
    "GET /api/grids/{grid_id}/handovers": on_own_grids(FOUND),
    "GET /api/handovers/{handover_id}": on_things(
        "handover", "handover_id", rules.hands_over, FOUND, rules.HAND_OVERS
    ),
    "GET /api/trainings": by_role(rules.TRAINERS, FOUND),
    "POST /api/trainings": a_training,
    "GET /api/trainings/candidates": by_role(rules.TRAINERS, FOUND),
    "GET /api/trainings/standing": by_role(rules.PEOPLE_READERS, FOUND),
    "GET /api/trainings/{training_id}": on_things(
        "training", "training_id", rules.keeps_training, FOUND, rules.TRAINERS
    ),
    "GET /api/trainings/{training_id}/sheet.xlsx": on_things(
        "training", "training_id", rules.keeps_training, FOUND, rules.TRAINERS
    ),
    "POST /api/trainings/{training_id}/sheet": elsewhere,  # test_filled_sheets: a file
    "PATCH /api/trainings/{training_id}": on_things(
        "training", "training_id", rules.keeps_training, LET_IN, rules.TRAINERS
    ),
    "POST /api/trainings/{training_id}/people": on_things(
        "training",
        "training_id",
        rules.keeps_training,
        LET_IN,
        rules.TRAINERS,
        _of_trainee(lambda id_: {"person_ids": [id_]}),
    ),
    "POST /api/trainings/{training_id}/newcomers": newcomers,
    "PUT /api/trainings/{training_id}/records": on_things(
        "training",
        "training_id",
        rules.keeps_training,
        LET_IN,
        rules.TRAINERS,
        _of_trainee(_judged),
    ),
    "DELETE /api/trainings/{training_id}/people/{person_id}": on_things(
        "training", "training_id", rules.keeps_training, LET_IN, rules.TRAINERS
    ),
    "GET /api/people/{person_id}/trainings": on_people(
        rules.PEOPLE_READERS, rules.reads_person, FOUND
    ),
    "GET /api/division-changes": by_role(rules.DESK_USERS, FOUND),
    "GET /api/division-changes/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/division-changes/package.zip": by_role(rules.DESK_USERS, FOUND),
    "GET /api/grid-revisions": by_role(rules.DESK_USERS, FOUND),
    "PUT /api/grid-revisions/{revision_id}/filing": on_things(
        "revision", "revision_id", _everybody, LET_IN, rules.EDITORS
    ),
    "GET /api/division-changes/ground": ground,
    "POST /api/division-changes": dividing(LET_IN, rules.EDITORS),
    "POST /api/division-changes/preview": dividing(LET_IN, rules.DRAFTERS),
    "GET /api/division-changes/{change_id}/undoing": on_things(
        "change", "change_id", _everybody, LET_IN, rules.EDITORS
    ),
    "POST /api/division-changes/{change_id}/undoing": on_things(
        "change", "change_id", _everybody, LET_IN, rules.EDITORS
    ),
    "PUT /api/division-changes/{change_id}/filing": on_things(
        "change", "change_id", _everybody, LET_IN, rules.EDITORS
    ),
    "GET /api/division-drafts": by_role(rules.DESK_USERS, FOUND),
    "POST /api/division-drafts": a_draft,
    "GET /api/division-drafts/{draft_id}": on_things(
        "draft", "draft_id", rules.sees_draft, FOUND, rules.DESK_USERS
    ),
    "PUT /api/division-drafts/{draft_id}": on_things(
        "draft", "draft_id", rules.hands_over, LET_IN, rules.DRAFTERS, _mended
    ),
    "DELETE /api/division-drafts/{draft_id}": on_things(
        "draft", "draft_id", rules.hands_over, LET_IN, rules.DRAFTERS
    ),
    "PUT /api/division-drafts/{draft_id}/answer": on_things(
        "draft", "draft_id", _everybody, LET_IN, rules.EDITORS
    ),
    "PUT /api/grids/{grid_id}/provisions": on_seen_grids,
    "GET /api/readiness": by_role(rules.DESK_USERS, FOUND),
    "GET /api/scheme": SIGNED_IN,
    "GET /api/scheme/proposals": by_role(rules.EDITORS, FOUND),
    "GET /api/schemes": by_role(rules.EDITORS, FOUND),
    "GET /api/schemes/{scheme}": by_role(rules.EDITORS, FOUND),
    "GET /api/schemes/{scheme}/difference": by_role(rules.EDITORS, FOUND),
    "POST /api/schemes/{scheme}/application": by_role(rules.EDITORS, OTHERS),
    "GET /api/rules": SIGNED_IN,
    "GET /api/rules/proposal": by_case,
    "GET /api/rules/calendar/{year}": SIGNED_IN,
    "PUT /api/rules/categories/{code}": RULES,
    "POST /api/rules/routing": new_route,
    "PUT /api/rules/routing/{rule_id}": on_things(
        "routing", "rule_id", _everybody, LET_IN, rules.EDITORS, _route_to_fire
    ),
    "DELETE /api/rules/routing/{rule_id}": on_things(
        "routing", "rule_id", _everybody, LET_IN, rules.EDITORS
    ),
    "POST /api/rules/deadlines": RULES,
    "PUT /api/rules/deadlines/{rule_id}": on_things(
        "deadline", "rule_id", _everybody, LET_IN, rules.EDITORS, _of_serious
    ),
    "DELETE /api/rules/deadlines/{rule_id}": on_things(
        "deadline", "rule_id", _everybody, LET_IN, rules.EDITORS
    ),
    "GET /api/rules/training": SIGNED_IN,
    "PUT /api/rules/training": RULES,
    "GET /api/rules/grid-codes": SIGNED_IN,
    "PUT /api/rules/grid-codes": RULES,
    "POST /api/rules/grid-codes/preview": by_role(rules.EDITORS, LET_IN),
    "GET /api/rules/notice": SIGNED_IN,
    "PUT /api/rules/notice": RULES,
    "PUT /api/rules/working-hours": RULES,
    "PUT /api/rules/calendar/days/{on}": RULES,
    "DELETE /api/rules/calendar/days/{on}": RULES,
    "GET /api/obligations": by_role(rules.DESK_USERS, FOUND),
    "POST /api/obligations/{key}/effect": by_role(rules.EDITORS, LET_IN),
    "PUT /api/obligations/{key}": by_role(rules.EDITORS, LET_IN),
    "GET /api/checklists": SIGNED_IN,
    "GET /api/checklists/versions/{version_id}": on_checklist,
    "GET /api/checklists/{key}/versions": on_checklist,
    "GET /api/checklists/{key}/sheet.xlsx": on_checklist,
    "POST /api/checklists/{key}/sheet": elsewhere,  # test_filled_sheets: a file
    "POST /api/checklists/pictures": elsewhere,  # test_checklist_pictures: bytes, not JSON
    "GET /api/checklists/pictures/{sha256}": elsewhere,  # test_checklist_pictures: every role
    "PUT /api/checklists/{key}": RULES,
    "GET /api/patrols/mine": SIGNED_IN,
    "GET /api/patrols/tasks": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/patrols/board": by_role(
        rules.PATROL_READERS, FOUND, due_from="2026-01-01", due_to="2026-12-31"
    ),
    "PUT /api/patrols/tasks/{task_id}/delays/{delay_id}": on_things(
        "task", "task_id", rules.walked, FOUND
    ),
    "GET /api/coverage/grids": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/coverage/objects": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/coverage/outlines": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/coverage/export.xlsx": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/campaigns": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/campaigns/choice": by_role(rules.CAMPAIGN_ORDERERS, FOUND),
    "PUT /api/campaigns/{campaign_id}": a_campaign,
    "PUT /api/campaigns/{campaign_id}/until": on_things(
        "campaign", "campaign_id", rules.sees_errand, FOUND, rules.CAMPAIGN_ORDERERS
    ),
    "PUT /api/campaigns/{campaign_id}/end": on_things(
        "campaign", "campaign_id", rules.sees_errand, FOUND, rules.CAMPAIGN_ORDERERS
    ),
    "GET /api/inspections": by_role(rules.INSPECTION_READERS, FOUND),
    "GET /api/inspections/export.xlsx": by_role(rules.INSPECTION_READERS, FOUND),
    "GET /api/inspections/inspectors": by_role(
        rules.INSPECTORS, FOUND, organization_id=str(new_id())
    ),
    "GET /api/inspections/{inspection_id}": on_inspections(FOUND, rules.INSPECTION_READERS),
    "PUT /api/inspections/{inspection_id}": a_plan,
    "PATCH /api/inspections/{inspection_id}": on_inspections(LET_IN | REFUSED, rules.INSPECTORS),
    "PUT /api/inspections/{inspection_id}/places/{object_id}": a_result,
    "PUT /api/inspections/{inspection_id}/close": on_inspections(
        LET_IN | REFUSED, rules.INSPECTORS
    ),
    "PUT /api/inspections/{inspection_id}/call-off": on_inspections(
        LET_IN | REFUSED, rules.INSPECTORS
    ),
    "PUT /api/visits/{visit_id}": on_ground,
    "GET /api/visits": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/visits/{visit_id}": on_things("visit", "visit_id", rules.sees_errand, FOUND),
    "GET /api/appeals": SIGNED_IN,
    "PUT /api/appeals/{appeal_id}": an_appeal,
    "GET /api/appeals/{appeal_id}": on_appeals(lambda *_: FOUND),
    "PUT /api/appeals/{appeal_id}/steps/{step_id}": on_appeals(
        lambda actor, label: FOUND if rules.answers_appeal(actor, label) else REFUSED
    ),
    "GET /api/situations": SIGNED_IN,
    "GET /api/situations/{situation_id}": on_situations(lambda *_: FOUND),
    "PUT /api/situations/{situation_id}/steps/{step_id}": on_situations(
        lambda actor, label: FOUND if rules.answers_situation(actor, label) else REFUSED
    ),
    "GET /api/duties": SIGNED_IN,
    "GET /api/duties/draft": a_duty,
    "GET /api/duties/records/{record_id}": on_duties(lambda *_: FOUND),
    "PUT /api/duties/records/{record_id}": a_duty,
    "PUT /api/duties/records/{record_id}/versions/{version}": on_duties(
        lambda actor, label: FOUND if rules.keeps_duty(actor, label) else REFUSED,
        rules.DUTY_KEEPERS,
    ),
    "GET /api/library": SIGNED_IN,
    "GET /api/library/kinds": SIGNED_IN,
    "PUT /api/library/kinds/{key}": by_role(rules.EDITORS, LET_IN),
    "GET /api/library/owners": SIGNED_IN,
    "GET /api/library/owed": an_owed,
    "PUT /api/library/files/{file_id}": elsewhere,  # test_library_files: bytes, not JSON
    "GET /api/library/{document_id}": on_documents(lambda *_: FOUND),
    "PUT /api/library/{document_id}": a_document,
    "PUT /api/library/{document_id}/versions/{version}": on_documents(
        lambda actor, label: FOUND if rules.keeps_document(actor, label) else REFUSED,
        rules.DOCUMENT_KEEPERS,
    ),
    "GET /api/library/{document_id}/versions/{version}/file": on_documents(lambda *_: FOUND),
    "PUT /api/library/{document_id}/steps/{step_id}": on_documents(
        lambda actor, label: FOUND if rules.keeps_document(actor, label) else REFUSED
    ),
    "GET /api/library/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/library/owed/export.xlsx": by_role(
        rules.DESK_USERS, FOUND, **ACCESS["GET /api/library/owed/export.xlsx"].query
    ),
    "PUT /api/duties/items/{item_id}/versions/{version}": on_duties(
        lambda actor, label: FOUND if rules.keeps_duty(actor, label) else REFUSED,
        rules.DUTY_KEEPERS,
    ),
    "PUT /api/duties/items/{item_id}/done": on_duties(
        lambda actor, label: FOUND if rules.finishes_duty(actor, label) else REFUSED
    ),
    "GET /api/assessments": SIGNED_IN,
    "GET /api/assessments/proposal": by_role(rules.ASSESSORS, FOUND),
    "GET /api/assessments/notes": by_role(None, FOUND, year=2026),
    "PUT /api/assessments/notes/{note_id}": a_note,
    "PUT /api/assessments/notes/{note_id}/withdrawal": on_things(
        "body_note", "note_id", _everybody, MADE, rules.ASSESSORS
    ),
    "GET /api/assessments/papers/{paper_id}": on_things(
        "paper", "paper_id", rules.sees_assessment, FOUND
    ),
    "PUT /api/assessments/papers/{paper_id}/steps/{step_id}": on_papers,
    "PUT /api/assessments/{assessment_id}": by_role(rules.ASSESSORS, LET_IN),
    "GET /api/assessments/{assessment_id}": a_year(FOUND),
    "PUT /api/assessments/{assessment_id}/withdrawal": on_things(
        "assessment", "assessment_id", _everybody, OTHERS, rules.ASSESSORS
    ),
    "GET /api/assessments/{assessment_id}/export.xlsx": a_year(FOUND, rules.DESK_USERS),
    "GET /api/instructions": SIGNED_IN,
    "GET /api/instructions/candidates": by_role(rules.SENDERS, FOUND),
    "PUT /api/instructions/{instruction_id}": an_instruction,
    "GET /api/instructions/{instruction_id}": on_instructions(rules.sees_instruction, FOUND),
    "GET /api/instructions/{instruction_id}/addressees": on_instructions(
        rules.sent_instruction, FOUND, rules.SENDERS
    ),
    "PUT /api/instructions/{instruction_id}/read": on_instructions(rules.got_instruction, FOUND),
    "PUT /api/instructions/{instruction_id}/feedback/{feedback_id}": on_instructions(
        rules.got_instruction, FOUND
    ),
    "POST /api/instructions/{instruction_id}/reminder": on_instructions(
        rules.sent_instruction, FOUND, rules.SENDERS
    ),
    "POST /api/instructions/{instruction_id}/end": on_instructions(
        rules.sent_instruction, FOUND, rules.SENDERS
    ),
    "PUT /api/errands/{errand_id}": on_ground,
    "GET /api/errands": SIGNED_IN,
    "GET /api/errands/export.xlsx": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/errands/{errand_id}/photos/{photo_id}": on_things(
        "errand_photo", "photo_id", rules.sees_errand, FOUND
    ),
    "PUT /api/accidents/{accident_id}": an_accident,
    "PUT /api/accidents/{accident_id}/reports/{report_id}": on_accidents(LET_IN),
    "PUT /api/accidents/{accident_id}/steps/{step_id}": on_accidents(
        LET_IN | REFUSED, rules.ACCIDENT_DESKS
    ),
    "GET /api/accidents": SIGNED_IN,
    "GET /api/accidents/waiting": SIGNED_IN,
    "GET /api/accidents/export.xlsx": by_role(rules.ACCIDENT_DESKS, FOUND),
    "GET /api/accidents/{accident_id}": on_accidents(FOUND),
    "GET /api/accidents/{accident_id}/photos/{photo_id}": both(
        on_accidents(HIDDEN), on_things("accident_photo", "photo_id", rules.sees_accident, FOUND)
    ),
    "PUT /api/hazards/{hazard_id}": both(under_foreign_id, a_report),
    "GET /api/hazards/{hazard_id}": on_cases(FOUND),
    "PUT /api/hazards/{hazard_id}/actions/{action_id}": on_cases(LET_IN | REFUSED, _comment),
    "GET /api/hazards": by_role(None, FOUND, limit=100),
    "GET /api/hazards/count": SIGNED_IN,
    "GET /api/hazards/map": SIGNED_IN,
    "GET /api/visits/export.xlsx": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/patrols/tasks/export.xlsx": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/patrols/board/export.xlsx": by_role(
        rules.PATROL_READERS, FOUND, due_from="2026-01-01", due_to="2026-12-31"
    ),
    "GET /api/campaigns/export.xlsx": by_role(rules.PATROL_READERS, FOUND),
    "GET /api/inspections/findings/export.xlsx": by_role(rules.INSPECTION_READERS, FOUND),
    "GET /api/appeals/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/situations/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/instructions/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/suggestions/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/people/export.xlsx": by_role(rules.PEOPLE_READERS, FOUND),
    "GET /api/trainings/export.xlsx": by_role(rules.TRAINERS, FOUND),
    "GET /api/trainings/standing/export.xlsx": by_role(rules.PEOPLE_READERS, FOUND),
    "GET /api/organizations/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/grids/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/readiness/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/checklists/export.xlsx": by_role(rules.DESK_USERS, FOUND),
    "GET /api/audit/export.xlsx": by_role(rules.AUDIT_READERS, FOUND),
    "GET /api/instructions/{instruction_id}/addressees/export.xlsx": on_instructions(
        rules.sent_instruction, FOUND, rules.SENDERS
    ),
    "GET /api/hazards/export.xlsx": by_role(rules.EXPORTERS, FOUND),
    "POST /api/hazards/bulk-preview": every_case,
    "GET /api/hazards/{hazard_id}/timeline": on_cases(FOUND),
    "GET /api/hazards/{hazard_id}/nearby": on_cases(FOUND),
    "PUT /api/hazards/{hazard_id}/claim": on_cases(LET_IN | REFUSED),
    "DELETE /api/hazards/{hazard_id}/claim": on_cases(MADE),
    "PUT /api/hazards/{hazard_id}/viewing": on_cases(MADE),
    "PUT /api/hazards/{hazard_id}/snooze": on_cases(LET_IN | REFUSED, _snooze),
    "GET /api/photos/{photo_id}/thumb": on_photos(lambda *_: FOUND),
    "GET /api/photos/{photo_id}/view": on_photos(lambda *_: FOUND),
    "GET /api/photos/{photo_id}/original": on_photos(_original),
    "POST /api/sync/reconcile": holdings,
    "GET /api/sync/changes": by_role(None, FOUND, limit=200),
    "GET /api/notifications": SIGNED_IN,
    "POST /api/notifications/read": notices,
    "GET /api/views": SIGNED_IN,
    "PUT /api/views/{view_id}": on_own("view", "view_id", _VIEW, FOUND, HIDDEN),
    "DELETE /api/views/{view_id}": on_own("view", "view_id", {}, FOUND, HIDDEN),
    "PUT /api/suggestions/{suggestion_id}": both(
        on_own("suggestion", "suggestion_id", {"text": "别的话"}, OTHERS, OTHERS), a_suggestion
    ),
    "GET /api/suggestions": SIGNED_IN,
    "GET /api/status": by_role(rules.STATUS_READERS, FOUND),
    "POST /api/suggestions/{suggestion_id}/answer": on_own(
        "suggestion", "suggestion_id", {"answer": "好的"}, LET_IN, LET_IN, rules.SUGGESTION_READERS
    ),
}
