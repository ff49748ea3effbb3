"""Where the site listens, and what it says when it cannot."""

import socket

import pytest
from pytest_django import Settings

from chatsite.listening import (
    CannotListen,
    address_of,
    allow_many_connections,
    listen,
    take_host,
)


def test_port_0_takes_a_free_one() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of("127.0.0.1", listener) == f"http://127.0.0.1:{port}/"
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_port_in_use_is_told_in_one_line() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CannotListen) as refused:
            listen("127.0.0.1", port)
    assert str(refused.value) == (
        f"Port {port} of 127.0.0.1 is in use. Choose another one: make run PORT={port + 1}"
    )


def test_an_address_of_another_machine_is_told_in_one_line() -> None:
    with pytest.raises(CannotListen, match=r"^Cannot listen on 192\.0\.2\.1:0: \S[^\n]*$"):
        listen("192.0.2.1", 0)


def test_every_interface_is_opened_at_loopback() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of("0.0.0.0", listener) == f"http://127.0.0.1:{port}/"
        assert address_of("::", listener) == f"http://[::1]:{port}/"
        assert address_of("fe80::1", listener) == f"http://[fe80::1]:{port}/"


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_ipv6_is_heard() -> None:
    with listen("::1", 0) as listener:
        assert address_of("::1", listener) == f"http://[::1]:{listener.getsockname()[1]}/"


def test_the_settings_follow_where_it_listens(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    for host, is_loopback in (("192.0.2.1", False), ("::1", True), ("0.0.0.0", False)):
        take_host(host)
        assert (host, is_loopback) == (settings.HOST, settings.LOOPBACK)
    assert settings.ALLOWED_HOSTS == ["localhost", "192.0.2.1", "[::1]"]


def test_as_many_connections_are_allowed_as_may_be() -> None:
    resource = pytest.importorskip("resource", reason="Windows has no such limit")
    fewest, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, most), most))
    try:
        allow_many_connections()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (fewest, most))
