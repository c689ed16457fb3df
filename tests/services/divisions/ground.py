"""A second village of the same township, for changes that cross villages."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.organization import OrganizationKind
from app.models.person import Role
from app.services.divisions import ChangeDivision
from tests import factories
from tests.factories import County
from tests.services.divisions.test_divisions import DOCUMENT, TODAY, posts_of


class Ground:
    """Beside the first village of the county a second one of its township, with its own people."""

    def __init__(self, county: County) -> None:
        self.county = county

    async def settle(self, session: AsyncSession) -> "Ground":
        here = self.county.townships[0]
        self.village = await factories.organization(
            session, OrganizationKind.VILLAGE, "北关村", here
        )
        self.grid = await factories.grid(session, self.village, self.county.township_grids[0])
        self.worker = await factories.person(
            session, Role.GRIDWORKER, self.village, self.grid, name="北网格"
        )
        self.clerk = await factories.person(
            session, Role.VILLAGE_CLERK, self.village, name="北文书"
        )
        return self

    async def merge(self, session: AsyncSession, **more: Any) -> ChangeDivision:
        """Both villages' grids become one of the second village."""
        grids = [self.county.grids[0], self.grid]
        posts = [id_ for grid in grids for id_ in await posts_of(session, grid)]
        target = {"name": "并后网格", "organization_id": self.village.id, "post_ids": posts}
        return ChangeDivision.model_validate(
            {
                "kind": "merge",
                "grid_ids": [grid.id for grid in grids],
                "starts_on": TODAY,
                "document": DOCUMENT,
                "targets": [target],
                **more,
            }
        )
