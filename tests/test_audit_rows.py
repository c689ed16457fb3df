"""Every route that changes something leaves an event or an audit entry, or says here why not."""

import ast
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app import clock, db, jobs, security
from app.config import Settings
from app.models.audit import AuditEntry
from app.models.base import new_id
from app.models.duty import DutyItem, DutyRecord
from app.models.event import Event
from app.models.hazard import State
from app.models.import_batch import ImportStage
from app.models.library import LibraryDocument, PaperForm
from app.models.notification import Suggestion
from app.models.obligation import Duty, Obligation, Period, Scope
from app.models.person import Person, Role, SignIn
from app.models.rules import CalendarDay, DeadlineRule, Hop, RoutingRule, Unit
from app.models.slot import SlotAssignment, SlotRole
from app.models.supervised_object import ObjectKind
from app.schema import ROOT
from app.services import (
    access,
    accounts,
    campaigns,
    divisions,
    imports,
    places,
    schemes,
    trainings,
)
from app.services.access import SYSTEM
from app.services.audit import WRITTEN_IN, Kind
from app.services.campaigns import OrderCampaign
from app.services.divisions import ChangeDivision
from app.services.ledger.importing import LEDGER
from app.services.trainings import AddTrainees, AddTraining
from tests import factories, pictures, sheets
from tests.access_table import ACCESS
from tests.actors import actor_of
from tests.conftest import Databases, SignInAs, settings_for, token_for
from tests.inspections import Scene
from tests.patrols import checklist, reported_change, thing
from tests.services.roster.office import NEW, Office
from tests.walking import A, Walk, body_of

DAY = date(2026, 12, 25)
PASSWORD = "correct horse battery staple"
# What changes something and is not on record, each with its reason.
NOT_ON_RECORD = {
    "POST /api/demo/enter/{person_id}": "the demo county on this machine has no secrets",
    "POST /api/grids/outline-check": "changes nothing",
    "POST /api/grids/outline-imports/check": "changes nothing",
    "POST /api/grids/outline-imports": "a file; an entry for each grid (test_outline_imports)",
    "POST /api/grids/outline-imports/{import_id}/undo": "of a file (test_outline_undoing)",
    "POST /api/division-changes/preview": "changes nothing",
    "POST /api/hazards/bulk-preview": "changes nothing",
    "POST /api/obligations/{key}/effect": "changes nothing",
    "POST /api/rules/grid-codes/preview": "changes nothing",
    "POST /api/session/second-factor/setup": "a secret that counts for nothing until confirmed",
    "PUT /api/hazards/{hazard_id}/claim": "a lease of minutes: decides nothing, ends by itself",
    "DELETE /api/hazards/{hazard_id}/claim": "ends a lease",
    "PUT /api/hazards/{hazard_id}/viewing": "who has what open is nobody's history",
    "PUT /api/hazards/{hazard_id}/snooze": "hides a line from a list until a date, alters no case",
    "PUT /api/photos/{photo_id}": "its row says who and when and never changes",
    "POST /api/sync/reconcile": "changes nothing but what the phone says of itself",
    "POST /api/checklists/{key}/sheet": "changes nothing: what comes of it is put",
    "POST /api/checklists/pictures": "its row says who and when; its list is on record",
    "POST /api/trainings/{training_id}/sheet": "by the ways of one by one, each on record",
    "POST /api/people/imports": "nobody is registered before the batch is taken in",
    "POST /api/ledger/imports": "nothing enters the ledger before the batch is taken in",
    "POST /api/sync/rescue": "each record in the file is taken like one that was sent: an event",
    "POST /api/notifications/read": "one's own inbox",
    "PUT /api/views/{view_id}": "one's own desk",
    "DELETE /api/views/{view_id}": "one's own desk",
    "PUT /api/accidents/{accident_id}": "its row says who and when and never changes",
    "PUT /api/accidents/{accident_id}/reports/{report_id}": "the same",
    "PUT /api/accidents/{accident_id}/steps/{step_id}": "the same",
    "PUT /api/visits/{visit_id}": "its row says who and when and never changes",
    "PUT /api/errands/{errand_id}": "its row says who and when and never changes",
    "PUT /api/instructions/{instruction_id}": "its row says who and when and never changes",
    "PUT /api/instructions/{instruction_id}/read": "the addressee says who opened it first",
    "PUT /api/instructions/{instruction_id}/feedback/{feedback_id}": "its row never changes",
    "POST /api/instructions/{instruction_id}/reminder": "a step of its own, append-only",
    "POST /api/instructions/{instruction_id}/end": "the same",
    "PUT /api/appeals/{appeal_id}": "its first step, append-only",
    "PUT /api/appeals/{appeal_id}/steps/{step_id}": "a step, append-only",
    "PUT /api/duties/records/{record_id}": "its row says who, when and for which desk",
    "PUT /api/duties/records/{record_id}/versions/{version}": "what stood before, append-only",
    "PUT /api/duties/items/{item_id}/done": "its row says who and when, once",
    "PUT /api/assessments/{assessment_id}": "its row says who, when and by which form",
    "PUT /api/assessments/{assessment_id}/withdrawal": "its row says who, when and why, once",
    "PUT /api/assessments/papers/{paper_id}/steps/{step_id}": "a step, append-only",
    "PUT /api/assessments/notes/{note_id}": "its row says who and when",
    "PUT /api/assessments/notes/{note_id}/withdrawal": "its row says who, when and why, once",
    "PUT /api/library/files/{file_id}": "its row says who and when; its document is on record",
    "PUT /api/situations/{situation_id}/steps/{step_id}": "a step, append-only",
    "PUT /api/objects/{object_id}/collections/{collection_id}": "its row says who, history what",
    "PUT /api/patrols/tasks/{task_id}/delays/{delay_id}": "its row says who, when and why",
    "PUT /api/suggestions/{suggestion_id}": "its row says who and when and never changes",
}
# Routes that read what is personal or evidence: these too leave an entry.
FILES = [route for route in ACCESS if route.startswith("GET ") and route.endswith(".xlsx")]
NO_ROW_FOR_FILE = {
    "GET /api/ledger/template.xlsx": "an empty sheet",
    "GET /api/people/template.xlsx": "an empty sheet",
    "GET /api/people/imports/{import_id}/wrong.xlsx": "what the asker has brought",
    "GET /api/ledger/statistics.xlsx": "counts, nobody's name",
    "GET /api/checklists/{key}/sheet.xlsx": "questions",
    "GET /api/ledger/imports/{import_id}/wrong.xlsx": "what the asker has brought",
    "GET /api/trainings/{training_id}/sheet.xlsx": "as the page shows it: numbers masked",
    "GET /api/instructions/{instruction_id}/addressees/export.xlsx": "asks for one; as every list",
    "GET /api/assessments/{assessment_id}/export.xlsx": "asks for one; as every list",
    "GET /api/division-changes/export.xlsx": "grids and papers",
}
READ_ON_RECORD = (
    "GET /api/photos/{photo_id}/original",
    *(route for route in FILES if route not in NO_ROW_FOR_FILE),
)
QUERIES = {
    "GET /api/patrols/board/export.xlsx": "?due_from=2026-11-01&due_to=2026-11-20",
    "GET /api/library/owed/export.xlsx": "?kind_key=work_plan&year=2026",
}
MUTATING = [route for route in ACCESS if not route.startswith("GET ")]


