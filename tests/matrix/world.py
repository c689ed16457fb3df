"""A county in which everybody stands in every relation to something, each thing with its canary.

Township A is where every actor works who works in a township. B is the neighbour. C is where
nobody works: what happens there is seen only for another reason than the place.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import (
    Accident,
    AccidentHop,
    AccidentKind,
    AccidentReport,
    AccidentStatus,
    HopKind,
    ReportKind,
)
from app.models.appeal import Appeal, AppealStatus, AppealStep, AppealStepKind
from app.models.base import new_id
from app.models.duty import (
    DutyHazard,
    DutyItem,
    DutyItemVersion,
    DutyRecord,
    DutyRecordVersion,
)
from app.models.errand import DeliveryOutcome, Errand, ErrandKind
from app.models.grid import Grid
from app.models.hazard import Follower, Hazard, Party, State
from app.models.inspection import (
    Inspection,
    InspectionKind,
    InspectionPlace,
    InspectionStatus,
    JoiningBody,
)
from app.models.instruction import Addressee, Instruction, InstructionStatus
from app.models.library import (
    Audience,
    LibraryDocument,
    LibraryFile,
    LibraryKind,
    LibraryPublication,
    LibraryStep,
    LibraryStepKind,
    LibraryVersion,
    PaperForm,
    Shelf,
)
from app.models.notification import Notification, SavedView, Suggestion
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role, SignIn
from app.models.photo import Derivatives, ManifestEntry, Photo, PhotoRole, PhotoSource
from app.models.situation import Situation, SituationStatus, SituationStep, SituationStepKind
from app.models.supervised_object import ObjectKind, SupervisedObject
from app.services import events
from app.services.access import SYSTEM
from app.services.events import Fact
from app.services.hazards import searching
from app.services.photos.reading import derivative_key
from app.storage import ObjectStore
from tests import factories, pictures
from tests.cases import case
from tests.conftest import token_for
from tests.factories import County
from tests.patrols import checklist

BODY = pictures.jpeg(7)
OTHER_BODY = pictures.jpeg(8)


@dataclass
class Actor:
    """One signed-in person of the matrix. `role` None: nobody has given this person a post."""

    key: str
    person: Person
    role: Role | None
    township: str
    token: str
    post: Post
    device: SignIn
    own: dict[str, UUID] = field(default_factory=dict)


@dataclass
class World:
    county: County
    actors: dict[str, Actor] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    cases: dict[str, Hazard] = field(default_factory=dict)
    photos: dict[str, UUID] = field(default_factory=dict)
    bodies: dict[str, Organization] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    objects: dict[str, SupervisedObject] = field(default_factory=dict)
    accidents: dict[str, UUID] = field(default_factory=dict)
    inspections: dict[str, UUID] = field(default_factory=dict)
    instructions: dict[str, UUID] = field(default_factory=dict)
    appeals: dict[str, UUID] = field(default_factory=dict)
    situations: dict[str, UUID] = field(default_factory=dict)
    duties: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, UUID] = field(default_factory=dict)
    duty_items: dict[str, UUID] = field(default_factory=dict)
    asked: dict[str, UUID] = field(default_factory=dict)  # who has these items
    things: dict[str, dict[str, Any]] = field(default_factory=dict)  # ids by kind and label


def seat_of(world: World, role: Role, township: str = "a") -> tuple[Organization, Grid | None]:
    """Where a person with this role works."""
    village, ground = world.bodies[f"village_{township}"], world.grids[f"grid_{township}"]
    at: dict[Role, tuple[Organization, Grid | None]] = {
        Role.GRIDWORKER: (village, ground),
        Role.GRID_CHIEF: (village, ground),
        Role.VILLAGE_CLERK: (village, None),
        Role.SAFETY_OFFICER: (world.bodies[f"enterprise_{township}"], None),
        Role.TOWNSHIP_OFFICER: (world.bodies[f"township_{township}"], None),
        Role.HANDLER: (world.bodies["fire"], None),
        Role.SAFETY_SUPERVISOR: (world.bodies["safety"], None),
    }
    return at.get(role, (world.bodies["centre"], None))


async def build(session: AsyncSession, store: ObjectStore) -> World:
    county = await factories.county(session)
    world = World(county)
    await _places(session, world)
    for role in Role:
        await _actor(session, world, role.value, role)
        await _actor(session, world, f"left_{role.value}", role, has_left=True)
    await _actor(session, world, "worker_b", Role.GRIDWORKER, "b")
    await _actor(session, world, "officer_b", Role.TOWNSHIP_OFFICER, "b")
    await _double(session, world)
    await _shared_cases(session, world, store)
    await _accidents(session, world)
    await _inspections(session, world)
    await _instructions(session, world)
    await _errands(session, world)
    await _appeals(session, world)
    await _situations(session, world)
    await _duties(session, world)
    await _documents(session, world, store)
    for actor in world.actors.values():
        await _belongings(session, world, actor, store)
    return world


async def _places(session: AsyncSession, world: World) -> None:
    """Three townships with a village, its grid and an enterprise; A has a second village."""
    county, kind = world.county, OrganizationKind
    world.bodies |= {
        "centre": county.centre,
        "safety": county.safety,
        "fire": county.departments[0],
        "housing": county.departments[1],
    }
    third = await factories.organization(session, kind.TOWNSHIP_SUBCENTRE, "丙镇", county.centre)
    village = await factories.organization(session, kind.VILLAGE, "丙村", third)
    grids = [*county.grids, await factories.grid(session, village)]
    townships, villages = [*county.townships, third], [*county.villages, village]
    for name, township, home, ground in zip("abc", townships, villages, grids, strict=True):
        world.bodies |= {f"township_{name}": township, f"village_{name}": home}
        world.grids[f"grid_{name}"] = ground
        place = await factories.enterprise(
            session, f"企业{name}", home, ground,
            contact_name=f"lianxi-{name}", contact_phone=f"lianxi-{name}",
        )  # fmt: skip
        world.bodies[f"enterprise_{name}"] = await session.get_one(Organization, place.id)
        world.objects[f"shop_{name}"] = place
        world.objects[f"home_{name}"] = await factories.place(
            session, f"zhuhu-{name}", ground, kind=ObjectKind.HOUSEHOLD,
            contact_name=f"lianxi-{name}", contact_phone=f"lianxi-{name}",
        )  # fmt: skip
    sibling = await factories.organization(session, kind.VILLAGE, "甲二村", townships[0])
    world.bodies["sibling"] = sibling
    world.grids["sibling"] = await factories.grid(session, sibling)
    world.grids["second"] = await factories.grid(session, villages[0], name="甲村二网格")


async def _actor(
    session: AsyncSession,
    world: World,
    key: str,
    role: Role,
    township: str = "a",
    *,
    has_left: bool = False,
) -> None:
    yesterday = clock.local(clock.now()).date() - timedelta(days=1)
    body, ground = seat_of(world, role, township)
    person = await factories.person(session, name=f"ren-{key}")
    post = await factories.post(
        session, person, role, body, ground, **({"ends_on": yesterday} if has_left else {})
    )
    token, device = await _device(session, person, key)
    world.people[key], world.posts[key] = person, post
    world.actors[key] = Actor(
        key, person, None if has_left else role, township, token, post, device
    )


async def _device(session: AsyncSession, person: Person, key: str) -> tuple[str, SignIn]:
    """The one the requests come from, and a second one that may be ended."""
    token = await token_for(session, person)
    now = clock.now()
    second = SignIn(
        token_digest=new_id().bytes,
        person_id=person.id,
        device=f"shebei-{key}",
        created_at=now,
        last_seen_at=now,
    )
    session.add(second)
    await session.flush()
    return token, second


async def _double(session: AsyncSession, world: World) -> None:
    """Works in A's village and, beside that, for a department of the county."""
    body, ground = seat_of(world, Role.GRIDWORKER)
    person = await factories.person(session, Role.GRIDWORKER, body, ground, name="ren-double")
    world.people["double"] = person
    world.posts["double"] = await factories.post(
        session, person, Role.HANDLER, world.bodies["fire"]
    )


