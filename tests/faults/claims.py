"""Which invariants a layer does not look at, and why; the others it claims, and must look at.

By layer and part, without the size of the run. A layer that is not named here makes no claim of
this kind: the fuzzer, the tampering.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a result asks here whether it has seen everything
    from tests.faults.results import Result

NAMES = tuple(f"I{number}" for number in range(1, 16))
_NO_LOG = "the server lives in the process of the tests and writes no log of its own"
_NO_READER = "one person alone: there is nobody whose things could be seen; L0, L3, L4 and L5 do"
_NO_WORKER = "no worker runs: nobody is told of a dispatch; L3, L4 and L5 do"
_MODEL = "the model server keeps no {}; L0 and L2 to L5 do"
_L1 = {
    "I6": _MODEL.format("history"),
    "I7": _MODEL.format("chain"),
    "I8": "what the model's store loses is told by I3",
    "I9": _NO_READER,
    "I10": _MODEL.format("inbox"),
    "I11": _MODEL.format("key for receipts"),
    "I14": "neither phone nor model writes a log",
    "I15": "one process that ends with its schedules",
}
_L2 = {"I9": _NO_READER, "I10": _NO_WORKER, "I14": _NO_LOG}
_FLIPPED = "the line flips bits of answers too, and a phone cannot check a receipt's MAC; TLS does"
_LOSSY = {**_L2, "I11": _FLIPPED}
_ROWS = "rows are committed by a client of PostgreSQL; L4-power does it with the whole program"
NOT_HERE: dict[str, dict[str, str]] = {
    "L0": {
        "I4": "requests alone: no phone that has saved something; L1 to L5 do",
        "I10": _NO_WORKER,
        "I12": "nothing waits: every step is answered at once",
    },
    "L1": _L1,
    "L1-offline": _L1,
    "L2": _LOSSY,
    "L2-ceph": _LOSSY,
    "L2-slow-line": _L2,
    "L2-bad-line": _L2,
    "L2-store": _L2,
    "L3": {},
    "L4-kills": {},
    "L4-points": {},
    "L4-power": {},
    "L4-power-database": {f"I{number}": _ROWS for number in range(2, 16)},
    "L4-room": {},
    "L5-restore": {},
    "L5-failover": {},
}
# Measured before the layer looked at them, and too long to be measured with every change.
OLDER: dict[str, frozenset[str]] = {
    "L2-ceph-long": frozenset({"I4", "I5", "I6", "I7", "I8", "I11", "I13", "I15"}),
    "L4-kills-long": frozenset({"I9"}),
}


def unseen(result: "Result") -> list[str]:
    """What the layer claims and has looked at zero times."""
    excused = NOT_HERE.get(result.part_name)
    if excused is None:
        return []
    return [name for name in NAMES if name not in excused and not result.checked.get(name)]


def looked_at(result: "Result") -> list[tuple[str, int | str]]:
    """A number, or why there is none."""
    excused, told = NOT_HERE.get(result.part_name, {}), dict[str, int | str](result.checked)
    for name in unseen(result):
        is_older = name in OLDER.get(result.name, ())
        told[name] = "not looked at: older than this check" if is_older else "**0, though claimed**"
    told |= {
        name: f"not checked here: {why}" for name, why in excused.items() if not told.get(name)
    }
    return sorted(told.items(), key=lambda row: int(row[0][1:]) if row[0][1:].isdigit() else 99)
