"""What changed in a room since a number: the socket's replay, for programs that only ask."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from rooms import history
from rooms.api.door import Door
from rooms.api.paging import link
from rooms.api.schema import ChangesSerializer, describe
from rooms.api.shapes import ChangesQuery, read
from rooms.events import Reset


class Changes(Door):
    @describe("list_changes", {200: ChangesSerializer}, query=ChangesQuery)
    def get(self, request: Request, name: str) -> Response:
        """Tells each message that changed after `since` once, as it is now, as the socket would.

        Ordered by the number that concerns the asker: `seq` for a message posted after `since`,
        else `changed_seq`. However long ago `since` was, the answer is whole: while `next` is an
        address, go on there. `seq` is the number up to which the asker then has everything: the
        `since` of the next time, wherever one stops, with `epoch`. When the numbers are not this
        room's (`since` was never given out, or `epoch` is another, because a backup was restored),
        the one result is a `reset`: read the messages anew and go on from its `seq`.
        """
        room = self.find_room(name)
        query = read(ChangesQuery, request.query_params)
        # The head first, then the changes up to it: the other order can lose one in between.
        head = history.read_heads([room.pk])[room.pk]
        since = query["since"]
        upto = max(since, query.get("upto", head.seq))
        if query.get("epoch", head.epoch) != head.epoch:
            return _answer([Reset("epoch", head.seq).public()], head.seq, head.epoch)
        if upto > head.seq:
            return _answer([Reset("unknown", head.seq).public()], head.seq, head.epoch)
        changes = history.changes_since(
            room.pk, since, upto=upto, after=query.get("after"), limit=history.MAX_PAGE
        )
        following = None
        if changes.more:
            following = link(
                request, since=since, after=changes.reached, upto=upto, epoch=head.epoch
            )
        told = [event.public() for event in changes.events]
        return _answer(told, changes.reached, head.epoch, following)


def _answer(
    results: list[dict[str, Any]],
    seq: int,
    epoch: str,
    following: str | None = None,
) -> Response:
    return Response({"results": results, "seq": seq, "epoch": epoch, "next": following})
