"""What the county lets stand on notice boards: nothing is public before it has said so."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.notice import NoticePhones, NoticeRule
from app.services.access import Actor
from app.services.audit import Subject
from app.services.rules.changing import changed, require_editor, values
from app.services.rules.commands import EditNotice


async def notice(session: AsyncSession) -> NoticeRule:
    """Duty phones only and not public until the county decides."""
    row = await session.get(NoticeRule, 1)
    return row or NoticeRule(id=1, complaint_phone=None, phones=NoticePhones.DUTY, is_public=False)


async def put_notice(session: AsyncSession, actor: Actor, command: EditNotice) -> NoticeRule:
    require_editor(actor)
    row = await notice(session)
    before = values(row)
    for name, value in command.model_dump().items():
        setattr(row, name, value)
    session.add(row)
    await changed(session, actor, Subject("notice_rule"), before, values(row))
    return row
