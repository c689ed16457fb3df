"""Checklists over HTTP: everybody reads them, administrators edit them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request, Response, UploadFile
from pydantic import Field

from app.api import shapes
from app.api.deps import (
    RAW_PHOTO,
    DarkroomDep,
    SessionDep,
    SettingsDep,
    SignedIn,
    StorageDep,
    refusals,
)
from app.api.shapes.faults import FaultView
from app.api.views import View
from app.errors import (
    BodyTooLarge,
    ChangedMeanwhile,
    DigestMismatch,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    StorageUnavailable,
    UnreadablePhoto,
)
from app.models.checklist import ItemKind
from app.models.supervised_object import ObjectKind
from app.services import checklists, lists
from app.services.checklists import EditChecklist, FoundChecklist, FoundVersion

router = APIRouter(prefix="/api/checklists", tags=["checklists"])
READ = refusals(NotSignedIn, NotFound)
Key = Annotated[str, Path(pattern=r"^[a-z][a-z0-9+_-]{0,39}$", examples=["village-9+1"])]


class AppliesToView(View):
    """Nothing named = for all."""

    kinds: list[ObjectKind] = []
    is_key: bool | None = None


class MeantForView(AppliesToView):
    """One question's own: of these divisions (GB/T 4754), of the nine small places or not."""

    divisions: list[str] = []
    is_small: bool | None = None


class ChecklistItemView(View):
    code: str = Field(examples=["SQ-05"])
    question: str
    how_to: str
    picture: str | None = Field(description="name of a drawn pair right/wrong, None = none")
    photo_right: str | None = Field(description="SHA-256 of a picture of the county's own")
    photo_wrong: str | None
    photo_caption: str | None = Field(description="what these pictures show, in words")
    kind: ItemKind
    category_code: str | None
    applies_to: MeantForView


class ChecklistVersionView(View):
    """Never changes: whoever has it need not ask again."""

    id: UUID
    key: str
    name: str
    number: int
    made_at: datetime
    made_by: str | None = Field(description="None: it came with the program")
    change: str
    items: list[ChecklistItemView]


class ChecklistView(View):
    """A list with the version that new tasks get."""

    key: str = Field(examples=["village-9+1"])
    name: str
    seed: str
    applies_to: AppliesToView
    is_active: bool
    newest: ChecklistVersionView


class ChecklistPictureView(View):
    sha256: str = Field(description="of what is stored; an item names it, GET answers it")
    size: int = Field(description="bytes")


class ReadListView(View):
    """What a sheet would make of the list; `items` null: something in it is wrong."""

    items: list[ChecklistItemView] | None
    faults: list[FaultView]
    added: list[str] = Field(description="codes, against the newest version")
    edited: list[str]
    dropped: list[str]


def version_view(found: FoundVersion) -> ChecklistVersionView:
    version = found.version
    return ChecklistVersionView(
        id=version.id,
        key=version.checklist_key,
        name=found.name,
        number=version.number,
        made_at=version.made_at,
        made_by=found.made_by,
        change=version.change,
        items=[ChecklistItemView.model_validate(item) for item in found.items],
    )


def _view(found: FoundChecklist) -> ChecklistView:
    row = found.checklist
    return ChecklistView(
        key=row.key,
        name=row.name,
        seed=row.seed,
        applies_to=AppliesToView.model_validate(row.applies_to),
        is_active=row.is_active,
        newest=version_view(found.newest),
    )


@router.get("", responses=refusals(NotSignedIn))
async def list_checklists(actor: SignedIn, session: SessionDep) -> list[ChecklistView]:
    """All checklists of the county with their newest versions."""
    return [_view(found) for found in await checklists.everything(session)]


@router.get("/versions/{version_id}", responses=READ)
async def read_checklist_version(
    version_id: UUID, actor: SignedIn, session: SessionDep
) -> ChecklistVersionView:
    """One version, as a task or a visit names it."""
    return version_view(await checklists.version(session, version_id))


@router.get("/{key}/versions", responses=READ)
async def list_checklist_versions(
    key: Key, actor: SignedIn, session: SessionDep
) -> list[ChecklistVersionView]:
    """Every version of a list, newest first: who changed what, when."""
    return [version_view(found) for found in await checklists.versions(session, key)]


@router.get(
    "/{key}/sheet.xlsx",
    responses={200: {"content": {shapes.XLSX: {}}}, **READ},
    response_class=Response,
)
async def read_checklist_sheet(key: Key, actor: SignedIn, session: SessionDep) -> Response:
    """The newest version as a sheet with drop-downs, to be edited and read in again."""
    return shapes.excel(await lists.checklist_sheet(session, key))


@router.post(
    "/{key}/sheet",
    responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, BodyTooLarge),
)
async def try_checklist_sheet(
    key: Key, file: UploadFile, actor: SignedIn, session: SessionDep
) -> ReadListView:
    """Read a sheet (multipart) as the list it would become; nothing is kept before it is put."""
    read = await lists.read_checklist_sheet(session, actor, key, await file.read())
    return ReadListView.model_validate(read)


@router.put(
    "/{key}", responses=refusals(NotSignedIn, NotPermitted, NotFound, Invalid, ChangedMeanwhile)
)
async def put_checklist(
    key: Key, command: EditChecklist, actor: SignedIn, session: SessionDep
) -> ChecklistView:
    """Add or edit a list. Other questions make a new version; tasks and visits keep theirs."""
    return _view(await checklists.put(session, actor, key, command))


@router.post(
    "/pictures",
    openapi_extra=RAW_PHOTO,
    responses=refusals(
        NotSignedIn,
        NotPermitted,
        Invalid,
        DigestMismatch,
        BodyTooLarge,
        UnreadablePhoto,
        StorageUnavailable,
    ),
)
async def keep_checklist_picture(
    request: Request,
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
    settings: SettingsDep,
    darkroom: DarkroomDep,
    content_digest: Annotated[str, Header(description="sha-256=:<base64>: (RFC 9530)")],
) -> ChecklistPictureView:
    """Make a photo (raw body) a picture beside a question: at most 640 px and 60 KB, no EXIF."""
    kept = await checklists.keep_picture(
        session, storage, settings, darkroom, actor, request.stream(), content_digest
    )
    return ChecklistPictureView.model_validate(kept)


@router.get(
    "/pictures/{sha256}",
    responses=refusals(NotSignedIn, NotFound, StorageUnavailable),
    response_class=Response,
)
async def read_checklist_picture(
    sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
) -> Response:
    """A picture beside a question; it never changes."""
    return shapes.lasting_image(await checklists.picture(session, storage, sha256))
