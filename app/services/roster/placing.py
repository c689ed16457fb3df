"""Which post or place a row means: its body, its grids, and what the scheme has on their level."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.models.grid import Grid
from app.models.organization import Organization
from app.models.person import GRID_ROLES, Role
from app.models.slot import SlotRole
from app.services import accounts, slots
from app.services.roster.columns import BODY, GRID, JOB_TITLE, ROLE
from app.services.roster.known import Known
from app.services.schemes.shape import Slot
from app.services.sheets import tidy

_FEW = 5


class Wrong(Exception):  # noqa: N818 - what is wrong with a cell, in words
    def __init__(self, title: str, why: str) -> None:
        super().__init__(why)
        self.title, self.why = title, why


@dataclass(frozen=True)
class Entry:
    """A post (`role`) or a place (`slot`) of one person; `name`: what the county calls it."""

    name: str
    organization_id: UUID
    grid: Grid | None
    role: Role | None = None
    slot: SlotRole | None = None

    @property
    def alone(self) -> SlotRole | None:
        """A place that one person has; gridworkers may be several (S1-12)."""
        place = SlotRole.GRID_CHIEF if self.role is Role.GRID_CHIEF else self.slot
        return None if self.grid is None else place

    def plain(self) -> dict[str, Any]:
        return {
            "organization_id": str(self.organization_id),
            "grid_id": str(self.grid.id) if self.grid else None,
            "role": self.role and self.role.value,
            "slot": self.slot and self.slot.value,
        }


def entries(known: Known, values: Mapping[str, Any]) -> list[Entry]:
    """One for each grid; Wrong, naming the cell, for what cannot be."""
    body = _body(known, values["body"])
    named: Sequence[str] = values.get("grids", ())
    meant = known.jobs.slots.get(values["job"])
    if meant:
        grids = _of_slot(known, body, meant, named)
        return [_agreeing(values, _in_slot(known, body, meant, grid)) for grid in grids]
    role = _role(known, values)
    if body.kind not in accounts.KINDS_OF[role]:
        raise Wrong(BODY, f"{body.short_name}这类单位不设{known.jobs.word(role)}")
    return [
        Entry(known.jobs.word(role), body.id, grid, role=role)
        for grid in _of_role(known, body, role, named)
    ]


def _body(known: Known, text: str) -> Organization:
    found = known.bodies.get(text, ())
    if len(found) == 1:
        return found[0]
    if found:
        codes = "、".join(body.code or body.name for body in found[:_FEW])
        raise Wrong(BODY, f"有 {len(found)} 个单位都叫{text}，写全称或者代码：{codes}")
    if text not in known.near:  # the same slip mostly stands in many rows
        known.near[text] = _nearest(text, known.bodies)
    raise Wrong(BODY, "没有这个单位，或者不归您管" + known.near[text])


def _role(known: Known, values: Mapping[str, Any]) -> Role:
    if "role" in values:
        return Role(values["role"])
    if role := known.jobs.roles.get(values["job"]):
        return role
    near = _nearest(values["job"], known.jobs.options)
    raise Wrong(JOB_TITLE, f"本县没有这个岗位{near}；写的是职务，就在「{ROLE}」里选一个")


def _of_slot(
    known: Known, body: Organization, meant: Sequence[Slot], named: Sequence[str]
) -> list[Grid]:
    """Named ones, else the only one of the body on a level that has such a place."""
    wanted = {slot.level for slot in meant}
    if named:
        return [_grid(known, body, text, is_anywhere=True) for text in named]
    own = known.grids_in.get(body.id, ())
    fitting = [grid for grid in own if known.levels.get(grid.id) in wanted]
    if not fitting:
        raise Wrong(JOB_TITLE, f"{body.short_name}的网格这一级没有「{meant[0].name}」")
    return [_only(body, fitting)]


def _in_slot(known: Known, body: Organization, meant: Sequence[Slot], grid: Grid) -> Entry:
    slot = next((one for one in meant if one.level == known.levels.get(grid.id)), None)
    if slot is None:
        raise Wrong(JOB_TITLE, f"{grid.name}这一级没有「{meant[0].name}」")
    runner = known.runners[grid.organization_id]
    if slot.role not in slots.BY_POST or runner.kind not in slots.POSTS_AT:
        return Entry(slot.name, runner.id, grid, slot=slot.role)
    if runner.id != body.id:
        raise Wrong(GRID, f"{grid.name}是{runner.short_name}的网格，不是{body.short_name}的")
    return Entry(slot.name, body.id, grid, role=Role(slot.role.value))


def _agreeing(values: Mapping[str, Any], entry: Entry) -> Entry:
    if "role" in values and values["role"] != entry.role:
        raise Wrong(ROLE, f"「{entry.name}」已经说明了角色，这一格空着")
    return entry


def _of_role(
    known: Known, body: Organization, role: Role, named: Sequence[str]
) -> Sequence[Grid | None]:
    if role not in GRID_ROLES:
        if named:
            raise Wrong(GRID, f"{known.jobs.word(role)}不带网格，这一格空着")
        return [None]
    if named:
        return [_grid(known, body, text, is_anywhere=False) for text in named]
    own = known.grids_in.get(body.id, ())
    if role not in accounts.MUST_HAVE_GRID and len(own) != 1:
        return [None]
    if not own:
        raise Wrong(GRID, f"{body.short_name}还没有网格，先在网格页里建")
    return [_only(body, own)]


def _only(body: Organization, fitting: Sequence[Grid]) -> Grid:
    if len(fitting) == 1:
        return fitting[0]
    names = "、".join(grid.name for grid in fitting[:_FEW])
    raise Wrong(GRID, f"{body.short_name}有 {len(fitting)} 个网格，要写明是哪个：{names}")


def _grid(known: Known, body: Organization, text: str, *, is_anywhere: bool) -> Grid:
    """Of the body first; a leader who is linked to a grid works in another one."""
    called = known.grids_called.get(text, ())
    own = [grid for grid in called if grid.organization_id == body.id]
    found = own or (called if is_anywhere else [])
    if len(found) == 1:
        return found[0]
    if found:
        raise Wrong(GRID, f"有 {len(found)} 个网格都叫{text}，写网格编码")
    if called:
        runner = known.runners[called[0].organization_id]
        raise Wrong(GRID, f"{text}是{runner.short_name}的网格，不是{body.short_name}的")
    names = [tidy(grid.name) for grid in known.grids_in.get(body.id, ())]
    raise Wrong(GRID, f"{body.short_name}没有网格「{text}」" + _nearest(text, names))


def _nearest(text: str, names: Collection[str]) -> str:
    found = difflib.get_close_matches(text, names, n=1, cutoff=0.5)
    return f"，是不是「{found[0]}」" if found else ""
