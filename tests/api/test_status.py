"""System status over HTTP."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.person import Role
from app.services.doctor import CHECKS
from tests import factories
from tests.conftest import SignInAs


async def test_an_administrator_sees_every_check_and_the_way_out(
    session: AsyncSession, sign_in_as: SignInAs
) -> None:
    county = await factories.county(session)
    admin = await factories.person(session, Role.ADMINISTRATOR, county.centre)
    answer = await (await sign_in_as(admin)).get("/api/status")
    assert answer.status_code == 200
    body = answer.json()
    assert {it["code"] for it in body["symptoms"]} == {check.code for check in CHECKS}
    worker = next(it for it in body["symptoms"] if it["code"] == "workers")
    assert (worker["severity"], worker["way_zh"]) == (
        "danger",
        "在服务器上启动 safegrid worker。",
    )
    assert body["severity"] == "danger"