async def _shared_cases(session: AsyncSession, world: World, store: ObjectStore) -> None:
    """One case for each relation; all reported by somebody who has left, all on the same spot."""
    keeper = world.people["keeper"] = await factories.person(session, name="ren-keeper")
    bodies, grids = world.bodies, world.grids
    a, b, c = (_at(world, name) for name in "abc")
    where: dict[str, dict[str, Any]] = {
        "grid": a,
        "village": {**a, "grid_id": grids["second"].id},
        "sibling": {**a, "grid_id": grids["sibling"].id, "village_id": bodies["sibling"].id},
        "township": {**a, "grid_id": None, "village_id": None},
        "foreign": b,
        "enterprise": {**c, "enterprise_id": bodies["enterprise_a"].id},
        "assigned": {**c, "department_id": bodies["fire"].id, "state": State.ASSIGNED},
        "joint": c,
        "held": {**c, "holder_id": bodies["centre"].id},
        "followed": c,
        "rectified": {
            **c,
            "enterprise_id": bodies["enterprise_c"].id,
            "department_id": bodies["enterprise_a"].id,
            "state": State.ASSIGNED,
        },
    }
    for label, fields in where.items():
        await _case(session, world, label, keeper, fields, store)
    fire, followed = bodies["fire"], world.cases["followed"]
    session.add(Party(hazard_id=world.cases["joint"].id, organization_id=fire.id))
    session.add(Follower(hazard_id=followed.id, person_id=world.people["gridworker"].id))
    await session.flush()


