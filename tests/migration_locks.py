"""Whether a migration and a report could wait for each other: then one of them is given up.

A report takes `hazards` first, then what it refers to and what it writes besides. A migration
that keeps two of these tables from it must therefore begin with `hazards` as well.
"""

import threading
from collections.abc import Callable

import psycopg

_REFERRED = """
    select confrelid::regclass::text from pg_constraint
    where contype = 'f' and conrelid = 'hazards'::regclass
"""
_WAITING = """
    select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
"""
_HELD = """
    select relation::regclass::text from pg_locks where pid = %s and granted
      and (relation::regclass::text = any(%s) and mode in ('AccessExclusiveLock', 'ExclusiveLock')
           or relation::regclass::text = any(%s) and mode in ('ShareRowExclusiveLock', 'ShareLock'))
"""
_BEGINNING, _END = (
    "lock table hazards in row exclusive mode",
    "lock table alembic_version in share mode",  # its line is a migration's last statement
)


def wrong_order(
    url: str, written: frozenset[str], up: Callable[[], None], down: Callable[[], None]
) -> dict[str, set[str]]:
    """`up` is done twice, `down` once between. Tables held when `hazards` should have come first.

    `written`: what a report writes.
    """
    plain, found = url.replace("+psycopg", "", 1), {}
    with psycopg.connect(plain, autocommit=True) as look:
        for way, move, back in (("up", up, down), ("down", down, up)):
            begun_with = _held(plain, look, written, _BEGINNING, move)
            back()
            in_all = _held(plain, look, written, _END, move)
            if begun_with or (len(in_all) > 1 and "hazards" not in in_all):
                found[way] = begun_with or in_all
        up()
    return found


def _held(
    plain: str,
    look: psycopg.Connection[tuple[str]],
    written: frozenset[str],
    lock: str,
    move: Callable[[], None],
) -> set[str]:
    """What the migration keeps from reports at the moment when it meets the lock."""
    referred = {row[0] for row in look.execute(_REFERRED.encode())}
    theirs = (list(written | referred), list(written))
    with psycopg.connect(plain) as other:
        other.execute(lock.encode())
        moving = threading.Thread(target=move)
        moving.start()
        while not (waiting := look.execute(_WAITING.encode()).fetchone()) and moving.is_alive():
            moving.join(0.005)
        held = look.execute(_HELD.encode(), (waiting[0], *theirs)).fetchall() if waiting else []
        other.rollback()
        moving.join()
    return {row[0] for row in held}