@dataclass
class Call:
    """Who sends what where, so that it succeeds."""

    who: Any
    path: dict[str, Any] = field(default_factory=dict)
    body: Any = None  # or what makes it: a code that counts for half a minute


@dataclass
class Ground:
    walk: Walk
    session: AsyncSession

    @property
    def county(self) -> factories.County:
        return self.walk.county

    async def calls(self) -> dict[str, Call]:
        """One successful call of each route."""
        place, session = self.county, self.session
        admin, worker, granter = place.administrator, place.gridworker, place.security
        enterprise = await factories.enterprise(session, "旧厂", place.villages[0], place.grids[0])
        unopened = await factories.place(session, "无账号厂", place.grids[0])
        waiting = await factories.place(session, "待确认厂", place.grids[0], confirmed_at=None)
        changes = [await reported_change(session, place.gridworker, unopened) for _ in range(2)]
        bundle = await factories.place(
            session, "沿街打包点", place.grids[0], kind=ObjectKind.BUNDLE
        )
        spare = await factories.person(session)
        spare.password_hash = security.hash_password(PASSWORD)
        post = await factories.post(session, spare, Role.GRID_CHIEF, place.villages[1])
        suggestion = Suggestion(id=new_id(), person_id=worker.id, text="字大一点", at=clock.now())
        special = DeadlineRule(
            hop=Hop.RECTIFY, category_code="fire", amount=1, unit=Unit.WORKING_DAYS
        )
        day = CalendarDay(on=DAY, is_workday=False, reason="大会")
        session.add_all([suggestion, special, day])
        await session.flush()
        routing = (await session.scalars(select(RoutingRule))).first()
        await token_for(session, worker)
        device = await session.scalar(select(SignIn.id).where(SignIn.person_id == worker.id))
        hazard = await self.walk.to(State.ESCALATED)
        report = json.loads(body_of(self.walk.a_report()))
        grid = {
            "name": "新网格",
            "organization_id": str(place.villages[0].id),
            "valid_from": "2026-01-01",
        }
        a_post = {
            "organization_id": str(place.villages[0].id),
            "role": "village_clerk",
            "starts_on": "2026-01-01",
        }
        person = {"person_id": spare.id}
        rule = {
            "hop": "rectify",
            "level": "major",
            "category_code": "fire",
            "amount": 3,
            "unit": "working_days",
        }
        closing = {"category_code": "electricity", "department_id": str(place.departments[2].id)}
        category = {"name": "燃气", "name_en": "Gas", "icon": "gas", "position": 1}
        return {
            **await self.second_factors(),
            **await self.enrolments(),
            "POST /api/session": Call(None, {}, {"login": spare.mobile, "password": PASSWORD}),
            "DELETE /api/session": Call(worker),
            "PUT /api/session/password": Call(
                spare, {}, {"old": PASSWORD, "new": "quite another 42 words"}
            ),
            "DELETE /api/session/devices/{device_id}": Call(worker, {"device_id": device}),
            "POST /api/people": Call(
                admin, {}, {"name": "新人", "mobile": "13911112222", "posts": []}
            ),
            "PATCH /api/people/{person_id}": Call(admin, person, {"mobile": "13911113333"}),
            "POST /api/people/{person_id}/disable": Call(admin, person),
            "POST /api/people/{person_id}/enable": Call(admin, person),
            "POST /api/people/{person_id}/reset-password": Call(admin, person),
            "POST /api/people/{person_id}/reveal": Call(admin, person, {"reason": "核对登记"}),
            "POST /api/people/{person_id}/posts": Call(granter, person, a_post),
            "PATCH /api/posts/{post_id}": Call(
                granter, {"post_id": post.id}, {"ends_on": "2030-12-31"}
            ),
            "POST /api/organizations": Call(
                admin,
                {},
                {
                    "kind": "village",
                    "name": "新村",
                    "short_name": "新村",
                    "parent_id": str(place.townships[0].id),
                },
            ),
            "PATCH /api/organizations/{organization_id}": Call(
                admin, {"organization_id": place.villages[1].id}, {"name": "改名村"}
            ),
            "POST /api/grids": Call(admin, {}, grid),
            "PATCH /api/grids/{grid_id}": Call(
                admin, {"grid_id": place.grids[0].id}, {"name": "改名网格"}
            ),
            "POST /api/objects": Call(
                admin,
                {},
                {
                    "name": "新厂",
                    "address": "一路 1 号",
                    "sector": "机械",
                    "grid_id": str(place.grids[0].id),
                    "lat": 34.5,
                    "lon": 117.7,
                    "contact_name": "王老板",
                    "contact_phone": "13700001111",
                },
            ),
            "PUT /api/objects/{object_id}/account": Call(admin, {"object_id": unopened.id}),
            "PUT /api/objects/{object_id}/confirmation": Call(admin, {"object_id": waiting.id}),
            "POST /api/objects/{object_id}/return": Call(
                admin, {"object_id": waiting.id}, {"reason": "门牌号不对"}
            ),
            "PUT /api/objects/{object_id}/proposals/{proposal_id}/acceptance": Call(
                admin, {"object_id": unopened.id, "proposal_id": changes[0]}
            ),
            "POST /api/objects/{object_id}/proposals/{proposal_id}/return": Call(
                admin,
                {"object_id": unopened.id, "proposal_id": changes[1]},
                {"reason": "没有换人"},
            ),
            "PUT /api/objects/{object_id}/grid": Call(
                admin,
                {"object_id": unopened.id},
                {"grid_id": str(place.grids[1].id), "reason": "搬到邻村"},
            ),
            "PUT /api/objects/{object_id}/departments": Call(
                admin, {"object_id": unopened.id}, {"departments": []}
            ),
            "POST /api/objects/{object_id}/reveal": Call(
                place.township_officer, {"object_id": unopened.id}, {"reason": "电话联系"}
            ),
            "POST /api/objects/{object_id}/close": Call(
                admin, {"object_id": unopened.id}, {"reason": "已经关门"}
            ),
            "POST /api/objects/{object_id}/reopen": Call(
                admin, {"object_id": unopened.id}, {"reason": "又开门了"}
            ),
            "PUT /api/ledger/fields/{key}": Call(admin, {"key": "spent"}, {"name": "安全投入"}),
            "PATCH /api/objects/{object_id}": Call(
                admin,
                {"object_id": enterprise.id},
                {"name": "改名厂", "contact_phone": "13700002222"},
            ),
            "PUT /api/objects/{object_id}/members": Call(
                admin, {"object_id": bundle.id}, {"add": [str(unopened.id)]}
            ),
            "PUT /api/objects/{object_id}/cadre": Call(
                admin, {"object_id": unopened.id}, {"person_id": str(worker.id)}
            ),
            "PUT /api/rules/categories/{code}": Call(admin, {"code": "gas"}, category),
            "POST /api/rules/routing": Call(
                admin,
                {},
                closing | {"township_id": None, "category_code": await self.free_category()},
            ),
            "PUT /api/rules/routing/{rule_id}": Call(
                admin,
                {"rule_id": routing and routing.id},
                {
                    "category_code": routing and routing.category_code,
                    "department_id": str(place.departments[1].id),
                },
            ),
            "DELETE /api/rules/routing/{rule_id}": Call(admin, {"rule_id": routing and routing.id}),
            "POST /api/rules/deadlines": Call(admin, {}, rule),
            "PUT /api/rules/deadlines/{rule_id}": Call(
                admin, {"rule_id": special.id}, rule | {"level": None, "amount": 2}
            ),
            "DELETE /api/rules/deadlines/{rule_id}": Call(admin, {"rule_id": special.id}),
            "PUT /api/rules/working-hours": Call(
                admin, {}, {"spans": [{"opens": "09:00", "closes": "12:00"}]}
            ),
            "PUT /api/rules/training": Call(admin, {}, {"modes": ["夜校"], "valid_months": 6}),
            "PUT /api/rules/grid-codes": Call(admin, {}, {"sequence_digits": 4}),
            "PUT /api/rules/notice": Call(admin, {}, {"phones": "own", "is_public": True}),
            "PUT /api/rules/calendar/days/{on}": Call(
                admin, {"on": "2026-12-24"}, {"is_workday": False, "reason": "停电"}
            ),
            "DELETE /api/rules/calendar/days/{on}": Call(admin, {"on": DAY.isoformat()}),
            "PUT /api/obligations/{key}": Call(
                admin, {"key": "own-1"}, ACCESS["PUT /api/obligations/{key}"].body
            ),
            "PUT /api/checklists/{key}": Call(
                admin, {"key": "night"}, ACCESS["PUT /api/checklists/{key}"].body
            ),
            "PUT /api/library/kinds/{key}": Call(
                admin, {"key": "pledge"}, ACCESS["PUT /api/library/kinds/{key}"].body
            ),
            **await self.documents(),
            **await self.decided(),
            "PUT /api/hazards/{hazard_id}": Call(worker, {"hazard_id": new_id()}, report),
            "PUT /api/hazards/{hazard_id}/actions/{action_id}": Call(
                place.township_officer,
                {"hazard_id": hazard.id, "action_id": new_id()},
                json.loads(body_of(self.walk.step(A.COMMENT))),
            ),
            "POST /api/suggestions/{suggestion_id}/answer": Call(
                admin, {"suggestion_id": suggestion.id}, {"answer": "谢谢"}
            ),
            **await self.slots(),
            **self.handovers(),
            **await self.trainings(),
            **await self.divisions(),
            **await self.drafts(),
            **await self.schemes(),
            **await self.imports(),
            **await self.people_imports(),
            **await self.campaigns(),
            **await self.inspections(),
        }

    async def second_factors(self) -> dict[str, Call]:
        """Somebody who has one, and somebody who is about to confirm one."""
        settings = self.walk.settings
        owner, beginner = await factories.person(self.session), await factories.person(self.session)
        for person in (owner, beginner):
            await factories.post(self.session, person, Role.HANDLER, self.county.departments[0])
        setup = await self.begin(owner)
        actor = await actor_of(self.session, settings, owner)
        *_, codes = await accounts.confirm_second_factor(
            self.session, settings, actor, pyotp.TOTP(setup).at(clock.now())
        )
        begun = pyotp.TOTP(await self.begin(beginner))
        reset = {"person_id": owner.id}
        return {
            "POST /api/session/second-factor": Call(owner, {}, {"code": codes[0]}),
            "PUT /api/session/second-factor/setup": Call(
                beginner, {}, lambda: {"code": begun.at(clock.now())}
            ),
            "POST /api/people/{person_id}/reset-second-factor": Call(self.county.security, reset),
        }

    async def begin(self, person: Person) -> str:
        actor = await actor_of(self.session, self.walk.settings, person)
        setup = await accounts.begin_second_factor(self.session, self.walk.settings, actor)
        return setup.key.replace(" ", "")

    async def enrolments(self) -> dict[str, Call]:
        officer, worker = self.county.township_officer, self.county.gridworker
        settings = self.walk.settings
        actor = await actor_of(self.session, settings, officer)
        made = await accounts.invite(self.session, settings, actor, worker.id)
        person = {"person_id": worker.id}
        joining = {"code": made.code, "password": PASSWORD, "device": "红米"}
        return {
            "POST /api/people/{person_id}/enrolment": Call(officer, person),
            "DELETE /api/people/{person_id}/enrolment": Call(officer, person),
            "POST /api/enrolment": Call(None, {}, joining),
        }

    async def divisions(self) -> dict[str, Call]:
        """One that is decided, another that is filed; nobody walks the grid that ends."""
        admin, village = self.county.administrator, self.county.villages[1]
        ends, other = [await factories.grid(self.session, village) for _ in range(2)]
        body = {
            "kind": "close",
            "grid_ids": [str(ends.id)],
            "starts_on": access.today().isoformat(),
            "document": "文〔2026〕1 号",
            "targets": [{"grid_id": str(self.county.grids[1].id)}],
        }
        command = ChangeDivision.model_validate(body | {"grid_ids": [other.id]})
        actor = await actor_of(self.session, self.walk.settings, admin)
        made = await divisions.change(self.session, actor, command)
        renamed = places.EditGrid(name="改过名的网格")
        await places.edit_grid(self.session, actor, self.county.grids[1].id, renamed)
        (revised,) = await divisions.revisions(self.session, actor)
        filing = {"filed_on": access.today().isoformat(), "filed_number": "备 1"}
        path = {"change_id": made.change.id}
        undoing = {"document": "文〔2026〕2 号", "reason": "选错了"}
        read = {"read_ids": [str(revised.row.id), str(made.change.id)]}
        return {
            "POST /api/division-changes": Call(admin, {}, body),
            "PUT /api/division-changes/{change_id}/filing": Call(admin, path, filing | read),
            "POST /api/division-changes/{change_id}/undoing": Call(admin, path, undoing),
            "PUT /api/grid-revisions/{revision_id}/filing": Call(
                admin,
                {"revision_id": revised.row.id},
                {**filing, **read, "version": revised.version},
            ),
        }

    async def drafts(self) -> dict[str, Call]:
        """One is handed in; one each is mended, withdrawn and confirmed."""
        officer, admin = self.county.township_officer, self.county.administrator
        edit = {"grid_id": str(self.county.grids[0].id), "edit": {"bounds": "东到河"}}
        body = {"proposal": edit, "reason": "边界说清楚"}
        actor = await actor_of(self.session, self.walk.settings, officer)
        command = divisions.HandInDraft.model_validate(body)
        mended, withdrawn, confirmed = [
            {"draft_id": (await divisions.hand_in(self.session, actor, command)).draft.id}
            for _ in range(3)
        ]
        one, answer = "/api/division-drafts/{draft_id}", {"is_confirmed": True, "version": 1}
        return {
            "POST /api/division-drafts": Call(officer, {}, body),
            f"PUT {one}": Call(officer, mended, {**body, "version": 1}),
            f"DELETE {one}": Call(officer, withdrawn),
            f"PUT {one}/answer": Call(admin, confirmed, answer),
        }

    def handovers(self) -> dict[str, Call]:
        officer, grid = self.county.township_officer, self.county.grids[0]
        day = access.today().isoformat()
        body = {"to_person_id": str(self.county.clerk.id), "starts_on": day}
        return {"POST /api/grids/{grid_id}/handovers": Call(officer, {"grid_id": grid.id}, body)}

    async def trainings(self) -> dict[str, Call]:
        """One with the gridworker on its list, to be judged and taken off again."""
        officer, worker = self.county.township_officer, self.county.gridworker
        actor, day = await actor_of(self.session, self.walk.settings, officer), access.today()
        sponsor = self.county.townships[0].id
        body = {
            "title": "上岗培训",
            "sponsor_id": str(sponsor),
            "starts_on": day.isoformat(),
            "ends_on": day.isoformat(),
            "mode": "集中授课",
        }
        command = AddTraining.model_validate(body)
        made = await trainings.add(self.session, actor, command)
        listed = AddTrainees(person_ids=[worker.id])
        await trainings.add_trainees(self.session, actor, made.id, listed)
        at = {"training_id": made.id}
        chief = {"person_ids": [str(self.county.chief.id)]}
        shown = {"person_id": str(worker.id), "attended": True, "can_record": True}
        records = [shown | {"valid_until": day.isoformat()}]
        one = "/api/trainings/{training_id}"
        return {
            "POST /api/trainings": Call(officer, {}, body),
            f"PATCH {one}": Call(officer, at, {"title": "改名"}),
            f"POST {one}/people": Call(officer, at, chief),
            f"POST {one}/newcomers": Call(officer, at, {"name": "新人", "mobile": "13912340000"}),
            f"PUT {one}/records": Call(officer, at, {"records": records}),
            f"DELETE {one}/people/{{person_id}}": Call(officer, at | {"person_id": worker.id}),
        }

    async def documents(self) -> dict[str, Call]:
        """One that is new, one to renew, one to withdraw."""
        officer, body = self.county.county_officer, self.county.centre.id
        rows = [
            LibraryDocument(
                id=new_id(), sha256="0" * 64, kind_key="other", organization_id=body, title="方案",
                reference="", issued_on=DAY, year=2026, form=PaperForm.PAPER, place_kept="柜",
                custodian_post="", version=1, written_by_id=officer.id, written_for_id=body,
                written_at=clock.now(),
            )
            for _ in range(2)
        ]  # fmt: skip
        self.session.add_all(rows)
        await self.session.flush()
        new, newer, step = (
            f"PUT /api/library/{{document_id}}{rest}"
            for rest in ("", "/versions/{version}", "/steps/{step_id}")
        )
        said = {**(ACCESS[new].body or {}), "organization_id": str(body)}
        return {
            new: Call(officer, {"document_id": new_id()}, said),
            newer: Call(officer, {"document_id": rows[0].id, "version": 2}, ACCESS[newer].body),
            step: Call(
                officer,
                {"document_id": rows[1].id, "step_id": new_id()},
                {**(ACCESS[step].body or {}), "version": rows[1].version},
            ),
        }

    async def decided(self) -> dict[str, Call]:
        """One thing of a record, to be corrected."""
        officer, body = self.county.county_officer, self.county.centre.id
        rule = Obligation(
            key="F13-report", name="年度报告", duty=Duty.ANNUAL, period=Period.YEAR, min_count=1,
            scope=Scope.COUNTY, applies_to={}, seed="", starts_on=DAY,
        )  # fmt: skip
        record = DutyRecord(
            id=new_id(), sha256="0" * 64, obligation_key=rule.key, organization_id=body,
            period_start=DAY, period_end=DAY, held_on=date(2026, 1, 9), subject="会", text="会",
            participants="", written_by_id=officer.id, written_for_id=body, written_at=clock.now(),
        )  # fmt: skip
        item = DutyItem(
            id=new_id(), record_id=record.id, position=1, text="换所", organization_id=body,
            due_on=DAY,
        )  # fmt: skip
        for row in (rule, record, item):
            self.session.add(row)
            await self.session.flush()
        route = "PUT /api/duties/items/{item_id}/versions/{version}"
        said = {**(ACCESS[route].body or {}), "organization_id": str(body)}
        return {route: Call(officer, {"item_id": item.id, "version": 2}, said)}

    async def slots(self) -> dict[str, Call]:
        admin, grid = self.county.administrator, self.county.grids[0]
        body = {
            "role": "liaison",
            "person_id": str(self.county.chief.id),
            "starts_on": "2026-01-01",
        }
        row = SlotAssignment(
            grid_id=grid.id,
            role=SlotRole.LIAISON,
            person_id=self.county.clerk.id,
            title="",
            starts_on=date(2026, 1, 1),
        )
        self.session.add(row)
        await self.session.flush()
        at = {"grid_id": grid.id}
        return {
            "POST /api/grids/{grid_id}/people": Call(admin, at, body),
            "PATCH /api/grid-people/{assignment_id}": Call(
                admin, {"assignment_id": row.id}, {"ends_on": "2030-12-31"}
            ),
            "PUT /api/grids/{grid_id}/provisions": Call(
                admin, at, {"what": "pen", "is_there": True}
            ),
        }

    async def schemes(self) -> dict[str, Call]:
        seen = await schemes.difference(self.session, SYSTEM, schemes.named("s3"))
        body = {"fingerprint": seen.fingerprint}
        apply = "POST /api/schemes/{scheme}/application"
        return {apply: Call(self.county.administrator, {"scheme": "s3"}, body)}

    async def imports(self) -> dict[str, Call]:
        """One batch that is checked and one that is taken in."""
        admin = self.county.administrator
        actor = await actor_of(self.session, self.walk.settings, admin)
        line = {"名称": "导入店", "所属村（社区）": self.county.villages[0].name}
        ids = []
        with jobs.held_back():
            for moves in (1, 2):
                batch = await imports.begin(
                    self.session, actor, LEDGER, "台账.xlsx", sheets.book([line])
                )
                for _ in range(moves):
                    await imports.advance(self.session, LEDGER, batch.id)
                    if batch.stage is ImportStage.CHECKED and moves > 1:
                        await imports.apply(self.session, actor, LEDGER, batch.id)
                ids.append(batch.id)
        return {
            "POST /api/ledger/imports/{import_id}/apply": Call(admin, {"import_id": ids[0]}),
            "POST /api/ledger/imports/{import_id}/undo": Call(admin, {"import_id": ids[1]}),
        }

    async def people_imports(self) -> dict[str, Call]:
        """One batch that is checked and one that is taken in; and who waits for a phone."""
        place = self.county
        actor = await actor_of(self.session, self.walk.settings, place.township_officer)
        desk = Office(self.session, self.walk.settings, place, actor)
        checked = await desk.send({**NEW, "手机号": "13911119001"})
        taken = await desk.take_in({**NEW, "手机号": "13911119002"})
        village, officer = {"organization_id": str(place.villages[0].id)}, place.township_officer
        one = "/api/people/imports/{import_id}"
        return {
            f"POST {one}/apply": Call(officer, {"import_id": checked.id}),
            f"POST {one}/undo": Call(officer, {"import_id": taken.id}),
            "POST /api/people/roster.xlsx": Call(officer, {}, {"reason": "核对手机号"}),
            "POST /api/people/invitations": Call(officer, {}, village),
            "DELETE /api/people/invitations/{organization_id}": Call(officer, village),
        }

    async def campaigns(self) -> dict[str, Call]:
        """One to be ordered, one to be moved, one to be ended."""
        officer = self.county.township_officer
        actor = await actor_of(self.session, self.walk.settings, officer)
        await checklist(self.session, "gas")
        await thing(self.session, self.county.grids[0])
        body = {"name": "燃气专项检查", "checklist_key": "gas", "until": access.today().isoformat()}
        moved, ended = new_id(), new_id()
        for id_ in (moved, ended):
            command = OrderCampaign.model_validate(body)
            await campaigns.order(self.session, actor, id_, command, b"")
        later = {
            "until": (access.today() + timedelta(days=3)).isoformat(),
            "reason": "下雪，推迟三天",
        }
        return {
            "PUT /api/campaigns/{campaign_id}": Call(officer, {"campaign_id": new_id()}, body),
            "PUT /api/campaigns/{campaign_id}/until": Call(officer, {"campaign_id": moved}, later),
            "PUT /api/campaigns/{campaign_id}/end": Call(officer, {"campaign_id": ended}),
        }

    async def inspections(self) -> dict[str, Call]:
        """Each to something of its own: to be planned, changed, recorded, closed, called off."""
        scene = Scene(self.session, self.walk.settings, self.county)
        scene.shop = await thing(self.session, self.county.grids[0])
        officer, day = self.county.county_officer, access.today().isoformat()
        fields: dict[str, Any] = {"starts_on": day, "until": day}
        actor = await scene.actor(officer)
        ids = [(await scene.plan(**fields)).found.inspection.id for _ in range(3)]
        await scene.record(officer, ids[1], looked_on=day)
        body = scene.a_plan(actor, **fields).model_dump(mode="json")
        at, one = [{"inspection_id": id_} for id_ in ids], "/api/inspections/{inspection_id}"
        there, looked = {**at[0], "object_id": scene.shop.id}, {"looked_on": day}
        return {
            f"PUT {one}": Call(officer, {"inspection_id": new_id()}, body),
            f"PATCH {one}": Call(officer, at[0], {"name": "别的检查"}),
            f"PUT {one}/places/{{object_id}}": Call(officer, there, looked),
            f"PUT {one}/close": Call(officer, at[1], {"conclusion": "总体良好"}),
            f"PUT {one}/call-off": Call(officer, at[2], {"reason": "下雪"}),
        }

    async def free_category(self) -> str:
        return (await factories.category(self.session, "water")).code


