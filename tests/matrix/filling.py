"""What else a county holds, in townships A and B alike, each text with the canary of its place.

Rows, not services: what must be there is decided here, whoever may make it. `World.things` keeps
what the routes ask for, by kind and label; `Actor.own` what is one person's alone.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.models.accident import AccidentPhoto
from app.models.assessment import (
    Assessment,
    AssessmentPaper,
    AssessmentStep,
    BodyNote,
    NoteKind,
    PaperStatus,
    PaperStepKind,
)
from app.models.base import Base, new_id
from app.models.campaign import Campaign
from app.models.collection import Collection
from app.models.division import (
    DivisionChange,
    DivisionDraft,
    DivisionKind,
    DivisionMove,
    DivisionPart,
    DraftStatus,
    MoveKind,
    Side,
)
from app.models.errand import Errand, ErrandPhoto
from app.models.event import Stranger
from app.models.grid import GridOutline, OutlineImport, OutlineRun, OutlineSource
from app.models.grid_revision import GridRevision, GridRevisionPart
from app.models.handover import Handover
from app.models.hazard import Assistant
from app.models.import_batch import ImportStage
from app.models.inspection import InspectionAnswer, Inspector
from app.models.instruction import InstructionFeedback, InstructionStep, StepKind
from app.models.ledger import Basis, FieldKind, LedgerField, Licence, ObjectChange, ObjectDepartment
from app.models.ledger_import import LedgerImport, LedgerImportRow
from app.models.notice import NoticeRule
from app.models.object_proposal import ObjectProposal
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.patrol import DelayReason, PatrolTask, Postponement
from app.models.people_import import PeopleImport, PeopleImportRow
from app.models.person import Role
from app.models.photo import PhotoRole, PhotoSource
from app.models.recheck import Recheck, RecheckCause
from app.models.rules import CalendarDay, DeadlineRule, Level, RoutingRule
from app.models.slot import LeftSlot, SlotAssignment, SlotRole
from app.models.training import Training, TrainingRecord, TrainingRule
from app.models.visit import Answered, Visit, VisitAnswer
from app.services import audit
from app.services.audit import Kind, Subject
from app.services.campaigns import Choice
from app.storage import ObjectStore
from tests import pictures
from tests.access_table import ACCESS, PARAMETERS
from tests.matrix.world import BODY, Actor, World, picture
from tests.patrols import checklist

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[117.7, 34.5], [117.71, 34.5], [117.71, 34.51], [117.7, 34.5]]],
}
TOWNSHIPS = ("a", "b")
_OPENING = "PUT /api/assessments/{assessment_id}"
CHOICE = {**Choice().model_dump(mode="json"), "sample": None}


async def fill(session: AsyncSession, world: World, store: ObjectStore) -> None:
    """After the world is there."""
    version = await checklist(session)
    world.things["checklist"] = {"patrol": version}
    world.things["grid"] = {label: world.grids[f"grid_{label}"].id for label in TOWNSHIPS}
    for kind, query in (
        ("routing", select(RoutingRule.id)),
        ("deadline", select(DeadlineRule.id).where(DeadlineRule.level == Level.SERIOUS)),
    ):
        world.things[kind] = {"first": (await session.scalars(query.limit(1))).one()}
    await _rules(session)
    await _assessments(session, world)
    for township in TOWNSHIPS:
        for build in (
            _visits, _campaigns, _delays, _trainings, _drafts, _handovers, _changes, _outlines,
            _objects, _seats, _cases,
        ):  # fmt: skip
            await build(session, world, township)
        await _brought(session, world, township, store)
    await _county(session, world)
    for actor in world.actors.values():
        await _imports(session, world, actor)


async def _keep(session: AsyncSession, *rows: Base) -> None:
    """In this order: each may refer to those before it."""
    for row in rows:
        session.add(row)
        await session.flush()


def _put(world: World, kind: str, label: str, id_: UUID) -> UUID:
    world.things.setdefault(kind, {})[label] = id_
    return id_


def this_day() -> date:
    return clock.local(clock.now()).date()


async def _assessments(session: AsyncSession, world: World) -> None:
    """A year in which the townships and the brigade were told their results; a note of each."""
    keeper, today = world.people["keeper"].id, this_day()
    year = Assessment(
        id=new_id(), sha256="0" * 64, year=2026, form=(ACCESS[_OPENING].body or {})["form"],
        self_until=today, opened_by_id=keeper, opened_at=clock.now(),
    )  # fmt: skip
    session.add(year)
    await session.flush()
    world.things["assessment"] = {"2026": year.id}
    world.things["paper"], world.things["body_note"] = {}, {}
    bodies = {"a": "township_a", "b": "township_b", "fire": "fire"}
    for label, body in bodies.items():
        body_id, said = world.bodies[body].id, f"kaohe-{label}-"
        taken = {
            "item": "rectify", "points": 5, "reason": f"{said} reason",
            "evidence": {"kind": "words", "text": f"{said} evidence", "on": "2026-11-20"},
        }  # fmt: skip
        paper = AssessmentPaper(
            id=new_id(), assessment_id=year.id, organization_id=body_id, version=1,
            status=PaperStatus.SHOWN, said={"rectify": f"{said} said"}, shown_on=today,
            result={"deductions": [taken]},
        )  # fmt: skip
        note = BodyNote(
            id=new_id(), sha256="0" * 64, kind=NoteKind.CRITICISM, organization_id=body_id,
            said_on=today.replace(year=2026), text=f"{said} note", written_by_id=keeper,
            written_at=clock.now(),
        )  # fmt: skip
        session.add_all((paper, note))
        await session.flush()
        session.add(AssessmentStep(
            id=new_id(), paper_id=paper.id, version=1, kind=PaperStepKind.SHOW, person_id=keeper,
            text=f"{said} step", before={"deductions": [taken]}, sha256="0" * 64, at=clock.now(),
        ))  # fmt: skip
        world.things["paper"][label], world.things["body_note"][label] = paper.id, note.id
    await session.flush()


async def _rules(session: AsyncSession) -> None:
    """What the county has decided for itself; nothing of it is a secret."""
    obligation = Obligation(
        key="F5", name="网格员巡查", role=Role.GRIDWORKER, duty=Duty.PATROL, min_count=1,
        period=Period.DAYS_15, scope=Scope.OBJECT, applies_to={}, checklist_key="patrol",
        seed="S3-5", starts_on=date(2026, 1, 1),
    )  # fmt: skip
    await _keep(
        session,
        obligation,
        CalendarDay(on=date.fromisoformat(PARAMETERS["on"]), is_workday=False, reason="国庆"),
        LedgerField(key="boiler", name="锅炉", kind=FieldKind.TEXT, options=[], position=1),
        NoticeRule(complaint_phone="0632-6612350"),
        TrainingRule(is_on=False, roles=["gridworker"], modes=["集中授课"], valid_months=12),
    )


async def _visits(session: AsyncSession, world: World, township: str) -> None:
    """At the shop; the case found there lies in the other township, as after a move."""
    now, label = clock.now(), f"xuncha-{township}-"
    visit = Visit(
        id=_put(world, "visit", township, new_id()), sha256="0" * 64,
        person_id=world.people["keeper"].id, object_id=world.objects[f"shop_{township}"].id,
        grid_id=world.grids[f"grid_{township}"].id,
        checklist_version_id=world.things["checklist"]["patrol"], started_at=now, occurred_at=now,
        received_at=now, rest_fine=True, issue_count=2, note=f"{label} note", asked=["A-1", "R-1"],
    )  # fmt: skip
    moved = world.cases["foreign" if township == "a" else "grid"]
    answers = [
        VisitAnswer(
            visit_id=visit.id, position=1, code="A-1", answer=Answered.ISSUE, hazard_id=moved.id,
            note=f"{label} case",
        ),
        VisitAnswer(
            visit_id=visit.id, position=2, code="R-1", answer=Answered.ISSUE, note=f"{label} said"
        ),
    ]  # fmt: skip
    await _keep(session, visit, *answers)


async def _campaigns(session: AsyncSession, world: World, township: str) -> None:
    today, label = this_day(), f"zhuanxiang-{township}-"
    version = world.things["checklist"]["patrol"]
    campaign = Campaign(
        id=_put(world, "campaign", township, new_id()), sha256="0" * 64, name=f"{label} name",
        basis=f"{label} basis", checklist_version_id=version, choice=CHOICE, starts_on=today,
        until=today + timedelta(days=20), moved_because=f"{label} moved",
        organization_id=world.bodies[f"township_{township}"].id,
        ordered_by_id=world.people["keeper"].id, ordered_at=clock.now(),
    )  # fmt: skip
    await _keep(session, campaign, _task(world, township, campaign_id=campaign.id))


def _task(world: World, township: str, **why: Any) -> PatrolTask:
    today, place = this_day(), world.objects[f"shop_{township}"]
    return PatrolTask(
        id=new_id(), role=Role.GRIDWORKER, subject_id=place.id, object_id=place.id,
        grid_id=world.grids[f"grid_{township}"].id,
        checklist_version_id=world.things["checklist"]["patrol"], period_start=today,
        period_end=today + timedelta(days=14), ordinal=1, original_due_on=today, due_on=today,
        **why,
    )  # fmt: skip


async def _delays(session: AsyncSession, world: World, township: str) -> None:
    today, task = this_day(), _task(world, township, obligation_key="F5")
    why = Postponement(
        task_id=task.id, from_on=today - timedelta(days=1), to_on=today, reason=DelayReason.OTHER,
        note=f"yanhou-{township}- note", person_id=world.people["keeper"].id,
        occurred_at=clock.now(), received_at=clock.now(), reason_id=new_id(), sha256="0" * 64,
    )  # fmt: skip
    _put(world, "task", township, task.id)
    await _keep(session, task, why)


async def _trainings(session: AsyncSession, world: World, township: str) -> None:
    """Of the township for its gridworker; with A's also one of the fire department for B's."""
    today, made = this_day(), [(township, f"township_{township}")]
    made += [("fire", "fire")] if township == "a" else []
    for label, body in made:
        training = Training(
            id=_put(world, "training", label, new_id()), title=f"peixun-{label}- title",
            sponsor_id=world.bodies[body].id, starts_on=today, ends_on=today, mode="集中授课",
            topics=f"peixun-{label}- topics", created_by_id=world.people["keeper"].id,
            created_at=clock.now(),
        )  # fmt: skip
        record = TrainingRecord(
            training_id=training.id, person_id=trainee(world, label).id, attended=True,
            valid_until=today + timedelta(days=300), certificate_number=f"peixun-{label}- paper",
            can_inspect=True,
        )  # fmt: skip
        await _keep(session, training, record)


def trainee(world: World, label: str) -> Any:
    return world.people["gridworker" if label == "a" else "worker_b"]


def proposal(world: World, township: str, **edit: Any) -> dict[str, Any]:
    """A township would have its grid be called otherwise."""
    grid = world.grids[f"grid_{township}"].id
    return {"grid_id": str(grid), "edit": {"name": f"caogao-{township}- name", **edit}}


async def _drafts(session: AsyncSession, world: World, township: str) -> None:
    draft = DivisionDraft(
        id=_put(world, "draft", township, new_id()),
        township_id=world.bodies[f"township_{township}"].id,
        author_id=world.people["keeper"].id, reason=f"caogao-{township}- reason",
        proposal=proposal(world, township),
        was={}, status=DraftStatus.HANDED_IN, version=1, handed_in_at=clock.now(), answer="",
    )  # fmt: skip
    await _keep(session, draft)


async def _handovers(session: AsyncSession, world: World, township: str) -> None:
    row = Handover(
        id=_put(world, "handover", township, new_id()),
        grid_id=world.grids[f"grid_{township}"].id, role=Role.GRIDWORKER,
        from_person_id=world.people["keeper"].id, starts_on=this_day(),
        note=f"jiaojie-{township}- note",
        pack={
            "as_of": str(this_day()), "cases": [], "tasks": [], "objects": [], "object_count": 0,
            "unsent": 0,
        },
        made_by_id=world.people["keeper"].id, at=clock.now(),
    )  # fmt: skip
    await _keep(session, row)


async def _changes(session: AsyncSession, world: World, township: str) -> None:
    """A merger that was, and a grid that got another name: both public among desks."""
    today, grid = this_day(), world.grids[f"grid_{township}"]
    keeper = world.people["keeper"]
    change = DivisionChange(
        id=_put(world, "change", township, new_id()), kind=DivisionKind.CLOSE, starts_on=today,
        document="文〔2026〕9 号", rest_id=grid.id, plan={}, decided_by_id=keeper.id,
        decided_at=clock.now(), done_at=clock.now(),
    )  # fmt: skip
    part = DivisionPart(
        change_id=change.id, grid_id=grid.id, side=Side.AFTER, position=1, name=grid.name, body="村"
    )
    move = DivisionMove(
        change_id=change.id, kind=MoveKind.OBJECT, entity_id=new_id(), was={"grid": "x"},
        became={"grid": "y"},
    )  # fmt: skip
    revision = GridRevision(
        id=_put(world, "revision", township, new_id()),
        township_id=world.bodies[f"township_{township}"].id, revised_on=today,
        decided_by_id=keeper.id, decided_at=clock.now(),
    )  # fmt: skip
    renamed = GridRevisionPart(
        revision_id=revision.id, grid_id=grid.id, body="村", name_before="旧网格", name=grid.name
    )
    await _keep(session, change, part, move, revision, renamed)


async def _outlines(session: AsyncSession, world: World, township: str) -> None:
    keeper = world.people["keeper"]
    taken = OutlineImport(
        id=_put(world, "outline_import", township, new_id()), file=f"网格线 {township}.geojson",
        taken_at=clock.now(), taken_by_id=keeper.id,
    )  # fmt: skip
    outline = GridOutline(
        id=_put(world, "outline", township, new_id()),
        grid_id=world.grids[f"grid_{township}"].id, valid_from=this_day(), outline=SQUARE,
        crs="wgs84", source=OutlineSource.IMPORTED, recorded_at=clock.now(),
        recorded_by_id=keeper.id, import_id=taken.id,
    )  # fmt: skip
    await _keep(session, taken, outline)


async def _objects(session: AsyncSession, world: World, township: str) -> None:
    """The home has papers and a past, which only those who go there read."""
    home, keeper, label = world.objects[f"home_{township}"], world.people["keeper"], "zhuhu"
    text = f"{label}-{township}"
    rows = [
        Licence(object_id=home.id, kind=text, number=text, issuer=text),
        ObjectChange(
            object_id=home.id, at=clock.now(), actor_id=keeper.id, field="sector", old=text,
            new=text, reason=text,
        ),
        Collection(
            id=new_id(), object_id=home.id, person_id=keeper.id, sha256="0" * 64,
            occurred_at=clock.now(), received_at=clock.now(),
        ),
        *_change(world, township, text),
    ]  # fmt: skip
    if township == "b":
        place = world.objects["shop_b"].id
        body = world.bodies["housing"].id
        rows.append(ObjectDepartment(object_id=place, organization_id=body, basis=Basis.IN_CHARGE))
    await _keep(session, *rows)


def _change(world: World, township: str, text: str) -> list[Base]:
    """What somebody said of the home; it waits for the desk."""
    sent = {
        "id": _put(world, "proposal", township, new_id()),
        "object_id": world.objects[f"home_{township}"].id,
        "person_id": world.people["keeper"].id,
        "occurred_at": clock.now(),
        "received_at": clock.now(),
    }
    said = {"changes": {"name": text}, "seen": {"name": text}, "note": text}
    return [Collection(sha256="0" * 64, **sent), ObjectProposal(gone=None, **sent, **said)]


async def _seats(session: AsyncSession, world: World, township: str) -> None:
    """People beside the posts; their names are public (S1-46)."""
    keeper, grid = world.people["keeper"], world.grids[f"grid_{township}"]
    days = {"title": "网格联络员", "starts_on": date(2026, 1, 1)}
    whose = {"grid_id": grid.id, "role": SlotRole.LIAISON, "person_id": keeper.id}
    held = SlotAssignment(id=_put(world, "slot", township, new_id()), **whose, **days)
    left = LeftSlot(id=new_id(), slot_id=new_id(), **whose, **days)
    await _keep(session, held, left)


async def _cases(session: AsyncSession, world: World, township: str) -> None:
    """Of what the desks of the township have anyway: a helper, a second look, what was sent."""
    label, other = ("grid", "down") if township == "a" else ("foreign", "next")
    case, keeper, now = world.cases[label], world.people["keeper"], clock.now()
    instruction = world.instructions[other]
    body = world.bodies[f"township_{township}"].id
    rows = [
        Assistant(hazard_id=case.id, organization_id=body, note=f"kanari-{label}- part"),
        Recheck(
            hazard_id=case.id, cause=RecheckCause.DRAWN, fixed_by_id=keeper.id,
            organization_id=body, asked_at=now,
        ),
        InstructionFeedback(
            id=new_id(), instruction_id=instruction, addressee_ids=[], person_id=keeper.id,
            text=f"zhiling-{other}- back", sha256="0" * 64, occurred_at=now, received_at=now,
        ),
        InstructionStep(
            instruction_id=instruction, kind=StepKind.REMINDED, person_id=keeper.id,
            at=now - timedelta(days=2),
            reason=f"zhiling-{other}- reason",
        ),
        Stranger(
            kind="hazard", entity_id=case.id, person_id=keeper.id, at=now, sha256="1" * 64,
            body={"note": f"kanari-{label}- stranger"},
        ),
    ]  # fmt: skip
    await _keep(session, *rows)


async def _brought(session: AsyncSession, world: World, township: str, store: ObjectStore) -> None:
    """Photos of an accident and of an errand, which are of no case."""
    keeper, grid = world.people["keeper"], world.grids[f"grid_{township}"].id
    errand = (await session.scalars(select(Errand.id).where(Errand.grid_id == grid))).one()
    label = "here" if township == "a" else "there"
    accident = world.accidents[label]
    promise: dict[str, Any] = {
        "sha256": pictures.sha256(BODY), "size": len(BODY), "source": PhotoSource.CAMERA,
        "taken_at": clock.now(),
    }  # fmt: skip
    of_errand = await picture(session, store, keeper, None)
    of_accident = await picture(session, store, keeper, None)
    _put(world, "errand", township, errand)
    _put(world, "errand_photo", township, of_errand)
    _put(world, "accident_photo", label, of_accident)
    await _keep(
        session,
        ErrandPhoto(errand_id=errand, photo_id=of_errand, role=PhotoRole.DOCUMENT, **promise),
        AccidentPhoto(
            report_id=accident, accident_id=accident, photo_id=of_accident, role=PhotoRole.BEFORE,
            **promise,
        ),
    )  # fmt: skip


async def _county(session: AsyncSession, world: World) -> None:
    """What nobody in a township has."""
    keeper, now = world.people["keeper"], clock.now()
    hidden, shop = world.inspections["hidden"], world.objects["shop_a"].id
    centre = world.bodies["centre"].id
    answer = InspectionAnswer(
        inspection_id=hidden, object_id=shop, position=1, answer=Answered.ISSUE,
        note="jiancha-hidden- note", measure="jiancha-hidden- measure",
        hazard_id=world.cases["grid"].id,
    )  # fmt: skip
    run = OutlineRun(
        id=new_id(), person_id=keeper.id, file="网格线.geojson", is_taking=False, step="reading",
        done=1, total=2, told_at=now,
    )  # fmt: skip
    await _keep(
        session,
        Inspector(inspection_id=hidden, person_id=keeper.id, organization_id=centre),
        answer,
        run,
    )
    await audit.record(
        session,
        Kind.CAMPAIGN_ENDED,
        keeper.id,
        Subject("campaign", new_id()),
        {"name": "shenji-x-"},
    )


async def _imports(session: AsyncSession, world: World, actor: Actor) -> None:
    """A file of people and one of places, each with a wrong row: the sender's own."""
    text = f"daoru-{actor.key}-"
    kinds: tuple[tuple[str, Callable[..., Base], Callable[..., Base], ImportStage], ...] = (
        ("people_import", PeopleImport, PeopleImportRow, ImportStage.CHECKED),
        ("ledger_import", LedgerImport, LedgerImportRow, ImportStage.CHECKED),
        ("people_import_done", PeopleImport, PeopleImportRow, ImportStage.APPLIED),
        ("ledger_import_done", LedgerImport, LedgerImportRow, ImportStage.APPLIED),
    )
    for name, batch, row, stage in kinds:
        id_ = actor.own[name] = new_id()
        sent = batch(
            id=id_, name=text, created_at=clock.now(), actor_id=actor.person.id, stage=stage,
            total=1, done=1, wrong=1,
        )  # fmt: skip
        wrong = row(id=new_id(), import_id=id_, line=2, cells={"姓名": text}, errors={"姓名": text})
        await _keep(session, sent, wrong)
