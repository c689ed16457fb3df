"""Codes that other systems gave to a grid; which systems there are, the county's rule says."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.services.places.codes import code_rule


async def require_known(
    session: AsyncSession, systems: Collection[str], kept: Collection[str] = ()
) -> None:
    """`kept`: where the grid has a code, though the county may have taken them off its list."""
    if not systems:
        return
    known = {*(await code_rule(session)).external_systems, *kept}
    if strangers := sorted(set(systems) - known):
        names = "、".join(strangers)
        raise Invalid(
            fields=["external_codes"],
            reason_zh=f"没有这个系统：{names}。请县管理员在“规则→网格编码”里加上。",
            reason_en=f"No such system: {names}. County administrators add it (Rules, Grid codes).",
        )
