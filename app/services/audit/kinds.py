"""What is audited. The steps of cases are not here: they are history (events)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """noun.verb in the past tense."""

    SIGNED_IN = "session.begun"
    SIGN_IN_FAILED = "session.refused"
    SIGN_IN_LOCKED = "session.locked"
    SIGNED_OUT = "session.ended"
    DEVICE_ENDED = "device.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a name
    PERSON_ADDED = "person.added"
    PERSON_EDITED = "person.edited"
    PERSON_DISABLED = "person.disabled"
    PERSON_ENABLED = "person.enabled"
    PASSWORD_RESET = "password.reset"  # noqa: S105 - a name
    PERSON_REVEALED = "person.revealed"
    SECOND_FACTOR_SET = "second_factor.set"
    SECOND_FACTOR_RESET = "second_factor.reset"
    SECOND_FACTOR_PASSED = "second_factor.passed"
    SECOND_FACTOR_REFUSED = "second_factor.refused"
    PHONE_INVITED = "phone.invited"
    PHONE_INVITATION_ENDED = "phone.invitation_ended"
    PHONE_ENROLLED = "phone.enrolled"
    POST_ADDED = "post.added"
    POST_EDITED = "post.edited"
    POST_REMOVED = "post.removed"
    PEOPLE_IMPORTED = "people.imported"
    PEOPLE_IMPORT_UNDONE = "people.import_undone"
    PEOPLE_EXPORTED = "people.exported"
    POST_TAKEN_BACK = "post.taken_back"
    ORGANIZATION_ADDED = "organization.added"
    ORGANIZATION_EDITED = "organization.edited"
    GRID_ADDED = "grid.added"
    GRID_EDITED = "grid.edited"
    OUTLINES_IMPORT_UNDONE = "outlines.import_undone"
    GRID_HANDED_OVER = "grid.handed_over"
    DIVISION_CHANGED = "division.changed"
    DIVISION_FILED = "division.filed"
    DIVISION_UNDONE = "division.undone"
    DIVISION_DRAFTED = "division.drafted"
    DIVISION_DRAFT_WITHDRAWN = "division.draft_withdrawn"
    DIVISION_DRAFT_ANSWERED = "division.draft_answered"
    OBJECT_ADDED = "object.added"
    OBJECT_EDITED = "object.edited"
    OBJECT_ACCOUNT_OPENED = "object.account_opened"
    OBJECTS_CARRIED = "object.carried"
    OBJECT_REVEALED = "object.revealed"
    LEDGER_FIELD_DEFINED = "ledger_field.defined"
    LEDGER_IMPORTED = "ledger.imported"
    LEDGER_IMPORT_UNDONE = "ledger.import_undone"
    LEDGER_EXPORTED = "ledger.exported"
    RULE_ADDED = "rule.added"
    RULE_EDITED = "rule.edited"
    RULE_REMOVED = "rule.removed"
    SLOT_FILLED = "slot.filled"
    SLOT_ENDED = "slot.ended"
    SLOT_MOVED = "slot.moved"
    SLOT_REMOVED = "slot.removed"
    PROVISIONS_NOTED = "provisions.noted"
    SCHEME_APPLIED = "scheme.applied"
    TRAINING_ADDED = "training.added"
    TRAINING_EDITED = "training.edited"
    TRAINEES_ADDED = "training.trainees_added"
    TRAINEE_JUDGED = "training.trainee_judged"
    TRAINEE_REMOVED = "training.trainee_removed"
    TRAINEES_EXPORTED = "training.exported"
    CAMPAIGN_ORDERED = "campaign.ordered"
    CAMPAIGN_MOVED = "campaign.moved"
    CAMPAIGN_ENDED = "campaign.ended"
    INSPECTION_PLANNED = "inspection.planned"
    INSPECTION_EDITED = "inspection.edited"
    INSPECTION_RECORDED = "inspection.recorded"
    INSPECTION_CLOSED = "inspection.closed"
    INSPECTION_CALLED_OFF = "inspection.called_off"
    INSPECTIONS_EXPORTED = "inspections.exported"
    COVERAGE_EXPORTED = "coverage.exported"
    HAZARDS_EXPORTED = "hazards.exported"
    ACCIDENTS_EXPORTED = "accidents.exported"
    ERRANDS_EXPORTED = "errands.exported"
    LIST_EXPORTED = "list.exported"  # any other list of the desk; its subject says which
    PHOTO_READ = "photo.read"
    DOCUMENT_KEPT = "document.kept"
    DOCUMENT_REVISED = "document.revised"
    DOCUMENT_FILED = "document.filed"
    DOCUMENT_RETURNED = "document.returned"
    DOCUMENT_PUBLISHED = "document.published"
    DOCUMENT_WITHDRAWN = "document.withdrawn"
    DUTY_ITEM_CORRECTED = "duty_item.corrected"
    SUGGESTION_ANSWERED = "suggestion.answered"
    SETTINGS_CHANGED = "settings.changed"
    DATA_FORGOTTEN = "data.forgotten"
    HISTORY_DATED_BACK = "history.dated_back"
    HISTORY_CONTINUED = "history.continued"


K = Kind
# In which service each is written; a test holds the table against the code.
WRITTEN_IN: dict[str, frozenset[Kind]] = {
    "library": frozenset(
        {
            K.DOCUMENT_KEPT,
            K.DOCUMENT_REVISED,
            K.DOCUMENT_FILED,
            K.DOCUMENT_RETURNED,
            K.DOCUMENT_PUBLISHED,
            K.DOCUMENT_WITHDRAWN,
        }
    ),
    "duties": frozenset({K.DUTY_ITEM_CORRECTED}),
    "accounts": frozenset(
        {
            K.SIGNED_IN,
            K.SIGN_IN_FAILED,
            K.SIGN_IN_LOCKED,
            K.SIGNED_OUT,
            K.DEVICE_ENDED,
            K.PASSWORD_CHANGED,
            K.PERSON_ADDED,
            K.PERSON_EDITED,
            K.PERSON_DISABLED,
            K.PERSON_ENABLED,
            K.PASSWORD_RESET,
            K.PERSON_REVEALED,
            K.SECOND_FACTOR_SET,
            K.SECOND_FACTOR_RESET,
            K.SECOND_FACTOR_PASSED,
            K.SECOND_FACTOR_REFUSED,
            K.PHONE_INVITED,
            K.PHONE_INVITATION_ENDED,
            K.PHONE_ENROLLED,
            K.POST_ADDED,
            K.POST_EDITED,
            K.POST_REMOVED,
            K.POST_TAKEN_BACK,
        }
    ),
    "places": frozenset(
        {
            K.ORGANIZATION_ADDED,
            K.ORGANIZATION_EDITED,
            K.GRID_ADDED,
            K.GRID_EDITED,
            K.OUTLINES_IMPORT_UNDONE,
        }
    ),
    "ledger": frozenset(
        {
            K.OBJECT_ADDED,
            K.OBJECT_EDITED,
            K.OBJECT_ACCOUNT_OPENED,
            K.OBJECTS_CARRIED,
            K.OBJECT_REVEALED,
            K.LEDGER_FIELD_DEFINED,
            K.LEDGER_IMPORTED,
            K.LEDGER_IMPORT_UNDONE,
            K.LEDGER_EXPORTED,
            K.GRID_EDITED,
        }
    ),
    "roster": frozenset({K.PEOPLE_IMPORTED, K.PEOPLE_IMPORT_UNDONE, K.PEOPLE_EXPORTED}),
    "rules": frozenset({K.RULE_ADDED, K.RULE_EDITED, K.RULE_REMOVED}),
    "trainings": frozenset(
        {
            K.TRAINING_ADDED,
            K.TRAINING_EDITED,
            K.TRAINEES_ADDED,
            K.TRAINEE_JUDGED,
            K.TRAINEE_REMOVED,
            K.TRAINEES_EXPORTED,
        }
    ),
    "campaigns": frozenset({K.CAMPAIGN_ORDERED, K.CAMPAIGN_MOVED, K.CAMPAIGN_ENDED}),
    "inspections": frozenset(
        {
            K.INSPECTION_PLANNED,
            K.INSPECTION_EDITED,
            K.INSPECTION_RECORDED,
            K.INSPECTION_CLOSED,
            K.INSPECTION_CALLED_OFF,
            K.INSPECTIONS_EXPORTED,
        }
    ),
    "patrols": frozenset({K.COVERAGE_EXPORTED}),
    "schemes": frozenset({K.SCHEME_APPLIED}),
    "divisions": frozenset(
        {
            K.DIVISION_CHANGED,
            K.DIVISION_FILED,
            K.DIVISION_UNDONE,
            K.DIVISION_DRAFTED,
            K.DIVISION_DRAFT_WITHDRAWN,
            K.DIVISION_DRAFT_ANSWERED,
        }
    ),
    "handovers": frozenset({K.GRID_HANDED_OVER}),
    "slots": frozenset(
        {K.SLOT_FILLED, K.SLOT_ENDED, K.SLOT_MOVED, K.SLOT_REMOVED, K.PROVISIONS_NOTED}
    ),
    "hazards": frozenset({K.HAZARDS_EXPORTED}),
    "accidents": frozenset({K.ACCIDENTS_EXPORTED}),
    "errands": frozenset({K.ERRANDS_EXPORTED}),
    "lists": frozenset({K.LIST_EXPORTED}),
    "photos": frozenset({K.PHOTO_READ}),
    "notifications": frozenset({K.SUGGESTION_ANSWERED}),
    "audit": frozenset({K.SETTINGS_CHANGED}),
    "personal": frozenset({K.DATA_FORGOTTEN}),
    "hazard_jobs": frozenset({K.HISTORY_DATED_BACK, K.HISTORY_CONTINUED}),
}


@dataclass(frozen=True)
class Subject:
    """To what it was done: a noun and an id, a code or a number."""

    kind: str
    id: UUID | str | int | None = None
