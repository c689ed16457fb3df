"""Who may call each route. A route that does not stand here fails the build.

`signed_in` routes show and change only what `access.can_see`, the person's own things or the
workflow table allow; a permission is asked for before anything else happens. `body` is one that
would be accepted from somebody who has the permission, so that the refusal can only be the right's.
"""

from dataclasses import dataclass, field
from typing import Any

from app.services.permissions import P

ID = "01890000-0000-7000-8000-000000000000"
_POST = {"organization_id": ID, "role": "gridworker", "starts_on": "2026-01-01"}
_GRID = {"name": "一网格", "organization_id": ID, "valid_from": "2026-01-01"}
_ORGANIZATION = {"kind": "village", "name": "新村", "short_name": "新村", "parent_id": ID}
_OBJECT = {"name": "新厂", "address": "一路 1 号", "sector": "机械", "grid_id": ID}
_COLLECTED = {
    "kind": "three_small_place", "name": "新店", "grid_id": ID,
    "occurred_at": "2026-11-22T10:00:00+08:00",
}  # fmt: skip
_OUTLINE = {"outline": {}, "organization_id": ID}
_DIVISION = {
    "kind": "close", "grid_ids": [ID], "starts_on": "2026-11-27", "document": "文〔2026〕1 号",
    "targets": [{"grid_id": "01890000-0000-7000-8000-000000000001"}],
}  # fmt: skip
_UNDOING = {"document": "文〔2026〕2 号", "reason": "选错了"}
_DRAFT = {"proposal": {"change": _DIVISION}, "reason": "太大，走不过来"}
_HANDOVER = {"to_person_id": ID, "starts_on": "2026-11-27"}
_TRAINING = {
    "title": "上岗培训", "sponsor_id": ID, "starts_on": "2026-11-20", "ends_on": "2026-11-20",
    "mode": "集中授课",
}  # fmt: skip
_JUDGED = {"records": [{"person_id": ID, "attended": True, "valid_until": "2027-11-20"}]}
_SLOT = {"role": "liaison", "person_id": ID, "starts_on": "2026-01-01"}
_CATEGORY = {"name": "燃气", "name_en": "Gas", "icon": "gas", "position": 1}
_ROUTING = {"category_code": "fire", "department_id": ID}
_DEADLINE = {"hop": "rectify", "amount": 3, "unit": "working_days"}
_DUTY = {
    "name": "夜查", "role": "gridworker", "duty": "patrol", "min_count": 1, "period": "month",
    "scope": "grid",
}  # fmt: skip
_HOURS = {"spans": [{"opens": "08:30", "closes": "12:00"}]}
_CHECKLIST = {
    "name": "夜间巡查", "items": [{"code": "A-1", "question": "门锁了吗", "category_code": "fire"}],
    "change": "新清单", "based_on": 0,
}  # fmt: skip
_VISIT = {
    "checklist_version_id": ID, "grid_id": ID, "rest_fine": True,
    "started_at": "2026-11-22T10:00:00+08:00", "occurred_at": "2026-11-22T10:05:00+08:00",
}  # fmt: skip
_ERRAND = {
    "kind": "publicity", "topic": "用火用电", "place": "村口", "grid_id": ID,
    "occurred_at": "2026-11-22T10:00:00+08:00",
}  # fmt: skip
_CAMPAIGN = {"name": "燃气专项检查", "checklist_key": "nine-aspects", "until": "2026-12-31"}
_INSPECTION = {
    "kind": "routine", "name": "燃气检查", "starts_on": "2026-11-22", "until": "2026-11-22",
    "lead_id": ID, "object_ids": [ID],
}  # fmt: skip
_DELAY = {"reason": "weather", "occurred_at": "2026-11-22T10:00:00+08:00"}
_ACCIDENT = {"kind": "fire", "occurred_at": "2026-11-22T10:00:00+08:00"}
_MORE = {"dead": 1, "occurred_at": "2026-11-22T10:00:00+08:00"}
_APPEAL = {"subject": "消防通道", "text": "请管一管", "place": "文化路口"}
_ANSWER = {"step": "answer", "text": "已办"}
_OWED = {"obligation_key": "F13", "organization_id": ID, "period_start": "2026-01-01"}
_MEETING = {"held_on": "2026-01-09", "subject": "例会", "text": "研究隐患整改"}
_DECIDED = {"text": "换锁", "organization_id": ID, "due_on": "2026-12-09", "because": "写错了"}
_BODY_NOTE = {
    "kind": "commendation", "organization_id": ID, "said_on": "2026-11-20", "text": "成效明显",
}  # fmt: skip
_WRONG, _AGREED = {"because": "写错了"}, {"step": "agree", "version": 1}
_YEAR_FORM = {
    "name": "年度考核", "kinds": ["township_subcentre"],
    "dimensions": [{"name": "整改", "items": [{"key": "rectify", "name": "整改", "points": 100}]}],
}  # fmt: skip
_YEAR = {"year": 2025, "self_until": "2099-12-31", "form": _YEAR_FORM}
_NOTED = {"step": "note", "text": "知道了"}
_DOCUMENT = {
    "title": "实施方案", "issued_on": "2026-01-09", "year": 2026, "form": "paper",
    "place_kept": "三号柜",
}  # fmt: skip
_KIND = {"name": "安全承诺书", "shelf": "enterprise"}
_INSTRUCTION = {"subject": "排查", "text": "请排查有限空间", "to_body_ids": [ID]}
_FEEDBACK = {"text": "已排查", "occurred_at": "2026-11-22T10:00:00+08:00"}
_REPORT = {"category_code": "fire", "occurred_at": "2026-11-22T10:00:00+08:00"}


