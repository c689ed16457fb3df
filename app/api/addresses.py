"""Where a request comes from."""

from collections.abc import Collection

from starlette.requests import HTTPConnection

from app import networks


def address_of(connection: HTTPConnection, proxies: Collection[str]) -> str:
    """The peer, or what one of our own proxies says of its peer; nobody else's word counts."""
    peer = networks.plain(connection.client.host) if connection.client else "unknown"
    forwarded = connection.headers.get("x-forwarded-for", "")
    if peer in proxies and forwarded:
        return networks.plain(forwarded.split(",")[-1].strip())
    return peer
