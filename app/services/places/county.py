"""The county on a map: its outline from the presets, its townships from their grids."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.config import Settings
from app.models.grid import Grid
from app.models.organization import Organization, OrganizationKind
from app.services import presets


async def county_map(session: AsyncSession, settings: Settings) -> dict[str, Any]:
    """Outline (GeoJSON geometry), townships with the middle of their grids, whose data it is."""
    feature = presets.county_outline()
    sources = (settings.tile_attribution, feature["properties"].get("attribution", ""))
    return {
        "outline": feature["geometry"],
        "townships": await _townships(session),
        "attribution": " · ".join(text for text in sources if text),
    }


async def _townships(session: AsyncSession) -> list[dict[str, Any]]:
    """Id, names and centre; townships whose grids have no position are left out."""
    body = aliased(Organization)
    rows = await session.execute(
        select(
            Organization.id,
            Organization.name,
            Organization.short_name,
            func.avg(Grid.centre_lat).label("lat"),
            func.avg(Grid.centre_lon).label("lon"),
        )
        .join(body, body.within_id == Organization.id)
        .join(Grid, Grid.organization_id == body.id)
        .where(
            Organization.kind == OrganizationKind.TOWNSHIP_SUBCENTRE, Grid.centre_lat.is_not(None)
        )
        .group_by(Organization.id)
        .order_by(Organization.code, Organization.name)
    )
    return [{**row, "id": str(row["id"])} for row in rows.mappings()]
