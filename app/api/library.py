"""资料库 over HTTP: documents kept, renewed, filed, published; who has to have one and has none."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response

from app.api import shapes as answers
from app.api.deps import RawBody, SessionDep, SettingsDep, SignedIn, StorageDep, refusals
from app.api.shapes import library as shapes
from app.api.shapes.library import (
    LibraryDocumentView,
    LibraryFileView,
    LibraryKindView,
    LibraryOwnerView,
    LibraryPageView,
    OwedPageView,
)
from app.errors import (
    BodyTooLarge,
    ChangedMeanwhile,
    DigestMismatch,
    Incomplete,
    Invalid,
    NotFound,
    NotPermitted,
    NotSignedIn,
    SameIdOtherContent,
    StorageUnavailable,
    UnreadableFile,
)
from app.services import library
from app.services.commands import Search
from app.services.library import (
    DecideKind,
    KeepDocument,
    LibraryQuery,
    OwedQuery,
    ReviseDocument,
    StepDocument,
    owners,
)

router = APIRouter(prefix="/api/library", tags=["library"])
WRITE = (NotSignedIn, NotPermitted, NotFound, Invalid)
RAW_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Key = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["safety_contract"])]
Number = Annotated[int, Path(ge=1, le=1000)]


@router.get("", responses=refusals(NotSignedIn, Invalid))
async def list_documents(
    query: Annotated[LibraryQuery, Query()], actor: SignedIn, session: SessionDep
) -> LibraryPageView:
    """Documents of my own, and those that others have published to me; newest first."""
    return shapes.page(await library.find(session, actor, query))


@router.get("/kinds", responses=refusals(NotSignedIn))
async def list_library_kinds(actor: SignedIn, session: SessionDep) -> list[LibraryKindView]:
    """What kinds of documents there are, those that are switched off too."""
    return [shapes.kind(row) for row in (await library.known(session)).values()]


@router.put("/kinds/{key}", responses=refusals(NotSignedIn, NotPermitted, Invalid))
async def decide_library_kind(
    key: Key, command: DecideKind, actor: SignedIn, session: SessionDep
) -> list[LibraryKindView]:
    """Add a kind of the county's own or change one; what is kept stays as it is."""
    await library.decide(session, actor, key, command)
    return await list_library_kinds(actor, session)


@router.get("/owners", responses=refusals(NotSignedIn, Invalid))
async def list_library_owners(
    actor: SignedIn, session: SessionDep, words: Search = ""
) -> list[LibraryOwnerView]:
    """Whose a document may be: my bodies, grids and places, 20 of each that the words find."""
    found = await owners.find(session, actor, words)
    return [LibraryOwnerView.model_validate(one) for one in found]


@router.get("/owed", responses=refusals(NotSignedIn, Invalid))
async def list_owed_documents(
    query: Annotated[OwedQuery, Query()], actor: SignedIn, session: SessionDep
) -> OwedPageView:
    """Who has to have documents of these kinds, in the order of codes; what is missing or old."""
    return shapes.owed(await library.find_owed(session, actor, query))


@router.put(
    "/files/{file_id}",
    openapi_extra=RAW_FILE,
    responses=refusals(
        NotSignedIn,
        NotPermitted,
        Invalid,
        DigestMismatch,
        BodyTooLarge,
        UnreadableFile,
        SameIdOtherContent,
        StorageUnavailable,
    ),
)
async def send_library_file(
    file_id: UUID,
    request: Request,
    actor: SignedIn,
    session: SessionDep,
    storage: StorageDep,
    settings: SettingsDep,
    content_digest: Annotated[str, Header(description="sha-256=:<base64>: (RFC 9530)")],
) -> LibraryFileView:
    """Send a file (raw body): PDF, DOCX, XLSX, JPG, PNG by content. A document names it then."""
    kept = await library.receive(
        session, storage, settings, actor, file_id, request.stream(), content_digest
    )
    return LibraryFileView.model_validate(kept)


@router.get("/{document_id}", responses=refusals(NotSignedIn, NotFound))
async def read_document(
    document_id: UUID, actor: SignedIn, session: SessionDep
) -> LibraryDocumentView:
    """One document, for whose it is with its versions and steps."""
    return shapes.whole(await library.read(session, actor, document_id))


@router.put("/{document_id}", responses=refusals(*WRITE, SameIdOtherContent))
async def keep_document(
    document_id: UUID, command: KeepDocument, body: RawBody, actor: SignedIn, session: SessionDep
) -> LibraryDocumentView:
    """Keep a document of my body, its ground or my place. Safe to repeat."""
    await library.keep(session, actor, document_id, command, body)
    return shapes.whole(await library.read(session, actor, document_id))


@router.put("/{document_id}/versions/{version}", responses=refusals(*WRITE, ChangedMeanwhile))
async def revise_document(
    document_id: UUID,
    version: Annotated[int, Path(ge=2, le=1000)],
    command: ReviseDocument,
    actor: SignedIn,
    session: SessionDep,
) -> LibraryDocumentView:
    """A newer version in the place of the one shown, with the reason. Safe to repeat."""
    await library.revise(session, actor, document_id, version, command)
    return shapes.whole(await library.read(session, actor, document_id))


@router.get(
    "/{document_id}/versions/{version}/file",
    responses=refusals(NotSignedIn, NotFound, StorageUnavailable),
    response_class=Response,
)
async def read_document_file(
    document_id: UUID, version: Number, actor: SignedIn, session: SessionDep, storage: StorageDep
) -> Response:
    """The file, to be saved and never shown by a page of ours; former ones for whose it is."""
    return answers.attachment(await library.fetch(session, storage, actor, document_id, version))


@router.put(
    "/{document_id}/steps/{step_id}",
    responses=refusals(
        NotSignedIn, NotPermitted, NotFound, Incomplete, ChangedMeanwhile, SameIdOtherContent
    ),
)
async def step_document(
    document_id: UUID,
    step_id: UUID,
    command: StepDocument,
    body: RawBody,
    actor: SignedIn,
    session: SessionDep,
) -> LibraryDocumentView:
    """File it, return it, publish it, withdraw it. Safe to repeat."""
    await library.step(session, actor, document_id, step_id, command, body)
    return shapes.whole(await library.read(session, actor, document_id))
