"""The workflow as a Mermaid diagram, drawn from the table itself."""

from collections import defaultdict
from typing import Any

STATES = {
    "reported": "已上报 reported",
    "fixed_on_site": "当场已整改 fixed on site",
    "escalated": "待受理 escalated",
    "assigned": "整改中 assigned",
    "done": "待核验 done",
    "verified": "已销号 verified",
    "archived": "已归档 archived",
    "merged": "已并案 merged",
    "voided": "已作废 voided",
}
BEGIN, END = "<!-- workflow:begin -->", "<!-- workflow:end -->"


def mermaid(flow: dict[str, Any]) -> str:
    """States and the steps between them; steps beside the states are left to flow.json."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step in flow["steps"]:
        if not flow["actions"][step["action"]]["beside"]:
            arrows[step["from"], step["to"]].append(step["action"])
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state} : {STATES[state]}" for state in flow["states"]]
    lines += ["    [*] --> reported"]
    lines += [
        f"    {source} --> {target} : {', '.join(actions)}"
        for (source, target), actions in arrows.items()
    ]
    ends = [state for state in flow["states"] if state not in flow["open"]]
    lines += [f"    {state} --> [*]" for state in ends]
    return "\n".join([*lines, "```"])


def put_into(page: str, diagram: str) -> str:
    """The page with what stands between the two markers replaced."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{BEGIN} … {END} not found")
    return f"{before}{BEGIN}\n{diagram}\n{END}{after}"
