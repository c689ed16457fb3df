"""What each role may see and do, written down a second time, by hand, from what the product says.

Nothing here asks `access`: where this table and the program disagree, one of them is wrong.
"""

from app.models.person import Role
from tests.matrix.world import Actor

R = Role
RELATIONS = (
    "grid", "village", "sibling", "township", "foreign",
    "enterprise", "assigned", "joint", "held", "followed", "rectified",
)  # fmt: skip
# Which of the cases above a role in township A sees; everybody also sees what they reported.
SEES: dict[Role, str] = {
    # in the order of RELATIONS
    R.GRIDWORKER:        "x          ",
    R.GRID_CHIEF:        "x          ",
    R.VILLAGE_CLERK:     "xx         ",
    R.SAFETY_OFFICER:    "     x    x",
    R.TOWNSHIP_OFFICER:  "xxxx       ",
    R.HANDLER:           "      xx   ",
    R.COUNTY_OFFICER:    "xxxxxxxxxxx",
    R.SAFETY_SUPERVISOR: "xxxxxxxxxxx",
    R.LEADER:            "xxxxxxxxxxx",
    R.ADMINISTRATOR:     "           ",
    R.SECURITY_ADMINISTRATOR: "",
    R.AUDIT_ADMINISTRATOR: "",
}  # fmt: skip

REPORTERS = frozenset(
    {
        R.GRIDWORKER,
        R.GRID_CHIEF,
        R.SAFETY_OFFICER,
        R.VILLAGE_CLERK,
        R.TOWNSHIP_OFFICER,
        R.COUNTY_OFFICER,
        R.SAFETY_SUPERVISOR,
        R.HANDLER,
    }
)
VISITORS = REPORTERS - {R.HANDLER} | {R.LEADER}
COLLECTORS = frozenset({R.GRIDWORKER, R.GRID_CHIEF, R.VILLAGE_CLERK})
PATROL_READERS = frozenset(
    {R.VILLAGE_CLERK, R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR, R.LEADER}
)
INSPECTORS = frozenset({R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR, R.HANDLER})
INSPECTION_READERS = INSPECTORS | {R.VILLAGE_CLERK, R.LEADER}
CAMPAIGN_ORDERERS = frozenset({R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR})
ACCIDENT_DESKS = frozenset({R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR})
SENDERS = frozenset(
    {R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR, R.HANDLER, R.LEADER}
)
DUTY_KEEPERS = SENDERS | {R.GRID_CHIEF}
DOCUMENT_KEEPERS = SENDERS - {R.LEADER} | {R.VILLAGE_CLERK, R.SAFETY_OFFICER}
EXPORTERS = frozenset({R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR, R.HANDLER})
ORIGINAL_VIEWERS = frozenset({R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR})
PEOPLE_READERS = frozenset(
    {
        R.TOWNSHIP_OFFICER,
        R.COUNTY_OFFICER,
        R.SAFETY_SUPERVISOR,
        R.ADMINISTRATOR,
        R.SECURITY_ADMINISTRATOR,
    }
)
PEOPLE_EDITORS = frozenset({R.TOWNSHIP_OFFICER, R.ADMINISTRATOR})
PEOPLE_LOCKERS = PEOPLE_EDITORS | {R.SECURITY_ADMINISTRATOR}
PEOPLE_IMPORTERS = frozenset({R.TOWNSHIP_OFFICER, R.ADMINISTRATOR, R.SECURITY_ADMINISTRATOR})
AUDIT_READERS = frozenset({R.AUDIT_ADMINISTRATOR})
FACTOR_RESETTERS = frozenset({R.SECURITY_ADMINISTRATOR})
ROLE_GRANTERS = frozenset({R.TOWNSHIP_OFFICER, R.SECURITY_ADMINISTRATOR})
HAND_OVERS = frozenset({R.TOWNSHIP_OFFICER})
TRAINERS = frozenset({R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR, R.HANDLER})
WALKERS = frozenset({"gridworker", "grid_chief", "worker_b", "double"})  # their names are public
EDITORS = frozenset({R.ADMINISTRATOR})  # of places and rules
DRAFTERS = frozenset({R.TOWNSHIP_OFFICER, R.ADMINISTRATOR})
SEEN_GRIDS: dict[tuple[Role | None, str], frozenset[str]] = {
    (R.VILLAGE_CLERK, "a"): frozenset({"grid_a", "second"}),
    (R.TOWNSHIP_OFFICER, "a"): frozenset({"grid_a", "second", "sibling"}),
    (R.TOWNSHIP_OFFICER, "b"): frozenset({"grid_b"}),
}  # who says what is there
DESK_USERS = frozenset(Role) - {R.GRIDWORKER, R.GRID_CHIEF, R.SAFETY_OFFICER}
SUGGESTION_READERS = frozenset({R.ADMINISTRATOR})
STATUS_READERS = frozenset({R.ADMINISTRATOR})
LEDGER_KEEPERS = frozenset(
    {
        R.VILLAGE_CLERK,
        R.TOWNSHIP_OFFICER,
        R.HANDLER,
        R.COUNTY_OFFICER,
        R.SAFETY_SUPERVISOR,
        R.ADMINISTRATOR,
    }
)
COUNTY_WIDE = frozenset({R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR, R.LEADER})
CONTACT_READERS = frozenset(  # of their own grid, village, township, enterprise
    {R.GRIDWORKER, R.GRID_CHIEF, R.VILLAGE_CLERK, R.TOWNSHIP_OFFICER, R.SAFETY_OFFICER}
)

