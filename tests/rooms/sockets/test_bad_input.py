"""Whatever a client sends: a coded error, an open socket that works afterwards, nobody harmed."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError

from accounts.models import User
from rooms import writer
from rooms.models import Message, Room
from rooms.refusals import Refusal
from tests.rooms.sockets.conftest import Enter

pytestmark = pytest.mark.django_db(transaction=True)

BAD_JSON = [
    "", " ", "hello", "{", "}", '{"message": "x"', '{"message": "x"} y', "{'message': 'x'}",
    '{"message": "a\nb"}', '{"message": "a\x00b"}', '{"message": "\\x00"}', "\ufeff{}", "//",
    '{"ping": NaN}', '{"ping": Infinity}', '{"ping": -Infinity}', '{"ping": 1e999}',
    '{"ping": [-1e999]}', '{"ping": 0x10}', '{"ping": 01}',
    f'{{"read": {"9" * 5000}}}', f'{{"ping": -{"9" * 5000}}}',
    f'{{"ping": {"[" * 10_000}{"]" * 10_000}}}', "[" * 60_000,
    f'{{"message": {"[" * 10_000}{"]" * 10_000}}}', '{"a":' * 10_000 + "1" + "}" * 10_000,
]  # fmt: skip

BAD_FRAMES: list[Any] = [
    [], [{"message": "x"}], 1, 1.5, "x", None, True, {}, {"dance": 1}, {"Message": "x"},
    {"mess\u0430ge": "x"}, {"ack": {"client_id": "x"}}, {"ready": {}},
    {"message": "x", "typing": True}, {"message": "x", "edit": {"id": 1, "content": "x"}},
    {"message": 1}, {"message": None}, {"message": True}, {"message": ["x"]},
    {"message": {"content": "x"}},
    {"message": "x", "reply_to": "x"}, {"message": "x", "reply_to": -1},
    {"message": "x", "reply_to": 1.5}, {"message": "x", "reply_to": True},
    {"message": "x", "reply_to": 2**53}, {"message": "x", "reply_to": {"id": 1}},
    {"edit": 1}, {"edit": None}, {"edit": {}}, {"edit": []}, {"edit": {"id": 1}},
    {"edit": {"content": "x"}}, {"edit": {"id": "x", "content": "x"}},
    {"edit": {"id": True, "content": "x"}}, {"edit": {"id": 1.0, "content": "x"}},
    {"edit": {"id": -1, "content": "x"}}, {"edit": {"id": 2**53, "content": "x"}},
    {"edit": {"id": 1, "content": None}}, {"edit": {"id": 1, "content": ["x"]}}, {"edit": "1"},
    {"delete": 1}, {"delete": None}, {"delete": {}}, {"delete": {"id": None}},
    {"delete": {"id": "9" * 17}}, {"delete": "x"}, {"delete": "\u0663"},
    {"react": {"id": 1}}, {"react": {"emoji": "👍"}}, {"react": {"id": 1, "emoji": 1}},
    {"react": "👍"}, {"unreact": {"id": 1}}, {"unreact": {"emoji": "👍"}},
    {"typing": False}, {"typing": None}, {"typing": "yes"}, {"typing": {}},
    {"typing": True, "ago": -1}, {"typing": True, "ago": 3501}, {"typing": True, "ago": "soon"},
    {"read": -1}, {"read": "x"}, {"read": 1.5}, {"read": None}, {"read": True}, {"read": 2**53},
    {"read": {"seq": 1}},
]  # fmt: skip

BAD_CLIENT_IDS: list[Any] = ["", "a b", "é", "a.b", "x" * 65, "x\n", 1, 1.0, True, [], {}, "\ud800"]

BAD_TEXTS = [
    ("", "empty"), (" ", "empty"), ("\n\t \r", "empty"), ("\u200b\u2060", "empty"),
    ("\u00a0\u3000", "empty"), ("x" * 4001, "too_long"), ("👋" * 4001, "too_long"),
    ("a\x00b", "bad_text"), ("\x00", "bad_text"), ("\ud800", "bad_text"),
    ("a\udfffb", "bad_text"), ("\udc00\ud800", "bad_text"),
]  # fmt: skip

TOO_LONG = [
    json.dumps({"message": "x" * 100_000}),
    json.dumps({"ping": "x" * 65_536}),
    json.dumps({"ping": "é" * 40_000}, ensure_ascii=False),
    "x" * 100_000,
    "[" * 100_000,
    " " * 100_000,
]


async def test_what_is_not_json(ada: User, bob: User, enter: Enter) -> None:
    await _all_refused(ada, bob, enter, [(frame, "bad_json") for frame in BAD_JSON])


async def test_json_of_a_wrong_shape(ada: User, bob: User, enter: Enter) -> None:
    frames = [(json.dumps(frame), "bad_frame") for frame in BAD_FRAMES]
    await _all_refused(ada, bob, enter, frames)


async def test_bytes(ada: User, bob: User, enter: Enter) -> None:
    frames = (b"x", b'{"message": "x"}', b"\x00\xff" * 50_000)
    await _all_refused(ada, bob, enter, [(frame, "bad_frame") for frame in frames])


async def test_client_ids_that_are_none(ada: User, bob: User, enter: Enter) -> None:
    frames = [
        (json.dumps({**command, "client_id": client_id}), "bad_frame")
        for client_id in BAD_CLIENT_IDS
        for command in ({"message": "x"}, {"ping": 1}, {"typing": True})
    ]
    await _all_refused(ada, bob, enter, frames)


async def test_texts_that_are_none(ada: User, bob: User, enter: Enter) -> None:
    frames = [(json.dumps({"message": text}), code) for text, code in BAD_TEXTS]
    await _all_refused(ada, bob, enter, frames)


async def test_frames_beyond_64_kib(ada: User, bob: User, enter: Enter) -> None:
    await _all_refused(ada, bob, enter, [(frame, "too_long") for frame in TOO_LONG])


async def _all_refused(
    ada: User, bob: User, enter: Enter, frames: Sequence[tuple[str | bytes, str]]
) -> None:
    hers, his = await enter(ada), await enter(bob)
    for number, (frame, code) in enumerate(frames):
        if number and number % 15 == 0:
            await hers.disconnect()
            hers = await enter(ada)  # before fifty of them end the socket
        await hers.send(frame)
        error = await hers.until("error")
        assert error["code"] == code, frame[:200]
        assert error["detail"], frame[:200]
        assert "client_id" not in error

    await hers.send({"message": "it still works", "client_id": "x"})

    await hers.until("ack")
    (frame,) = await his.so_far()
    assert frame["message"]["content"] == "it still works"
    assert await Message.objects.acount() == 1


async def test_nesting_of_any_depth_is_echoed_or_refused(ada: User, enter: Enter) -> None:
    for depth in (10, 100, 900, 1100, 2400, 5000, *range(9970, 10_001)):
        hers = await enter(ada)
        await hers.send(f'{{"ping": {"[" * depth}{"]" * depth}}}')
        assert await hers.answered(), depth
        await hers.so_far()
        await hers.disconnect()


async def test_an_error_repeats_the_client_id_of_what_it_refuses(ada: User, enter: Enter) -> None:
    hers = await enter(ada)

    wrong: list[dict[str, Any]] = [
        {}, {"dance": 1}, {"message": 1}, {"message": ""}, {"edit": {}}, {"typing": 2},
    ]  # fmt: skip
    for command in wrong:
        await hers.send({**command, "client_id": "mine"})
        assert (await hers.until("error"))["client_id"] == "mine", command


async def test_what_is_just_short_enough_is_taken(ada: User, general: Room, enter: Enter) -> None:
    hers = await enter(ada)

    await hers.send({"message": "👋" * 4000, "client_id": "x" * 64})
    assert (await hers.until("ack"))["client_id"] == "x" * 64
    frame = '{"ping": "fits"}'
    await hers.send(frame + " " * (65_536 - len(frame)))
    assert await hers.until("pong") == "fits"


async def test_keys_that_are_no_commands_are_options_and_do_no_harm(
    ada: User, enter: Enter
) -> None:
    hers = await enter(ada)

    await hers.send({"message": "x", "colour": "red", "content": "y", "": [], "client_id": None})

    assert (await hers.until("message"))["content"] == "x"


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (OperationalError("planted"), "storage_unavailable"),
        (InterfaceError("planted"), "storage_unavailable"),
        (DatabaseError("planted"), "internal"),
        (RuntimeError("planted"), "internal"),
    ],
)
async def test_a_fault_of_ours_is_told_and_the_socket_stays(
    ada: User, enter: Enter, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: str
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise problem

    hers = await enter(ada)
    with monkeypatch.context() as patch:
        patch.setattr(writer, "post_prepared", fail)
        await hers.send({"message": "x", "client_id": "y"})
        error = await hers.until("error")

    assert (error["code"], error["client_id"]) == (code, "y")
    assert "planted" not in error["detail"]
    await hers.send({"message": "x", "client_id": "y"})
    assert (await hers.until("ack"))["client_id"] == "y"


def test_every_refusal_has_a_code_of_the_table() -> None:
    table = set(
        "bad_json bad_frame empty too_long bad_text not_found forbidden archived read_only"
        " rate_limited id_conflict storage_unavailable internal".split()
    )
    only_rest = {"taken", "bad_fields"}

    codes = {refusal.code for refusal in _all_kinds(Refusal)}

    assert codes == table | only_rest


def _all_kinds(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(_all_kinds(each) for each in kind.__subclasses__()))
