"""Who is asking, as far as the network tells."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings

_UNKNOWN = "unknown"
_FOR = re.compile(r'(?:^|;)\s*for="?\[?([^\]";\s]+)', re.IGNORECASE)


def client_address(meta: Mapping[str, Any]) -> str:
    """The client's address from a request's META; a whole /64 stands for one IPv6 client.

    `X-Forwarded-For` is believed only as far as the site's own proxies wrote it: with
    `TRUSTED_PROXIES=n` the n-th entry from the right.
    """
    found = str(meta.get("REMOTE_ADDR") or "")
    if settings.TRUSTED_PROXIES:
        entries = [entry.strip() for entry in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
        if len(entries) >= settings.TRUSTED_PROXIES and entries[-settings.TRUSTED_PROXIES]:
            found = entries[-settings.TRUSTED_PROXIES]
    try:
        address = ip_address(found)
    except ValueError:
        return found
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if address.is_loopback:
        return str(address)
    # One household or one rented machine has at least a /64 to choose from.
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def peer_address(meta: Mapping[str, Any]) -> str:
    """This machine's address only if everything about a request's META says so.

    Else the first that is another's: of the connection, or of those that any proxy wrote, whether
    it was declared or not. That anybody may write them too can only make a request look foreign.
    """
    told = [str(meta.get("REMOTE_ADDR") or _UNKNOWN), *_told_by_proxies(meta)]
    return next((address for address in told if not is_loopback(address)), told[0])


def is_this_machine(address: str) -> bool:
    """Whether it is a loopback address, or none because the client came by a Unix socket."""
    return not address or is_loopback(address)


def is_loopback(address: str) -> bool:
    """Whether it is an IP address at which a machine reaches itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def _told_by_proxies(meta: Mapping[str, Any]) -> Iterator[str]:
    for header in ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP"):
        if header in meta:
            for entry in str(meta[header]).split(","):
                yield entry.strip() or _UNKNOWN
    if "HTTP_FORWARDED" in meta:
        for entry in str(meta["HTTP_FORWARDED"]).split(","):
            found = _FOR.search(entry)
            yield found[1] if found else _UNKNOWN
