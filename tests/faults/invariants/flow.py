"""Which step leads from where to where: workflow's table once more, not read from the program."""

FIRST = "hazard.reported"
_MOVES = """
reported       hazard.fixed_on_site       fixed_on_site
fixed_on_site  hazard.archived            archived
reported       hazard.escalated           escalated
escalated      hazard.assigned            assigned
escalated      hazard.escalated           escalated
escalated      hazard.sent_down           escalated
escalated      hazard.referred            escalated
escalated      hazard.asked               reported
escalated      hazard.merged              merged
escalated      hazard.voided              voided
voided         hazard.reopened            escalated
assigned       hazard.signed_for          assigned
assigned       hazard.handed_back         escalated
assigned       hazard.reassigned          assigned
assigned       hazard.extension_asked     assigned
assigned       hazard.extension_granted   assigned
assigned       hazard.extension_refused   assigned
assigned       hazard.part_finished       assigned
assigned       hazard.finished            done
done           hazard.verified            verified
done           hazard.rejected            escalated
verified       hazard.archived            archived
"""
_OPEN = "reported fixed_on_site escalated assigned done verified"
_STAYS = f"""
hazard.commented             {_OPEN} archived merged voided
hazard.corrected             {_OPEN}
hazard.suspected_major       {_OPEN}
hazard.confirmed_major       {_OPEN}
hazard.listed                {_OPEN}
hazard.delisted              {_OPEN} archived
hazard.urged                 escalated assigned done
hazard.supervised            escalated assigned
hazard.supervision_replied   escalated assigned
hazard.enforcement_recorded  {_OPEN} archived
"""


def _allowed() -> frozenset[tuple[str | None, str, str]]:
    found: set[tuple[str | None, str, str]] = {(None, FIRST, "reported")}
    for line in _MOVES.strip().splitlines():
        source, kind, target = line.split()
        found.add((source, kind, target))
    for line in _STAYS.strip().splitlines():
        kind, *states = line.split()
        found |= {(state, kind, state) for state in states}
    return frozenset(found)


ALLOWED = _allowed()