CONTACT_ASKERS = frozenset(  # anywhere, for a reason
    {R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR, R.HANDLER}
)

# People of township A, as its officer finds them: those in a post, and those who left every post.
OF_TOWNSHIP_A = frozenset(
    {
        f"{left}{role.value}"
        for left in ("", "left_")
        for role in (
            R.GRIDWORKER,
            R.GRID_CHIEF,
            R.VILLAGE_CLERK,
            R.SAFETY_OFFICER,
            R.TOWNSHIP_OFFICER,
        )
    }
    | {"double"}
)
OF_TOWNSHIP_B = frozenset({"worker_b", "officer_b"})


def sees_case(actor: Actor, label: str) -> bool:
    if label == f"own_{actor.key}":
        return True
    if label.startswith("own_"):
        return actor.role in COUNTY_WIDE
    if actor.key == "gridworker" and label == "followed":
        return True
    if actor.role is None:
        return False
    if actor.township == "b":
        return label == "foreign"
    return SEES[actor.role].ljust(len(RELATIONS))[RELATIONS.index(label)] == "x"


def sees_accident(actor: Actor, label: str) -> bool:
    """here: in township A; there: in B; told: in C, and the county has told the fire department."""
    if actor.role in COUNTY_WIDE:
        return True
    if actor.role is R.TOWNSHIP_OFFICER:
        return label == ("here" if actor.township == "a" else "there")
    return actor.role is R.HANDLER and label == "told"


def sees_inspection(actor: Actor, label: str) -> bool:
    """hidden: the county's, at a shop of township A, nobody has been there; shown: announced.

    ours: unannounced too, but the fire department goes along.
    """
    if actor.role in COUNTY_WIDE or (label == "ours" and actor.role is R.HANDLER):
        return True
    is_near = actor.role in {R.VILLAGE_CLERK, R.TOWNSHIP_OFFICER} and actor.township == "a"
    return label == "shown" and is_near


def goes_along(actor: Actor, label: str) -> bool:
    """The gridworker of A is named at all of them, and knows of the announced one (S1-29)."""
    return actor.key == "gridworker" and label == "shown"


def sent_instruction(actor: Actor, label: str) -> bool:
    """down: by township A to its village, grid, enterprise; next: by B; across: by the centre."""
    if actor.role is R.TOWNSHIP_OFFICER:
        return label == ("down" if actor.township == "a" else "next")
    return actor.role in {R.COUNTY_OFFICER, R.LEADER} and label == "across"


def got_instruction(actor: Actor, label: str) -> bool:
    """B's went to its grid, the centre's to the fire department."""
    if actor.role in {R.GRIDWORKER, R.GRID_CHIEF, R.VILLAGE_CLERK, R.SAFETY_OFFICER}:
        return label == ("down" if actor.township == "a" else "next")
    return actor.role is R.HANDLER and label == "across"


def sees_instruction(actor: Actor, label: str) -> bool:
    """The county does not read what a township writes to its own."""
    return sent_instruction(actor, label) or got_instruction(actor, label)


def makes_appeals(actor: Actor) -> bool:
    return actor.role in {R.GRIDWORKER, R.GRID_CHIEF, R.SAFETY_OFFICER}


