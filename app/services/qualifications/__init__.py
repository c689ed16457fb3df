"""Whether somebody is qualified, and what the county lets nobody do without (S1-16, S4-35)."""

from app.services.qualifications.deriving import NOTHING_SHOWN, Qualification, of
from app.services.qualifications.gate import asked, asked_from, is_lacking, require

__all__ = ["NOTHING_SHOWN", "Qualification", "asked", "asked_from", "is_lacking", "of", "require"]
