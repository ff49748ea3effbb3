"""How a peer is spoken to, so far as the load generator must know; it goes to it as JSON."""

from dataclasses import dataclass, field

# Where a text has its number. Plain words, so that no peer's markup comes in between.
MARK, DIGITS = b"bench #", 6
_FILLER = "the quick brown fox jumps over the lazy dog, "
_SIZE = 200  # bytes


@dataclass(frozen=True, slots=True)
class Speech:
    """One peer's frames, all of them texts.

    `steps` lead into the room: after a frame that holds the first text of one its second is said,
    where it is not empty. An empty first text is the opening itself; who has done all steps is in.
    """

    post: tuple[str, str]  # what stands before and after a posted text
    steps: list[tuple[str, str]] = field(default_factory=list)
    delivery: str = ""  # how a frame with a message begins; others are not deliveries
    replies: dict[str, str] = field(default_factory=dict)  # whole frames


@dataclass(frozen=True, slots=True)
class Caller:
    """One client: where it knocks, and with which headers."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How messages are posted: `burst` at once, and the next when everybody has heard these;
    or, with a `rate`, so many a second whatever has been heard."""

    messages: int
    burst: int = 1
    rate: float = 0.0


def text_of(number: int) -> str:
    """A text of 200 bytes that no other is, with nothing that JSON, XML or HTML escapes."""
    words = f"{MARK.decode()}{number:0{DIGITS}}# "
    return (words + _FILLER * (_SIZE // len(_FILLER) + 1))[:_SIZE]
