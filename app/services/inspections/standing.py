"""Whether an inspection still takes in anything."""

from app.errors import InspectionEnded
from app.models.inspection import Inspection, InspectionStatus


def require_open(inspection: Inspection) -> None:
    """Closed is closed: what was found is history."""
    if inspection.status is not InspectionStatus.OPEN:
        raise InspectionEnded