async def _accidents(session: AsyncSession, world: World) -> None:
    """One in each township; of the third a department has been told."""
    keeper, now = world.people["keeper"], clock.now()
    for label, township in (("here", "a"), ("there", "b"), ("told", "c")):
        place = {name: id_ for name, id_ in _at(world, township).items() if name != "holder_id"}
        accident = Accident(
            id=new_id(), kind=AccidentKind.FIRE, status=AccidentStatus.OPEN, reporter_id=keeper.id,
            course=f"shigu-{label}- course", is_outside_county=False, is_time_doubtful=False,
            received_at=now, clock_from=now, **place,
        )  # fmt: skip
        session.add(accident)
        await session.flush()
        report = AccidentReport(
            id=accident.id, accident_id=accident.id, report_kind=ReportKind.FIRST,
            person_id=keeper.id, sha256="0" * 64, occurred_at=now, said_at=now, received_at=now,
            kind=AccidentKind.FIRE, course=accident.course, is_after_end=False,
        )  # fmt: skip
        session.add(report)
        world.accidents[label] = accident.id
    told = AccidentHop(
        id=new_id(), accident_id=world.accidents["told"], kind=HopKind.DEPARTMENT_TOLD,
        person_id=keeper.id, sha256="0" * 64, at=now, done_at=now,
        target_id=world.bodies["fire"].id, to_whom="", means="", reason="",
    )  # fmt: skip
    session.add(told)
    await session.flush()


