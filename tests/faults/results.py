"""What a layer has measured: one JSON file in var/faults, the only source of docs/proof.md.

A test in another language writes a file of the same shape; `Result.read` refuses any other.
"""

import os
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).resolve().parents[2]
FOUND = ROOT / "var" / "faults"


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
    faults: dict[str, int] = Field({}, description="how often each was really injected")
    checked: dict[str, int] = Field({}, description="I1 … I15: how many things were looked at")
    counts: dict[str, int] = Field({}, description="acknowledged reports, photos, steps, …")
    bugs: dict[str, str] = Field(
        {}, description="seeded bug: how it was caught; empty = it was not, which fails the run"
    )
    not_reached: list[str] = Field([], description="in plain words, with the reason")

    @property
    def name(self) -> str:
        return "-".join(word for word in (self.layer, self.part, self.tail) if word)

    @property
    def tail(self) -> str:
        return "long" if self.size == "long" else ""

    def write(self, folder: Path = FOUND) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        path.write_text(self.model_dump_json(indent=1) + "\n")
        return path

    @classmethod
    def read(cls, path: Path) -> "Result":
        return cls.model_validate_json(path.read_text())

    def passes(self) -> bool:
        return not self.violations and all(self.bugs.values())


class Run:
    """One layer while it runs: its seed and size from outside, its counts from inside."""

    def __init__(self, layer: str, part: str = "") -> None:
        self.layer, self.part = layer, part
        self.seed = int(os.environ.get("FAULTS_SEED") or 1)
        self.times = int(os.environ.get("FAULTS_N") or 0)
        self.minutes = int(os.environ.get("FAULTS_MINUTES") or 0)
        self.begun = datetime.now(UTC)
        self.faults: Counter[str] = Counter()
        self.checked: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.bugs: dict[str, str] = {}
        self.violations: list[str] = []
        self.not_reached: list[str] = []

    def size(self, of_a_commit: int) -> int:
        return of_a_commit * (self.times or 1)

    @property
    def is_over(self) -> bool:
        """A long run may be given a time: what has run until then counts, and stands in its N."""
        return bool(self.minutes) and datetime.now(UTC) - self.begun > timedelta(
            minutes=self.minutes
        )

    @property
    def command(self) -> str:
        if not self.times:
            return "make faults" if self.seed == 1 else f"make faults SEED={self.seed}"
        limit = f" MINUTES={self.minutes}" if self.minutes else ""
        return f"make faults-long SEED={self.seed} N={self.times}{limit}"

    def result(self, what: str, n: int, unit: str = "schedules", folder: Path = FOUND) -> Result:
        """Written down also when it is a failure."""
        made = Result(
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
            faults=dict(sorted(self.faults.items())),
            checked=dict(sorted(self.checked.items(), key=lambda row: _number(row[0]))),
            counts=dict(sorted(self.counts.items())),
            bugs=self.bugs,
            not_reached=self.not_reached,
        )
        made.write(folder)
        return made


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name) or 0)
