"""People who come in: with a name and a number, one by one or many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import Invalid
from app.models.base import new_id
from app.models.person import Person, Post
from app.services import access, audit
from app.services.access import Actor
from app.services.accounts import posts, reach
from app.services.accounts.commands import AddPost
from app.services.audit import Kind, Subject
from app.services.permissions import Permission


@dataclass(frozen=True)
class Newcomer:
    name: str
    mobile: str
    posts: Sequence[AddPost]


async def enter(session: AsyncSession, actor: Actor, name: str, mobile: str) -> Person:
    """A person without a post and without a password: who is trained, or given a post, afterwards.

    Who was taken off every list again is nobody's and taken up: the number would be lost for good.
    """
    return (await _enter_each(session, actor, [(name, mobile)]))[0]


async def employ_each(
    session: AsyncSession, actor: Actor, newcomers: Sequence[Newcomer]
) -> list[tuple[Person, list[Post]]]:
    """People who are new with their posts, and without a password: a one-time code lets the phone
    in. All of them or none.
    """
    who = [(one.name, one.mobile) for one in newcomers]
    people = await _enter_each(session, actor, who)
    asked = [
        (person, post) for person, one in zip(people, newcomers, strict=True) for post in one.posts
    ]
    given = iter(await posts.place_each(session, actor, asked))
    return [
        (person, list(islice(given, len(one.posts))))
        for person, one in zip(people, newcomers, strict=True)
    ]


async def _enter_each(
    session: AsyncSession, actor: Actor, who: Sequence[tuple[str, str]]
) -> list[Person]:
    """Names with their numbers, as `enter`."""
    access.require(actor, Permission.EDIT_PEOPLE)
    numbers = [mobile for _, mobile in who]
    left = select(Person).where(Person.mobile.in_(numbers), reach.is_left_over())
    found = await session.scalars(left.order_by(Person.id).with_for_update())
    known = {person.mobile: person for person in found}
    people = []
    for name, mobile in who:
        person = known.get(mobile) or Person(id=new_id(), created_at=clock.now())
        person.name, person.mobile = name, mobile
        people.append(person)
    await write(session, *people)
    told = [
        (Subject("person", person.id), {"name": person.name, "mobile": person.mobile})
        for person in people
    ]
    await audit.record_each(session, Kind.PERSON_ADDED, actor, told)
    return people


async def write(session: AsyncSession, *people: Person) -> None:
    """Invalid if there is no name to sign in by, or somebody else has it already."""
    if not all(person.mobile or person.user_name for person in people):
        raise Invalid(
            fields=["mobile", "user_name"],
            reason_zh="手机号和用户名至少填一个，登录要用。",
            reason_en="A mobile number or a user name is needed to sign in.",
        )
    session.add_all(people)
    try:
        await session.flush()
    except IntegrityError as error:
        raise Invalid(
            fields=["mobile", "user_name"],
            reason_zh="这个手机号或用户名已经登记过。",
            reason_en="This number or user name is taken.",
        ) from error