async def _inspections(session: AsyncSession, world: World) -> None:
    """Of the county, all at the shop of township A, where nobody has been yet.

    The gridworker there is named at each of them, as no desk may at an unannounced one.
    """
    kind, now = InspectionKind, clock.now()
    today = clock.local(now).date()
    kinds = {"hidden": kind.NO_NOTICE, "ours": kind.UNANNOUNCED, "shown": kind.ANNOUNCED}
    for label, how in kinds.items():
        row = Inspection(
            id=new_id(), sha256="0" * 64, kind=how, status=InspectionStatus.OPEN,
            name=f"jiancha-{label}- name", plan=f"jiancha-{label}- plan", basis="",
            starts_on=today, until=today, lead_id=world.bodies["centre"].id,
            planned_by_id=world.people["keeper"].id, planned_at=now,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        place = InspectionPlace(
            inspection_id=row.id,
            object_id=world.objects["shop_a"].id,
            is_drawn=False,
            accompanied_by_id=world.people["gridworker"].id,
        )
        session.add(place)
        world.inspections[label] = row.id
    ours = {"inspection_id": world.inspections["ours"], "organization_id": world.bodies["fire"].id}
    session.add(JoiningBody(**ours))
    await session.flush()


async def _instructions(session: AsyncSession, world: World) -> None:
    """A township's to those below it, the neighbour's, and the centre's to a department."""
    bodies, grids, keeper = world.bodies, world.grids, world.people["keeper"]
    told: dict[str, tuple[Organization, list[Organization], list[Grid]]] = {
        "down": (
            bodies["township_a"], [bodies["village_a"], bodies["enterprise_a"]], [grids["grid_a"]],
        ),
        "next": (bodies["township_b"], [], [grids["grid_b"]]),
        "across": (bodies["centre"], [bodies["fire"]], []),
    }  # fmt: skip
    for label, (sender, to_bodies, to_grids) in told.items():
        row = Instruction(
            id=new_id(), organization_id=sender.id, sender_id=keeper.id, subject="s",
            text=f"zhiling-{label}- text", wants_feedback=True, is_from_linked_leader=False,
            sha256="0" * 64, sent_at=clock.now(), status=InstructionStatus.OPEN,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        to: list[tuple[str, Organization | Grid]] = [
            *(("organization_id", body) for body in to_bodies),
            *(("grid_id", ground) for ground in to_grids),
        ]
        session.add_all(
            Addressee(instruction_id=row.id, name=f"zhiling-{label}- {one.name}", **{key: one.id})
            for key, one in to
        )
        world.instructions[label] = row.id
    await session.flush()


async def _errands(session: AsyncSession, world: World) -> None:
    """A document delivered in each township."""
    now = clock.now()
    session.add_all(
        Errand(
            id=new_id(), sha256="0" * 64, kind=ErrandKind.DELIVERY, grid_id=ground.id,
            person_id=world.people["keeper"].id, place="村口", topic="告知书", note="",
            outcome=DeliveryOutcome.SIGNED, receiver=f"songda-{name}", occurred_at=now,
            received_at=now,
        )
        for name, ground in ((name, world.grids[f"grid_{name}"]) for name in "abc")
    )  # fmt: skip
    await session.flush()


async def _appeals(session: AsyncSession, world: World) -> None:
    """An enterprise's of A, one of B's ground, and one of C that a department has now."""
    keeper, now = world.people["keeper"], clock.now()
    for label, township in (("shop", "a"), ("road", "b"), ("led", "c")):
        here = _at(world, township)
        holder = world.bodies["fire"].id if label == "led" else here["township_id"]
        company = world.bodies["enterprise_a"].id if label == "shop" else None
        row = Appeal(
            id=new_id(), subject=f"suqiu-{label}- s", place="p", asker_id=keeper.id,
            enterprise_id=company, grid_id=here["grid_id"], township_id=here["township_id"],
            holder_id=holder, status=AppealStatus.OPEN, received_at=now,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        step = AppealStep(
            id=row.id, appeal_id=row.id, kind=AppealStepKind.ASK, person_id=keeper.id,
            target_id=holder, text=f"suqiu-{label}- text", sha256="0" * 64, at=now,
        )  # fmt: skip
        session.add(step)
        world.appeals[label] = row.id
    await session.flush()


async def _situations(session: AsyncSession, world: World) -> None:
    """One of A that its village has, one that B's township has, one of C that a department has."""
    keeper, version = world.people["keeper"], await checklist(session, "situations")
    for label, township in (("home", "a"), ("road", "b"), ("led", "c")):
        here = _at(world, township)
        holders = {"home": here["village_id"], "led": world.bodies["fire"].id}
        row = Situation(
            id=new_id(), version_id=version, code="R-1", text=f"baogao-{label}- text", place="p",
            reporter_id=keeper.id, grid_id=here["grid_id"], village_id=here["village_id"],
            township_id=here["township_id"], holder_id=holders.get(label, here["township_id"]),
            status=SituationStatus.REPORTED, received_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        world.situations[label] = row.id
        await session.flush()
        session.add(SituationStep(
            id=new_id(), situation_id=row.id, kind=SituationStepKind.NOTE, person_id=keeper.id,
            organization_id=here["township_id"], text=f"baogao-{label}- step", sha256="0" * 64,
            at=clock.now(),
        ))  # fmt: skip
    await session.flush()


async def _duties(session: AsyncSession, world: World) -> None:
    """Of a department with an item for A's enterprise, of B's township, of the county's centre."""
    keeper, today = world.people["keeper"].id, clock.local(clock.now()).date()
    begun = today.replace(month=1, day=1)
    annual: dict[str, Any] = {
        "name": "年度", "duty": Duty.ANNUAL, "period": Period.YEAR, "min_count": 1,
        "applies_to": {}, "seed": "", "starts_on": begun,
    }  # fmt: skip
    session.add(Obligation(key="F13", scope=Scope.ORGANIZATION, **annual))
    session.add(Obligation(key="F13-report", scope=Scope.COUNTY, **annual))
    await session.flush()
    whose = (
        ("fire", "fire", "enterprise_a"), ("north", "township_b", "township_b"),
        ("centre", "centre", "centre"),
    )  # fmt: skip
    for label, body, asked in whose:
        said = {
            "held_on": today, "subject": f"lvzhi-{label}- subject", "text": f"lvzhi-{label}- text",
            "participants": "", "written_by_id": keeper, "written_at": clock.now(),
        }  # fmt: skip
        row = DutyRecord(
            id=new_id(), sha256="0" * 64, organization_id=world.bodies[body].id,
            obligation_key="F13-report" if label == "centre" else "F13", period_start=begun,
            period_end=begun.replace(month=12, day=31), written_for_id=world.bodies[body].id,
            version=2, **said,
        )  # fmt: skip
        item = DutyItem(
            id=new_id(), record_id=row.id, position=1, text=f"lvzhi-{label}- item",
            organization_id=world.bodies[asked].id, due_on=today, version=2,
        )  # fmt: skip
        because = f"lvzhi-{label}- because"
        session.add(row)
        await session.flush()
        session.add(DutyRecordVersion(record_id=row.id, version=1, because=because, **said))
        session.add(item)
        await session.flush()
        session.add(DutyItemVersion(
            item_id=item.id, version=1, text=f"lvzhi-{label}- former", due_on=today,
            organization_id=item.organization_id, corrected_by_id=keeper, because=because,
            corrected_at=clock.now(),
        ))  # fmt: skip
        world.asked[label] = item.organization_id
        world.duties[label], world.duty_items[label] = row.id, item.id
    session.add(DutyHazard(record_id=world.duties["fire"], hazard_id=world.cases["grid"].id))
    await session.flush()


async def _documents(session: AsyncSession, world: World, store: ObjectStore) -> None:
    """Of A's enterprise, of B's township, and of the centre, which A has told its walkers of."""
    keeper, now = world.people["keeper"].id, clock.now()
    kind = {"shelf": Shelf.OTHER, "owed_by": [], "is_filed": False, "is_active": True}
    session.add(LibraryKind(key="own", name="本县的", **kind))
    whose = {
        "place": {"object_id": world.objects["shop_a"].id},
        "north": {"organization_id": world.bodies["township_b"].id},
        "told": {"organization_id": world.bodies["centre"].id},
    }
    for label, of in whose.items():
        sha256, word = pictures.sha256(BODY), f"ziliao-{label}-"
        file = LibraryFile(
            id=new_id(), sha256=sha256, size=len(BODY), content_type="image/jpeg", ending="jpg",
            uploaded_by_id=keeper, received_at=now,
        )  # fmt: skip
        await store.put(file.key, BODY, "image/jpeg")
        said = {
            "title": f"{word} title", "reference": f"{word} reference", "issued_on": now.date(),
            "year": 2026, "form": PaperForm.ELECTRONIC, "place_kept": "", "file_id": file.id,
            "custodian_post": f"{word} post", "written_by_id": keeper, "written_at": now,
        }  # fmt: skip
        row = LibraryDocument(
            id=new_id(), sha256="0" * 64, kind_key="own", version=2,
            written_for_id=world.bodies["centre"].id, **said, **of,
        )  # fmt: skip
        for one in (
            file,
            row,
            LibraryVersion(document_id=row.id, version=1, because=f"{word} because", **said),
            LibraryStep(
                id=new_id(), document_id=row.id, kind=LibraryStepKind.PUBLISH, version=1,
                text=f"{word} text", sha256="0" * 64, person_id=keeper,
                organization_id=world.bodies["township_a"].id, at=now,
            ),
        ):  # fmt: skip
            session.add(one)
            await session.flush()
        world.documents[label] = row.id
    told = LibraryPublication(
        document_id=world.documents["told"], audience=Audience.GRIDWORKERS,
        organization_id=world.bodies["township_a"].id,
    )  # fmt: skip
    session.add(told)
    await session.flush()


def _at(world: World, township: str) -> dict[str, Any]:
    body = world.bodies[f"township_{township}"]
    return {
        "grid_id": world.grids[f"grid_{township}"].id,
        "village_id": world.bodies[f"village_{township}"].id,
        "township_id": body.id,
        "holder_id": body.id,
    }


async def _case(
    session: AsyncSession,
    world: World,
    label: str,
    reporter: Person,
    fields: dict[str, Any],
    store: ObjectStore,
) -> None:
    hazard = await case(
        session, world.county, reporter_id=reporter.id, lat=34.56, lon=117.73,
        note=f"kanari-{label}- note", place=f"kanari-{label}- place", **fields,
    )  # fmt: skip
    world.cases[label] = hazard
    await searching.remember(session, hazard)
    for number, kind in enumerate(("hazard.reported", "hazard.commented")):
        fact = Fact(
            id=new_id() if number else hazard.id,
            kind=kind,
            body_sha256="0" * 64,
            at=clock.now(),
            occurred_at=None,
            from_state=hazard.state if number else None,
            seat=None,
            data={"note": f"kanari-{label}- comment"},
        )
        await events.write(session, SYSTEM, hazard, fact)
    world.photos[label] = await picture(session, store, reporter, hazard)
    await session.flush()


async def picture(
    session: AsyncSession, store: ObjectStore, sender: Person, hazard: Hazard | None
) -> UUID:
    id_, sha256 = new_id(), pictures.sha256(BODY)
    photo = Photo(
        id=id_, sha256=sha256, size=len(BODY), content_type="image/jpeg", width=64, height=48,
        key=f"photos/{sha256[:2]}/{sha256}-{id_}", seq=1, received_at=clock.now(),
        uploaded_by_id=sender.id, derivatives=Derivatives.READY,
    )  # fmt: skip
    session.add(photo)
    if hazard:
        entry = ManifestEntry(
            photo_id=id_, hazard_id=hazard.id, event_id=hazard.id, sha256=sha256, size=len(BODY),
            role=PhotoRole.BEFORE, source=PhotoSource.CAMERA, taken_at=clock.now(),
        )  # fmt: skip
        session.add(entry)
    for key in (photo.key, derivative_key(photo, "thumb"), derivative_key(photo, "view")):
        await store.put(key, BODY, "image/jpeg")
    return id_


async def _belongings(
    session: AsyncSession, world: World, actor: Actor, store: ObjectStore
) -> None:
    """What is the person's own: a case far away, a photo, a notice, a view, a suggestion."""
    label, person = f"own_{actor.key}", actor.person
    await _case(session, world, label, person, _at(world, "c"), store)
    view = SavedView(id=new_id(), person_id=person.id, name=f"shitu-{actor.key}", filters={})
    said = Suggestion(id=new_id(), person_id=person.id, text=f"yijian-{actor.key}", at=clock.now())
    notice = Notification(
        id=new_id(), person_id=person.id, kind="suggestion_answered", dedup=actor.key,
        params={"text": f"tongzhi-{actor.key}", "answer": ""}, created_at=clock.now(),
    )  # fmt: skip
    session.add_all([view, said, notice])
    loose = await picture(session, store, person, None)
    world.photos[f"loose_{actor.key}"] = loose
    actor.own = {"view": view.id, "suggestion": said.id, "notice": notice.id, "photo": loose}
    await session.flush()
