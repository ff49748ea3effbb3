"""What both servers promise below the application: codes, bounds, and a stop in order."""

import socket
import time
import urllib.request
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from chatsite.frames import MANY, MAX_PIECES
from tests.chatsite.conftest import Tiny
from tests.running import wait_until

MIB = 1024 * 1024


def code_of(client: ClientConnection, seconds: float = 15) -> tuple[int | None, str]:
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(timeout=seconds)
    frame = closed.value.rcvd
    return (frame.code, frame.reason) if frame else (None, "")


def text_frame(text: bytes) -> bytes:
    assert len(text) < 65_536
    size = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2)
    return b"\x81" + size + b"\0\0\0\0" + text


def test_every_close_code_reaches_the_client_with_its_reason(daphne: Tiny) -> None:
    for code in (1000, 1001, 1011, 1012, 1013, 3000, 4401, 4404):
        with daphne.open(f"close/{code}/why") as client:
            assert code_of(client) == (code, "why")
        daphne.process.wait_for(f"disconnect {code}")


def test_a_reason_is_cut_between_characters(daphne: Tiny) -> None:
    with daphne.open("close/4404/" + "%C3%A9" * 100) as client:
        assert code_of(client) == (4404, "é" * 61)


def test_a_fault_and_a_lost_application_close_with_1011(daphne: Tiny) -> None:
    for path in ("crash", "leave"):
        with daphne.open(path) as client:
            assert code_of(client)[0] == 1011
    daphne.process.wait_for("RuntimeError: a planted fault")


def test_sending_waits_for_a_client_that_does_not_read(tiny: Tiny) -> None:
    with tiny.deaf("flood"):
        wait_until(lambda: bool(tiny.get()["is_blocked"]))
        assert tiny.get()["sent"] < 32 * MIB
        assert tiny.process.memory() < 100 * MIB


def test_a_page_waits_for_a_client_that_does_not_read(tiny: Tiny) -> None:
    with tiny.deaf("flood", upgrade=False):
        wait_until(lambda: bool(tiny.get()["is_blocked"]))
        assert tiny.get()["sent"] < 32 * MIB


def test_a_client_that_reads_again_gets_everything(daphne: Tiny) -> None:
    with daphne.open("flood", max_size=None) as client:
        for _ in range(8192):
            assert len(client.recv(timeout=15)) == 65_536
    assert daphne.process.memory() < 100 * MIB


def test_a_client_that_only_makes_us_answer_is_cut(daphne: Tiny) -> None:
    with daphne.deaf("listen") as client:
        pings = (b"\x89\xfd\0\0\0\0" + b"p" * 125) * 1000
        with suppress(ConnectionError, TimeoutError):
            for _ in range(2000):
                client.sendall(pings)
        daphne.process.wait_for("disconnect 1006")
    assert daphne.process.memory() < 100 * MIB


def test_a_flood_from_a_client_is_held_back_and_then_heard_in_whole(tiny: Tiny) -> None:
    with tiny.deaf("busy") as client:
        client.settimeout(1)
        flood = b"".join(text_frame(b"%08d" % number + b"x" * 1000) for number in range(32_768))
        sent = 0
        with suppress(TimeoutError):
            while sent < len(flood):
                sent += client.send(flood[sent : sent + 65_536])
        assert sent < 24 * MIB
        assert tiny.process.memory() < 100 * MIB
        tiny.get("go")
        client.settimeout(15)
        client.sendall(flood[sent:])
        wait_until(lambda: tiny.get()["received"] == 32_768)
        assert tiny.get()["last"].startswith("00032767")


def test_a_burst_of_tiny_frames_in_one_write_is_heard_in_whole(tiny: Tiny) -> None:
    with tiny.deaf("busy") as client:
        client.sendall(b"".join(text_frame(b"%d" % number) for number in range(5_000)))
        tiny.get("go")
        wait_until(lambda: tiny.get()["received"] == 5_000)
        assert tiny.get()["last"] == "4999"


def close_code(client: socket.socket) -> int:
    """The code of the close frame that comes next, after pongs."""
    client.settimeout(10)
    while True:
        opcode, size = client.recv(2, socket.MSG_WAITALL)
        told = client.recv(size, socket.MSG_WAITALL)
        if opcode == 0x88:
            return int.from_bytes(told[:2])


