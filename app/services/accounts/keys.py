"""Two keys to an administrator's account, from two givers (decision 64).

The system administrator gives passwords, the security administrator takes second factors back.
While one key is open the other stays shut: else whoever gave the first would set the second as
well, and be the administrator that the three-way split keeps apart (GB/T 22239-2019 8.1.4.2 d).
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotPermitted
from app.models.person import ADMINISTRATORS, Person, Post
from app.models.second_factor import SecondFactor
from app.services.accounts import reach


async def is_administrator(session: AsyncSession, person: Person) -> bool:
    """One of the three, today or on a day to come."""
    held = select(reach.has_post(Post.role.in_(ADMINISTRATORS), reach.not_over()))
    return bool(await session.scalar(held.select_from(Person).where(Person.id == person.id)))


async def require_second_factor(session: AsyncSession, person: Person) -> None:
    """Before an administrator's new password, which somebody else gets to see."""
    if await is_administrator(session, person) and not await _has_second_factor(session, person):
        raise NotPermitted(
            why="管理员还没有动态口令，别人不能给新密码。"
            "请在服务器上运行 safegrid reset-password。",
            why_en="This administrator has no second factor yet, so nobody else may give a new"
            " password. Run safegrid reset-password on the server.",
        )


async def require_own_password(session: AsyncSession, person: Person) -> None:
    """Before an administrator's second factor is taken back."""
    if person.must_change_password and await is_administrator(session, person):
        raise NotPermitted(
            why="管理员还在用别人给的密码，请本人先登录改密码。"
            "登录不了，在服务器上运行 safegrid reset-password。",
            why_en="This administrator still has a password that somebody else gave. It is changed"
            " first; else run safegrid reset-password on the server.",
        )


async def require_no_code(session: AsyncSession, person: Person) -> None:
    """A one-time code is for phones on the ground; who holds it chooses the password."""
    if await is_administrator(session, person):
        raise NotPermitted(
            why="管理员不用一次性码登录，请重置密码。",
            why_en="Administrators do not come in by one-time codes; reset the password.",
        )


async def require_both(session: AsyncSession, person: Person) -> None:
    """Before the post: whoever added the person has seen the first password."""
    if person.must_change_password or not await _has_second_factor(session, person):
        raise Invalid(
            fields=["role"],
            reason_zh="请本人先登录，改好密码、设好动态口令，再给管理员的岗位。",
            reason_en="The person first signs in, changes the password and sets a second factor.",
        )


async def _has_second_factor(session: AsyncSession, person: Person) -> bool:
    factor = await session.get(SecondFactor, person.id, populate_existing=True)
    return factor is not None and factor.confirmed_at is not None
