"""What people send about supervised objects."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from app.models.ledger import Basis, FieldKind
from app.models.object_proposal import Gone
from app.models.supervised_object import DualPrevention, ObjectKind, SmallKind, UnitKind
from app.services.commands import (
    Code,
    Contract,
    Day,
    Input,
    Latitude,
    Line,
    Longitude,
    Moment,
    Position,
    Search,
)
from app.services.ledger.units import MOST as MOST_UNITS

Name = Annotated[Line, Field(min_length=1, max_length=80)]
CreditCode = Annotated[str, Field(max_length=40)]
Division = Annotated[str, Field(pattern=r"^[A-T]\d\d$", examples=["H62"])]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Reason = Annotated[Line, Field(min_length=2, examples=["搬到邻村"])]
Lack = Literal["gridworker", "grid", "department", "position", "person"]


def _is_no_bundle(kind: ObjectKind) -> ObjectKind:
    if kind is ObjectKind.BUNDLE:
        raise ValueError("a bundle is not collected")
    return kind


class LicenceGiven(Input):
    kind: Annotated[Line, Field(min_length=1)]
    number: Line = ""
    issuer: Line = ""
    expires_on: Day | None = None


class KeyPerson(Input):
    duty: Annotated[Line, Field(min_length=1, examples=["安全管理员"])]
    name: Annotated[Line, Field(min_length=1)]
    phone: Line | None = None


class UnitGiven(Input):
    """A 科室, 车间, 班组 or 岗位 and who answers for it (S0-35)."""

    kind: UnitKind
    name: Annotated[Line, Field(min_length=1, max_length=40, examples=["机加工车间"])]
    parent: Annotated[Line, Field(max_length=40)] = Field(
        "", description="name of the unit that it belongs to; empty: to the enterprise itself"
    )
    person: Annotated[Line, Field(max_length=40)] = Field("", description="责任人")


class ObjectFacts(Input):
    """Appendix A of S1 and what the other documents add; all of it may be unknown."""

    small_kind: SmallKind | None = Field(None, description="which of the three small (S1-28)")
    credit_code: CreditCode | None = None
    address: Line = ""
    sector: Line = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    is_key: bool = False
    is_registered: bool = True
    email: Line | None = None
    staff_count: Count | None = None
    products: Line = ""
    division: Division | None = None
    area_m2: Annotated[float, Field(ge=0, le=10_000_000)] | None = None
    seats: Count | None = None
    beds: Count | None = None
    key_persons: Annotated[list[KeyPerson], Field(max_length=20)] = []
    units: Annotated[list[UnitGiven], Field(max_length=MOST_UNITS)] = []
    dual_prevention: DualPrevention | None = None
    is_in_lianghua: bool = False
    major_source_level: Annotated[int, Field(ge=1, le=4)] | None = None
    external_owner: Line | None = None
    concerns: Line = Field("", examples=["二楼堆着纸箱，有煤气瓶"])
    extra: Annotated[dict[str, Any], Field(max_length=50)] = {}


class AddObject(ObjectFacts):
    kind: ObjectKind = ObjectKind.ENTERPRISE
    name: Name
    grid_id: UUID
    bundle_id: UUID | None = Field(None, description="the bundle it is looked at with (S2-44)")


class EditObject(ObjectFacts):
    """What is not sent stays; the grid is changed by moving it."""

    kind: ObjectKind | None = None
    name: Name | None = None
    bundle_id: UUID | None = None
    licences: Annotated[list[LicenceGiven], Field(max_length=30)] | None = Field(
        None, description="all of them; replaces those known"
    )


class SeenObject(Input):
    """What the phone showed of an object in the ledger when its change was entered."""

    kind: ObjectKind | None = None
    small_kind: SmallKind | None = None
    name: Line | None = None
    address: Line | None = None
    credit_code: CreditCode | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    concerns: Line | None = None


class CollectObject(Input):
    """What somebody found on the ground and entered on the phone; to be confirmed (S2-23).

    A bundle is made at a desk; what is found beside its members may come into it at once. Of an
    object that is confirmed it proposes a change (S1-62, S4-16).
    """

    contract: Contract = 1
    kind: Annotated[ObjectKind, AfterValidator(_is_no_bundle)]
    small_kind: SmallKind | None = Field(None, description="of a three-small place (S1-28)")
    name: Name
    grid_id: UUID
    bundle_id: UUID | None = Field(None, description="known bundle of this grid (S2-44)")
    address: Line = ""
    credit_code: CreditCode | None = None
    contact_name: Line | None = None
    contact_phone: Line | None = None
    concerns: Line = ""
    position: Position | None = Field(None, description="only if the person saves it along")
    seen: SeenObject | None = Field(None, description="of a change: what the phone showed before")
    gone: Gone | None = Field(None, description="of a change: it is no more; nothing else changes")
    note: Annotated[Line, Field(max_length=100)] = Field("", description="a word on why it is gone")
    occurred_at: Moment


class MoveObject(Input):
    grid_id: UUID
    reason: Reason


class ChangeMembers(Input):
    """Who comes into a bundle and who leaves it; all of it or nothing (S2-44)."""

    add: Annotated[list[UUID], Field(max_length=200)] = []
    remove: Annotated[list[UUID], Field(max_length=200)] = []


class AssignCadre(Input):
    person_id: UUID | None = Field(None, description="of its grid; None: everybody there (S4-18)")


class Because(Input):
    reason: Reason


class ReopenObject(Because):
    """Of one that was a grid, with those of its people who are to have their places again."""

    place_ids: Annotated[list[UUID], Field(max_length=100)] = []


class RevealContact(Input):
    """Why the whole name and number of a place's contact are wanted; put on record."""

    reason: Annotated[Line, Field(min_length=4, max_length=100, examples=["通知今晚停气"])]


