"""How the county trains its people; what it has not decided is as in app/presets/trainings.toml."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.person import GRID_ROLES
from app.models.training import TrainingRule
from app.services import presets
from app.services.access import Actor
from app.services.audit import Subject
from app.services.rules.changing import changed, require_editor, values
from app.services.rules.commands import EditTrainingRule


async def training(session: AsyncSession) -> TrainingRule:
    row = await session.get(TrainingRule, 1)
    return row or TrainingRule(id=1, starts_on=None, **presets.read("trainings"))


async def put_training(
    session: AsyncSession, actor: Actor, command: EditTrainingRule
) -> TrainingRule:
    """Posts that people have are not touched; who lacks what stands in trainings.standing.

    Trainings that were held keep the mode they had, and what was passed keeps its last day.
    """
    require_editor(actor)
    if len(set(command.modes)) < len(command.modes):
        raise _invalid("modes", "培训方式有重复", "A mode stands there twice")
    if command.is_on and not command.starts_on:
        raise _invalid("starts_on", "请定从哪天起", "Say from which day on")
    if command.is_on and not command.roles:
        raise _invalid("roles", "至少选一种岗位", "Choose at least one role")
    row = await training(session)
    before = values(row)
    for name, value in _columns(command).items():
        setattr(row, name, value)
    session.add(row)
    await changed(session, actor, Subject("training_rule"), before, values(row))
    return row


def _columns(command: EditTrainingRule) -> dict[str, Any]:
    """As the table has them: roles by their words, in the order of the table of roles."""
    wanted = [role.value for role in GRID_ROLES if role in command.roles]
    return {**command.model_dump(), "roles": wanted}


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
