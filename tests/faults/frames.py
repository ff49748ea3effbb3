"""Good and bad frames after the categories of the Autobahn suite, and what they may lead to."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from tests.faults.raw import BINARY, CLOSE, CONT, PING, PONG, TEXT, Frame, frame, pieces

MAX_FRAME, MAX_MESSAGE = 65_536, 1 << 20


class Echo(NamedTuple):
    """The answer to a ping command."""

    value: str


type Answer = Echo | Frame | str  # a string is an error's code
type Codes = frozenset[int | None]  # None: no close frame


class Case(NamedTuple):
    """What is written, each part by itself; then these answers come, or one of these closes."""

    name: str
    writes: list[bytes]
    wanted: list[Answer] | Codes


BROKEN: Codes = frozenset({1002})
NO_TEXT: Codes = frozenset({1007})
TOO_BIG: Codes = frozenset({1009})
CUT: Codes = frozenset({None})


def ping(value: str) -> bytes:
    return json.dumps({"ping": value}, ensure_ascii=False).encode()


def octets(data: bytes, size: int = 1) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def framing() -> Iterator[Case]:
    """1: lengths."""
    yield Case("no text", [frame(TEXT)], ["bad_json"])
    for size in (13, 125, 126, 127, 128, 65_535, MAX_FRAME):
        value = "*" * (size - len(ping("")))
        yield Case(f"text of {size}", [frame(TEXT, ping(value))], [Echo(value)])
    large = "*" * (MAX_FRAME - len(ping("")))
    yield Case("text in chops", octets(frame(TEXT, ping(large)), 997), [Echo(large)])
    for size in (0, 125, 126, 127, 65_535, MAX_FRAME):
        yield Case(f"bytes of {size}", [frame(BINARY, b"\xfe" * size)], ["bad_frame"])
    yield Case("no mask", [frame(TEXT, ping("x"), masked=False)], BROKEN)


def pings() -> Iterator[Case]:
    """2: pings and pongs."""
    for payload in (b"", b"hello", bytes(range(1, 126)), b"\x00\xff\xfe"):
        yield Case(f"ping {len(payload)}", [frame(PING, payload)], [Frame(PONG, payload)])
    yield Case("ping of 126", [frame(PING, b"x" * 126)], BROKEN)
    yield Case("octet by octet", octets(frame(PING, b"slowly")), [Frame(PONG, b"slowly")])
    yield Case("unasked pongs", [frame(PONG, b"x"), frame(PONG)], [])
    ten = [b"%d" % number for number in range(10)]
    burst = b"".join(frame(PING, each) for each in ten)
    yield Case("ten at once", [burst], [Frame(PONG, each) for each in ten])


def reserved() -> Iterator[Case]:
    """3: reserved bits."""
    good = frame(TEXT, ping("x"))
    for rsv in range(1, 8):
        yield Case(f"text, rsv {rsv}", [frame(TEXT, ping("y"), rsv=rsv)], BROKEN)
        yield Case(f"after text, rsv {rsv}", [good + frame(BINARY, b"x", rsv=rsv)], BROKEN)
        yield Case(f"ping, rsv {rsv}", octets(frame(PING, b"x", rsv=rsv)), BROKEN)


def opcodes() -> Iterator[Case]:
    """4: opcodes that mean nothing."""
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield Case(f"{opcode}", [frame(opcode)], BROKEN)
        yield Case(f"{opcode}, payload", [frame(TEXT, ping("x")) + frame(opcode, b"x")], BROKEN)


def fragments() -> Iterator[Case]:
    """5: messages in pieces."""
    halves = pieces(TEXT, [ping("in two")[:8], ping("in two")[8:]])
    between = frame(PING, b"between")
    pong = Frame(PONG, b"between")
    yield Case("two", halves, [Echo("in two")])
    yield Case("two at once", [b"".join(halves)], [Echo("in two")])
    yield Case("octet by octet", octets(b"".join(halves)), [Echo("in two")])
    yield Case("ping between", [halves[0], between, halves[1]], [pong, Echo("in two")])
    yield Case("ping between, at once", [halves[0] + between + halves[1]], [pong, Echo("in two")])
    yield Case("pong between", [halves[0], frame(PONG), halves[1]], [Echo("in two")])
    empties = pieces(TEXT, [b"", b"", ping("e"), b"", b""])
    yield Case("empty ones", empties, [Echo("e")])
    yield Case("only empty ones", pieces(TEXT, [b"", b"", b""]), ["bad_json"])
    yield Case("bytes", pieces(BINARY, [b"\xff", b"\xfe"]), ["bad_frame"])
    for opcode in (PING, PONG, CLOSE):
        yield Case(f"{opcode} in pieces", pieces(opcode, [b"\x03", b"\xe8"]), BROKEN)
    for fin in (True, False):
        yield Case(f"nothing to go on with, {fin}", [frame(CONT, b"x", fin=fin)], BROKEN)
        after = b"".join(halves) + frame(CONT, b"x", fin=fin)
        yield Case(f"nothing to go on with any more, {fin}", [after], BROKEN)
        yield Case(f"text within, {fin}", [halves[0] + frame(TEXT, b"x", fin=fin)], BROKEN)


_GOOD_TEXTS = ("κόσμε", "\U0001f642", "\x7f", "߿", "ࠀ", "\uffff", "\U00010000", "\U0010ffff")
_BAD_TEXTS = (
    b"\x80", b"\xbf", b"\xfe", b"\xff", b"\xc3", b"\xc3(", b"\xe2\x82", b"\xf0\x9f\x99",
    b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xe0\x9f\xbf", b"\xf0\x80\x80\xaf",
    b"\xf0\x8f\xbf\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\x80\xed\xb0\x80",
    b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80",
)  # fmt: skip


def encoding() -> Iterator[Case]:
    """6: UTF-8."""
    for text in _GOOD_TEXTS:
        data = ping(text)
        yield Case(f"good {text!r}", [frame(TEXT, data)], [Echo(text)])
        yield Case(f"{text!r} in octets", pieces(TEXT, octets(data)), [Echo(text)])
    for bad in _BAD_TEXTS:
        yield Case(f"bad {bad!r}", [frame(TEXT, bad)], NO_TEXT)
        data = b'{"ping": "' + bad + b'"}'
        yield Case(f"bad {bad!r} within", [frame(TEXT, data)], NO_TEXT)
        yield Case(f"bad {bad!r} in octets", pieces(TEXT, octets(data)), NO_TEXT)
        yield Case(f"{bad!r} as bytes", [frame(BINARY, bad)], ["bad_frame"])


def closes() -> Iterator[Case]:
    """7: closing. Who closes is answered with the same code, or with 1000; who closes wrongly
    may be cut."""
    after = frame(TEXT, ping("too late")) + frame(PING, b"too late")
    yield Case("no code", [frame(CLOSE)], frozenset({1000, 1005}))
    yield Case("and more", [frame(CLOSE, b"\x03\xe8") + after], frozenset({1000}))
    yield Case("twice", [frame(CLOSE, b"\x03\xe8") * 2], frozenset({1000}))
    open_ = frame(TEXT, b"x", fin=False)
    yield Case("within a message", [open_ + frame(CLOSE)], frozenset({1000, 1002, 1005}))
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
        for reason in (b"", b"why", b"*" * 123):
            data = frame(CLOSE, code.to_bytes(2) + reason)
            yield Case(f"{code} {len(reason)}", [data], frozenset({1000, code}))
    for code in (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535):
        yield Case(f"{code}", [frame(CLOSE, code.to_bytes(2))], BROKEN | CUT)
    yield Case("one octet", [frame(CLOSE, b"\x03")], BROKEN | CUT)
    yield Case("126 octets", [frame(CLOSE, b"\x03\xe8" + b"*" * 124)], BROKEN | CUT)
    no_text = frame(CLOSE, b"\x03\xe8\xff\xfe")
    yield Case("a reason that is no text", [no_text], BROKEN | NO_TEXT | CUT)


def limits() -> Iterator[Case]:
    """9: limits. Beyond 64 KiB it is too long, beyond 1 MiB the end."""
    for size in (MAX_FRAME + 1, 4 * MAX_FRAME, MAX_MESSAGE):
        yield Case(f"text of {size}", [frame(TEXT, b"x" * size)], ["too_long"])
        yield Case(f"bytes of {size}", [frame(BINARY, b"x" * size)], ["bad_frame"])
    parts = [b"x" * MAX_FRAME] * (MAX_MESSAGE // MAX_FRAME)
    yield Case("1 MiB in pieces", pieces(TEXT, parts), ["too_long"])
    yield Case("1 MiB in chops", octets(frame(TEXT, b"x" * MAX_MESSAGE), 4093), ["too_long"])
    yield Case("more in pieces", pieces(TEXT, [*parts, b"x"]), TOO_BIG)
    yield Case("more", [frame(TEXT, b"x" * (MAX_MESSAGE + 1))], TOO_BIG)
    yield Case("more bytes", [frame(BINARY, b"x" * (MAX_MESSAGE + 1))], TOO_BIG)
    for announced in (MAX_MESSAGE + 1, 1 << 40, (1 << 63) - 1):
        yield Case(f"{announced} announced", [frame(TEXT, announced=announced)], TOO_BIG)
    yield Case("2^63 announced", [frame(TEXT, announced=1 << 63)], TOO_BIG | BROKEN)


def mixed() -> Iterator[Case]:
    """10: cut into pieces by who is between."""
    value = "*" * (MAX_FRAME - len(ping("")))
    yield Case("64 KiB in 1300s", pieces(TEXT, octets(ping(value), 1300)), [Echo(value)])
    several = [frame(TEXT, ping(f"{number}")) for number in range(30)]
    yield Case("thirty at once", [b"".join(several)], [Echo(f"{n}") for n in range(30)])


CATEGORIES = (framing, pings, reserved, opcodes, fragments, encoding, closes, limits, mixed)
