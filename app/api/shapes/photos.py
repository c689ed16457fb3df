"""Photos as answers: the receipt, a picture, an attachment."""

from typing import Any
from urllib.parse import quote

from fastapi import Response

from app.config import Settings
from app.models.photo import Photo
from app.services import receipts
from app.services.photos import Picture

_SHOWN = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LASTS = {**_SHOWN, "Cache-Control": "private, max-age=31536000, immutable"}
_SAVED = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def photo_receipt(settings: Settings, photo: Photo) -> dict[str, Any]:
    return {
        "receipt": receipts.make(settings, photo.id, photo.sha256, photo.seq, photo.received_at),
        "content_type": photo.content_type,
        "width": photo.width,
        "height": photo.height,
        "received_at": photo.received_at,
    }


def image(picture: Picture) -> Response:
    """A browser keeps it and asks each time: who may look no more, or has left, sees nothing."""
    headers = {**_SHOWN, "ETag": f'"{picture.tag}"'}
    if picture.body is None:
        return Response(status_code=304, headers=headers)
    return Response(picture.body, media_type=picture.content_type, headers=headers)


def lasting_image(picture: Picture) -> Response:
    """Named by its content and nobody's personal data: a browser need not ask again."""
    return Response(picture.body, media_type=picture.content_type, headers=_LASTS)


def attachment(picture: Picture) -> Response:
    """An original is bytes from outside: saved, never shown by a page of ours."""
    named = f"attachment; filename*=UTF-8''{quote(picture.name, safe='')}"
    disposition = {"Content-Disposition": named}
    return Response(
        picture.body, media_type=picture.content_type, headers={**_SAVED, **disposition}
    )
