"""What both servers take of a request: so many bytes, in so much time."""

import json
import socket
import urllib.request
from contextlib import ExitStack, suppress

from chatsite.bodies import MAX_BODY
from tests.chatsite.conftest import Tiny
from tests.running import wait_until


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST /{path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def answer_to(tiny: Tiny, *parts: bytes, wait: float = 10) -> bytes:
    """All that the server says until it closes the connection."""
    host, port = tiny.address.removeprefix("http://").strip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=wait) as client:
        for part in parts:
            client.sendall(part)
        told = b""
        while part := client.recv(65_536):
            told += part
        return told


def test_a_body_that_says_it_is_too_long_is_not_taken(lasting: Tiny) -> None:
    for expect in ("Accept: */*", "Expect: 100-continue"):
        told = answer_to(lasting, head("body", f"Content-Length: {MAX_BODY + 1}", expect))
        assert told.startswith(b"HTTP/1.1 413 ")
        assert b"X-Frame-Options: DENY".lower() in told.lower()
        assert told.endswith(f"A body has at most {MAX_BODY} bytes.".encode())


def test_a_body_that_does_not_say_so_is_taken_to_the_limit(tiny: Tiny) -> None:
    start = head("body", "Transfer-Encoding: chunked")
    piece = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    end = b"1\r\nx\r\n"
    told = answer_to(tiny, start, piece * (MAX_BODY // 65_536), end)
    assert told.startswith(b"HTTP/1.1 413 ")
    assert tiny.get()["received"] <= MAX_BODY


def test_a_body_up_to_the_limit_is_taken(tiny: Tiny) -> None:
    urllib.request.urlopen(tiny.address + "body", b"x" * MAX_BODY, timeout=10).close()
    assert tiny.get()["received"] == MAX_BODY


def test_the_api_is_told_as_a_problem(lasting: Tiny) -> None:
    told = answer_to(lasting, head("api/rooms/", f"Content-Length: {MAX_BODY + 1}"))
    headers, _, body = told.partition(b"\r\n\r\n")
    assert b"application/problem+json" in headers
    assert json.loads(body)["code"] == "too_long"
    told = answer_to(lasting, head("api/auth/users/", f"Content-Length: {MAX_BODY + 1}"))
    assert b"text/plain" in told


def test_a_request_that_never_comes_in_whole_is_cut(hasty: Tiny) -> None:
    body = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx"
    host, port = hasty.address.removeprefix("http://").strip("/").split(":")
    with ExitStack() as stack:
        clients = []
        for sent in (b"", b"GET /sta", body):
            client = socket.create_connection((host, int(port)), timeout=15)
            clients.append(stack.enter_context(client))
            client.sendall(sent)
        for client in clients:
            with suppress(ConnectionResetError):
                assert client.recv(1) == b""


def test_the_time_for_a_request_is_not_that_for_its_answer(hasty: Tiny) -> None:
    with hasty.deaf("slow", upgrade=False) as client:
        client.settimeout(15)
        assert client.recv(12) == b"HTTP/1.1 200"
    with hasty.open("listen") as client_of_socket:
        with suppress(TimeoutError):
            client_of_socket.recv(timeout=3)
        client_of_socket.send("here")
        wait_until(lambda: hasty.get()["last"] == "here")


def test_a_handshake_with_too_long_a_line_is_refused(lasting: Tiny) -> None:
    upgrade = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    line = head("listen?" + "x" * 9_000, *upgrade).replace(b"POST", b"GET", 1)
    host, port = lasting.address.removeprefix("http://").strip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(line)
        assert client.recv(9) == b"HTTP/1.1 "
