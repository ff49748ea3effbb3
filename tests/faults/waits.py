"""How long whoever asked for something waited until it was answered, whatever the answer."""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import NamedTuple

from tests.faults.claims.facts import Key
from tests.faults.record import Acked, Blank, Changed, Record, Refused


class Wait(NamedTuple):
    """One sending of a post or of a change; infinite where nothing ended it."""

    author: str
    client_id: str
    what: str  # "message", or what the change is told as
    code: str  # of a refusal
    seconds: float


def waits(record: Record) -> Iterator[Wait]:
    """Of a load that has settled. Of several copies of a post the first answer is taken for that of
    the first."""
    asked: defaultdict[Key, deque[tuple[str, float]]] = defaultdict(deque)
    for post in record.sent:
        asked[post.author, post.client_id].append(("message", post.at))
    for change in record.asked:
        asked[change.actor, change.client_id].append((change.kind, change.at))
    for key, code, at in _ends(record):
        what, since = asked[key].popleft()
        yield Wait(*key, what, code, at - since)
    for key, open_ in asked.items():
        for what, _since in open_:
            yield Wait(*key, what, "", float("inf"))


def _ends(record: Record) -> list[tuple[Key, str, float]]:
    """Whose, the code of a refusal, and when; in the order of time."""
    plain: list[Acked | Refused | Blank] = [*record.acked, *record.refused, *record.blank]
    changed: list[Changed] = record.changed
    ends = [
        ((each.author, each.client_id), each.code if isinstance(each, Refused) else "", each.at)
        for each in plain
    ]
    ends += [((each.actor, each.client_id), "", each.at) for each in changed]
    return sorted(ends, key=lambda end: end[2])