@dataclass(frozen=True)
class Prepared:
    """A county in a database of its own, with everything that the calls are about."""

    url: str
    settings: Settings
    county: factories.County
    calls: dict[str, Call]


@pytest.fixture(scope="module")
async def prepared(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Prepared]:
    """Told once and committed: each test only rolls back what its own call has changed."""
    url = databases.clone()
    settings = settings_for(url, tmp_path_factory.mktemp("audit"))
    engine = db.make_engine(settings)
    async with db.unit_of_work(db.make_sessions(engine)) as session:
        county = await factories.county(session)
        calls = await Ground(Walk(session, settings, county), session).calls()
    await engine.dispose()
    yield Prepared(url, settings, county, calls)
    databases.drop(url)


@pytest.fixture(scope="module")
async def engine(prepared: Prepared) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(prepared.url)
    yield made
    await made.dispose()


@pytest.fixture
def settings(prepared: Prepared) -> Settings:
    return prepared.settings


async def written(session: AsyncSession) -> int:
    events = await session.scalar(select(func.count()).select_from(Event))
    entries = await session.scalar(select(func.count()).select_from(AuditEntry))
    return (events or 0) + (entries or 0)


@pytest.fixture
def send(
    prepared: Prepared, session: AsyncSession, sign_in_as: SignInAs, client: httpx.AsyncClient
) -> Callable[[str], Awaitable[int]]:
    async def sent(route: str) -> int:
        """How many rows the call of this route leaves, made by whoever may."""
        call = prepared.calls[route]
        by = client if call.who is None else await sign_in_as(call.who)
        body = call.body() if callable(call.body) else call.body
        method, _, path = route.partition(" ")
        before = await written(session)
        answer = await by.request(method, path.format_map(call.path), json=body)
        assert answer.is_success, (route, answer.text)
        return await written(session) - before

    return sent


