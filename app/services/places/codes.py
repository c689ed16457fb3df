"""Codes of grids: built as the county's rule says, where nobody above gives them (S1-9).

The standard only asks that a code be unique; the structure is what provinces and cities do:
digits of the division code, then a sequence (decision 50).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid, NotFound, UnfittingGridCode
from app.models.grid import Grid, GridKind
from app.models.grid_codes import GridCodeRule
from app.models.organization import Organization
from app.services import access
from app.services.access import Actor
from app.services.permissions import Permission
from app.services.places import reach
from app.services.places.commands import EditGridCodes

_WHOLE = 12  # digits of a division code
_FROM_ABOVE = (
    "编码由上级统一编制，照上级给的填。",
    "Codes are given from above: enter what was given.",
)
_FREE = (
    "专属网格的编码没有定规矩，请手工填。",
    "Codes of exclusive grids are free: enter one by hand.",
)
_NO_DIVISION = (
    "这个单位没有区划代码，编码请手工填。",
    "This body has no division code: enter the code by hand.",
)
_USED_UP = ("流水号用完了，编码请手工填。", "All numbers are taken: enter the code by hand.")
_PREFIXES = {
    6: ("区划代码前 6 位（到县）", "6 digits of the division code (county)"),
    9: ("区划代码前 9 位（到镇街）", "9 digits of the division code (township)"),
    12: ("12 位区划代码", "the 12-digit division code"),
}


@dataclass(frozen=True)
class Shape:
    """Of the codes of one body. `unknown`: digits after `start` that a body without code lacks."""

    start: str
    unknown: int
    letter: str
    digits: int

    def number(self, code: str) -> int | None:
        """The sequence in a code of this shape; None: it has another one."""
        if len(code) != len(self.write(0)) or not code.startswith(self.start):
            return None
        rest = code[len(self.start) :]
        unknown, letter = rest[: self.unknown], rest[self.unknown : -self.digits]
        number = rest[-self.digits :]
        fits = letter == self.letter and (unknown + number).isdecimal()
        return int(number) if fits else None

    def write(self, number: int) -> str:
        return f"{self.start}{'×' * self.unknown}{self.letter}{number:0{self.digits}d}"


@dataclass(frozen=True)
class ProposedCode:
    """`code` None: there is none to propose, and the words say why."""

    code: str | None
    zh: str
    en: str


async def code_rule(session: AsyncSession) -> GridCodeRule:
    """Twelve digits and three, asked of territorial grids, until the county decides."""
    row = await session.get(GridCodeRule, 1)
    return row or GridCodeRule(id=1, **EditGridCodes().model_dump())


def shape(rule: GridCodeRule, kind: GridKind, code: str | None) -> Shape | None:
    """`code`: the division code in front; None: nothing is asked of such grids but being unique."""
    is_exclusive = kind is GridKind.EXCLUSIVE
    if not rule.is_checked or (is_exclusive and not rule.exclusive_follows):
        return None
    letter = rule.exclusive_letter if is_exclusive else ""
    known = (code or "")[: rule.prefix_digits]
    unknown = rule.prefix_digits - len(known)
    return Shape(rule.lead + known, unknown, letter, rule.sequence_digits - len(letter))


def structure(rule: GridCodeRule, kind: GridKind) -> tuple[str, str]:
    """What a code consists of, in Chinese and English."""
    zh, en = ([words] for words in _PREFIXES[rule.prefix_digits])
    if rule.lead:
        zh.insert(0, f"开头 {rule.lead}")
        en.insert(0, rule.lead)
    letter = rule.exclusive_letter if kind is GridKind.EXCLUSIVE else ""
    digits = rule.sequence_digits - len(letter)
    if letter:
        zh.append(f"字母 {letter}")
        en.append(f"the letter {letter}")
    whole = len(rule.lead) + rule.prefix_digits + rule.sequence_digits
    zh.append(f"{digits} 位流水号")
    en.append(f"a sequence of {digits} digits")
    return f"{'＋'.join(zh)}，共 {whole} 位", f"{' + '.join(en)}, {whole} in all"


def first_code(rule: GridCodeRule, code: str | None, number: int) -> str | None:
    """Of a territorial grid that a scheme adds; None where several bodies count together."""
    found = shape(rule, GridKind.TERRITORIAL, code)
    return found.write(number) if found and code and rule.prefix_digits == _WHOLE else None


async def division_code(session: AsyncSession, kind: GridKind, body: Organization) -> str | None:
    """Of the body; departments and enterprises have that of what they hang under, up to the county.

    So the policy of exclusive grids is a prefix of the township or county (…000).
    """
    while kind is GridKind.EXCLUSIVE and body.code is None and body.parent_id:
        body = await session.get_one(Organization, body.parent_id)
    return body.code


async def next_code(session: AsyncSession, actor: Actor, organization_id: UUID) -> ProposedCode:
    """Above those that were ever given, from the rule's first number on."""
    access.require(actor, Permission.DRAFT_PLACES)
    body = await session.get(Organization, organization_id)
    if body is None:
        raise NotFound(fields=["organization_id"])
    reach.require_own(actor, body, "organization_id")
    kind = reach.kind_run_by(body)
    rule, code = await code_rule(session), await division_code(session, kind, body)
    found = shape(rule, kind, code)
    if found is None:
        return ProposedCode(None, *(_FREE if rule.is_checked else _FROM_ABOVE))
    if found.unknown:
        return ProposedCode(None, *_NO_DIVISION)
    known = await session.scalars(
        select(Grid.official_code).where(Grid.official_code.startswith(found.start))
    )
    numbers = [number for one in known if one and (number := found.number(one)) is not None]
    first = rule.starts_at if kind is GridKind.TERRITORIAL else 1
    following = max([first, *(number + 1 for number in numbers)])
    if following >= 10**found.digits:
        return ProposedCode(None, *_USED_UP)
    return ProposedCode(found.write(following), *structure(rule, kind))


async def require_code(
    session: AsyncSession,
    code: str | None,
    kind: GridKind,
    body: Organization,
    grid_id: UUID | None = None,
) -> None:
    """Unique, and of the county's structure. `grid_id`: the grid that may have it already.

    Grids that are over keep their code (S1-9).
    """
    if code is None:
        return
    others = select(Grid.id).where(Grid.official_code == code)
    if grid_id is not None:
        others = others.where(Grid.id != grid_id)
    if await session.scalar(others.limit(1)) is not None:
        raise Invalid(
            fields=["official_code"],
            reason_zh=f"网格编码 {code} 已经用过。",
            reason_en=f"Code {code} is taken.",
        )
    rule = await code_rule(session)
    found = shape(rule, kind, await division_code(session, kind, body))
    if found is not None and found.number(code) is None:
        zh, en = structure(rule, kind)
        example = found.write(max(rule.starts_at, 1) if kind is GridKind.TERRITORIAL else 1)
        raise UnfittingGridCode(
            fields=["official_code"], given=code, structure_zh=zh, structure_en=en, example=example
        )
