"""What runs by the clock, as a table; and all of it done twice."""

import inspect
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import worker
from app.config import Settings
from app.darkroom import Darkroom
from app.storage import open_heads, open_store

# Minutes in UTC: a new job stands here, or a test says so.
TIMETABLE = {
    "tick_clocks": "* * * * *",
    "ring_accidents": "* * * * *",
    "jobs.revive": "*/2 * * * *",
    "archive_verified": "*/10 * * * *",
    "seal": "*/10 * * * *",
    "carry_divisions": "2 * * * *",
    "turn_patrols": "5 * * * *",
    "forget_viewings": "17 * * * *",
    "hand_over_rechecks": "41 * * * *",
    "retention": "37 18 * * *",
    "forget_old_guards": "23 19 * * *",
    "warn_of_endings": "47 22 * * *",
    "tell_of_unattended": "52 22 * * *",
    "remind_of_duties": "57 22 * * *",
    "remind_of_documents": "1 23 * * *",
}
_OURS = """
    select table_name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'
      and table_name not like 'procrastinate%' order by 1
"""
_CONTENT = "select count(*), md5(string_agg(md5(t::text), '' order by md5(t::text))) from {} t"

Content = dict[str, tuple[Any, ...]]


async def run_all(session: AsyncSession, settings: Settings, darkroom: Darkroom) -> None:
    """Every job of ours that has a time, in the order of the table of jobs."""
    stores = {"storage": open_store(settings), "heads": open_heads(settings)}
    tools = {**stores, "settings": settings, "darkroom": darkroom}
    for job in worker.JOBS:
        if job.cron:
            wanted = inspect.signature(job.do).parameters
            await job.do(session, **{name: tools[name] for name in tools if name in wanted})
            await session.flush()


async def content(session: AsyncSession) -> Content:
    """By table: how many rows, and a digest of all that stands in them."""
    tables = list(await session.scalars(text(_OURS)))
    return {
        table: tuple((await session.execute(text(_CONTENT.format(table)))).one())
        for table in tables
    }
