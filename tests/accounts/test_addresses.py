"""Whose address counts."""

import pytest
from pytest_django import Settings

from accounts.addresses import client_address, is_this_machine


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "203.0.113.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.7"),
        (1, "", "203.0.113.7"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_forwarded_addresses_count_only_from_own_proxies(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(meta) == expected


def test_a_network_of_ipv6_counts_as_one_client() -> None:
    one, other = "2001:db8::1", "2001:db8::ffff:2"
    assert client_address({"REMOTE_ADDR": one}) == client_address({"REMOTE_ADDR": other})
    assert client_address({"REMOTE_ADDR": "::ffff:203.0.113.7"}) == "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("127.0.0.1", True), ("::1", True), ("", True), ("203.0.113.7", False), ("odd", False)],
)
def test_loopback_is_this_machine(address: str, is_here: bool) -> None:
    assert is_this_machine(client_address({"REMOTE_ADDR": address})) is is_here
