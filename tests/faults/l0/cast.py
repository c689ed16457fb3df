"""Who is who in the county of the walks: by name, as a person would tell it."""

DESK_KINDS = {  # bodies that hold cases
    "village": "village",
    "far_village": "village",
    "township": "township",
    "far_township": "township",
    "county": "county",
    "safety": "safety",
}
RANK = ("village", "township", "county", "safety")
TOWNSHIP_OF = {
    "village": "township",
    "township": "township",
    "station": "township",
    "far_village": "far_township",
    "far_township": "far_township",
}
DEPARTMENTS = ("fire", "housing", "power", "station")
COUNTY_REACH = ("fire", "housing", "power", "safety")
BODIES = (*DESK_KINDS, *DEPARTMENTS, "shop")
# grid → village; the far village sums up for its township
GRIDS = {"grid": "village", "far_grid": "far_village"}
SUMS_UP = "far_village"
# person → posts: (role, body, grid)
PEOPLE: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "gridworker": (("gridworker", "village", "grid"),),
    "colleague": (("gridworker", "village", "grid"),),
    "chief": (("grid_chief", "village", "grid"),),
    "clerk": (("village_clerk", "village", None),),
    "far_gridworker": (("gridworker", "far_village", "far_grid"),),
    "far_clerk": (("village_clerk", "far_village", None),),
    "township_officer": (("township_officer", "township", None),),
    "far_township_officer": (("township_officer", "far_township", None),),
    "county_officer": (("county_officer", "county", None),),
    "second_officer": (("county_officer", "county", None),),
    "supervisor": (("safety_supervisor", "safety", None),),
    "leader": (("leader", "county", None),),
    "administrator": (("administrator", "county", None),),
    "handler": (("handler", "fire", None),),
    "second_handler": (("handler", "fire", None),),
    "helper": (("handler", "housing", None),),
    "idle_handler": (("handler", "power", None),),
    "station_handler": (("handler", "station", None),),
    "safety_officer": (("safety_officer", "shop", None),),
    "two_hats": (("gridworker", "village", "grid"), ("handler", "housing", None)),
}
SEES_COUNTY = {"county_officer", "safety_supervisor", "leader"}
SUPERVISES = SEES_COUNTY
DESK_ROLES = {"village_clerk", "township_officer", "county_officer", "safety_supervisor"}
HANDLER_ROLES = {"handler", "safety_supervisor"}
REPORTS = {"gridworker", "grid_chief", "safety_officer", "handler", *DESK_ROLES}
NOT_FOR_BODY = {"gridworker", "grid_chief", "administrator"}
CHAIN = (  # who stands in for a reporter who is away: the first link with somebody (decision 13)
    "gridworker",
    "grid_chief",
    "village_clerk",
    "township_officer",
    "county_officer",
)


def bodies_of(person: str, roles: set[str]) -> set[str]:
    return {body for role, body, _ in PEOPLE[person] if role in roles}


def has(person: str, roles: set[str]) -> bool:
    return any(role in roles for role, _, _ in PEOPLE[person])


def on_grid(person: str, grid: str | None) -> bool:
    return any(own == grid for _, _, own in PEOPLE[person] if own)
