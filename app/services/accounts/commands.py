"""What people send about themselves and about colleagues."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.models.person import Employment, Role
from app.services.commands import Day, Input, Line, Search

Mobile = Annotated[str, Field(pattern=r"^1[3-9]\d{9}$", examples=["13800000000"])]
Name = Annotated[Line, Field(min_length=1, max_length=40)]


class SignInAttempt(Input):
    login: Annotated[Line, Field(min_length=1, max_length=64, examples=["13800000000"])]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    device: Line = "未命名设备"


class Code(Input):
    """Six digits of the authenticator, or a recovery code; blanks and hyphens do not matter."""

    code: Annotated[str, Field(min_length=6, max_length=20, examples=["123456"])]


class Enrol(Input):
    """The township's code, a password of one's own, and what the phone calls itself."""

    code: Annotated[Line, Field(min_length=1, max_length=40, examples=["abcd-efgh-jkmn"])]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    device: Line = "未命名设备"


class InviteAll(Input):
    """Everybody there who still waits for a phone; a township's id means all within it."""

    organization_id: UUID


class ChangePassword(Input):
    old: Annotated[str, Field(max_length=256)]
    new: Annotated[str, Field(max_length=256)]


class Holding(Input):
    """How a gridworker's or a chief's post is held; None: not said (S1-12 to S1-14)."""

    is_full_time: bool | None = None
    part_time_source: Annotated[Line, Field(min_length=1, max_length=40)] | None = Field(
        None, description="what a part-timer is besides", examples=["村（居）民小组长"]
    )
    employment: Employment | None = None
    duties: Annotated[Line, Field(min_length=1, max_length=200)] | None = Field(
        None, description="what the post is for", examples=["负责沿街商铺的日常巡查"]
    )


class AddPost(Holding):
    organization_id: UUID
    role: Role
    grid_id: UUID | None = None
    starts_on: Day
    ends_on: Day | None = None


class AddPerson(Input):
    name: Name
    mobile: Mobile | None = None
    user_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{2,31}$")] | None = None
    posts: Annotated[list[AddPost], Field(max_length=10)] = []


class EditPerson(Input):
    """What is not sent stays."""

    name: Name | None = None
    mobile: Mobile | None = None


class Reveal(Input):
    """Why a whole number is wanted; the reason is put on record."""

    reason: Annotated[Line, Field(min_length=4, max_length=100, examples=["电话联系，催办案件"])]


class EditPost(Holding):
    """What is not sent stays; null takes the day away, or the deputy.

    `deputy_id`: who does the patrols during the leave. Without a leave there is none.
    """

    ends_on: Day | None = None
    on_leave_until: Day | None = None
    deputy_id: UUID | None = None


class PeopleFilters(Input):
    """People within my reach; a township's id finds everybody within the township."""

    text: Search = ""
    organization_id: UUID | None = None
    role: Role | None = None
    may_stand_in: bool = Field(
        False, description="only who can do patrols for somebody on leave today"
    )


class PeopleQuery(PeopleFilters):
    """One page, by name."""

    cursor: Annotated[str, Field(max_length=400)] | None = None
