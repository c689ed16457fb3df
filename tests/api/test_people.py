"""People over HTTP: what is shown to whom, and that foreign ids look like unknown ones."""

from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Person, Post, Role
from tests import factories
from tests.conftest import SignInAs
from tests.factories import County

SHOWN = {
    "id",
    "name",
    "mobile",
    "user_name",
    "is_disabled",
    "posts",
    "unsent_count",
    "oldest_unsent_at",
    "last_seen_at",
}
TODAY = "2026-11-23"


@pytest.fixture
async def county(session: AsyncSession) -> County:
    return await factories.county(session)


@pytest.fixture
async def officer(county: County, sign_in_as: SignInAs) -> httpx.AsyncClient:
    return await sign_in_as(county.township_officer)


async def a_post(session: AsyncSession, person: Person) -> Post:
    return (await session.scalars(select(Post).where(Post.person_id == person.id))).one()


async def test_a_person_is_shown_with_posts_and_without_secrets(
    officer: httpx.AsyncClient, county: County
) -> None:
    answer = await officer.get(f"/api/people/{county.gridworker.id}")
    view = answer.json()
    assert set(view) == SHOWN
    mobile = county.gridworker.mobile or ""
    assert view["mobile"] == f"{mobile[:3]}****{mobile[-4:]}"
    assert mobile not in answer.text
    (post,) = view["posts"]
    assert post["organization"]["name"] == county.villages[0].name
    assert post["grid"]["id"] == str(county.grids[0].id)


async def test_a_foreign_person_answers_like_an_unknown_one(
    session: AsyncSession, officer: httpx.AsyncClient, county: County
) -> None:
    """Every way of touching: the two answers do not differ in a letter."""
    foreign_post = await a_post(session, county.stranger)
    village = str(county.villages[0].id)
    post = {"organization_id": village, "role": "village_clerk", "starts_on": TODAY}
    for method, path, body in (
        ("GET", "/api/people/{}", None),
        ("PATCH", "/api/people/{}", {"name": "改名"}),
        ("POST", "/api/people/{}/disable", None),
        ("POST", "/api/people/{}/enable", None),
        ("POST", "/api/people/{}/reset-password", None),
        ("POST", "/api/people/{}/posts", post),
    ):
        answers = [
            await officer.request(method, path.format(one), json=body)
            for one in (county.stranger.id, uuid4())
        ]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert answers[0].json() == answers[1].json()
    ends = {"ends_on": TODAY}
    answers = [
        await officer.patch(f"/api/posts/{one}", json=ends) for one in (foreign_post.id, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


async def test_what_is_listed_is_what_can_be_read(
    session: AsyncSession, sign_in_as: SignInAs, county: County
) -> None:
    """For everybody who may look at all: list and single answers agree about every person."""
    everybody = list(await session.scalars(select(Person.id)))
    for who in ("township_officer", "county_officer", "supervisor", "administrator"):
        client = await sign_in_as(getattr(county, who))
        listed = {row["id"] for row in (await client.get("/api/people")).json()["items"]}
        read = {
            str(one)
            for one in everybody
            if (await client.get(f"/api/people/{one}")).status_code == 200
        }
        assert listed == read


async def test_adding_a_person_shows_the_password_once(
    officer: httpx.AsyncClient, client: httpx.AsyncClient, county: County
) -> None:
    body = {
        "name": "新网格员",
        "mobile": "13700000009",
        "posts": [
            {
                "organization_id": str(county.villages[0].id),
                "role": "gridworker",
                "grid_id": str(county.grids[0].id),
                "starts_on": TODAY,
            }
        ],
    }
    answer = await officer.post("/api/people", json=body)
    assert answer.status_code == 201
    made = answer.json()
    again = await officer.get(f"/api/people/{made['person']['id']}")
    assert made["password"] not in again.text
    form = {"login": "13700000009", "password": made["password"]}
    me = (await client.post("/api/session", json=form)).json()
    assert me["must_change_password"] is True
    reset = (await officer.post(f"/api/people/{made['person']['id']}/reset-password")).json()
    assert reset["password"] != made["password"]
    assert (await client.get("/api/session")).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "\x00"},
        {"name": "x" * 41},
        {"mobile": "12345"},
        {"mobile": "02884561234"},
        {"user_name": "Upper"},
        {"user_name": "a"},
        {"posts": []},
        {"id": str(uuid4())},
        {"password_hash": "x"},
        {"must_change_password": False},
        {"disabled_at": None},
    ],
)
async def test_what_does_not_fit_the_form_is_refused(
    officer: httpx.AsyncClient, county: County, change: dict[str, object]
) -> None:
    body = {
        "name": "新人",
        "mobile": "13700000009",
        "posts": [
            {
                "organization_id": str(county.villages[0].id),
                "role": "village_clerk",
                "starts_on": TODAY,
            }
        ],
    }
    assert (await officer.post("/api/people", json={**body, **change})).status_code == 422
    assert (await officer.post("/api/people", json=body)).status_code == 201


async def test_a_second_post_and_its_end(
    session: AsyncSession, officer: httpx.AsyncClient, county: County
) -> None:
    path = f"/api/people/{county.clerk.id}/posts"
    body = {
        "organization_id": str(county.villages[0].id),
        "role": "grid_chief",
        "starts_on": "2026-01-01",
    }
    answer = await officer.post(path, json=body)
    assert answer.status_code == 201
    (chief,) = [post for post in answer.json()["posts"] if post["role"] == "grid_chief"]
    assert (await officer.post(path, json=body)).status_code == 422  # twice
    leave = {"on_leave_until": "2100-01-01"}
    view = (await officer.patch(f"/api/posts/{chief['post_id']}", json=leave)).json()
    (chief,) = [post for post in view["posts"] if post["role"] == "grid_chief"]
    assert (chief["on_leave_until"], chief["ends_on"]) == ("2100-01-01", None)
    assert (
        len(list(await session.scalars(select(Post.id).where(Post.role == Role.GRID_CHIEF)))) == 2
    )
