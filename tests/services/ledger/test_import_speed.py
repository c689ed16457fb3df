"""A step asks the same for two rows as for many: 20,000 rows have to go in within 30 seconds."""

from sqlalchemy.ext.asyncio import AsyncEngine

from app import jobs
from app.services import imports
from app.services.ledger.importing import LEDGER
from tests import sheets
from tests.services.ledger.office import SHOP, Office
from tests.statements import counted

MOST_PER_ROW = 0.2


async def statements(office: Office, engine: AsyncEngine, name: str, many: int) -> list[int]:
    """How many each of check, taking in and undo takes for new objects of this name."""
    found = []
    sheet = sheets.book([{**SHOP, "名称": f"{name}{number}"} for number in range(many)])
    with jobs.held_back():
        batch = await imports.begin(office.session, office.actor, LEDGER, "台账.xlsx", sheet)
        for then in (None, imports.apply, imports.undo):
            if then:
                await then(office.session, office.actor, LEDGER, batch.id)
            with counted(engine) as sent:
                await imports.advance(office.session, LEDGER, batch.id)
            found.append(len(sent))
    assert (batch.added, batch.kept) == (many, 0)
    return found


async def test_a_step_asks_for_all_its_rows_at_once(office: Office, engine: AsyncEngine) -> None:
    few = await statements(office, engine, "少", 2)
    many = await statements(office, engine, "多", 60)
    for one, other in zip(few, many, strict=True):
        assert other - one <= MOST_PER_ROW * 58, (few, many)
