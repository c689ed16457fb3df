"""The doctor: is this county able to work, and if not, who must do what?

Every check is a row of `table.CHECKS`. A check that cannot look says so; one that fails does not
keep the others from looking.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.config import Settings
from app.services import access
from app.services.access import Actor
from app.services.doctor.findings import Finding, Severity, Ward
from app.services.doctor.table import CHECKS, Check
from app.services.permissions import Permission
from app.storage import ObjectStore

log = logging.getLogger("safegrid.doctor")
__all__ = ["CHECKS", "Report", "Severity", "Symptom", "examine", "report"]
WORST_FIRST = (
    Severity.DANGER, Severity.UNKNOWN, Severity.WARNING, Severity.NOTICE, Severity.FINE,
)  # fmt: skip
NO_LOOK = ("这一项没能检查：{why}。", "This could not be looked at: {why}.")


@dataclass(frozen=True)
class Symptom:
    """One check and what it found, in both languages."""

    code: str
    group: str
    severity: Severity
    title_zh: str
    title_en: str
    zh: str
    en: str
    way_zh: str
    way_en: str
    link: str
    items: Sequence[str]
    count: int


@dataclass(frozen=True)
class Report:
    """Worst first."""

    at: datetime
    severity: Severity
    symptoms: Sequence[Symptom]


async def report(
    session: AsyncSession, storage: ObjectStore, settings: Settings, actor: Actor
) -> Report:
    """For administrators: what the whole county's machinery looks like now."""
    access.require(actor, Permission.SEE_STATUS)
    return await examine(session, storage, settings)


async def examine(session: AsyncSession, storage: ObjectStore, settings: Settings) -> Report:
    """Everything once; for the command line, whose user owns the machine anyway."""
    ward = Ward(session, storage, settings, clock.now())
    inside = [check for check in CHECKS if not check.is_outside]
    outside = [check for check in CHECKS if check.is_outside]
    found = [_symptom(check, await _look(check, ward)) for check in inside]
    await db.give_back(session)
    found += [_symptom(check, await _look(check, ward)) for check in outside]
    found.sort(key=lambda symptom: WORST_FIRST.index(symptom.severity))
    return Report(ward.now, found[0].severity, found)


async def _look(check: Check, ward: Ward) -> Finding:
    """In a savepoint: what one statement breaks, the next does not feel."""
    ward = replace(ward, now=clock.now())
    try:
        if check.is_outside:
            return await check.look(ward)
        async with ward.session.begin_nested():
            return await check.look(ward)
    except Exception as fault:  # whatever breaks one check, the others are needed all the more
        log.exception("check %s could not look", check.code)
        return Finding(Severity.UNKNOWN, {"why": type(fault).__name__})


def _symptom(check: Check, found: Finding) -> Symptom:
    is_fine = found.severity is Severity.FINE
    wrong = NO_LOOK if found.severity is Severity.UNKNOWN else check.wrong
    zh, en = ("正常", "fine") if is_fine else (text.format_map(found.params) for text in wrong)
    way_zh, way_en = ("", "") if is_fine else check.way
    return Symptom(
        code=check.code,
        group=check.group,
        severity=found.severity,
        title_zh=check.title[0],
        title_en=check.title[1],
        zh=zh,
        en=en,
        way_zh=way_zh,
        way_en=way_en,
        link="" if is_fine else check.link,
        items=list(found.items),
        count=found.count,
    )
