"""Where a message stands in its room: the page that holds it, and its row there."""

from django.urls import reverse

from rooms import history
from rooms.models import Message

BELOW = 24  # messages that stand under it on an older page: about half of them


def place_of(message: Message) -> str:
    """The address of the message's row: on the room's live page when it is one of the newest."""
    behind = Message.objects.filter(room_id=message.room_id, seq__gt=message.seq).order_by("seq")
    seqs = list(behind.values_list("seq", flat=True)[: history.PAGE])
    is_newest = len(seqs) < history.PAGE
    older = "" if is_newest else f"?before={seqs[BELOW]}"
    return f"{reverse('room', args=[message.room.name])}{older}#m{message.pk}"
