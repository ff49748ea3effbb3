"""Where the site listens, and what it says when it cannot."""

import socket

import pytest

from chatsite.listening import CannotListen, address_of, listen


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