def test_every_mutating_route_is_tried_or_has_its_reason(prepared: Prepared) -> None:
    tried = set(prepared.calls)
    missing = set(MUTATING) - tried - set(NOT_ON_RECORD)
    assert missing == set(), "give each a call in Ground.calls, or a reason in NOT_ON_RECORD"
    assert tried & set(NOT_ON_RECORD) == set()
    assert set(NOT_ON_RECORD) <= set(MUTATING)


@pytest.mark.parametrize("route", [route for route in MUTATING if route not in NOT_ON_RECORD])
async def test_what_succeeds_is_on_record(
    prepared: Prepared,
    sign_in_as: SignInAs,
    send: Callable[[str], Awaitable[int]],
    route: str,
) -> None:
    await sign_in_as(prepared.county.gridworker)
    assert await send(route) >= 1


@pytest.mark.parametrize("route", READ_ON_RECORD)
async def test_what_is_read_of_evidence_is_on_record(
    prepared: Prepared, session: AsyncSession, sign_in_as: SignInAs, route: str
) -> None:
    body, photo_id = pictures.jpeg(1), new_id()
    phone = await sign_in_as(prepared.county.gridworker)
    assert (await pictures.put(phone, photo_id, body)).status_code == 200
    own = {
        "GET /api/audit/export.xlsx": prepared.county.auditor,
        "GET /api/people/roster.xlsx": prepared.county.township_officer,
    }
    who = own.get(route, prepared.county.county_officer)
    client = phone if "photo" in route else await sign_in_as(who)
    before = await written(session)
    path = route.removeprefix("GET ").format(photo_id=photo_id) + QUERIES.get(route, "")
    assert (await client.get(path)).status_code == 200
    assert await written(session) == before + 1


