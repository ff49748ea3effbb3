"""Shapes of what comes in: JSON, numbers, and a command nested or flat."""

import json
from typing import Any

import pytest

from rooms import inputs
from rooms.inputs import DeleteInput, EditInput, PingInput, PostInput, ReactionInput, ReadInput
from rooms.refusals import BadFrame, BadJson


@pytest.mark.parametrize(
    "text",
    ["", "x", "{", "[1,]", "NaN", "[Infinity]", "-Infinity", "1e999", "-1e999", "9" * 5000,
     "[" * 100_000, '{"a":' * 100_000, "\x00", "'a'", '"\n"', b"\xff", b"\xff\xfe1"],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_what_is_no_json_or_has_no_end(text: str | bytes) -> None:
    with pytest.raises(BadJson):
        inputs.read_json(text)


def test_json_is_read_as_it_stands() -> None:
    text = '{"a": [1, -1.5e3, true, null, "\\u00e9\\ud83d\\udc4b"], "b": 9007199254740993}'

    assert inputs.read_json(text) == json.loads(text)
    assert inputs.read_json(b'{"a": "\xc3\xa9"}') == {"a": "é"}


@pytest.mark.parametrize(
    ("value", "number"), [(0, 0), (1, 1), (2**53 - 1, 2**53 - 1), ("0", 0), ("007", 7), ("12", 12)]
)
def test_numbers_from_programs_and_from_forms(value: Any, number: int) -> None:
    assert inputs.number(value) == number


@pytest.mark.parametrize(
    "value",
    [None, True, False, -1, 2**53, 1.0, 1.5, "", " 1", "1 ", "+1", "-1", "1.0", "1e3", "x", "1_0",
     "\u0663", "9" * 17, "9007199254740992", [], {}, [1]],
)  # fmt: skip
def test_what_is_no_number_that_was_given_out(value: Any) -> None:
    with pytest.raises(BadFrame):
        inputs.number(value)


@pytest.mark.parametrize("value", ["a", "Z", "0", "-", "_", "A-z_09" * 10, "x" * 64])
def test_client_ids(value: str) -> None:
    assert inputs.client_id({"client_id": value}) == value


def test_no_client_id_is_none() -> None:
    assert inputs.client_id({}) is None
    assert inputs.client_id({"client_id": None}) is None


@pytest.mark.parametrize("value", ["", "x" * 65, "a b", "a.b", "é", "a\n", "\x00", 1, True, [], {}])
def test_what_is_no_client_id(value: Any) -> None:
    with pytest.raises(BadFrame):
        inputs.client_id({"client_id": value})


def test_a_post_with_and_without_an_answered_message() -> None:
    assert PostInput.read("x", {}) == PostInput("x", None)
    assert PostInput.read("x", {"reply_to": None}) == PostInput("x", None)
    assert PostInput.read("x", {"reply_to": ""}) == PostInput("x", None)
    assert PostInput.read("x", {"reply_to": "7"}) == PostInput("x", 7)
    assert PostInput.read("x", {"reply_to": 7}) == PostInput("x", 7)


def test_nested_as_programs_write_and_flat_as_forms_send() -> None:
    assert EditInput.read({"id": 7, "content": "x"}, {}) == EditInput(7, "x")
    assert EditInput.read("7", {"edit": "7", "content": "x"}) == EditInput(7, "x")
    assert DeleteInput.read({"id": 7}, {}) == DeleteInput.read("7", {}) == DeleteInput(7)
    assert ReactionInput.read({"id": 7, "emoji": "👍"}, {}) == ReactionInput(7, "👍")
    assert ReactionInput.read("7", {"emoji": "👍"}) == ReactionInput(7, "👍")
    assert ReadInput.read(7, {}) == ReadInput.read("7", {}) == ReadInput(7)
    assert PingInput.read({"x": []}, {}) == PingInput({"x": []})


def test_options_beside_a_nested_command_are_not_its_fields() -> None:
    with pytest.raises(BadFrame):
        EditInput.read({"id": 7}, {"content": "x"})
    assert EditInput.read({"id": 7, "content": "x"}, {"id": 8, "content": "y"}) == EditInput(7, "x")