def sees_appeal(actor: Actor, label: str) -> bool:
    """shop: of A's enterprise; road: in B; led: in C, held by the fire brigade."""
    if actor.role in COUNTY_WIDE:
        return True
    if actor.role is R.TOWNSHIP_OFFICER:
        return label == ("shop" if actor.township == "a" else "road")
    if actor.role is R.SAFETY_OFFICER:
        return label == "shop"
    return actor.role is R.HANDLER and label == "led"


def answers_appeal(actor: Actor, label: str) -> bool:
    """Only the body that has it now."""
    return actor.role in {R.TOWNSHIP_OFFICER, R.HANDLER} and sees_appeal(actor, label)


def sees_situation(actor: Actor, label: str) -> bool:
    """home: in A, its village has it; road: in B; led: in C, the fire brigade has it."""
    if actor.role in COUNTY_WIDE:
        return True
    if actor.role is R.TOWNSHIP_OFFICER:
        return label == ("home" if actor.township == "a" else "road")
    if actor.role is R.VILLAGE_CLERK:
        return label == "home"
    return actor.role is R.HANDLER and label == "led"


def answers_situation(actor: Actor, label: str) -> bool:
    """The body that has it now, and the township over a village that has it."""
    desks = {R.VILLAGE_CLERK, R.TOWNSHIP_OFFICER, R.HANDLER}
    return actor.role in desks and sees_situation(actor, label)


def sees_duty(actor: Actor, label: str) -> bool:
    """fire: of the brigade, with an item for A's enterprise; north: of B's township; centre."""
    if actor.role in COUNTY_WIDE:
        return True
    if actor.role is R.SAFETY_OFFICER:
        return label == "fire"
    return keeps_duty(actor, label)


def keeps_duty(actor: Actor, label: str) -> bool:
    """The body that owes it, and the county's desks."""
    if actor.role in {R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR}:
        return True
    if actor.role is R.TOWNSHIP_OFFICER:
        return label == "north" and actor.township == "b"
    return label == {R.HANDLER: "fire", R.LEADER: "centre"}.get(actor.role or R.GRIDWORKER)


def finishes_duty(actor: Actor, label: str) -> bool:
    return keeps_duty(actor, label) or (actor.role is R.SAFETY_OFFICER and label == "fire")


ASSESSORS = frozenset({R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR})


def sees_assessment(actor: Actor, label: str) -> bool:
    """a, b: of the townships; fire: of the brigade. Auditors read them all."""
    if actor.role in COUNTY_WIDE or actor.role is R.AUDIT_ADMINISTRATOR:
        return True
    return answers_assessment(actor, label)


def answers_assessment(actor: Actor, label: str) -> bool:
    if actor.role is R.TOWNSHIP_OFFICER:
        return label == actor.township
    return actor.role is R.HANDLER and label == "fire"


def sees_document(actor: Actor, label: str) -> bool:
    """place: of A's enterprise; north: of B's township; told: the centre's, A tells its walkers."""
    if actor.role in COUNTY_WIDE | {R.AUDIT_ADMINISTRATOR}:
        return True
    if actor.role in {R.VILLAGE_CLERK, R.SAFETY_OFFICER}:
        return label == "place"
    if actor.role in {R.GRIDWORKER, R.GRID_CHIEF}:
        return label == "told" and actor.township == "a"
    return (
        actor.role is R.TOWNSHIP_OFFICER and label == {"a": "place", "b": "north"}[actor.township]
    )


def keeps_document(actor: Actor, label: str) -> bool:
    return actor.role in DOCUMENT_KEEPERS and sees_document(actor, label)


def sees_former(actor: Actor, label: str) -> bool:
    """Of a former version the file is for whose document it is, and for those above."""
    is_reader = actor.role in {R.GRIDWORKER, R.GRID_CHIEF, R.AUDIT_ADMINISTRATOR}
    return sees_document(actor, label) and not is_reader


def instructs(actor: Actor, township: str) -> bool:
    """A village of that township."""
    if actor.role in {R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR}:
        return True
    return actor.role is R.TOWNSHIP_OFFICER and township == actor.township


def sees_errand(actor: Actor, label: str) -> bool:
    """Who received what, in townships a, b and c; all made by somebody who has left."""
    if actor.role in COUNTY_WIDE:
        return True
    return actor.role in {R.VILLAGE_CLERK, R.TOWNSHIP_OFFICER} and label == actor.township


