"""Photos: taken in bit for bit, shown as derivatives. Other floors call these names."""

from app.services.photos.headers import inspect
from app.services.photos.intake import Intake, read, receive, whole
from app.services.photos.manifests import (
    attach_manifest,
    check_manifest,
    locking,
    require_distinct,
)
from app.services.photos.reading import Picture, derivative, fetch, original, shown
from app.services.photos.rendering import make_derivatives
from app.services.photos.storing import keep, store

__all__ = [
    "Intake",
    "Picture",
    "attach_manifest",
    "check_manifest",
    "derivative",
    "fetch",
    "inspect",
    "keep",
    "locking",
    "make_derivatives",
    "original",
    "read",
    "receive",
    "require_distinct",
    "shown",
    "store",
    "whole",
]
