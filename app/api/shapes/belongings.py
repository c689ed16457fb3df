"""What belongs to an object and comes with all that is known of it (S1-33, S0-35)."""

from datetime import date

from app.api.views import View
from app.models.supervised_object import UnitKind


class LicenceView(View):
    kind: str
    number: str
    issuer: str
    expires_on: date | None


class KeyPersonView(View):
    duty: str
    name: str
    phone: str | None


class UnitView(View):
    kind: UnitKind
    name: str
    parent: str
    person: str
