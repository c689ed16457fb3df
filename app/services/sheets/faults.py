"""What is wrong in a sheet, cell by cell, in words that its sender can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.services.sheets.cells import CellError, Column
from app.services.sheets.reading import Table


@dataclass(frozen=True)
class Fault:
    """`cell`: B5; of a missing column only the line. `why`: in Chinese, like the sheet itself."""

    line: int
    cell: str
    title: str
    value: str
    why: str


@dataclass
class Checking:
    """The rows of a table being read; `faults` collects what is wrong with them."""

    table: Table
    columns: Sequence[Column]
    faults: list[Fault] = field(default_factory=list)

    def note(self, line: int, title: str, value: str, why: str) -> None:
        self.faults.append(Fault(line, self.table.cell(line, title), title, value, why))

    def values(self, line: int, texts: Mapping[str, str]) -> dict[str, Any] | None:
        """What stands in a row, by field; None if anything in it is wrong."""
        before = len(self.faults)
        found: dict[str, Any] = {}
        for column in self.columns:
            text = texts.get(column.title, "")
            if not text:
                if column.is_needed:
                    self.note(line, column.title, "", "不能空")
                continue
            try:
                found[column.field or column.title] = column.read(text)
            except CellError as error:
                self.note(line, column.title, text, str(error))
        return found if len(self.faults) == before else None
