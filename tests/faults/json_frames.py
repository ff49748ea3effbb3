"""JSON as nobody should send it, made by Hypothesis; and what may be answered to it."""

import json
import math
import re
from typing import Any

from hypothesis import strategies as st

MAX_FRAME = 65_536
MOST_NAMED = 30  # the greatest id that frames are sure to name
COMMANDS = ("message", "edit", "delete", "react", "unreact", "typing", "read", "ping")
# Those of docs/protocol.md that something sent can be answered with; the others say that the site
# itself, or the pace, is at fault.
CODES = frozenset(
    {"bad_json", "bad_frame", "empty", "too_long", "bad_text", "not_found", "forbidden"}
    | {"archived", "read_only", "id_conflict"}
)

_strings = st.one_of(
    st.text(max_size=20),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Zs"]), max_size=8),  # surrogates too
    st.sampled_from(["", "\x00", "\ud800", "\udc00\ud800", "👍", "1", "true", "general", "\u202e"]),
    st.builds(
        lambda each, times: each * times, st.sampled_from("x👋\x00é<&\n"), st.integers(0, 5000)
    ),
)
_numbers = st.one_of(
    st.integers(-2, 12),
    st.integers(),
    st.sampled_from([2**31, 2**53 - 1, 2**53, 2**63, -(2**63) - 1, 2**64, 10**400, -1]),
    st.floats(allow_nan=True),
)
_scalars = st.one_of(st.none(), st.booleans(), _numbers, _strings)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_strings, inner, max_size=4)
    ),
    max_leaves=8,
)
_client_ids = st.one_of(
    st.sampled_from(["a", "b-1", "Z_9", "x" * 64, "x" * 65, "", "a b", "é", "a\n", "\ud800"]),
    _values,
)
_ids = st.one_of(st.integers(1, MOST_NAMED), _values)
_insides = st.fixed_dictionaries(
    {},
    optional={
        "id": _ids,
        "content": st.one_of(_strings, _values),
        "emoji": st.one_of(st.sampled_from(["👍", "❤", "x", ""]), _values),
    },
)
_pairs = st.one_of(
    st.tuples(st.sampled_from(COMMANDS), st.one_of(_insides, _ids, _strings, _values)),
    st.tuples(st.just("message"), _strings),
    st.tuples(st.sampled_from(["edit", "delete", "react", "unreact"]), _insides),
)
_options = st.one_of(
    st.tuples(st.just("client_id"), _client_ids),
    st.tuples(st.sampled_from(["reply_to", "id", "content", "emoji", ""]), _values),
    st.tuples(_strings, _values),
    _pairs,
)


@st.composite
def _near_misses(draw: st.DrawFn) -> str:
    """A command, or two, among other keys, some of them twice."""
    pairs = [draw(_pairs), *draw(st.lists(_options, max_size=3))]
    pairs = draw(st.permutations(pairs))
    plain = draw(st.booleans())
    told = (f"{as_text(key, plain=plain)}: {as_text(value, plain=plain)}" for key, value in pairs)
    return "{" + ", ".join(told) + "}"


@st.composite
def _nested(draw: st.DrawFn) -> str:
    """To any depth, closed or not."""
    depth = draw(st.sampled_from([1, 100, 900, 3000, 5000, 12_000, 30_000]))
    opening, closing = draw(st.sampled_from([("[", "]"), ('{"a":', "}")]))
    value = opening * depth + "1" + closing * (depth - draw(st.integers(0, 1)))
    return draw(st.sampled_from([value, f'{{"ping": {value}}}', f'{{"message": {value}}}']))


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    """With a piece cut out, or something put in."""
    text = draw(_near_misses())
    at = draw(st.integers(0, len(text)))
    cut = draw(st.integers(0, 5))
    put = draw(
        st.sampled_from(["", '"', "\\", "\\u", "\\ud800", "{", "\x00", "1e999", "NaN", "\n"])
    )
    return text[:at] + put + text[at + cut :]


def as_text(value: Any, *, plain: bool = False) -> str:
    """As JSON. `plain` leaves what needs no escape as it is; lone surrogates always need one."""
    text = json.dumps(value, ensure_ascii=not plain)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


FRAMES: st.SearchStrategy[str] = st.one_of(
    _near_misses(),
    _near_misses(),
    _near_misses(),
    _values.map(as_text),
    _spoilt(),
    _nested(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        [" " * 65_537, '{"ping": "' + "x" * 70_000 + '"}', '{"read": ' + "9" * 5000 + "}"]
    ),
)


def is_owed_an_error(text: str) -> bool:
    """Whether by its shape alone it can have no effect."""
    if len(text.encode()) > MAX_FRAME:
        return True
    return command_of(text) is None


def command_of(text: str) -> str | None:
    """Its one command; None where it has none, or several."""
    found = _read(text)
    names = found.keys() & set(COMMANDS) if isinstance(found, dict) else set()
    return names.pop() if len(names) == 1 else None


def client_id_of(text: str) -> str | None:
    """The `client_id` that the answer has to repeat; None where there is no good one."""
    found = _read(text)
    value = found.get("client_id") if isinstance(found, dict) else None
    is_good = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value)
    return str(value) if is_good else None


def _read(text: str) -> Any:
    """None also for what is no JSON: Python reads NaN, the infinities and 1e999 all the same."""
    try:
        return json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return None


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError(digits)
    return number
