"""Does the time of a refused sign-in tell which names exist? One attempt after another, over HTTP.

A wrong password for names of five kinds – somebody's, nobody's, both while they are locked, and of
somebody whose account is closed – in random order, with two calibrators between them: FastAPI
answering a small JSON, one bare Argon2.
"""

import asyncio
import random
import time

import httpx
import psycopg

from app import security
from app.services.accounts import guards
from tests.bench import calibrators
from tests.bench.load import Figures, One, percentile, spread
from tests.bench.people import client
from tests.running import RunningApp

NAMES = 200  # of each kind, each asked for once a round
TURNED_AWAY = {
    "known": 401,
    "unknown": 401,
    "disabled": 401,
    "locked_known": 429,
    "locked_unknown": 429,
}
LOGINS = {kind: [f"guess-{kind}-{number}" for number in range(NAMES)] for kind in TURNED_AWAY}
JOIN = """
insert into people
  (id, name, user_name, password_hash, must_change_password, created_at, disabled_at)
select gen_random_uuid(), '测量', login, %s, false, now(),
  case when login = any(%s::text[]) then now() end
from unnest(%s::text[]) login
returning id, user_name
"""
LOCK = """
insert into sign_in_guards (key, failures, last_failed_at, locked_until)
select key, 5, now(), now() + interval '1 hour' from unnest(%s::text[]) key
"""


async def run(app: RunningApp, rounds: int) -> Figures:
    """The address may fail as often as it likes here (settings of the county): not so the names."""
    with psycopg.connect(app.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        people = _join(connection)
        async with calibrators.loads(app, b"") as bare, client(app, 1) as http:
            ones = {kind: _attempt(http, kind) for kind in LOGINS}
            ones |= {"fastapi_json": bare["fastapi_json"].one, "bare_argon2": _argon2}
            found = []
            for number in range(rounds + 1):  # the first warms up
                _start_afresh(connection, people)
                found.append(await _round(ones, random.Random(number)))
    return {"n": NAMES * rounds, **_figures(list(ones), found[1:])}


def _join(connection: psycopg.Connection[tuple[object, ...]]) -> dict[object, object]:
    """The people whose names exist, by login."""
    closed = LOGINS["disabled"]
    logins = [*LOGINS["known"], *closed, *LOGINS["locked_known"]]
    password = security.hash_password("a password of theirs")
    rows = connection.execute(JOIN, (password, closed, logins))
    return {login: id_ for id_, login in rows}


def _start_afresh(
    connection: psycopg.Connection[tuple[object, ...]], people: dict[object, object]
) -> None:
    """No failures, but for the names that are locked: known and unknown in the same way."""
    connection.execute("delete from sign_in_guards")
    known = [f"account:{people[login]}" for login in LOGINS["locked_known"]]
    unknown = [guards.account_key(login, None, None) for login in LOGINS["locked_unknown"]]
    connection.execute(LOCK, ([*known, *unknown],))


def _attempt(http: httpx.AsyncClient, kind: str) -> One:
    async def attempt(number: int) -> None:
        form = {"login": LOGINS[kind][number], "password": "not the password"}
        answer = await http.post("/api/session", json=form)
        assert answer.status_code == TURNED_AWAY[kind], answer.text

    return attempt


async def _argon2(_: int) -> None:
    await asyncio.to_thread(security.password_matches, None, "not the password")


async def _round(ones: dict[str, One], dice: random.Random) -> dict[str, list[float]]:
    """Seconds by kind; no kind always comes after the same other."""
    took: dict[str, list[float]] = {kind: [] for kind in ones}
    for number in range(NAMES):
        for kind in dice.sample(list(ones), len(ones)):
            begun = time.perf_counter()
            await ones[kind](number)
            took[kind].append(time.perf_counter() - begun)
    return took


def _figures(kinds: list[str], rounds: list[dict[str, list[float]]]) -> Figures:
    return {
        **{
            kind: {
                f"p{share}_ms": spread(percentile(one[kind], share / 100) * 1000 for one in rounds)
                for share in (25, 50, 75, 95)
            }
            for kind in kinds
        },
        **{
            f"{over}_over_known": _ratio(rounds, over, "known") for over in kinds if over != "known"
        },
        "locked_unknown_over_locked_known": _ratio(rounds, "locked_unknown", "locked_known"),
        "told_apart": _told_apart(rounds, "unknown", "known"),
        "disabled_told_apart": _told_apart(rounds, "disabled", "unknown"),
        "locked_told_apart": _told_apart(rounds, "locked_unknown", "locked_known"),
    }


def _ratio(rounds: list[dict[str, list[float]]], over: str, under: str) -> list[float]:
    """Of the medians, paired by round."""
    return spread((percentile(one[over], 0.5) / percentile(one[under], 0.5) for one in rounds), 3)


def _told_apart(rounds: list[dict[str, list[float]]], one: str, other: str) -> list[float]:
    """The share of pairs in which `one` took longer: 0.5 tells nothing, 0 and 1 everything."""
    return spread((_share_longer(found[one], found[other]) for found in rounds), 3)


def _share_longer(one: list[float], other: list[float]) -> float:
    return sum(a > b for a in one for b in other) / (len(one) * len(other))
