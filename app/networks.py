"""Addresses as they are written, and as they are counted."""

import ipaddress

_ONE_LINE = 64  # of IPv6: what one customer is given, 2^64 addresses (RFC 6177, RFC 4291 2.5.4)


def plain(address: str) -> str:
    """An IPv4 address in IPv6 clothes (::ffff:192.0.2.1) is the IPv4 address; others stay."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return address


def network_of(address: str) -> str:
    """What counts as one: the whole /64 of an IPv6 address, an IPv4 address by itself."""
    parsed = _parsed(plain(address))
    if isinstance(parsed, ipaddress.IPv6Address):
        whole = ipaddress.IPv6Network((int(parsed), _ONE_LINE), strict=False)
        return str(whole)
    return str(parsed) if parsed else address


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
