"""Where a request comes from."""

from collections.abc import Collection

from starlette.requests import HTTPConnection


def address_of(connection: HTTPConnection, proxies: Collection[str]) -> str:
    """The peer, or what one of our own proxies says of its peer; nobody else's word counts."""
    peer = connection.client.host if connection.client else "unknown"
    forwarded = connection.headers.get("x-forwarded-for", "")
    if peer in proxies and forwarded:
        return forwarded.split(",")[-1].strip()
    return peer
