"""Putting an emoji on a message and taking it back."""

import emoji as emoji_data
from django.utils.translation import gettext as _

from accounts.models import User
from rooms import access
from rooms.broadcast import publish, room_topic
from rooms.events import ReactionsChanged
from rooms.models import Message, Reaction, Room, RoomHead
from rooms.refusals import BadText, Forbidden, NotFound
from rooms.turns import changing

MAX_KINDS = 20


def add_reaction(actor: User, room: Room, message_id: int, emoji: str) -> Message:
    """Puts one emoji grapheme on a message; the same again changes nothing.

    Raises BadText for anything else than an emoji, Forbidden beyond 20 kinds a message, NotFound
    for a
    deleted message.
    """
    emoji = _fully_qualified(emoji)
    access.require_may_write(actor, room)
    with changing():
        RoomHead.objects.lock(room.pk)
        message = access.find_message(actor, room, message_id)
        access.require_may_write(actor, message.room)
        if message.is_deleted:
            raise NotFound
        placed = {(each.user_id, each.emoji) for each in message.reactions.all()}
        if (actor.pk, emoji) in placed:
            return message
        kinds = {kind for _user, kind in placed}
        if emoji not in kinds and len(kinds) >= MAX_KINDS:
            raise Forbidden(_("A message takes at most %(count)s kinds.") % {"count": MAX_KINDS})
        Reaction.objects.create(message=message, user=actor, emoji=emoji)
        return _publish_change(room, message)


def remove_reaction(actor: User, room: Room, message_id: int, emoji: str) -> Message:
    """Takes one's own emoji back; where there is none, nothing changes."""
    emoji = _fully_qualified(emoji)
    access.require_may_write(actor, room)
    with changing():
        RoomHead.objects.lock(room.pk)
        message = access.find_message(actor, room, message_id)
        access.require_may_write(actor, message.room)
        gone, _kinds = Reaction.objects.filter(message=message, user=actor, emoji=emoji).delete()
        return _publish_change(room, message) if gone else message


def _publish_change(room: Room, message: Message) -> Message:
    message.changed_seq = RoomHead.objects.take_change(room.pk)
    message.save(update_fields=["changed_seq"])
    message = Message.objects.with_payload().get(pk=message.pk)
    publish(room_topic(room.pk), ReactionsChanged.of(message))
    return message


def _fully_qualified(emoji: str) -> str:
    """One form for each emoji, so that ❤ with and without its variation selector are one kind."""
    if len(emoji) > 64 or not emoji_data.is_emoji(emoji):
        raise BadText(_("That is not one emoji."))
    return emoji_data.emojize(emoji_data.demojize(emoji))
