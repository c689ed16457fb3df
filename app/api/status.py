"""The state of the county's machinery over HTTP, for administrators."""

from datetime import datetime

from fastapi import APIRouter

from app.api.deps import SessionDep, SettingsDep, SignedIn, StorageDep, refusals
from app.api.views import View
from app.errors import NotPermitted, NotSignedIn
from app.services import doctor
from app.services.doctor import Severity

router = APIRouter(prefix="/api/status", tags=["status"])


class SymptomView(View):
    """`zh`/`en` say what is wrong, `way_*` what to do, `link` the page of the desk where."""

    code: str
    group: str
    severity: Severity
    title_zh: str
    title_en: str
    zh: str
    en: str
    way_zh: str
    way_en: str
    link: str
    items: list[str]
    count: int


class StatusReport(View):
    """Worst first; `severity` is that of the worst."""

    at: datetime
    severity: Severity
    symptoms: list[SymptomView]


@router.get("", responses=refusals(NotSignedIn, NotPermitted))
async def read_status(
    actor: SignedIn, session: SessionDep, storage: StorageDep, settings: SettingsDep
) -> StatusReport:
    """Look at everything that a county needs to work: rules, people, flow, machines."""
    return StatusReport.model_validate(await doctor.report(session, storage, settings, actor))
