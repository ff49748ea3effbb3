"""A room's last changes as frames, so that most who come back need no query."""

from collections import OrderedDict
from dataclasses import dataclass, field

from rooms.events import MessageDeleted, MessageEdited, MessageEvent, MessagePosted
from rooms.hub.frames import Frames


@dataclass(slots=True)
class _Entry:
    """A message as it was last told, and its frames by the name under which they were told."""

    event: MessageEvent
    frames: dict[str, Frames] = field(default_factory=dict)


class Ring:
    """The latest state of each message that changed after `floor`, at most `size` of them.

    Latest states, not acts: a deleted message's text must not be told again.
    """

    __slots__ = ("_entries", "_size", "floor")

    def __init__(self, floor: int, size: int = 256) -> None:
        self.floor = floor
        self._size = size
        self._entries: OrderedDict[int, _Entry] = OrderedDict()  # by message id, as they were told

    def add(self, frames: Frames, event: MessageEvent) -> None:
        """Remembers what was just told; numbers only grow."""
        message_id = event.message["id"]
        held = self._entries.get(message_id)
        if held is not None and held.event.number > event.number:
            return
        self._entries[message_id] = _Entry(event, {event.key: frames})
        self._entries.move_to_end(message_id)
        while len(self._entries) > self._size:
            _id, oldest = self._entries.popitem(last=False)
            self.floor = max(self.floor, oldest.event.number)

    def replay(self, since: int, upto: int) -> list[Frames] | None:
        """What `history.changes_since` would tell, from memory; None when memory does not reach."""
        if since < self.floor:
            return None
        told: list[tuple[int, Frames]] = []
        for entry in self._entries.values():
            event = entry.event
            if event.number <= since:
                continue
            posted = event.message["seq"]
            number = posted if posted > since else event.number
            if number > upto:
                return None  # told ahead of the count by a repair; only the rows know the order
            kind = _kind(event, posted=posted > since)
            if kind.key not in entry.frames:
                entry.frames[kind.key] = Frames(
                    kind(event.message, event.rendered, event.reply_author, event.follows)
                )
            told.append((number, entry.frames[kind.key]))
        told.sort(key=lambda pair: pair[0])
        return [frames for _number, frames in told]


def _kind(event: MessageEvent, *, posted: bool) -> type[MessageEvent]:
    if posted:
        return MessagePosted
    return MessageDeleted if event.message["deleted"] else MessageEdited