@dataclass(frozen=True)
class Access:
    who: str
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)


ANYONE, SIGNED_IN = Access("anyone"), Access("signed_in")

ACCESS: dict[str, Access] = {
    "GET /livez": ANYONE,
    "GET /readyz": ANYONE,
    "GET /api/demo": ANYONE,  # demo mode and this machine only
    "POST /api/demo/enter/{person_id}": ANYONE,  # demo mode and this machine only
    "POST /api/session": ANYONE,
    "DELETE /api/session": ANYONE,
    "GET /api/session": SIGNED_IN,
    "PUT /api/session/password": SIGNED_IN,
    "POST /api/session/second-factor": Access("signed_in", {"code": "123456"}),
    "POST /api/session/second-factor/setup": SIGNED_IN,
    "PUT /api/session/second-factor/setup": Access("signed_in", {"code": "123456"}),
    "POST /api/people/{person_id}/reset-second-factor": Access(P.RESET_SECOND_FACTOR),
    "GET /api/session/devices": SIGNED_IN,
    "DELETE /api/session/devices/{device_id}": SIGNED_IN,
    "POST /api/enrolment": ANYONE,  # who has the code
    "POST /api/people/{person_id}/enrolment": Access(P.EDIT_PEOPLE),
    "DELETE /api/people/{person_id}/enrolment": Access(P.EDIT_PEOPLE),
    "GET /api/people/invitations": Access(P.EDIT_PEOPLE),
    "POST /api/people/invitations": Access(P.EDIT_PEOPLE, {"organization_id": ID}),
    "DELETE /api/people/invitations/{organization_id}": Access(P.EDIT_PEOPLE),
    "GET /api/people/template.xlsx": Access(P.IMPORT_PEOPLE),
    "GET /api/people/roster.xlsx": Access(P.IMPORT_PEOPLE),
    "POST /api/people/roster.xlsx": Access(P.IMPORT_PEOPLE, {"reason": "核对手机号"}),
    "POST /api/people/imports": SIGNED_IN,  # a file, not JSON; the right is asked for with it
    "GET /api/people/imports": Access(P.IMPORT_PEOPLE),
    "GET /api/people/imports/{import_id}": Access(P.IMPORT_PEOPLE),
    "GET /api/people/imports/{import_id}/wrong": Access(P.IMPORT_PEOPLE),
    "GET /api/people/imports/{import_id}/wrong.xlsx": Access(P.IMPORT_PEOPLE),
    "POST /api/people/imports/{import_id}/apply": Access(P.IMPORT_PEOPLE),
    "POST /api/people/imports/{import_id}/undo": Access(P.IMPORT_PEOPLE),
    "GET /api/people": Access(P.SEE_PEOPLE),
    "POST /api/people": Access(P.EDIT_PEOPLE, {"name": "新人", "posts": [_POST]}),
    "GET /api/people/{person_id}": Access(P.SEE_PEOPLE),
    "PATCH /api/people/{person_id}": Access(P.EDIT_PEOPLE, {"name": "新名"}),
    "POST /api/people/{person_id}/reveal": Access(P.SEE_PEOPLE, {"reason": "电话联系"}),
    "POST /api/people/{person_id}/disable": Access(P.LOCK_PEOPLE),
    "POST /api/people/{person_id}/enable": Access(P.LOCK_PEOPLE),
    "POST /api/people/{person_id}/reset-password": Access(P.EDIT_PEOPLE),
    "POST /api/people/{person_id}/posts": Access(P.GRANT_ROLES, _POST),
    "GET /api/posts/part-time-sources": Access(P.SEE_PEOPLE),
    "PATCH /api/posts/{post_id}": Access(P.GRANT_ROLES, {"ends_on": "2026-12-31"}),
    "GET /api/organizations": SIGNED_IN,
    "GET /api/organizations/reachable": SIGNED_IN,
    "POST /api/organizations": Access(P.EDIT_PLACES, _ORGANIZATION),
    "PATCH /api/organizations/{organization_id}": Access(P.EDIT_PLACES, {"name": "新名"}),
    "GET /api/grids": SIGNED_IN,
    "GET /api/grids/{grid_id}": SIGNED_IN,
    "GET /api/grids/{grid_id}/duty-cards": SIGNED_IN,
    "GET /api/grids/{grid_id}/network": SIGNED_IN,
    "GET /api/grids/{grid_id}/notice": SIGNED_IN,
    "GET /api/grids/{grid_id}/outlines": SIGNED_IN,
    "GET /api/grids/{grid_id}/outlines/{outline_id}": SIGNED_IN,
    "GET /api/grids/{grid_id}/papers/{paper}.svg": SIGNED_IN,
    "GET /api/grids/{grid_id}/work-cards": Access(P.SEE_PEOPLE),
    "POST /api/grids": Access(P.EDIT_PLACES, _GRID),
    # files, not JSON; the right is asked for with them
    "POST /api/grids/outline-imports/check": SIGNED_IN,
    "GET /api/grids/outline-imports": Access(P.EDIT_PLACES),
    "GET /api/grids/outline-imports/running": Access(P.EDIT_PLACES),
    "POST /api/grids/outline-imports": SIGNED_IN,
    "POST /api/grids/outline-imports/{import_id}/undo": Access(P.EDIT_PLACES),
    "POST /api/grids/outline-check": Access(P.DRAFT_PLACES, _OUTLINE),
    "GET /api/grids/outline-faults": Access(P.USE_DESK, query={"township_id": ID}),
    "GET /api/grids/next-code": Access(P.DRAFT_PLACES, query={"organization_id": ID}),
    "PATCH /api/grids/{grid_id}": Access(P.EDIT_PLACES, {"name": "新名"}),
    "GET /api/objects": SIGNED_IN,
    "GET /api/objects/{object_id}": SIGNED_IN,
    "POST /api/objects": Access(P.EDIT_LEDGER, _OBJECT),
    "PATCH /api/objects/{object_id}": Access(P.EDIT_LEDGER, {"name": "新名"}),
    "PUT /api/objects/{object_id}/account": Access(P.EDIT_LEDGER),
    "GET /api/objects/gaps": SIGNED_IN,
    "GET /api/objects/{object_id}/history": SIGNED_IN,
    "PUT /api/objects/{object_id}/collections/{collection_id}": Access(
        P.COLLECT_OBJECTS, _COLLECTED
    ),
    "PUT /api/objects/{object_id}/confirmation": Access(P.EDIT_LEDGER),
    "POST /api/objects/{object_id}/return": Access(P.EDIT_LEDGER, {"reason": "门牌号不对"}),
    "PUT /api/objects/{object_id}/proposals/{proposal_id}/acceptance": Access(P.EDIT_LEDGER),
    "POST /api/objects/{object_id}/proposals/{proposal_id}/return": Access(
        P.EDIT_LEDGER, {"reason": "门牌号不对"}
    ),
    "PUT /api/objects/{object_id}/grid": Access(
        P.EDIT_LEDGER, {"grid_id": ID, "reason": "搬到邻村"}
    ),
    "PUT /api/objects/{object_id}/members": Access(P.EDIT_LEDGER, {"add": []}),
    "GET /api/objects/{object_id}/cadres": SIGNED_IN,
    "PUT /api/objects/{object_id}/cadre": Access(P.EDIT_LEDGER, {"person_id": None}),
    "GET /api/objects/counts": SIGNED_IN,
    "GET /api/ledger/register": Access(P.USE_DESK),
    "GET /api/ledger/register/export.xlsx": Access(P.USE_DESK),
    "PUT /api/objects/{object_id}/departments": Access(P.EDIT_LEDGER, {"departments": []}),
    "POST /api/objects/{object_id}/reveal": Access(P.SEE_CONTACTS, {"reason": "电话联系"}),
    "POST /api/objects/{object_id}/close": Access(P.EDIT_LEDGER, {"reason": "已经关门"}),
    "GET /api/objects/{object_id}/left-places": Access(P.EDIT_LEDGER),
    "POST /api/objects/{object_id}/reopen": Access(P.EDIT_LEDGER, {"reason": "又开门了"}),
    "GET /api/ledger/reference": SIGNED_IN,
    "GET /api/ledger/template.xlsx": SIGNED_IN,
    "GET /api/ledger/export.xlsx": Access(P.EDIT_LEDGER),
    "GET /api/ledger/statistics.xlsx": Access(P.EDIT_LEDGER),
    "POST /api/ledger/imports": SIGNED_IN,  # a file, not JSON; the right is asked for with it
    "GET /api/ledger/imports": Access(P.EDIT_LEDGER),
    "GET /api/ledger/imports/{import_id}": Access(P.EDIT_LEDGER),
    "GET /api/ledger/imports/{import_id}/rows": Access(P.EDIT_LEDGER),
    "GET /api/ledger/imports/{import_id}/wrong": Access(P.EDIT_LEDGER),
    "GET /api/ledger/imports/{import_id}/wrong.xlsx": Access(P.EDIT_LEDGER),
    "POST /api/ledger/imports/{import_id}/apply": Access(P.EDIT_LEDGER),
    "POST /api/ledger/imports/{import_id}/undo": Access(P.EDIT_LEDGER),
    "PUT /api/ledger/fields/{key}": Access(P.EDIT_RULES, {"name": "安全投入"}),
    "GET /api/county/map": SIGNED_IN,
    "GET /api/grids/{grid_id}/people": SIGNED_IN,
    "POST /api/grids/{grid_id}/people": Access(P.EDIT_PLACES, _SLOT),
    "PATCH /api/grid-people/{assignment_id}": Access(P.EDIT_PLACES, {"ends_on": "2026-12-31"}),
    "GET /api/grids/{grid_id}/handovers/preview": Access(P.HAND_OVER),
    "POST /api/grids/{grid_id}/handovers": Access(P.HAND_OVER, _HANDOVER),
    "GET /api/grids/{grid_id}/handovers": Access(P.HAND_OVER),
    "GET /api/handovers/{handover_id}": Access(P.HAND_OVER),
    "GET /api/trainings": Access(P.TRAIN_PEOPLE),
    "POST /api/trainings": Access(P.TRAIN_PEOPLE, _TRAINING),
    "GET /api/trainings/candidates": Access(P.TRAIN_PEOPLE),
    "GET /api/trainings/standing": Access(P.SEE_PEOPLE),
    "GET /api/trainings/{training_id}": Access(P.TRAIN_PEOPLE),
    "GET /api/trainings/{training_id}/sheet.xlsx": Access(P.TRAIN_PEOPLE),
    "POST /api/trainings/{training_id}/sheet": SIGNED_IN,  # a file; the right is asked for with it
    "PATCH /api/trainings/{training_id}": Access(P.TRAIN_PEOPLE, {"title": "新名"}),
    "POST /api/trainings/{training_id}/people": Access(P.TRAIN_PEOPLE, {"person_ids": [ID]}),
    "POST /api/trainings/{training_id}/newcomers": Access(
        P.TRAIN_PEOPLE, {"name": "新人", "mobile": "13800000000"}
    ),
    "PUT /api/trainings/{training_id}/records": Access(P.TRAIN_PEOPLE, _JUDGED),
    "DELETE /api/trainings/{training_id}/people/{person_id}": Access(P.TRAIN_PEOPLE),
    "GET /api/people/{person_id}/trainings": Access(P.SEE_PEOPLE),
    "GET /api/division-changes": Access(P.USE_DESK),
    "GET /api/division-changes/export.xlsx": Access(P.USE_DESK),
    "GET /api/division-changes/package.zip": Access(P.USE_DESK),
    "GET /api/grid-revisions": Access(P.USE_DESK),
    "PUT /api/grid-revisions/{revision_id}/filing": Access(
        P.EDIT_PLACES,
        {"version": "0f", "filed_on": "2026-01-01", "filed_number": "备〔2026〕1 号"},
    ),
    "GET /api/division-changes/ground": Access(P.DRAFT_PLACES, query={"grid_ids": ID}),
    "POST /api/division-changes": Access(P.EDIT_PLACES, _DIVISION),
    "POST /api/division-changes/preview": Access(P.DRAFT_PLACES, _DIVISION),
    "GET /api/division-changes/{change_id}/undoing": Access(P.EDIT_PLACES),
    "POST /api/division-changes/{change_id}/undoing": Access(P.EDIT_PLACES, _UNDOING),
    "PUT /api/division-changes/{change_id}/filing": Access(
        P.EDIT_PLACES, {"filed_on": "2026-01-01", "filed_number": "备〔2026〕1 号"}
    ),
    "GET /api/division-drafts": Access(P.USE_DESK),
    "POST /api/division-drafts": Access(P.DRAFT_PLACES, _DRAFT),
    "GET /api/division-drafts/{draft_id}": Access(P.USE_DESK),
    "PUT /api/division-drafts/{draft_id}": Access(P.DRAFT_PLACES, {**_DRAFT, "version": 1}),
    "DELETE /api/division-drafts/{draft_id}": Access(P.DRAFT_PLACES),
    "PUT /api/division-drafts/{draft_id}/answer": Access(
        P.EDIT_PLACES, {"is_confirmed": True, "version": 1}
    ),
    "PUT /api/grids/{grid_id}/provisions": Access(P.NOTE_GRIDS, {"what": "pen", "is_there": True}),
    "GET /api/readiness": Access(P.USE_DESK),
    "GET /api/scheme": SIGNED_IN,
    "GET /api/scheme/proposals": Access(P.EDIT_RULES),
    "GET /api/schemes": Access(P.EDIT_RULES),
    "GET /api/schemes/{scheme}": Access(P.EDIT_RULES),
    "GET /api/schemes/{scheme}/difference": Access(P.EDIT_RULES),
    "POST /api/schemes/{scheme}/application": Access(P.EDIT_RULES, {"fingerprint": "0" * 64}),
    "GET /api/rules": SIGNED_IN,
    "GET /api/rules/proposal": SIGNED_IN,
    "GET /api/rules/calendar/{year}": SIGNED_IN,
    "PUT /api/rules/categories/{code}": Access(P.EDIT_RULES, _CATEGORY),
    "POST /api/rules/routing": Access(P.EDIT_RULES, _ROUTING),
    "PUT /api/rules/routing/{rule_id}": Access(P.EDIT_RULES, _ROUTING),
    "DELETE /api/rules/routing/{rule_id}": Access(P.EDIT_RULES),
    "GET /api/obligations": Access(P.USE_DESK),
    "POST /api/obligations/{key}/effect": Access(P.EDIT_RULES, _DUTY),
    "PUT /api/obligations/{key}": Access(P.EDIT_RULES, _DUTY),
    "POST /api/rules/deadlines": Access(P.EDIT_RULES, _DEADLINE),
    "PUT /api/rules/deadlines/{rule_id}": Access(P.EDIT_RULES, _DEADLINE),
    "DELETE /api/rules/deadlines/{rule_id}": Access(P.EDIT_RULES),
    "GET /api/rules/training": SIGNED_IN,
    "PUT /api/rules/training": Access(P.EDIT_RULES, {"modes": ["集中授课"], "valid_months": 12}),
    "GET /api/rules/grid-codes": SIGNED_IN,
    "PUT /api/rules/grid-codes": Access(P.EDIT_RULES, {"sequence_digits": 4}),
    "POST /api/rules/grid-codes/preview": Access(P.EDIT_RULES, {"sequence_digits": 4}),
    "GET /api/rules/notice": SIGNED_IN,
    "PUT /api/rules/notice": Access(P.EDIT_RULES, {"complaint_phone": "0632-6612350"}),
    "PUT /api/rules/working-hours": Access(P.EDIT_RULES, _HOURS),
    "PUT /api/rules/calendar/days/{on}": Access(
        P.EDIT_RULES, {"is_workday": False, "reason": "大会"}
    ),
    "DELETE /api/rules/calendar/days/{on}": Access(P.EDIT_RULES),
    "GET /api/checklists": SIGNED_IN,
    "GET /api/checklists/versions/{version_id}": SIGNED_IN,
    "GET /api/checklists/{key}/versions": SIGNED_IN,
    "GET /api/checklists/{key}/sheet.xlsx": SIGNED_IN,
    "POST /api/checklists/{key}/sheet": SIGNED_IN,  # a file; the right is asked for with it
    "POST /api/checklists/pictures": SIGNED_IN,  # bytes; the right is asked for with them
    "GET /api/checklists/pictures/{sha256}": SIGNED_IN,  # as the lists: nobody's personal data
    "PUT /api/checklists/{key}": Access(P.EDIT_RULES, _CHECKLIST),
    "GET /api/patrols/mine": SIGNED_IN,
    "GET /api/patrols/tasks": Access(P.SEE_PATROLS),
    "GET /api/patrols/board": Access(
        P.SEE_PATROLS, query={"due_from": "2026-11-01", "due_to": "2026-11-30"}
    ),
    "PUT /api/patrols/tasks/{task_id}/delays/{delay_id}": Access("signed_in", _DELAY),
    "GET /api/coverage/grids": Access(P.SEE_PATROLS),
    "GET /api/coverage/objects": Access(P.SEE_PATROLS),
    "GET /api/coverage/outlines": Access(P.SEE_PATROLS),
    "GET /api/coverage/export.xlsx": Access(P.SEE_PATROLS),
    "GET /api/campaigns": Access(P.SEE_PATROLS),
    "GET /api/campaigns/choice": Access(P.ORDER_CAMPAIGNS),
    "PUT /api/campaigns/{campaign_id}": Access(P.ORDER_CAMPAIGNS, _CAMPAIGN),
    "GET /api/inspections": Access(P.SEE_INSPECTIONS),
    "GET /api/inspections/export.xlsx": Access(P.SEE_INSPECTIONS),
    "GET /api/inspections/inspectors": Access(P.INSPECT, query={"organization_id": ID}),
    "GET /api/inspections/{inspection_id}": Access(P.SEE_INSPECTIONS),
    "PUT /api/inspections/{inspection_id}": Access(P.INSPECT, _INSPECTION),
    "PATCH /api/inspections/{inspection_id}": Access(P.INSPECT, {"name": "新名"}),
    "PUT /api/inspections/{inspection_id}/places/{object_id}": Access(
        P.INSPECT, {"looked_on": "2026-11-22"}
    ),
    "PUT /api/inspections/{inspection_id}/close": Access(P.INSPECT, {"conclusion": "总体良好"}),
    "PUT /api/inspections/{inspection_id}/call-off": Access(P.INSPECT, {"reason": "下雪"}),
    "PUT /api/campaigns/{campaign_id}/until": Access(
        P.ORDER_CAMPAIGNS, {"until": "2026-12-31", "reason": "下雪，推迟"}
    ),
    "PUT /api/campaigns/{campaign_id}/end": Access(P.ORDER_CAMPAIGNS),
    "PUT /api/visits/{visit_id}": Access(P.MAKE_VISITS, _VISIT),
    "GET /api/visits": Access(P.SEE_PATROLS),
    "GET /api/visits/{visit_id}": SIGNED_IN,
    "GET /api/appeals": SIGNED_IN,
    "PUT /api/appeals/{appeal_id}": Access(P.MAKE_APPEALS, _APPEAL),
    "GET /api/appeals/{appeal_id}": SIGNED_IN,
    "PUT /api/appeals/{appeal_id}/steps/{step_id}": Access("signed_in", _ANSWER),
    "GET /api/situations": SIGNED_IN,
    "GET /api/situations/{situation_id}": SIGNED_IN,
    "PUT /api/situations/{situation_id}/steps/{step_id}": Access("signed_in", _NOTED),
    "GET /api/duties": SIGNED_IN,
    "GET /api/duties/draft": Access("signed_in", query=_OWED),
    "GET /api/duties/records/{record_id}": SIGNED_IN,
    "PUT /api/duties/records/{record_id}": Access(P.RECORD_DUTIES, {**_OWED, **_MEETING}),
    "PUT /api/duties/records/{record_id}/versions/{version}": Access(
        P.RECORD_DUTIES, {**_MEETING, "because": "漏了一句"}
    ),
    "PUT /api/duties/items/{item_id}/versions/{version}": Access(P.RECORD_DUTIES, _DECIDED),
    "PUT /api/duties/items/{item_id}/done": Access("signed_in", {"note": "办完了"}),
    "GET /api/assessments": SIGNED_IN,
    "GET /api/assessments/proposal": Access(P.ASSESS_BODIES),
    "GET /api/assessments/notes": Access("signed_in", query={"year": "2026"}),
    "PUT /api/assessments/notes/{note_id}": Access(P.ASSESS_BODIES, _BODY_NOTE),
    "PUT /api/assessments/notes/{note_id}/withdrawal": Access(P.ASSESS_BODIES, _WRONG),
    "GET /api/assessments/papers/{paper_id}": SIGNED_IN,
    "PUT /api/assessments/papers/{paper_id}/steps/{step_id}": Access("signed_in", _AGREED),
    "PUT /api/assessments/{assessment_id}": Access(P.ASSESS_BODIES, _YEAR),
    "GET /api/assessments/{assessment_id}": SIGNED_IN,
    "PUT /api/assessments/{assessment_id}/withdrawal": Access(P.ASSESS_BODIES, _WRONG),
    "GET /api/assessments/{assessment_id}/export.xlsx": Access(P.USE_DESK),
    "GET /api/library": SIGNED_IN,
    "GET /api/library/kinds": SIGNED_IN,
    "PUT /api/library/kinds/{key}": Access(P.EDIT_RULES, _KIND),
    "GET /api/library/owners": SIGNED_IN,
    "GET /api/library/owed": Access(
        "signed_in", query={"kind_key": "implementation_plan", "year": "2026"}
    ),
    "PUT /api/library/files/{file_id}": SIGNED_IN,  # bytes; the right is asked for with them
    "GET /api/library/{document_id}": SIGNED_IN,
    "PUT /api/library/{document_id}": Access(
        P.KEEP_LIBRARY, {**_DOCUMENT, "kind_key": "other", "organization_id": ID}
    ),
    "PUT /api/library/{document_id}/versions/{version}": Access(
        P.KEEP_LIBRARY, {**_DOCUMENT, "because": "改了错字"}
    ),
    "GET /api/library/{document_id}/versions/{version}/file": SIGNED_IN,
    "PUT /api/library/{document_id}/steps/{step_id}": Access(
        "signed_in", {"step": "withdraw", "version": 2, "text": "换了新的"}
    ),
    "GET /api/instructions": SIGNED_IN,
    "GET /api/instructions/candidates": Access(P.SEND_INSTRUCTIONS),
    "PUT /api/instructions/{instruction_id}": Access(P.SEND_INSTRUCTIONS, _INSTRUCTION),
    "GET /api/instructions/{instruction_id}": SIGNED_IN,
    "GET /api/instructions/{instruction_id}/addressees": Access(P.SEND_INSTRUCTIONS),
    "PUT /api/instructions/{instruction_id}/read": SIGNED_IN,
    "PUT /api/instructions/{instruction_id}/feedback/{feedback_id}": Access("signed_in", _FEEDBACK),
    "POST /api/instructions/{instruction_id}/reminder": Access(P.SEND_INSTRUCTIONS),
    "POST /api/instructions/{instruction_id}/end": Access(P.SEND_INSTRUCTIONS, {"how": "closed"}),
    "PUT /api/errands/{errand_id}": Access(P.MAKE_VISITS, _ERRAND),
    "GET /api/errands": SIGNED_IN,
    "GET /api/errands/export.xlsx": Access(P.SEE_PATROLS),
    "GET /api/errands/{errand_id}/photos/{photo_id}": SIGNED_IN,
    "PUT /api/accidents/{accident_id}": Access("signed_in", _ACCIDENT),  # whoever is on the scene
    "PUT /api/accidents/{accident_id}/reports/{report_id}": Access("signed_in", _MORE),
    "PUT /api/accidents/{accident_id}/steps/{step_id}": Access(
        P.HANDLE_ACCIDENTS, {"step": "county_received"}
    ),
    "GET /api/accidents": SIGNED_IN,
    "GET /api/accidents/waiting": SIGNED_IN,
    "GET /api/accidents/export.xlsx": Access(P.HANDLE_ACCIDENTS),
    "GET /api/accidents/{accident_id}": SIGNED_IN,
    "GET /api/accidents/{accident_id}/photos/{photo_id}": SIGNED_IN,
    "PUT /api/hazards/{hazard_id}": Access(P.REPORT_HAZARD, _REPORT),
    "GET /api/hazards/{hazard_id}": SIGNED_IN,
    "PUT /api/hazards/{hazard_id}/actions/{action_id}": SIGNED_IN,
    "GET /api/hazards": SIGNED_IN,
    "GET /api/hazards/count": SIGNED_IN,
    "GET /api/hazards/map": SIGNED_IN,
    # lists as Excel files: the list's own right, at a desk
    "GET /api/visits/export.xlsx": Access(P.SEE_PATROLS),
    "GET /api/patrols/tasks/export.xlsx": Access(P.SEE_PATROLS),
    "GET /api/patrols/board/export.xlsx": Access(
        P.SEE_PATROLS, query={"due_from": "2026-01-01", "due_to": "2026-12-31"}
    ),
    "GET /api/campaigns/export.xlsx": Access(P.SEE_PATROLS),
    "GET /api/inspections/findings/export.xlsx": Access(P.SEE_INSPECTIONS),
    "GET /api/appeals/export.xlsx": Access(P.USE_DESK),
    "GET /api/situations/export.xlsx": Access(P.USE_DESK),
    "GET /api/library/export.xlsx": Access(P.USE_DESK),
    "GET /api/library/owed/export.xlsx": Access(
        P.USE_DESK, query={"kind_key": "implementation_plan", "year": "2026"}
    ),
    "GET /api/instructions/export.xlsx": Access(P.USE_DESK),
    "GET /api/suggestions/export.xlsx": Access(P.USE_DESK),
    "GET /api/people/export.xlsx": Access(P.SEE_PEOPLE),
    "GET /api/trainings/export.xlsx": Access(P.TRAIN_PEOPLE),
    "GET /api/trainings/standing/export.xlsx": Access(P.SEE_PEOPLE),
    "GET /api/organizations/export.xlsx": Access(P.USE_DESK),
    "GET /api/grids/export.xlsx": Access(P.USE_DESK),
    "GET /api/readiness/export.xlsx": Access(P.USE_DESK),
    "GET /api/checklists/export.xlsx": Access(P.USE_DESK),
    "GET /api/audit/export.xlsx": Access(P.READ_AUDIT),
    "GET /api/instructions/{instruction_id}/addressees/export.xlsx": Access(P.SEND_INSTRUCTIONS),
    "GET /api/hazards/export.xlsx": Access(P.EXPORT_HAZARDS),
    "POST /api/hazards/bulk-preview": SIGNED_IN,
    "GET /api/hazards/{hazard_id}/timeline": SIGNED_IN,
    "GET /api/hazards/{hazard_id}/nearby": SIGNED_IN,
    "PUT /api/hazards/{hazard_id}/claim": SIGNED_IN,
    "DELETE /api/hazards/{hazard_id}/claim": SIGNED_IN,
    "PUT /api/hazards/{hazard_id}/viewing": SIGNED_IN,
    "PUT /api/hazards/{hazard_id}/snooze": SIGNED_IN,
    "PUT /api/photos/{photo_id}": SIGNED_IN,
    "GET /api/photos/{photo_id}/thumb": SIGNED_IN,
    "GET /api/photos/{photo_id}/view": SIGNED_IN,
    "GET /api/photos/{photo_id}/original": Access(P.SEE_ORIGINALS),
    "POST /api/sync/reconcile": SIGNED_IN,
    "GET /api/sync/changes": SIGNED_IN,
    "POST /api/sync/rescue": SIGNED_IN,
    "GET /api/audit": Access(P.READ_AUDIT),
    "GET /api/stream": SIGNED_IN,
    "GET /api/notifications": SIGNED_IN,
    "POST /api/notifications/read": SIGNED_IN,
    "GET /api/views": SIGNED_IN,
    "PUT /api/views/{view_id}": SIGNED_IN,
    "DELETE /api/views/{view_id}": SIGNED_IN,
    "PUT /api/suggestions/{suggestion_id}": SIGNED_IN,
    "GET /api/suggestions": SIGNED_IN,
    "GET /api/status": Access(P.SEE_STATUS),
    "POST /api/suggestions/{suggestion_id}/answer": Access(P.READ_SUGGESTIONS, {"answer": "谢谢"}),
}


PARAMETERS = {
    "version": "2",
    "year": "2026",
    "on": "2026-01-01",
    "code": "fire",
    "rule_id": "1",
    "key": "night",
    "scheme": "s3",
    "paper": "network",
}


def address(route: str) -> tuple[str, str]:
    """Method and a path in which every parameter has a value of the right kind."""
    method, _, path = route.partition(" ")
    for name, value in PARAMETERS.items():
        path = path.replace(f"{{{name}}}", value)
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + ID + rest.partition("}")[2]
    return method, path