def test_a_message_in_too_many_pieces_closes_with_1009(tiny: Tiny) -> None:
    with tiny.deaf("listen") as client:
        more = b"\x00\x81\0\0\0\0x"
        client.sendall(b"\x01\x80\0\0\0\0" + more * (MAX_PIECES - 2) + b"\x80\x80\0\0\0\0")
        wait_until(lambda: tiny.get()["received"] == 1)
        client.sendall(b"\x01\x80\0\0\0\0" + more * MAX_PIECES)
        assert close_code(client) == 1009


@pytest.mark.parametrize("frame", [b"\x89\x80\0\0\0\0", b"\x8a\x80\0\0\0\0"])
def test_a_flood_of_frames_without_a_message_is_cut(tiny: Tiny, frame: bytes) -> None:
    with tiny.deaf("listen") as client:
        client.sendall(frame * (MANY - 1))
        client.sendall(text_frame(b"still here"))
        wait_until(lambda: tiny.get()["last"] == "still here")
        with suppress(ConnectionError):
            client.sendall(frame * 2)
        # Sooner than its missing pongs would tell.
        tiny.process.wait_for("disconnect ", seconds=5)


def test_a_flood_while_a_socket_closes_is_not_heard(daphne: Tiny) -> None:
    with daphne.deaf("close/4404/why") as client:
        assert close_code(client) == 4404
        with suppress(ConnectionError, TimeoutError):
            for _ in range(1000):
                client.sendall(b"\x8a\x80\0\0\0\0" * 10_000)
            pytest.fail("60 MB of pongs were taken by a socket that closes")
    assert daphne.process.cpu_seconds() < 5


def test_a_message_beyond_a_mebibyte_closes_with_1009(tiny: Tiny) -> None:
    with tiny.open("listen") as client:
        client.send("x" * MIB)
        wait_until(lambda: tiny.get()["received"] == 1)
        with suppress(ConnectionClosed):
            client.send("x" * (MIB + 1))
        assert code_of(client)[0] == 1009


def test_a_broken_frame_and_broken_text_are_told_their_codes(lasting: Tiny) -> None:
    for frame, code in ((b"\xf1\x80\0\0\0\0", 1002), (b"\x81\x81\0\0\0\0\xff", 1007)):
        with lasting.deaf("listen") as client:
            client.sendall(frame)
            opcode, _, *told = client.recv(4, socket.MSG_WAITALL)
            assert (opcode, int.from_bytes(told)) == (0x88, code)


def test_no_header_of_a_client_sets_the_root_path(lasting: Tiny) -> None:
    assert lasting.get(**{"Daphne-Root-Path": "/admin"})["root_path"] == ""
    with lasting.open("root", additional_headers={"Daphne-Root-Path": "/admin"}) as client:
        assert client.recv(timeout=5) == "[]"


def test_a_slow_handshake_is_no_refusal(daphne: Tiny) -> None:
    with daphne.open("late", open_timeout=15) as client:
        client.send("here")
        wait_until(lambda: daphne.get()["last"] == "here")


def test_the_server_does_not_tell_what_it_is(lasting: Tiny) -> None:
    with urllib.request.urlopen(lasting.address, timeout=5) as response:
        assert "server" not in {name.lower() for name in response.headers}
    with lasting.open("listen") as client:
        assert client.response is not None
        assert "Server" not in client.response.headers


def test_frames_are_not_compressed(lasting: Tiny) -> None:
    with connect(lasting.address.replace("http", "ws") + "listen") as client:
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers


def test_sigterm_tells_every_socket_and_application_1012(tiny: Tiny) -> None:
    with tiny.open("listen") as ada, tiny.open("listen") as bob:
        began = time.monotonic()
        tiny.process.process.terminate()
        assert code_of(ada)[0] == code_of(bob)[0] == 1012
        assert tiny.process.process.wait(10) == 0
        assert time.monotonic() - began < 10
    assert tiny.process.lines.count("disconnect 1012") == 2


def test_sigterm_ends_within_ten_seconds_whatever_holds_on(tiny: Tiny) -> None:
    with tiny.open("stick") as ada, tiny.deaf("listen"), tiny.deaf("flood"):
        wait_until(lambda: bool(tiny.get()["is_blocked"]))
        began = time.monotonic()
        tiny.process.process.terminate()
        assert code_of(ada)[0] == 1012
        tiny.process.process.wait(15)
        assert time.monotonic() - began < 10
