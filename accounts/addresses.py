"""Who is asking, as far as the network tells."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings


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


def is_this_machine(address: str) -> bool:
    """Whether it is a loopback address, or none because the client came by a Unix socket."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return not address
