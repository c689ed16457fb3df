"""The tree of grids of a scheme: a grid for every body of a level, hung under the level above."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.grid import Grid, GridKind
from app.models.grid_codes import GridCodeRule
from app.models.grid_revision import RevisionCause
from app.models.organization import OrganizationKind
from app.models.supervised_object import SupervisedObject
from app.services import access, places, presets
from app.services.access import Actor
from app.services.schemes.bodies import Bodies, Row
from app.services.schemes.changes import Change, Part, Verb
from app.services.schemes.shape import Scheme

_K = OrganizationKind
_OPEN = (SupervisedObject.organization_id.is_not(None), SupervisedObject.closed_on.is_(None))


@dataclass
class Tree:
    """`rows`: grids in force or to come. `added` and `hung` are what this application brings about.

    `taken`: ids of all grids there ever were. One that the county has ended or given to another
    body is not added again but counted in `kept`, and nothing is hung below it.
    """

    session: AsyncSession
    codes: GridCodeRule
    rows: dict[UUID, Row]
    taken: set[UUID]
    added: dict[str, list[Row]] = field(default_factory=dict)
    hung: list[tuple[UUID, UUID]] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)

    def run_by(self, body_id: UUID, kind: GridKind = GridKind.TERRITORIAL) -> list[Row]:
        return [
            row
            for row in self.rows.values()
            if row["organization_id"] == body_id and row["kind"] is kind
        ]

    def add(self, what: str, row: Row) -> Row | None:
        if row["id"] in self.taken:
            self.kept[what] += 1
            return None
        whole = {"kind": GridKind.TERRITORIAL, "parent_id": None, "official_code": None, **row}
        self.rows[row["id"]] = whole
        self.added.setdefault(what, []).append(whole)
        return whole

    def hang(self, row: Row | None, parent: Row | None, instead_of: Iterable[UUID] = ()) -> None:
        """Under `parent`, if it hangs nowhere or where an earlier application has hung it."""
        if row is None or parent is None:
            return
        if row["parent_id"] is None or row["parent_id"] in set(instead_of):
            row["parent_id"] = parent["id"]
            if not any(row is one for rows in self.added.values() for one in rows):
                self.hung.append((row["id"], parent["id"]))


async def settle(
    session: AsyncSession, known: Bodies, scheme: Scheme, founder: Actor | None
) -> list[Change]:
    """Add the grids that are missing and hang those that are loose. Nothing is taken away.

    `founder`: who has the new ones filed (S1-5); None: they are only tried out, or a county begins.
    """
    tree = await _load(session)
    top = _top(tree, known)
    if scheme.bodies.territory:
        _territory(tree, known, scheme, top)
    _lines(tree, known, scheme, top)
    if scheme.bodies.enterprise_grids:
        await _leaves(tree)
    await _write(tree)
    if founder:
        await _file(tree, founder)
    changes = _told(tree)
    if scheme.bodies.enterprise_grids:
        changes += await _outside_lines(session)
    return changes


async def _file(tree: Tree, founder: Actor) -> None:
    ids = [row["id"] for rows in tree.added.values() for row in rows]
    new = await tree.session.scalars(select(Grid).where(Grid.id.in_(ids)).order_by(Grid.id))
    await places.note_added(tree.session, founder, list(new), RevisionCause.SCHEME)


def _told(tree: Tree) -> list[Change]:
    changes = [Change(Part.GRIDS, Verb.ADD, what, count=len(r)) for what, r in tree.added.items()]
    if tree.hung:
        changes.append(Change(Part.GRIDS, Verb.CHANGE, "挂到上级网格", count=len(tree.hung)))
    kept = ((f"{what}，本县已撤销或改归别处", count) for what, count in tree.kept.items())
    return changes + [Change(Part.GRIDS, Verb.KEEP, name, count=count) for name, count in kept]


async def _load(session: AsyncSession) -> Tree:
    names = (
        "id", "kind", "name", "official_code", "parent_id", "organization_id", "valid_from",
        "valid_to",
    )  # fmt: skip
    order = (Grid.official_code.nulls_last(), Grid.valid_from, Grid.id)
    query = select(*(getattr(Grid, name) for name in names)).order_by(*order)
    rows = {row["id"]: dict(row) for row in (await session.execute(query)).mappings()}
    today = access.today()
    ended = {id_ for id_, row in rows.items() if row["valid_to"] and row["valid_to"] < today}
    codes = await places.code_rule(session)
    return Tree(session, codes, {id_: rows[id_] for id_ in rows if id_ not in ended}, set(rows))


def _top(tree: Tree, known: Bodies) -> Row | None:
    centre = known.rows[known.ids["centre"]]
    present = tree.run_by(centre["id"])
    return present[0] if present else tree.add("县级网格", _grid(tree, centre, ""))


def _territory(tree: Tree, known: Bodies, scheme: Scheme, top: Row | None) -> None:
    above: dict[UUID, Row | None] = {}
    for township in known.townships():
        present = tree.run_by(township["id"])
        grid = present[0] if present else tree.add("镇街网格", _grid(tree, township, ""))
        tree.hang(grid, top)
        above[township["id"]] = grid
    for village in known.of_kind(_K.VILLAGE):
        if village["within_id"] in above:
            township_grid = above[village["within_id"]]
            _village(tree, village, township_grid, with_base=scheme.has_base_grids)


def _village(tree: Tree, village: Row, township: Row | None, *, with_base: bool) -> None:
    """One grid a village at least; with base grids the village's own stands above them.

    Where the county has ended that one, the base grids hang under the township like all others.
    """
    present = tree.run_by(village["id"])
    own_id = presets.grid_id(f"{_key(village)}/level")
    base = [row for row in present if row["id"] != own_id]
    if not base:
        added = tree.add("村（社区）网格", _grid(tree, village, "", max(tree.codes.starts_at, 1)))
        base = [added] if added else []
    own = _level(tree, village, own_id) if with_base else None
    tree.hang(own, township)
    moved = [township["id"]] if own and township else []
    for row in base:
        tree.hang(row, own or township, instead_of=moved)


def _level(tree: Tree, village: Row, own_id: UUID) -> Row | None:
    """None = the county has ended it."""
    return tree.rows.get(own_id) or tree.add(
        "村级网格（管下面的基础网格）",
        {**_grid(tree, village, "村级"), "id": own_id},
    )


def _lines(tree: Tree, known: Bodies, scheme: Scheme, top: Row | None) -> None:
    for line in scheme.line:
        section = known.ids[f"{line.office}/{line.section}"]
        id_ = presets.grid_id(f"line/{line.key}")
        row = tree.rows.get(id_) or tree.add(
            "行业线网格",
            {
                "id": id_,
                "kind": GridKind.EXCLUSIVE,
                "name": line.name,
                "organization_id": section,
                "valid_from": access.today(),
            },
        )
        tree.hang(row, top)


async def _leaves(tree: Tree) -> None:
    """Every open enterprise of a line with accounts is a grid under it (S0-18, S4-28)."""
    query = (
        select(SupervisedObject.organization_id, SupervisedObject.name, SupervisedObject.grid_id)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .where(*_OPEN, Grid.kind == GridKind.EXCLUSIVE)
        .order_by(SupervisedObject.name, SupervisedObject.id)
    )
    for body_id, name, grid_id in await tree.session.execute(query):
        if grid_id not in tree.rows:  # of a line that the county has ended
            continue
        if body_id and not tree.run_by(body_id, GridKind.EXCLUSIVE):
            tree.add("企业网格", leaf(body_id, name, grid_id))


def leaf(body_id: UUID, name: str, line_id: UUID) -> Row:
    """The grid of one enterprise under its line, from today."""
    return {
        "id": presets.grid_id(f"enterprise/{body_id}"),
        "kind": GridKind.EXCLUSIVE,
        "name": name,
        "organization_id": body_id,
        "parent_id": line_id,
        "valid_from": access.today(),
    }


async def _outside_lines(session: AsyncSession) -> list[Change]:
    """Enterprises that still belong to a village: the county moves them to a line one by one."""
    count = await session.scalar(
        select(func.count())
        .select_from(SupervisedObject)
        .join(Grid, Grid.id == SupervisedObject.grid_id)
        .where(*_OPEN, Grid.kind == GridKind.TERRITORIAL)
    )
    change = Change(Part.GRIDS, Verb.KEEP, "还在属地网格、没有归到行业线的企业", count=count or 0)
    return [change] if count else []


def _grid(tree: Tree, body: Row, prefix: str, number: int = 0) -> Row:
    """0: of the body itself, above the grids within it."""
    return {
        "id": presets.grid_id(_key(body)),
        "name": f"{body['short_name']}{prefix}网格",
        "official_code": places.first_code(tree.codes, body["code"], number),
        "organization_id": body["id"],
        "valid_from": access.today(),
    }


def _key(body: Row) -> str:
    return body["code"] or str(body["id"])


async def _write(tree: Tree) -> None:
    """Parents before what hangs below them."""
    taken = set(await tree.session.scalars(select(Grid.official_code)))
    waiting = {row["id"]: row for rows in tree.added.values() for row in rows}
    for row in waiting.values():  # a code that the county has given to another grid is not taken
        row["official_code"] = None if row["official_code"] in taken else row["official_code"]
    while waiting:
        ready = [row for row in waiting.values() if row["parent_id"] not in waiting]
        await presets.add_missing(tree.session, Grid, ready)
        for row in ready:
            del waiting[row["id"]]
    for id_, parent_id in tree.hung:
        await tree.session.execute(update(Grid).where(Grid.id == id_).values(parent_id=parent_id))