def test_every_file_leaves_a_row_or_has_its_reason() -> None:
    assert len(READ_ON_RECORD) > 20
    assert set(NO_ROW_FOR_FILE) <= set(FILES)


async def test_nothing_refused_is_on_record_but_failed_sign_ins(
    prepared: Prepared, session: AsyncSession, sign_in_as: SignInAs, client: httpx.AsyncClient
) -> None:
    worker = await sign_in_as(prepared.county.gridworker)
    before = await written(session)
    assert (await worker.post("/api/people", json={"name": "x", "posts": []})).is_client_error
    assert await written(session) == before
    last = await session.scalar(select(func.max(AuditEntry.seq)))
    attempt = {"login": prepared.county.gridworker.mobile, "password": "wrong"}
    for _ in range(5):
        assert (await client.post("/api/session", json=attempt)).status_code in {401, 429}
    new = select(AuditEntry).where(AuditEntry.seq > last).order_by(AuditEntry.seq)
    entries = (await session.scalars(new)).all()
    assert {entry.kind for entry in entries} == {"session.refused"}
    entry = entries[0]
    assert not entry.succeeded
    assert (entry.actor_id, entry.subject_id) == (None, str(prepared.county.gridworker.id))
    assert entry.address == "127.0.0.1"


async def test_before_and_after_are_told_with_numbers_masked(
    session: AsyncSession, send: Callable[[str], Awaitable[int]]
) -> None:
    await send("PATCH /api/people/{person_id}")
    edited = await session.scalar(
        select(AuditEntry.data).where(AuditEntry.kind == Kind.PERSON_EDITED)
    )
    assert edited is not None
    assert edited["mobile"]["to"] == "139****3333"
    told = [row.data for row in await session.scalars(select(AuditEntry))]
    assert "13911113333" not in json.dumps(told)


def test_the_table_says_which_service_writes_what() -> None:
    """Each kind is used in the service that the table names, and nowhere else."""
    used: dict[str, set[Kind]] = {}
    for path in (ROOT / "app" / "services").rglob("*.py"):
        topic = path.relative_to(ROOT / "app" / "services").parts[0].removesuffix(".py")
        tree = ast.parse(path.read_text())
        read = {
            id(part)
            for whole in ast.walk(tree)
            if isinstance(whole, ast.Compare)
            for part in ast.walk(whole)
        }  # looked for, not written
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or id(node) in read:
                continue
            of = getattr(node.value, "id", "") or getattr(node.value, "attr", "")
            if of == "Kind" and path.name not in {"kinds.py", "words.py"}:
                used.setdefault(topic, set()).add(Kind[node.attr])
    assert used == {topic: set(kinds) for topic, kinds in WRITTEN_IN.items() if kinds}
    assert {kind for kinds in WRITTEN_IN.values() for kind in kinds} == set(Kind)