def keeps_training(actor: Actor, label: str) -> bool:
    """Whoever holds it: a township, the fire department; the county's desks all of them."""
    if actor.role is R.HANDLER:
        return label == "fire"
    is_own = actor.role is R.TOWNSHIP_OFFICER and label == actor.township
    return is_own or actor.role in {R.COUNTY_OFFICER, R.SAFETY_SUPERVISOR}


def hands_over(actor: Actor, label: str) -> bool:
    """On the ground of the own township."""
    return actor.role is R.TOWNSHIP_OFFICER and label == actor.township


def drafts_for(actor: Actor, label: str) -> bool:
    """Or the county's administrator, who decides."""
    return hands_over(actor, label) or actor.role in EDITORS


def sees_draft(actor: Actor, label: str) -> bool:
    return drafts_for(actor, label) or actor.role in COUNTY_WIDE


def walks(actor: Actor, label: str) -> bool:
    """The task is the gridworker's of that grid, and the chief is asked for all of it."""
    return actor.role in {R.GRIDWORKER, R.GRID_CHIEF} and label == actor.township


def walked(actor: Actor, label: str) -> bool:
    """Who left yesterday still sends what the phone has held back since the days of the post."""
    has_left = actor.key in {"left_gridworker", "left_grid_chief"} and label == actor.township
    return walks(actor, label) or has_left


def sees_photo(actor: Actor, label: str) -> bool:
    """A photo of no case is its sender's alone."""
    return label == f"loose_{actor.key}" if label.startswith("loose_") else sees_case(actor, label)


def reads_person(actor: Actor, key: str) -> bool:
    if actor.role is R.TOWNSHIP_OFFICER:
        return key in (OF_TOWNSHIP_A if actor.township == "a" else OF_TOWNSHIP_B)
    return actor.role in PEOPLE_READERS


def trains(actor: Actor, key: str) -> bool:
    """A department trains whoever walks a grid, the others whom they see anyway."""
    return actor.role is R.HANDLER and key in WALKERS


def changes_person(actor: Actor, key: str) -> bool:
    """Somebody with a second post elsewhere is not the township's alone to change."""
    is_shared = actor.role is R.TOWNSHIP_OFFICER and key == "double"
    return reads_person(actor, key) and not is_shared


def gives_password(actor: Actor, key: str) -> bool:
    """The three administrators here have no second factor yet: nobody's to let in (decision 64)."""
    is_one = key in {R.ADMINISTRATOR, R.SECURITY_ADMINISTRATOR, R.AUDIT_ADMINISTRATOR}
    return changes_person(actor, key) and not is_one


def grants_to(actor: Actor, key: str) -> bool:
    """The security administrator decides about everybody else's posts."""
    is_self = actor.role is R.SECURITY_ADMINISTRATOR and key == actor.key
    return changes_person(actor, key) and not is_self


def reads_contact(actor: Actor, place: str) -> bool:
    """Name and number of an enterprise's contact, by the township it lies in."""
    if actor.role in COUNTY_WIDE | EDITORS:
        return True
    return actor.role in CONTACT_READERS and place == actor.township


def sees_object(actor: Actor, key: str) -> bool:
    """`key`: what it is and in which township; the name of a home is not public."""
    kind, _, township = key.partition("_")
    if kind == "shop" or actor.role in COUNTY_WIDE | EDITORS:
        return True
    return actor.role in CONTACT_READERS - {R.SAFETY_OFFICER} and township == actor.township


def keeps_object(actor: Actor, key: str) -> bool:
    """The village's or township's own part of the ledger; the county's desks all of it."""
    if actor.role in {R.VILLAGE_CLERK, R.TOWNSHIP_OFFICER}:
        return key.endswith(f"_{actor.township}")
    return actor.role in LEDGER_KEEPERS - {R.HANDLER}


def keeps_home(actor: Actor, township: str) -> bool:
    """The home of a township, and what was said of it."""
    return keeps_object(actor, f"home_{township}") and sees_object(actor, f"home_{township}")


def goes_to_grid(actor: Actor, key: str) -> bool:
    """A gridworker and a chief go to their own grid, a village's clerk to all of the village."""
    if actor.township == "b":
        return key == "grid_b"
    return key == "grid_a" or (key == "second" and actor.role is R.VILLAGE_CLERK)


def reaches_object(actor: Actor, key: str) -> bool:
    """Its details and its history: who goes there, and the enterprise itself."""
    kind, _, township = key.partition("_")
    if actor.role is R.SAFETY_OFFICER:
        return kind == "shop" and township == actor.township
    return reads_contact(actor, township)