class TakeIn(Input):
    """A checked sheet into the ledger."""

    is_seen: bool = Field(False, description="whoever gets a new name or grid was looked at")


class Supervision(Input):
    organization_id: UUID
    basis: Basis


class SuperviseObject(Input):
    departments: Annotated[list[Supervision], Field(max_length=20)]


class DefineField(Input):
    """A column of the county's own; its key is for ever, its name may change."""

    name: Name
    kind: FieldKind = FieldKind.TEXT
    options: Annotated[list[Line], Field(max_length=50)] = []
    position: Annotated[int, Field(ge=0, le=1000)] = 0
    is_active: bool = True


FieldKey = Code


class ObjectFilters(Input):
    """Everything that is given must hold; an empty filter means all that are open."""

    text: Search = ""
    kind: list[ObjectKind] = []
    small_kind: list[SmallKind] = []
    township_id: UUID | None = None
    village_id: UUID | None = Field(None, description="the body that runs the grid")
    grid_id: UUID | None = None
    bundle_id: UUID | None = Field(None, description="members of this bundle")
    is_bundled: bool | None = Field(None, description="false: in no bundle, and none itself")
    department_id: UUID | None = Field(None, description="that this department supervises")
    cadre_id: UUID | None = Field(None, description="that this person takes care of (S4-18)")
    is_key: bool | None = None
    is_major_source: bool | None = None
    is_confirmed: bool | None = Field(None, description="false: collected, to be confirmed (S2-23)")
    is_returned: bool | None = Field(None, description="true: sent back to whoever collected it")
    has_change: bool | None = Field(None, description="true: a change was reported and waits")
    licence_ends_within: Annotated[int, Field(ge=0, le=3660)] | None = Field(
        None, description="days; those that have run out are among them"
    )
    lacks: Lack | None = Field(None, description="blind spots: lists that should be empty")
    is_closed: bool = False
    is_mine: bool = Field(False, description="only of my own grid, village, township, enterprise")


class ObjectQuery(ObjectFilters):
    """One page of a list: filters, nearest first from where, and where to go on."""

    near_lat: Latitude | None = None
    near_lon: Longitude | None = None
    cursor: Annotated[str, Field(max_length=800)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    @property
    def near(self) -> tuple[float, float] | None:
        """Both or none."""
        if self.near_lat is None or self.near_lon is None:
            return None
        return self.near_lat, self.near_lon
