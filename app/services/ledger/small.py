"""三小场所: small shops, small workshops, small places of entertainment (S1-28)."""

from collections.abc import Mapping
from typing import Any

from app.models.supervised_object import ObjectKind, SmallKind
from app.services.ledger.refusing import invalid

WORDS: Mapping[SmallKind | None, str] = {
    SmallKind.SHOP: "小商铺",
    SmallKind.WORKSHOP: "小作坊",
    SmallKind.ENTERTAINMENT: "小娱乐场所",
}


def settle(before: Mapping[str, Any], sent: dict[str, Any]) -> None:
    """What becomes something else is none of the three any more; nothing else can be one."""
    if sent.get("kind", before.get("kind")) is ObjectKind.THREE_SMALL_PLACE:
        return
    if sent.get("small_kind") is not None:
        zh = "只有三小场所才分小商铺、小作坊、小娱乐场所；先把种类改成三小场所"
        raise invalid("small_kind", zh, "Only three-small places are one of the three")
    if before.get("small_kind") is not None:
        sent["small_kind"] = None
