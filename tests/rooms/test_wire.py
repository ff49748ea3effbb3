"""Frames as the servers themselves would make them, or the plain way."""

import logging
from pathlib import Path
from typing import Any

import pytest
from websockets.protocol import State
from websockets.server import ServerProtocol

from chatsite.daphne_probe import frame_by_autobahn
from chatsite.uvicorn_protocols import frame_by_websockets
from rooms import wire
from rooms.wire import is_proven, text_frame

LENGTHS = (0, 1, 125, 126, 65_535, 65_536, 70_000)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_frame_is_what_each_server_makes(length: int) -> None:
    for letter in "a", "é", "🙂":
        text = letter * length
        server = ServerProtocol(state=State.OPEN, max_size=None)
        server.send_text(text.encode())
        assert text_frame(text) == b"".join(server.data_to_send())
        assert text_frame(text) == frame_by_websockets(text)


@pytest.mark.parametrize("length", LENGTHS[:-1])
def test_daphne_s_socket_writes_it_both_ways(length: int) -> None:
    text = "a" * length
    assert frame_by_autobahn(text) == text_frame(text)


def test_a_server_that_makes_the_same_is_proven() -> None:
    assert is_proven("a server", text_frame)


def test_a_server_that_makes_something_else_is_not(caplog: pytest.LogCaptureFixture) -> None:
    def long_heads(text: str) -> bytes:
        payload = text.encode()
        return b"\x81\x7f" + len(payload).to_bytes(8) + payload

    with caplog.at_level(logging.WARNING, "rooms.wire"):
        assert not is_proven("a server", long_heads)
    assert "not as expected" in caplog.text


def test_a_server_whose_insides_have_changed_is_not(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_text: str) -> bytes:
        raise AttributeError("send_text")

    assert not is_proven("a server", broken)
    assert "no fast way" in caplog.text


def test_it_can_be_switched_off(settings: Any) -> None:
    settings.FAST_WIRE = False
    assert not is_proven("a server", text_frame)


def test_a_scope_without_one_has_none() -> None:
    assert wire.wire_of({"type": "websocket"}) is None


def test_the_probe_leaves_no_file_open() -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    frame_by_autobahn("a")
    assert held() == before
