"""An import of outlines is undone in one step, but for the grids that were redrawn since."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.errors import NotFound, NotPermitted
from app.models.audit import AuditEntry
from app.models.grid import GridOutline, OutlineImport, OutlineSource
from app.services import access, divisions, places
from app.services.audit import Kind
from app.services.places import EditGrid, importing
from app.services.places import outline_version as version
from app.services.places.importing import PastImport
from tests.actors import actor_of
from tests.conftest import Freeze
from tests.services.test_fitting import square
from tests.services.test_outline_imports import Scene, scene

__all__ = ["scene"]  # a fixture
FILE = (("370405A", square(0)), ("370405B", square(1)), ("370405C", square(4)))
WAS = square(2)  # what C had


async def taken(scene: Scene) -> UUID:
    found = await scene.check(*FILE)
    assert await scene.take(found.seal, *FILE) == len(FILE)
    return (await listed(scene))[0].row.id


async def listed(scene: Scene) -> list[PastImport]:
    return await importing.imports(scene.session, scene.actor)


async def kept(session: AsyncSession, grid_id: UUID) -> list[GridOutline]:
    query = select(GridOutline).where(GridOutline.grid_id == grid_id)
    order = (GridOutline.recorded_at.desc(), GridOutline.id.desc())
    return list(await session.scalars(query.order_by(*order)))


async def redraw(scene: Scene, at: int) -> None:
    await places.edit_grid(
        scene.session, scene.actor, scene.grids[at].id, EditGrid(outline=square(at + 7))
    )


@pytest.fixture
async def begun(scene: Scene) -> Scene:
    """C is drawn by hand first, so that its history knows what it had."""
    command = EditGrid(outline=WAS)
    scene.grids[2].outline = None
    await scene.session.flush()
    await places.edit_grid(scene.session, scene.actor, scene.grids[2].id, command)
    return scene


async def test_each_has_again_what_it_had_and_the_history_says_so(begun: Scene) -> None:
    session, (bare, *_, drawn) = begun.session, begun.grids
    was, centre = version(drawn.outline), (drawn.centre_lat, drawn.centre_lon)
    import_id = await taken(begun)
    assert version(drawn.outline) != was
    found = await importing.undo(session, begun.actor, import_id)
    assert (found.grids, found.left, found.undone_by) == (3, [], begun.actor.name)
    assert (bare.outline, version(drawn.outline)) == (None, was)
    assert (drawn.centre_lat, drawn.centre_lon) == centre
    rows = await kept(session, drawn.id)
    sources = [OutlineSource.PUT_BACK, OutlineSource.IMPORTED, OutlineSource.REDRAWN]
    assert [row.source for row in rows] == sources, "nothing is taken away"
    assert version(rows[0].outline) == was
    (entry,) = await session.scalars(
        select(AuditEntry).where(AuditEntry.kind == Kind.OUTLINES_IMPORT_UNDONE)
    )
    assert entry.data == {"file": "边界.geojson", "put_back": 3}


async def test_what_was_redrawn_or_has_ended_since_is_left_and_named(begun: Scene) -> None:
    session, (redrawn, ended, drawn) = begun.session, begun.grids
    import_id = await taken(begun)
    await redraw(begun, 0)
    ended.valid_to = access.today() - timedelta(days=1)
    await session.flush()
    stands = version(redrawn.outline), version(ended.outline)
    found = await importing.undo(session, begun.actor, import_id)
    assert found.left == [redrawn.name, ended.name]
    assert (version(redrawn.outline), version(ended.outline)) == stands
    assert version(drawn.outline) == version(WAS)
    assert [one.left for one in await listed(begun)] == [found.left]


async def test_a_repeat_changes_nothing_and_two_are_undone_the_later_first(begun: Scene) -> None:
    session, drawn = begun.session, begun.grids[2]
    first = await taken(begun)
    again = (("370405C", square(5)),)
    seal = (await begun.check(*again)).seal
    await begun.take(seal, *again)
    second = (await listed(begun))[0].row.id
    assert second != first
    assert (await importing.undo(session, begun.actor, second)).left == []
    rows = len(await kept(session, drawn.id))
    await importing.undo(session, begun.actor, second)
    assert len(await kept(session, drawn.id)) == rows
    assert version(drawn.outline) == version(FILE[2][1]), "that of the first again"
    assert (await importing.undo(session, begun.actor, first)).left == []
    assert version(drawn.outline) == version(WAS)


async def revised(scene: Scene) -> list[str]:
    found = await divisions.revisions(scene.session, scene.actor)
    return [part.name for one in found for part in one.parts]


async def test_what_is_undone_at_once_is_not_to_be_filed(begun: Scene) -> None:
    import_id = await taken(begun)
    assert begun.grids[2].name in await revised(begun), "it had another outline before"
    await importing.undo(begun.session, begun.actor, import_id)
    assert await revised(begun) == []


async def test_of_a_mere_correction_the_way_back_is_one_too(begun: Scene, freeze: Freeze) -> None:
    found = await begun.check(*FILE)
    await begun.take(found.seal, *FILE, is_correction=True)
    import_id = (await listed(begun))[0].row.id
    freeze(clock.now() + timedelta(days=2))
    await importing.undo(begun.session, begun.actor, import_id)
    assert (await kept(begun.session, begun.grids[2].id))[0].is_correction
    assert await revised(begun) == []


async def test_what_is_undone_on_a_later_day_is_to_be_filed_again(
    begun: Scene, freeze: Freeze
) -> None:
    import_id = await taken(begun)
    freeze(clock.now() + timedelta(days=2))
    await importing.undo(begun.session, begun.actor, import_id)
    assert await revised(begun) == [begun.grids[2].name] * 2


async def test_only_who_may_import_may_undo(begun: Scene, settings: object) -> None:
    import_id = await taken(begun)
    officer = await actor_of(begun.session, settings, begun.county.township_officer)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        await importing.undo(begun.session, officer, import_id)
    with pytest.raises(NotPermitted):
        await importing.imports(begun.session, officer)
    with pytest.raises(NotFound):
        await importing.undo(begun.session, begun.actor, uuid4())
    assert (await begun.session.get_one(OutlineImport, import_id)).undone_at is None
