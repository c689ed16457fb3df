"""People, posts and the signed-in person as they are shown."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app import __version__, clock
from app.api.views import GridRef, OrganizationRef, View
from app.config import Settings
from app.models.person import GRID_ROLES, Employment, Person, Role
from app.models.training import Competence
from app.services import accounts, notifications, places, qualifications, schemes
from app.services.access import Actor, Seat
from app.services.accounts import FoundPeople, Phones, PostDetails
from app.services.commands import CONTRACTS
from app.services.permissions import Permission
from app.services.personal import masked_number
from app.services.qualifications import NOTHING_SHOWN


class SeatView(View):
    post_id: UUID
    organization: OrganizationRef
    role: Role
    grid: GridRef | None
    starts_on: date
    ends_on: date | None


class CountyView(View):
    name: str
    case_prefix: str
    help_phone: str
    tile_url: str
    tile_attribution: str
    is_demo: bool
    labels: dict[Role, str] = Field(
        description="what the county's scheme calls the roles, where it has names of its own"
    )


class OwnQualification(View):
    """`needed_from`: first day on which one of my posts asks for it; null: none does."""

    needed_from: date | None
    lacks: list[Competence]
    valid_until: date | None = Field(description="last day of all three; null while one lacks")


class MeView(View):
    id: UUID
    name: str
    mobile: str | None = None
    must_change_password: bool
    second_factor: str
    seats: list[SeatView]
    permissions: list[str]
    home: str
    unread: int
    server_time: datetime
    contract: int
    app_version: str
    county: CountyView
    qualification: OwnQualification | None = Field(
        description="null: nobody asks me for one and I have shown nothing yet"
    )


class DeviceView(View):
    id: UUID
    device: str
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    is_this: bool
    unsent_count: int


class PostView(SeatView):
    on_leave_until: date | None
    deputy: str | None = Field(description="name of who does the patrols during the leave")
    is_full_time: bool | None = Field(description="None: not said, as with the next three")
    part_time_source: str | None
    employment: Employment | None
    duties: str | None


class PersonView(View):
    """Mobile numbers are masked: 138****1234."""

    id: UUID
    name: str
    mobile: str | None
    user_name: str | None
    is_disabled: bool
    posts: list[PostView]
    unsent_count: int
    oldest_unsent_at: datetime | None
    last_seen_at: datetime | None


class NewPassword(View):
    """Shown once; the person must change it at the first sign-in."""

    person: PersonView
    password: str


class WholeNumber(View):
    mobile: str | None


class People(View):
    items: list[PersonView]
    next: str | None


async def me(session: AsyncSession, settings: Settings, actor: Actor) -> MeView:
    """The signed-in person's own view: four statements, two more for who walks a grid."""
    bodies = await places.by_id(session, actor.organization_ids)
    return MeView(
        id=actor.person_id,
        name=actor.name,
        mobile=actor.mobile,
        must_change_password=actor.must_change_password,
        second_factor=actor.second_factor,
        seats=[
            _seat(seat, OrganizationRef.model_validate(bodies[seat.organization_id]))
            for seat in actor.seats
        ],
        permissions=sorted(actor.permissions),
        home=home_of(actor.permissions),
        unread=await notifications.unread(session, actor.person_id),
        server_time=clock.now(),
        contract=max(CONTRACTS),
        app_version=__version__,
        county=_county(settings, await schemes.labels(session)),
        qualification=await _own_qualification(session, actor),
    )


async def _own_qualification(session: AsyncSession, actor: Actor) -> OwnQualification | None:
    """Only who is on the ground is asked; all others cost no statement."""
    if not actor.roles & set(GRID_ROLES):
        return None
    needed_from = await qualifications.asked_from(session, actor.roles)
    today = clock.local(clock.now()).date()
    shown = (await qualifications.of(session, [actor.person_id], today))[actor.person_id]
    if needed_from is None and shown == NOTHING_SHOWN:
        return None
    return OwnQualification(
        needed_from=needed_from,
        lacks=list(shown.lacks),
        valid_until=shown.valid_until,
    )


def home_of(permissions: Collection[Permission]) -> str:
    """Which of the two apps a person starts in: desk or field."""
    return "desk" if Permission.USE_DESK in permissions else "field"


async def people(session: AsyncSession, found: FoundPeople) -> dict[str, Any]:
    """One page of people: two statements, however many they are."""
    return {"items": await _people(session, found.people), "next": found.next}


async def person(session: AsyncSession, row: Person) -> PersonView:
    return (await _people(session, [row]))[0]


async def _people(session: AsyncSession, rows: list[Person]) -> list[PersonView]:
    ids = [row.id for row in rows]
    posts = await accounts.posts_of(session, ids)
    phones = await accounts.phones_of(session, ids)
    return [_person(row, posts.get(row.id, []), phones.get(row.id, Phones())) for row in rows]


def _person(row: Person, posts: list[PostDetails], phones: Phones) -> PersonView:
    return PersonView(
        id=row.id,
        name=row.name,
        mobile=masked_number(row.mobile),
        user_name=row.user_name,
        is_disabled=row.disabled_at is not None,
        posts=[_post(details) for details in posts],
        unsent_count=phones.unsent_count,
        oldest_unsent_at=phones.oldest_unsent_at,
        last_seen_at=phones.last_seen_at,
    )


def _post(details: PostDetails) -> PostView:
    post = details.post
    return PostView(
        post_id=post.id,
        organization=OrganizationRef.model_validate(details.organization),
        role=post.role,
        grid=GridRef.model_validate(details.grid) if details.grid else None,
        starts_on=post.starts_on,
        ends_on=post.ends_on,
        on_leave_until=post.on_leave_until,
        deputy=details.deputy,
        is_full_time=post.is_full_time,
        part_time_source=post.part_time_source,
        employment=post.employment,
        duties=post.duties,
    )


def _seat(seat: Seat, organization: OrganizationRef) -> SeatView:
    grid = GridRef(id=seat.grid_id, name=seat.grid_name or "") if seat.grid_id else None
    return SeatView(
        post_id=seat.post_id,
        organization=organization,
        role=seat.role,
        grid=grid,
        starts_on=seat.starts_on,
        ends_on=seat.ends_on,
    )


def _county(settings: Settings, labels: dict[Role, str]) -> CountyView:
    return CountyView(
        name=settings.county_name,
        case_prefix=settings.case_prefix,
        help_phone=settings.help_phone,
        tile_url=settings.tile_url,
        tile_attribution=settings.tile_attribution,
        is_demo=settings.mode == "demo",
        labels=labels,
    )
