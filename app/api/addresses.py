"""Where a request comes from."""

from collections.abc import Collection

from starlette.requests import HTTPConnection

from app import networks


def address_of(connection: HTTPConnection, proxies: Collection[str]) -> str:
    """The peer, or what our own proxies say of theirs; nobody else's word counts.

    A proxy adds its peer at the end, some of them as a line of its own: read from there, the first
    that is none of ours has come, and what stands before is what that one claims.
    """
    peer = networks.plain(connection.client.host) if connection.client else "unknown"
    lines = connection.headers.getlist("x-forwarded-for")
    hops = [hop.strip() for line in lines for hop in line.split(",") if hop.strip()]
    while peer in proxies and hops:
        peer = networks.plain(hops.pop())
    return peer
