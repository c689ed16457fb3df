"""How the county trains its people; what it has not decided is as in app/presets/trainings.toml."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.training import TrainingRule
from app.services import presets
from app.services.access import Actor
from app.services.audit import Subject
from app.services.rules.changing import changed, require_editor, values
from app.services.rules.commands import EditTrainingRule


async def training(session: AsyncSession) -> TrainingRule:
    row = await session.get(TrainingRule, 1)
    return row or TrainingRule(id=1, **presets.read("trainings"))


async def put_training(
    session: AsyncSession, actor: Actor, command: EditTrainingRule
) -> TrainingRule:
    """Trainings that were held keep the mode they had, and what was passed keeps its last day."""
    require_editor(actor)
    if len(set(command.modes)) < len(command.modes):
        raise Invalid(
            fields=["modes"], reason_zh="培训方式有重复。", reason_en="A mode stands there twice."
        )
    row = await training(session)
    before = values(row)
    for name, value in command.model_dump().items():
        setattr(row, name, value)
    session.add(row)
    await changed(session, actor, Subject("training_rule"), before, values(row))
    return row
