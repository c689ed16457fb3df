"""What a layer has measured: one JSON file in var/faults, the only source of docs/proof.md.

A test in another language writes a file of the same shape; `Result.read` refuses any other.
"""

import fcntl
import math
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tests.faults import claims

ROOT = Path(__file__).resolve().parents[2]
FOUND = ROOT / "var" / "faults"
SHARES = "shares"


class Sitting(BaseModel):
    """`n` schedules of a result's seed, from number `first` on, without a gap."""

    model_config = ConfigDict(extra="forbid")

    first: int = Field(ge=0, description="0 is the schedule of the result's seed itself")
    n: int = Field(gt=0)
    seconds: float
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    revision: str = ""


class Result(BaseModel):
    """`n` counts `unit`s; a violation is one sentence with the seed that shows it again."""

    model_config = ConfigDict(extra="forbid")

    layer: str = Field(pattern=r"^(L[0-9]|API|T[0-9]+)$")
    part: str = Field("", pattern=r"^[a-z0-9-]*$", description="where a layer has several runs")
    size: str = Field("commit", pattern=r"^(commit|long)$")
    what: str
    unit: str = "schedules"
    n: int = Field(ge=0)
    seed: int
    violations: list[str] = []
    seconds: float
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    command: str
    revision: str = Field("", description="commit it was measured on; + for changes upon it")
    faults: dict[str, int] = Field({}, description="how often each was really injected")
    checked: dict[str, int] = Field({}, description="I1 … I15: how many things were looked at")
    counts: dict[str, int] = Field({}, description="acknowledged reports, photos, steps, …")
    bugs: dict[str, str] = Field(
        {}, description="seeded bug: how it was caught; empty = it was not, which fails the run"
    )
    not_reached: list[str] = Field([], description="in plain words, with the reason")
    program: str = Field("", description="sha256 of what was run; where it adds up in sittings")
    sittings: list[Sitting] = []

    @model_validator(mode="after")
    def each_once(self) -> "Result":
        """Nothing is counted twice or left out between two sittings, or not in all."""
        reached = 0
        for sitting in self.sittings:
            if sitting.first != reached:
                raise ValueError(f"a sitting begins at {sitting.first}, not at {reached}")
            reached += sitting.n
        if self.program and reached != self.n:
            raise ValueError(f"the sittings have {reached} of {self.n}")
        return self

    @property
    def name(self) -> str:
        return "-".join(word for word in (self.layer, self.part, self.tail) if word)

    @property
    def part_name(self) -> str:
        """Whatever its size."""
        return "-".join(word for word in (self.layer, self.part) if word)

    @property
    def tail(self) -> str:
        return "long" if self.size == "long" else ""

    def write(self, folder: Path = FOUND) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        new = path.with_suffix(".new")  # whole or not at all: a later sitting begins from it
        new.write_text(self.model_dump_json(indent=1) + "\n")
        return new.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Result":
        return cls.model_validate_json(path.read_text())

    @classmethod
    def of_shares(cls, shares: Sequence["Result"]) -> "Result":
        """One layer whose files ran in several processes beside each other."""
        return _together(shares, seconds=max(one.seconds for one in shares))

    @classmethod
    def of_sittings(cls, earlier: "Result", now: "Result") -> "Result":
        """One seed of one program, lived a part at a time; the bugs are those tried last."""
        if not now.goes_on(earlier):
            raise ValueError("another seed or program does not add up")
        whole = _together(
            [earlier, now],
            seconds=round(earlier.seconds + now.seconds, 1),
            sittings=earlier.sittings + now.sittings,
            bugs=now.bugs,
            **{name: getattr(now, name) for name in ("date", "command", "revision", "what")},
        )
        return cls.model_validate(whole.model_dump())

    def goes_on(self, earlier: "Result") -> bool:
        ours = (self.name, self.program, self.seed)
        return bool(self.program) and ours == (earlier.name, earlier.program, earlier.seed)

    def passes(self) -> bool:
        """An invariant that the layer claims and has not looked at once is none that holds."""
        return not self.violations and all(self.bugs.values()) and not claims.unseen(self)


