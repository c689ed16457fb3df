"""人员名册: the county's people with their posts as one Excel file, in and out (decision 48)."""

from app.services.roster.commands import TakeRoster
from app.services.roster.declaring import JOB, PEOPLE, run
from app.services.roster.exporting import export

__all__ = ["JOB", "PEOPLE", "TakeRoster", "export", "run"]
