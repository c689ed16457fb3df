"""People with their posts, trainings, and who is not qualified. Numbers as the list masks them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import ROLE_WORDS, Person
from app.models.training import Competence
from app.services import access, accounts, trainings
from app.services.access import Actor
from app.services.accounts import PeopleFilters, Phones, PostDetails
from app.services.lists.sheet import MOST, PAGE, Everything, Sheet, day, time, walked, yes
from app.services.personal import masked_number
from app.services.qualifications import Qualification
from app.services.trainings import FoundTraining, Somebody, StandingQuery

COMPETENCE_WORDS: dict[Competence, str] = {
    Competence.INSPECT: "会检查",
    Competence.RECORD: "会记录",
    Competence.REPORT: "会报告",
}


def posts(details: Sequence[PostDetails]) -> str:
    """Those that are not over, a line each."""
    today = access.today()
    return "\n".join(
        " ".join(
            word
            for word in (
                one.organization.short_name,
                one.grid.name if one.grid else "",
                ROLE_WORDS[one.post.role][0],
            )
            if word
        )
        for one in details
        if not one.has_ended(today)
    )


def lacks(qualification: Qualification) -> str:
    return "、".join(COMPETENCE_WORDS[one] for one in qualification.lacks)


def _leave(details: Sequence[PostDetails]) -> date | None:
    """The last day of the longest leave that is not over."""
    days = [one.post.on_leave_until for one in details if one.post.on_leave_until]
    return max((on for on in days if on >= access.today()), default=None)


@dataclass(frozen=True)
class _Row:
    person: Person
    posts: Sequence[PostDetails]
    phones: Phones


@dataclass(frozen=True)
class _Rows:
    items: Sequence[_Row]
    next: str | None


_Standing = tuple[str, Somebody]  # with what it is that they lack


async def _people(session: AsyncSession, actor: Actor, asked: PeopleFilters) -> Sequence[_Row]:
    async def find(cursor: str | None) -> _Rows:
        found = await accounts.find_people(session, actor, asked, cursor, PAGE)
        ids = [person.id for person in found.people]
        held = await accounts.posts_of(session, ids)
        phones = await accounts.phones_of(session, ids)
        rows = [
            _Row(one, held.get(one.id, []), phones.get(one.id, Phones())) for one in found.people
        ]
        return _Rows(rows, found.next)

    return await walked(find)


async def _trainings(session: AsyncSession, actor: Actor, _: Everything) -> Sequence[FoundTraining]:
    return await walked(lambda cursor: trainings.everything(session, actor, cursor, PAGE))


async def _standing(
    session: AsyncSession, actor: Actor, asked: StandingQuery
) -> Sequence[_Standing]:
    """Who is not qualified on the day, then whose qualification ends soon."""
    found = await trainings.standing(session, actor, asked, MOST)
    return [
        *(("没有上岗证", one) for one in found.missing),
        *(("30 天内到期", one) for one in found.ending),
    ]


PEOPLE: Sheet[_Row, PeopleFilters] = Sheet(
    "people",
    "人员",
    (
        ("姓名", 12, lambda row: row.person.name),
        ("手机号", 14, lambda row: masked_number(row.person.mobile)),
        ("用户名", 14, lambda row: row.person.user_name),
        ("岗位", 40, lambda row: posts(row.posts)),
        ("请假到", 12, lambda row: day(_leave(row.posts))),
        ("停用", 8, lambda row: yes(row.person.disabled_at is not None)),
        ("手机上没传的", 12, lambda row: row.phones.unsent_count or None),
        ("最早一条", 17, lambda row: time(row.phones.oldest_unsent_at)),
    ),
    _people,
)
TRAININGS: Sheet[FoundTraining, Everything] = Sheet(
    "trainings",
    "培训",
    (
        ("培训", 28, lambda row: row.training.title),
        ("从", 12, lambda row: day(row.training.starts_on)),
        ("到", 12, lambda row: day(row.training.ends_on)),
        ("方式", 12, lambda row: row.training.mode),
        ("主办", 18, lambda row: row.sponsor.short_name),
        ("讲了什么", 40, lambda row: row.training.topics),
        ("名单", 8, lambda row: row.trainees),
        ("到场", 8, lambda row: row.present),
        ("三项都会", 10, lambda row: row.passed),
    ),
    _trainings,
)
STANDING: Sheet[_Standing, StandingQuery] = Sheet(
    "standing",
    "上岗证还差谁",
    (
        ("姓名", 12, lambda row: row[1].person.name),
        ("岗位", 40, lambda row: posts(row[1].posts)),
        ("怎么样", 16, lambda row: row[0]),
        ("还差", 24, lambda row: lacks(row[1].qualification)),
        ("有效到", 12, lambda row: day(row[1].qualification.valid_until)),
    ),
    _standing,
)
