"""A county's own pictures of right and wrong: small, without the file's words, never changed.

What was sent is not kept: it is no evidence, and shows what it shows at the size it is looked at.
"""

import hashlib
from collections.abc import AsyncIterable, Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock, db
from app.config import Settings
from app.darkroom import Darkroom
from app.derivatives import Way
from app.errors import Invalid, NotFound, StorageUnavailable, UnreadablePhoto
from app.models.checklist import ChecklistPicture
from app.services import photos
from app.services.access import Actor
from app.services.checklists import sweeping
from app.services.checklists.commands import EditItem
from app.services.checklists.refusing import invalid
from app.services.photos import Picture
from app.services.rules.changing import require_editor
from app.storage import ObjectStore

_TYPE = "image/jpeg"


async def keep_picture(
    session: AsyncSession,
    storage: ObjectStore,
    settings: Settings,
    darkroom: Darkroom,
    actor: Actor,
    stream: AsyncIterable[bytes],
    content_digest: str,
) -> ChecklistPicture:
    """Object first, then the row. The same file again is the same picture, and new as one.

    Between the two the night's work may take an old object of these bytes away: looked after again.
    """
    require_editor(actor)
    await db.give_back(session)
    body = await _developed(settings, darkroom, stream, content_digest)
    sha256 = hashlib.sha256(body).hexdigest()
    made = {
        "sha256": sha256,
        "size": len(body),
        "made_at": clock.now(),
        "made_by_id": actor.person_id,
    }
    key = ChecklistPicture.key_of(sha256)
    await storage.put(key, body, _TYPE)
    await sweeping.hold(session, sha256)
    row = insert(ChecklistPicture).values(made)
    sent_again = {"made_at": row.excluded.made_at}
    await session.execute(row.on_conflict_do_update(index_elements=["sha256"], set_=sent_again))
    if await storage.size(key) is None:
        await storage.put(key, body, _TYPE)
    return await session.get_one(ChecklistPicture, sha256, populate_existing=True)


async def _developed(
    settings: Settings, darkroom: Darkroom, stream: AsyncIterable[bytes], content_digest: str
) -> bytes:
    original, _, _ = await photos.read(settings, stream, content_digest)
    try:
        made = await darkroom.render(original, settings.photo_max_pixels, Way.CARD)
    except InterruptedError:
        raise StorageUnavailable from None
    if not made:
        raise UnreadablePhoto(reason_zh="文件损坏或不是照片", reason_en="damaged, or not a photo")
    return made["card"]


async def picture(session: AsyncSession, storage: ObjectStore, sha256: str) -> Picture:
    """Whoever is signed in may look: a checklist is nobody's personal data."""
    row = await session.get(ChecklistPicture, sha256)
    if row is None:
        raise NotFound
    await db.give_back(session)
    return Picture(f"{sha256}.jpg", _TYPE, await photos.fetch(storage, row.key))


async def require_pictures(session: AsyncSession, items: Iterable[EditItem]) -> None:
    """Own pictures are here, come with words, and without a drawn pair beside them."""
    named: set[str] = set()
    for item in items:
        own = {one for one in (item.photo_right, item.photo_wrong) if one}
        if bool(own) != bool(item.photo_caption):
            raise _wants_words(item)
        if own and item.picture:
            raise _has_both(item)
        named |= own
    here = select(ChecklistPicture.sha256).where(ChecklistPicture.sha256.in_(named))
    here = here.order_by(ChecklistPicture.sha256).with_for_update(read=True, key_share=True)
    if named and named - set(await session.scalars(here)):
        why = "图片没有传上来，请重新选一次。"
        raise invalid("photo_right", why, "A picture is not here; choose it again.")


def _wants_words(item: EditItem) -> Invalid:
    if item.photo_caption:
        return invalid(
            "photo_right",
            f"{item.code} 写了图片说明，没有图片。传一张，或者删掉说明。",
            f"{item.code} has words for a picture and no picture.",
        )
    return invalid(
        "photo_caption",
        f"{item.code} 的图片要写一句说明，看不见图的人靠它。",
        f"{item.code}: say in words what its pictures show.",
    )


def _has_both(item: EditItem) -> Invalid:
    return invalid(
        "picture",
        f"{item.code} 有了本县图片，就不再配画好的对错图。请只留一种。",
        f"{item.code} has pictures of its own; take the drawn pair away, or them.",
    )
