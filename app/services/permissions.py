"""What each role may do: one table. Whose cases somebody sees is said in `access`."""

from enum import StrEnum

from app.models.person import Role


class Permission(StrEnum):
    """noun:verb."""

    REPORT_HAZARD = "hazard:report"
    SEE_COUNTY = "hazard:see_county"
    EXPORT_HAZARDS = "hazard:export"
    SEE_ORIGINALS = "photo:original"
    USE_DESK = "desk:use"
    SUPERVISE = "hazard:supervise"
    SEE_PEOPLE = "people:see"
    EDIT_PEOPLE = "people:edit"
    LOCK_PEOPLE = "people:lock"
    IMPORT_PEOPLE = "people:import"  # each what they may do one by one
    GRANT_ROLES = "roles:grant"
    HAND_OVER = "grid:hand_over"
    TRAIN_PEOPLE = "people:train"
    RESET_SECOND_FACTOR = "second_factor:reset"
    EDIT_PLACES = "places:edit"
    DRAFT_PLACES = "places:draft"  # of one's own township; the county confirms (S2-16)
    NOTE_GRIDS = "grid:note"  # what a grid of one's own ground has, as seen there
    EDIT_LEDGER = "ledger:edit"
    SEE_CONTACTS = "contacts:see"  # of places outside one's reach, for a reason
    EDIT_RULES = "rules:edit"
    MAKE_VISITS = "visit:make"
    COLLECT_OBJECTS = "object:collect"
    SEE_PATROLS = "patrol:see"
    ORDER_CAMPAIGNS = "campaign:order"
    SEE_INSPECTIONS = "inspection:see"
    INSPECT = "inspection:make"
    HANDLE_ACCIDENTS = "accident:handle"
    SEND_INSTRUCTIONS = "instruction:send"
    MAKE_APPEALS = "appeal:make"
    ANSWER_APPEALS = "appeal:answer"
    ANSWER_SITUATIONS = "situation:answer"
    RECORD_DUTIES = "duty:record"  # what a body has done of its duties: meetings, bulletins
    ASSESS_BODIES = "assessment:make"  # open a year, find points and reasons, settle it
    ANSWER_ASSESSMENTS = "assessment:answer"  # what one's own body says of itself, and objects
    KEEP_LIBRARY = "library:keep"  # documents of one's own body, ground or place
    READ_SUGGESTIONS = "suggestions:read"
    READ_AUDIT = "audit:read"
    SEE_STATUS = "status:see"


P = Permission
_FIELD = frozenset({P.REPORT_HAZARD, P.MAKE_VISITS})
_GROUND = _FIELD | {P.COLLECT_OBJECTS}
_DESK = _FIELD | {
    P.USE_DESK,
    P.EXPORT_HAZARDS,
    P.SEE_PEOPLE,
    P.EDIT_LEDGER,
    P.SEE_CONTACTS,
    P.SEE_PATROLS,
    P.SEE_INSPECTIONS,
    P.INSPECT,
    P.HANDLE_ACCIDENTS,
    P.SEND_INSTRUCTIONS,
    P.ANSWER_APPEALS,
    P.ANSWER_SITUATIONS,
    P.RECORD_DUTIES,
    P.KEEP_LIBRARY,
}
_COUNTY = _DESK | {
    P.SEE_COUNTY,
    P.SUPERVISE,
    P.SEE_ORIGINALS,
    P.ORDER_CAMPAIGNS,
    P.TRAIN_PEOPLE,
    P.ASSESS_BODIES,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.GRIDWORKER: _GROUND | {P.MAKE_APPEALS},
    Role.GRID_CHIEF: _GROUND | {P.MAKE_APPEALS, P.RECORD_DUTIES},
    Role.SAFETY_OFFICER: _FIELD | {P.MAKE_APPEALS, P.KEEP_LIBRARY},
    Role.VILLAGE_CLERK: _GROUND
    | {
        P.USE_DESK,
        P.NOTE_GRIDS,
        P.EDIT_LEDGER,
        P.SEE_PATROLS,
        P.SEE_INSPECTIONS,
        P.ANSWER_SITUATIONS,
        P.ANSWER_ASSESSMENTS,
        P.KEEP_LIBRARY,
    },
    Role.TOWNSHIP_OFFICER: _DESK
    | {
        P.ANSWER_ASSESSMENTS,
        P.EDIT_PEOPLE,
        P.LOCK_PEOPLE,
        P.IMPORT_PEOPLE,
        P.GRANT_ROLES,
        P.HAND_OVER,
        P.DRAFT_PLACES,
        P.NOTE_GRIDS,
        P.ORDER_CAMPAIGNS,
        P.TRAIN_PEOPLE,
    },
    Role.COUNTY_OFFICER: _COUNTY,
    Role.SAFETY_SUPERVISOR: _COUNTY,
    Role.HANDLER: frozenset(
        {
            P.USE_DESK,
            P.REPORT_HAZARD,  # what is found when a department inspects
            P.EXPORT_HAZARDS,
            P.EDIT_LEDGER,
            P.SEE_CONTACTS,
            P.TRAIN_PEOPLE,
            P.SEE_INSPECTIONS,
            P.INSPECT,
            P.SEND_INSTRUCTIONS,
            P.ANSWER_APPEALS,
            P.ANSWER_SITUATIONS,
            P.RECORD_DUTIES,
            P.ANSWER_ASSESSMENTS,
            P.KEEP_LIBRARY,
        }
    ),
    Role.LEADER: frozenset(
        {
            P.USE_DESK,
            P.SEE_COUNTY,
            P.SUPERVISE,
            P.MAKE_VISITS,
            P.SEE_PATROLS,
            P.SEE_INSPECTIONS,
            P.SEND_INSTRUCTIONS,
            P.RECORD_DUTIES,
        }
    ),
    # Three administrators, of whom none can do the work of another (decision 0012).
    Role.ADMINISTRATOR: frozenset(
        {
            P.USE_DESK,
            P.SEE_PEOPLE,
            P.EDIT_PEOPLE,
            P.LOCK_PEOPLE,
            P.IMPORT_PEOPLE,
            P.EDIT_PLACES,
            P.DRAFT_PLACES,
            P.NOTE_GRIDS,
            P.EDIT_LEDGER,
            P.EDIT_RULES,
            P.READ_SUGGESTIONS,
            P.SEE_STATUS,
        }
    ),
    Role.SECURITY_ADMINISTRATOR: frozenset(
        {
            P.USE_DESK,
            P.SEE_PEOPLE,
            P.LOCK_PEOPLE,
            P.IMPORT_PEOPLE,
            P.GRANT_ROLES,
            P.RESET_SECOND_FACTOR,
        }
    ),
    Role.AUDIT_ADMINISTRATOR: frozenset({P.USE_DESK, P.READ_AUDIT}),
}

# Who works on the ground, or on the machine, does not decide for the body that employs them.
