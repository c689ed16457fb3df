"""Why is it here? One line per case, by the event that brought it there (workflow)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.models.event import Event
from app.models.hazard import Hazard
from app.models.organization import Organization
from app.models.rules import Category, Hop
from app.services import clocks

_LONGEST_REASON = 40
_STOPS, _ENDS = "。．.；;，,、 \n", ("？", "！", "?", "!")
_ZH, _EN = 0, 1  # places in the pairs of words below

# What brought the case where it is: zh, en. The clock that runs is added behind.
WHY: dict[str, tuple[str, str]] = {
    "hazard.reported": ("{by}上报，{when}", "reported by {by}, {when}"),
    "hazard.fixed_on_site": ("{by}当场处理，{when}", "fixed on site by {by}, {when}"),
    "hazard.escalated": ("{by}报送{holder}，{when}", "passed to {holder} by {by}, {when}"),
    "hazard.assigned": ("{rule_zh}派发{department}，{when}", "{rule_en} to {department}, {when}"),
    "hazard.sent_down": ("{by}交回{holder}，{when}", "sent down to {holder} by {by}, {when}"),
    "hazard.referred": (
        "{by}转{holder}办理，{when}：{said}",
        "referred to {holder} by {by}, {when}: {said}",
    ),
    "hazard.asked": ("{by}请上报人补充，{when}：{said}", "question by {by}, {when}: {said}"),
    "hazard.merged": (
        "{by}并入 {number} 号案件，{when}",
        "merged into no. {number} by {by}, {when}",
    ),
    "hazard.voided": ("{by}作废，{when}：{said}", "voided by {by}, {when}: {said}"),
    "hazard.reopened": ("{by}恢复，交{holder}，{when}", "reopened for {holder} by {by}, {when}"),
    "hazard.moved": ("{by}更正地点，归到{ground}，{when}", "moved to {ground} by {by}, {when}"),
    "hazard.signed_for": ("{by}已接收，{when}", "signed for by {by}, {when}"),
    "hazard.handed_back": (
        "{department}退回{holder}，建议{suggested}，{when}：{said}",
        "handed back to {holder} by {department}, suggests {suggested}, {when}: {said}",
    ),
    "hazard.reassigned": ("{rule_zh}改派{department}，{when}", "{rule_en} to {department}, {when}"),
    "hazard.extension_granted": ("{by}同意延期，{when}", "extension granted by {by}, {when}"),
    "hazard.finished": (
        "{department}办理完成，{when}，等上报人到现场核验",
        "finished by {department}, {when}; the reporter goes and looks",
    ),
    "hazard.verified": (
        "{by}现场核验合格，{when}，24 小时后自动归档",
        "verified on site by {by}, {when}; archived after 24 hours",
    ),
    "hazard.rejected": (
        "{by}现场核验不合格，退回{holder}（第 {round} 轮），{when}：{said}",
        "rejected on site by {by}, back to {holder} (round {round}), {when}: {said}",
    ),
    "hazard.archived": ("{by}归档，{when}", "archived by {by}, {when}"),
}
CLOCK: dict[Hop, tuple[str, str]] = {
    Hop.TRIAGE: ("限 {due} 前受理", "to be decided by {due}"),
    Hop.SIGN_FOR: ("限 {due} 前接收", "to be signed for by {due}"),
    Hop.RECTIFY: ("限 {day} 前整改", "to be rectified by {day}"),
    Hop.VERIFY: ("限 {due} 前核验", "to be verified by {due}"),
    Hop.WHOLE: ("限 {day} 前办结", "to be closed by {day}"),
}
PROVISIONAL = ("（暂定）", " (provisional)")
SYSTEM = ("系统", "the system")


@dataclass(frozen=True)
class Line:
    zh: str
    en: str


@dataclass(frozen=True)
class Names:
    """Names that the line needs."""

    bodies: Mapping[UUID, Organization]
    people: Mapping[UUID, str]
    categories: Mapping[str, Category]


def line(hazard: Hazard, latest: Mapping[str, Event], names: Names) -> Line:
    """Who or which rule, from where, when, and which clock is running."""
    moves = [latest[kind] for kind in latest.keys() & WHY.keys()]
    last = max(moves, key=lambda event: event.position, default=None)
    zh, en = (
        [*([_told(last, names, place)] if last else []), *_deadlines(hazard, place)]
        for place in (_ZH, _EN)
    )
    return Line(_joined(zh, "，"), _joined(en, ", "))


def _joined(terms: list[str], comma: str) -> str:
    """What ends with a question or an exclamation needs no comma, in English only its blank."""
    line = ""
    for term in terms:
        line += (comma[1:] if line.endswith(_ENDS) else comma if line else "") + term
    return line


def _said(words: str) -> str:
    """What somebody wrote, as a part of a longer line: cut, and without its full stop."""
    text = words.strip()
    cut = text[:_LONGEST_REASON].rstrip(_STOPS)
    return (f"{cut}…" if len(text) > _LONGEST_REASON else cut) or "…"


def _told(event: Event, names: Names, place: int) -> str:
    return WHY[event.kind][place].format_map(_Words(_words(event, names, place)))


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _words(event: Event, names: Names, place: int) -> dict[str, Any]:
    data = event.data
    by = _by(event, names, place)
    return {
        "by": by,
        "when": clocks.full(event.at),
        "round": event.round,
        "said": _said(data.get("reason") or data.get("note") or ""),
        "number": data.get("merged_into", {}).get("number"),
        "rule_zh": _rule(data, names, f"{by}"),
        "rule_en": f"by rule {data.get('routing_rule_id')}" if _is_by_rule(data) else f"by {by}",
        **{
            name: data[name]["name"]
            for name in ("holder", "department", "suggested", "ground")
            if name in data
        },
    }


def _by(event: Event, names: Names, place: int) -> str:
    """运河街道赵镇办; the system for what happened by itself."""
    if event.actor_id is None:
        return SYSTEM[place]
    body = names.bodies.get(event.organization_id) if event.organization_id else None
    between = " " if place and body else ""
    return f"{body.short_name if body else ''}{between}{names.people.get(event.actor_id, '…')}"


def _is_by_rule(data: Mapping[str, Any]) -> bool:
    return data.get("routing_rule_id") is not None


def _rule(data: Mapping[str, Any], names: Names, by: str) -> str:
    category = names.categories.get(data.get("category_code", ""))
    if not _is_by_rule(data) or category is None:
        return by
    return f"因类别“{category.name}”按规则 {data['routing_rule_id']} "


def _deadlines(hazard: Hazard, place: int) -> list[str]:
    """The running clock; while it is about signing, the date of rectification too."""
    terms = []
    if hazard.clock_hop and hazard.clock_due_at:
        terms.append((hazard.clock_hop, hazard.clock_due_at))
    if hazard.clock_hop is Hop.SIGN_FOR and hazard.due_at:
        terms.append((Hop.RECTIFY, hazard.due_at))
    return [
        CLOCK[hop][place].format(due=clocks.short(due), day=clocks.short_day(due))
        + (PROVISIONAL[place] if hop is Hop.RECTIFY and hazard.is_due_provisional else "")
        for hop, due in terms
    ]
