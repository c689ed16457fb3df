"""Where every page of the routers is looked at, and which of them the guide shows."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """Where a route is looked at. `{done}` in a path stands for a case in that state."""

    paths: Mapping[str, str]  # to the name of the guide's picture; "" is none
    who: str = "郑凯"


def _bare(*paths: str) -> Mapping[str, str]:
    return dict.fromkeys(paths, "")


FIELD: Mapping[str, Visit] = {
    "/": Visit(_bare("/")),
    "/cases": Visit(_bare("/cases")),
    "/patrols": Visit({"/patrols": "field-patrols"}),
    "/visit/:id?": Visit({"/visit?task={task}": "field-visit"}),
    "/pending": Visit(_bare("/pending")),
    "/mine": Visit({"/mine": "field-mine"}),
    "/report/:id?": Visit(_bare("/report")),
    "/case/:id": Visit(_bare("/case/{escalated}", "/case/{done}", "/case/{archived}")),
    "/case/:id/verify": Visit(_bare("/case/{done}/verify")),
    "/case/:id/recheck": Visit(_bare("/case/{archived}/recheck")),
    "/case/:id/:action": Visit(_bare("/case/{escalated}/comment", "/case/{escalated}/correct")),
    "/accident/:id?": Visit({"/accident": "field-accident"}),
    "/accidents": Visit({"/accidents?after={accident}": "field-accidents"}),
    "/appeals": Visit({"/appeals?after={asked}": "field-appeals"}),
    "/appeals/new/:id?": Visit({"/appeals/new": "field-appeal"}),
    "/appeals/:id": Visit({"/appeals/{asked}": "field-appeal-one"}),
    "/duties": Visit(_bare("/duties")),
    "/library": Visit({"/library": "field-library"}),
    "/library/:id": Visit({"/library/{paper}": "field-document"}),
    "/situations": Visit({"/situations": "field-situations"}),
    "/situations/:id": Visit({"/situations/{settled}": "field-situation"}),
    "/instructions": Visit({"/instructions": "field-instructions"}),
    "/instructions/:id": Visit({"/instructions/{told}": "field-instruction"}),
    "/errand/:id?": Visit({"/errand": "field-errand"}),
    "/errands": Visit({"/errands": "field-errands"}),
    "/ledger": Visit({"/ledger": "field-ledger"}),
    "/collect/:id?": Visit({"/collect": "field-collect"}),
    "/mine/inbox": Visit({"/mine/inbox": "field-inbox"}),
    "/mine/phone": Visit(_bare("/mine/phone")),
    "/mine/devices": Visit(_bare("/mine/devices")),
    "/mine/rescue": Visit(_bare("/mine/rescue")),
    "/mine/suggest": Visit(_bare("/mine/suggest")),
    "/mine/leave": Visit(_bare("/mine/leave")),
    "/password": Visit(_bare("/password")),
    "/sign-in": Visit(_bare("/sign-in")),
    "/join": Visit(_bare("/join")),
}
ONE = "/{first}"  # the first row of the list, opened
_GROUND = "print/grids/{ground}/"  # and a paper, as pwa/src/desk/papers/papers.ts has them
DESK: Mapping[str, Visit] = {
    "cases/:id?": Visit(
        {
            "cases": "",
            "cases?all=1": "desk-all",
            "cases/{done}?all=1": "",
            "cases/{archived}?all=1": "",
        },
        "陈晓燕",
    ),
    "patrols/:part?/:id?": Visit(
        {
            "patrols": "desk-patrols",
            "patrols/tasks": "desk-patrols-tasks",
            "patrols/coverage": "desk-patrols-coverage",
            "patrols/visits": "",
            "patrols/visits/{visit}": "desk-patrols-visit",
            "patrols/errands": "desk-patrols-errands",
            "patrols/campaigns": "",
        },
        "陈晓燕",
    ),
    "trainings/:id?": Visit(
        {
            "trainings": "desk-trainings",
            "trainings" + ONE: "desk-training",
            "trainings/new": "desk-training-form",
        },
        "陈晓燕",
    ),
    "trainings/standing": Visit({"trainings/standing": "desk-training-standing"}, "陈晓燕"),
    "inbox": Visit({"inbox": "desk-inbox"}, "陈晓燕"),
    "inspections/:id?": Visit(
        {
            "inspections": "desk-inspections",
            "inspections/{inspection}": "desk-inspection",
            "inspections/new": "desk-inspection-form",
        },
        "陈晓燕",
    ),
    "/print/inspections/:id/:place?": Visit(
        {"print/inspections/{inspection}": "desk-inspection-paper"}, "陈晓燕"
    ),
    "appeals/:id?": Visit({"appeals": "", "appeals/{answered}": "desk-appeals"}, "陈晓燕"),
    "situations/:id?": Visit(
        {"situations": "desk-situations", "situations/{reported}": "desk-situation"}, "赵立新"
    ),
    "assessments/:id?": Visit(
        {"assessments": "desk-assessments", "assessments/{assessed}": "desk-assessment"}, "陈晓燕"
    ),
    "/print/assessments/:id": Visit(
        {"print/assessments/{assessed}": "desk-assessment-paper"}, "陈晓燕"
    ),
    "library/:id?": Visit(
        {
            "library": "desk-library",
            "library/{paper}": "desk-document",
            "library/new": "desk-document-form",
        },
        "陈晓燕",
    ),
    "duties/:id?": Visit({"duties": "desk-duties", "duties/{kept}": "desk-duty"}, "陈晓燕"),
    "/print/duties/:id": Visit({"print/duties/{kept}": "desk-duty-paper"}, "陈晓燕"),
    "instructions/:box?/:id?": Visit(
        {
            "instructions": "desk-instructions",
            "instructions/sent/new": "desk-instruction-form",
            "instructions/sent/{told}": "desk-instruction",
        },
        "陈晓燕",
    ),
    "accidents/:id?": Visit(
        {"accidents": "desk-accidents", "accidents/{accident}": "desk-accident"}, "陈晓燕"
    ),
    "/print/accidents/:id": Visit({"print/accidents/{accident}": "desk-accident-paper"}, "陈晓燕"),
    "/print/:id": Visit({"print/{archived}": "desk-print"}, "陈晓燕"),
    "/print/grids/:id/:paper": Visit(
        {
            _GROUND + "notice": "desk-notice",
            _GROUND + "network": "desk-network",
            _GROUND + "cards": "desk-cards",
            _GROUND + "work": "desk-work-cards",
        },
        "陈晓燕",
    ),
    "places/outlines/import": Visit({"places/outlines/import": "desk-outline-import"}),
    "places/changes": Visit({"places/changes": "desk-changes"}),
    "places/changes/new": Visit({"places/changes/new": "desk-change-form"}),
    "places/changes/:id/undo": Visit({"places/changes/{changed}/undo": "desk-change-undo"}),
    "places/drafts/:id?": Visit(
        {"places/drafts": "desk-drafts", "places/drafts/{drafted}": "desk-draft"}, "赵立新"
    ),
    "/print/visits": Visit(
        {"print/visits?from=2026-01-01&to=2100-01-01": "desk-record-book"}, "赵立新"
    ),
    "/print/changes": Visit({"print/changes": "desk-changes-paper"}),
    "places/grids/:id/handover": Visit({"places/grids/{own}/handover": "desk-handover"}, "赵立新"),
    "places/grids/:id/outline": Visit({"places/grids/{ground}/outline": "desk-outline"}),
    "/print/handovers/:id": Visit({"print/handovers/{handover}": "desk-handover-paper"}, "赵立新"),
    "suggestions": Visit(_bare("suggestions")),
    "account": Visit(_bare("account")),
    "status": Visit({"status": "desk-status"}),
    "audit": Visit(_bare("audit"), "曹立新"),
    "people/import": Visit({"people/import": "desk-people-import"}, "赵立新"),
    "/print/invitations": Visit(_bare("print/invitations"), "赵立新"),
    "people/:id?": Visit({"people": "desk-people", "people" + ONE: "desk-person"}),
    "places/organizations/:id?": Visit(
        {
            "places/organizations": "desk-organizations",
            "places/organizations" + ONE: "desk-organization",
        }
    ),
    "places/readiness/:id?": Visit(
        {"places/readiness": "desk-readiness", "places/readiness" + ONE: "desk-readiness-one"}
    ),
    "places/grids/:id?": Visit({"places/grids": "desk-grids", "places/grids" + ONE: "desk-grid"}),
    "ledger/import": Visit({"ledger/import": "desk-ledger-import"}),
    "ledger/register/:of": Visit(
        {
            "ledger/register": "",
            "ledger/register/key_units": "desk-register",
        }
    ),
    "ledger/:id?": Visit(
        {
            "ledger": "desk-ledger",
            "ledger" + ONE: "desk-ledger-one",
            "ledger/new": "desk-ledger-form",
        }
    ),
    "rules/:part?": Visit(
        {
            "rules": "desk-rules",
            "rules/duties": "desk-rules-duties",
            "rules/routing": "",
            "rules/deadlines": "",
            "rules/hours": "",
            "rules/calendar": "",
            "rules/fields": "desk-rules-fields",
            "rules/codes": "desk-rules-codes",
            "rules/notice": "desk-rules-notice",
            "rules/training": "desk-rules-training",
            "rules/checklists": "",
            "rules/scheme": "desk-scheme",
        },
    ),
    "/sign-in": Visit(_bare("sign-in")),
    "/password": Visit(_bare("password")),
    "/second-factor": Visit(_bare("second-factor")),
}
VISITS = {"field": FIELD, "desk": DESK}
