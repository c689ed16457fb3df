"""Invented people: a small cast with names for the story, and everybody else a county employs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from random import Random
from uuid import UUID

from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.models.person import Person, Post, Role
from app.services import presets
from app.services.access import Actor, Seat
from app.services.demo.dice import dice, identity
from app.services.demo.enterprises import Company

IN_OFFICE_SINCE = date(2025, 3, 1)
MOBILES = 199_0000_0000
_SECOND_WORKER_EVERY = 9  # one village in so many has two gridworkers
_CHIEF_EVERY = 4

# Who works where beside the cast: kind of body, role, how many.
STAFF: tuple[tuple[OrganizationKind, Role, int], ...] = (
    (OrganizationKind.COUNTY_CENTRE, Role.COUNTY_OFFICER, 2),
    (OrganizationKind.SAFETY_DEPARTMENT, Role.SAFETY_SUPERVISOR, 1),
    (OrganizationKind.TOWNSHIP_SUBCENTRE, Role.TOWNSHIP_OFFICER, 1),
    (OrganizationKind.DEPARTMENT, Role.HANDLER, 1),
)


MOSTLY = 0.6  # of what a body does, its first person does
# Where the cast has one of these, nobody else is needed.
ALONE = frozenset({Role.GRIDWORKER, Role.GRID_CHIEF, Role.VILLAGE_CLERK, Role.SAFETY_OFFICER})
# In which roles people act for their body.
ACTING = (
    Role.TOWNSHIP_OFFICER,
    Role.COUNTY_OFFICER,
    Role.SAFETY_SUPERVISOR,
    Role.HANDLER,
    Role.SAFETY_OFFICER,
)


@dataclass
class Staff:
    """Rows to write, and who can act: by body and role, the cast by key."""

    people: list[Person] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    cast: dict[str, Person] = field(default_factory=dict)
    actors: dict[tuple[UUID, Role], list[Actor]] = field(default_factory=dict)

    def member(self, body_id: UUID | None, chance: Random) -> Actor:
        """Who acts for a desk or a department: mostly the first, which is the cast."""
        found = (self.actors.get((body_id, role)) for role in ACTING if body_id)
        people = next(actors for actors in found if actors)
        return people[0] if chance.random() < MOSTLY else chance.choice(people)

    def actor(self, person_id: UUID) -> Actor:
        """Anybody, by id."""
        everybody = chain.from_iterable(self.actors.values())
        return next(actor for actor in everybody if actor.person_id == person_id)

    def officer(self, enterprise_id: UUID) -> Actor:
        return self.actors[enterprise_id, Role.SAFETY_OFFICER][0]

    def reporters(self, village_id: UUID) -> list[Actor]:
        """The gridworkers of a village, then its clerk."""
        workers = self.actors[village_id, Role.GRIDWORKER]
        return [*workers, self.actors[village_id, Role.VILLAGE_CLERK][0]]


@dataclass(frozen=True)
class _Job:
    """A post to be filled."""

    key: str
    role: Role
    body: Organization
    grid: Grid | None
    name: str | None = None


def employ(
    seed: int,
    bodies: Sequence[Organization],
    grids: Sequence[Grid],
    companies: Sequence[Company],
    since: datetime,
) -> Staff:
    """Everybody. The cast was entered first, in the order of the loop."""
    by_id = {body.id: body for body in bodies}
    grid_of = {grid.organization_id: grid for grid in grids}
    cast = list(_cast(by_id, grid_of, companies))
    others = [*_staff(bodies), *_villages(bodies, grid_of)]
    others += [_Job("officer", Role.SAFETY_OFFICER, by_id[c.id], None) for c in companies]
    filled = {(job.body.id, job.role) for job in cast if job.role in ALONE}
    jobs = cast + [job for job in others if (job.body.id, job.role) not in filled]
    chance = dice(seed, "people")
    known = presets.read("demo/people")
    staff = Staff()
    for number, job in enumerate(jobs):
        given = known["older"] if job.grid else known["younger"]
        name = job.name or chance.choice(known["surnames"]) + chance.choice(given)
        _enter(seed, staff, job, name, number, since)
    return staff


def _cast(
    by_id: dict[UUID, Organization], grid_of: dict[UUID, Grid], companies: Sequence[Company]
) -> Iterator[_Job]:
    for row in presets.read("demo/people")["cast"]:
        company = next((c for c in companies if c.sector == row["place"]), None)
        body = by_id[company.id if company else presets.body_id(row["place"])]
        role = Role(row["role"])
        grid = grid_of.get(body.id) if role in {Role.GRIDWORKER, Role.GRID_CHIEF} else None
        yield _Job(row["key"], role, body, grid, row["name"])


def _staff(bodies: Sequence[Organization]) -> Iterator[_Job]:
    for kind, role, count in STAFF:
        for body in bodies:
            if body.kind is kind:
                for number in range(count):
                    yield _Job(f"{role}/{number}", role, body, None)


def _villages(bodies: Sequence[Organization], grid_of: dict[UUID, Grid]) -> Iterator[_Job]:
    """A gridworker each, in some two, in some a chief who stands in; a clerk for the desk."""
    villages = sorted(
        (body for body in bodies if body.kind is OrganizationKind.VILLAGE),
        key=lambda body: body.code or "",
    )
    for number, body in enumerate(villages):
        grid = grid_of[body.id]
        yield _Job("worker", Role.GRIDWORKER, body, grid)
        if number % _SECOND_WORKER_EVERY == 0:
            yield _Job("second", Role.GRIDWORKER, body, grid)
        if number % _CHIEF_EVERY == 0:
            yield _Job("chief", Role.GRID_CHIEF, body, grid)
        yield _Job("clerk", Role.VILLAGE_CLERK, body, None)


def _enter(seed: int, staff: Staff, job: _Job, name: str, number: int, since: datetime) -> None:
    key = f"person/{number}"
    person = Person(
        id=identity(seed, key),
        name=name,
        mobile=str(MOBILES + number + 1),
        must_change_password=False,
        created_at=since + timedelta(seconds=number),
    )
    post = Post(
        id=identity(seed, f"post/{number}"),
        person_id=person.id,
        organization_id=job.body.id,
        role=job.role,
        grid_id=job.grid.id if job.grid else None,
        starts_on=IN_OFFICE_SINCE,
    )
    staff.people.append(person)
    staff.posts.append(post)
    if job.name:
        staff.cast[job.key] = person
    staff.actors.setdefault((job.body.id, job.role), []).append(_actor(person, post, job))


def _actor(person: Person, post: Post, job: _Job) -> Actor:
    seat = Seat(
        post_id=post.id,
        organization_id=job.body.id,
        organization_kind=job.body.kind,
        organization_name=job.body.name,
        within_id=job.body.within_id,
        role=job.role,
        grid_id=post.grid_id,
        grid_name=job.grid.name if job.grid else None,
        starts_on=post.starts_on,
        ends_on=None,
    )
    return Actor(
        person.id, person.name, person.mobile, None, must_change_password=False, seats=(seat,)
    )
