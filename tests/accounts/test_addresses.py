"""Whose address counts."""

import pytest
from pytest_django import Settings

from accounts.addresses import client_address, is_loopback, is_this_machine, peer_address


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


HERE = "127.0.0.1"


@pytest.mark.parametrize("address", [HERE, "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_only_loopback_without_a_proxy_is_a_peer_on_this_machine(address: str) -> None:
    assert is_loopback(peer_address({"REMOTE_ADDR": address}))


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "192.168.0.7"},
        {"REMOTE_ADDR": "::ffff:192.168.0.7"},
        {"REMOTE_ADDR": ""},
        {},
        {"REMOTE_ADDR": "192.168.0.7", "HTTP_X_FORWARDED_FOR": HERE},
        {"REMOTE_ADDR": HERE, "HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"REMOTE_ADDR": HERE, "HTTP_X_FORWARDED_FOR": f"{HERE}, 203.0.113.7"},
        {"REMOTE_ADDR": HERE, "HTTP_X_FORWARDED_FOR": f"203.0.113.7, {HERE}"},
        {"REMOTE_ADDR": HERE, "HTTP_X_FORWARDED_FOR": ""},
        {"REMOTE_ADDR": HERE, "HTTP_X_FORWARDED_FOR": f"{HERE},"},
        {"REMOTE_ADDR": HERE, "HTTP_X_REAL_IP": "203.0.113.7"},
        {"REMOTE_ADDR": HERE, "HTTP_FORWARDED": "for=203.0.113.7"},
        {"REMOTE_ADDR": HERE, "HTTP_FORWARDED": f"for={HERE}, for=203.0.113.7"},
        {"REMOTE_ADDR": HERE, "HTTP_FORWARDED": f"for={HERE}, by={HERE}"},
        {"REMOTE_ADDR": HERE, "HTTP_FORWARDED": "for=_hidden"},
        {"REMOTE_ADDR": HERE, "HTTP_FORWARDED": "proto=https"},
        {"REMOTE_ADDR": HERE, "HTTP_FORWARDED": f"before={HERE}"},
    ],
    ids=str,
)
def test_anything_foreign_about_a_request_makes_its_peer_foreign(meta: dict[str, str]) -> None:
    assert not is_loopback(peer_address(meta))


@pytest.mark.parametrize(
    "meta",
    [
        {"HTTP_X_FORWARDED_FOR": f"::1, {HERE}"},
        {"HTTP_X_REAL_IP": HERE},
        {"HTTP_FORWARDED": f'for="[::1]";proto=http, proto=http; For={HERE}'},
    ],
    ids=str,
)
def test_proxies_that_name_this_machine_change_nothing(meta: dict[str, str]) -> None:
    assert is_loopback(peer_address({"REMOTE_ADDR": HERE, **meta}))
