"""What a broken promise is called."""

from dataclasses import dataclass
from typing import Literal

type Name = Literal[
    "lost",  # acknowledged, and yet not in the rows, not told to a reader or not in their list
    "doubled",  # one post as two messages; a message twice in a list; a change told twice in a row
    "out_of_order",  # told or listed against the order of the numbers, or at the wrong time
    "early",  # told before it was committed, or told and never committed
    "altered",  # told, stored or answered otherwise than it was sent, or than it was told elsewhere
    "torn",  # altered in the reactions alone, which belong to a later change of the message
    "id_reused",  # an id, or a number of a room, that stands for two messages
    "uncounted",  # a counter that is not the number of committed changes
    "phantom",  # a message, a change or a reaction that nobody asked for
    "differs",  # a client's list, or REST, is not what the rows say
    "conflict",  # a resend refused as another message, or another message taken for a resend
]


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach. `detail` says who saw it, in which room, and of which message or number."""

    name: Name
    detail: str
