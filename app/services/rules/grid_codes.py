"""How codes of grids are built; those that grids have are not touched (places.code_outlook)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.models.grid_codes import GridCodeRule
from app.services import places
from app.services.access import Actor
from app.services.audit import Subject
from app.services.places import EditGridCodes
from app.services.rules.changing import changed, require_editor, values


async def put_grid_codes(
    session: AsyncSession, actor: Actor, command: EditGridCodes
) -> GridCodeRule:
    require_editor(actor)
    if len(set(command.external_systems)) < len(command.external_systems):
        raise _invalid("external_systems", "系统名称有重复", "A system stands there twice")
    if command.starts_at >= 10**command.sequence_digits:
        raise _invalid("starts_at", "起始号比流水号的位数长", "The first number has more digits")
    row = await places.code_rule(session)
    before = values(row)
    for name, value in command.model_dump().items():
        setattr(row, name, value)
    session.add(row)
    await changed(session, actor, Subject("grid_code_rule"), before, values(row))
    return row


def _invalid(field: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=[field], reason_zh=zh + "。", reason_en=en + ".")