class Run:
    """One layer while it runs: its seed and size from outside, its counts from inside."""

    def __init__(self, layer: str, part: str = "") -> None:
        self.layer, self.part = layer, part
        self.seed = int(os.environ.get("FAULTS_SEED") or 1)
        self.times = int(os.environ.get("FAULTS_N") or 0)
        self.minutes = int(os.environ.get("FAULTS_MINUTES") or 0)
        self.is_anew = bool(os.environ.get("FAULTS_ANEW"))
        self.begun = datetime.now(UTC)
        self.faults: Counter[str] = Counter()
        self.checked: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.bugs: dict[str, str] = {}
        self.violations: list[str] = []
        self.not_reached: list[str] = []

    @property
    def name(self) -> str:
        """Whatever its size."""
        return "-".join(word for word in (self.layer, self.part) if word)

    def size(self, of_a_commit: int) -> int:
        return of_a_commit * (self.times or 1)

    @property
    def is_over(self) -> bool:
        """A long run may be given a time: what has run until then counts, and stands in its N."""
        return self.minutes_left <= 0

    @property
    def minutes_left(self) -> float:
        if not self.minutes:
            return math.inf
        return self.minutes - (datetime.now(UTC) - self.begun) / timedelta(minutes=1)

    @property
    def command(self) -> str:
        if not self.times:
            return "make faults" if self.seed == 1 else f"make faults SEED={self.seed}"
        limit = f" MINUTES={self.minutes}" if self.minutes else ""
        return f"make faults-long SEED={self.seed} N={self.times}{limit}"

    def result(self, what: str, n: int, unit: str = "schedules", folder: Path = FOUND) -> Result:
        """Written down also when it is a failure."""
        made = self.measured(what, n, unit)
        made.write(folder)
        return made

    def sitting(self, what: str, first: int, n: int, program: str) -> Result:
        """The run as a part of what is lived of its seed; not written: it adds up."""
        made = self.measured(what, n)
        seconds, date, revision = made.seconds, made.date, made.revision
        own = Sitting(first=first, n=n, seconds=seconds, date=date, revision=revision)
        return made.model_copy(update={"program": program, "sittings": [own]})

    def measured(self, what: str, n: int, unit: str = "schedules") -> Result:
        return Result(
            layer=self.layer,
            part=self.part,
            size="long" if self.times else "commit",
            what=what,
            unit=unit,
            n=n,
            seed=self.seed,
            violations=self.violations,
            seconds=round((datetime.now(UTC) - self.begun).total_seconds(), 1),
            date=f"{self.begun:%Y-%m-%d}",
            command=self.command,
            revision=revision(),
            faults=dict(sorted(self.faults.items())),
            checked=dict(sorted(self.checked.items(), key=lambda row: _number(row[0]))),
            counts=dict(sorted(self.counts.items())),
            bugs=self.bugs,
            not_reached=self.not_reached,
        )

    def share(self, what: str, n: int, unit: str = "schedules", folder: Path = FOUND) -> Result:
        """A layer may run in several processes of pytest, and twice in one: each adds its own."""
        session = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
        shares = folder / SHARES / session
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        own = self.result(what, n, unit, shares / f"{worker}-{self.begun:%H%M%S%f}")
        with (folder / f"{SHARES}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for other in shares.parent.iterdir():
                if other != shares:
                    shutil.rmtree(other)
            found = sorted(shares.glob(f"*/{own.name}.json"))
            whole = Result.of_shares([Result.read(path) for path in found])
            whole.write(folder)
        return whole


@cache
def revision() -> str:
    """Of this copy; empty where there is no git."""
    words = ("git", "describe", "--always", "--exclude=*", "--dirty=+", "--abbrev=8")
    try:
        said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()


def _together(parts: Sequence[Result], **others: Any) -> Result:
    sums = {
        name: _sum([getattr(one, name) for one in parts])
        for name in ("faults", "checked", "counts")
    }
    return parts[0].model_copy(
        update={
            **sums,
            "n": sum(one.n for one in parts),
            "violations": [line for one in parts for line in one.violations],
            "bugs": {bug: how for one in parts for bug, how in one.bugs.items()},
            "not_reached": sorted({line for one in parts for line in one.not_reached}),
            **others,
        }
    )


def _sum(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for name, number in one.items():
            found[name] = found.get(name, 0) + number
    return dict(sorted(found.items(), key=lambda row: (_number(row[0]), row[0])))


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name) or 0)
