"""Who may do what: the only module that answers it. Permission is the lookup."""

import re
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from rooms.models import Membership, Message, Room
from rooms.models.room import RoomQuerySet
from rooms.refusals import Archived, Banned, Forbidden, NotFound, ReadOnly, Refusal

_ADDRESS = re.compile(r"[a-z0-9_-]{1,40}")
_MODERATING = frozenset({Membership.Role.OWNER, Membership.Role.MODERATOR})


def visible_rooms(user: User) -> RoomQuerySet:
    """The rooms that exist for `user`; those that they are banned from are left out."""
    banned = Membership.objects.filter(
        room=OuterRef("pk"), user=user, banned_until__gt=timezone.now()
    )
    return Room.objects.visible_to(user).exclude(Exists(banned))


def find_room(user: User, name: str) -> Room:
    """The room at this address, whatever its case. Raises NotFound, Banned."""
    if not _ADDRESS.fullmatch(name.lower()):
        raise NotFound
    room = Room.objects.named(name).first()
    if room is None:
        raise NotFound
    require_may_open(user, room)
    return room


def find_room_by_id(user: User, room_id: int) -> Room:
    """The room with this id, as `find_room`."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    require_may_open(user, room)
    return room


def find_message(user: User, room: Room, message_id: int) -> Message:
    """A message of a room that `user` may open, with what its payload needs. Raises NotFound,
    Banned."""
    require_may_open(user, room)
    message = Message.objects.with_payload().filter(room=room, pk=message_id).first()
    if message is None:
        raise NotFound
    return message


def standing(user: User, room: Room) -> Membership | None:
    """The person's row in the room, also of one who has left; None for whoever never was in."""
    return Membership.objects.filter(room=room, user=user).first()


def is_member(user: User, room: Room) -> bool:
    membership = standing(user, room)
    return membership is not None and membership.is_current


def opening_refusal(user: User, room: Room, membership: Membership | None) -> Refusal | None:
    """Why `user`, whose row is `membership`, may not open `room`; None when they may."""
    if not user.is_active:
        return NotFound()
    banned = membership is not None and membership.is_banned
    if room.kind != Room.Kind.PUBLIC and (
        membership is None or not membership.is_current or banned
    ):
        return NotFound()
    return Banned() if banned else None


def writing_refusal(user: User, room: Room, membership: Membership | None) -> Refusal | None:
    """Why `user` may not write in `room`; None when they may. Whoever may open a public room may
    write."""
    refusal = opening_refusal(user, room, membership)
    if refusal is not None:
        return refusal
    if room.is_archived:
        return Archived()
    if membership is not None and membership.role == Membership.Role.READ_ONLY:
        return ReadOnly()
    return None


def require_may_open(user: User, room: Room) -> None:
    """Raises NotFound or Banned."""
    refusal = opening_refusal(user, room, standing(user, room))
    if refusal is not None:
        raise refusal


def require_may_write(user: User, room: Room) -> None:
    """Raises NotFound, Banned, Archived or ReadOnly."""
    refusal = writing_refusal(user, room, standing(user, room))
    if refusal is not None:
        raise refusal


def may_write(user: User, room: Room) -> bool:
    return writing_refusal(user, room, standing(user, room)) is None


def may_moderate(user: User, room: Room) -> bool:
    """Owners and moderators of the room; in a public one the site's administrators too."""
    return moderates(user, room, standing(user, room))


def moderates(user: User, room: Room, membership: Membership | None) -> bool:
    """The same of one whose row is `membership`."""
    if opening_refusal(user, room, membership) is not None:
        return False
    if membership is not None and membership.is_current and membership.role in _MODERATING:
        return room.kind != Room.Kind.DIRECT
    return user.is_staff and room.kind == Room.Kind.PUBLIC


def may_manage(user: User, room: Room) -> bool:
    """Who may change title, topic, name and archiving, and who belongs to it."""
    return may_moderate(user, room)


def require_may_manage(user: User, room: Room) -> None:
    """Raises NotFound, Banned or Forbidden."""
    require_may_open(user, room)
    if not may_manage(user, room):
        raise Forbidden(_("Only the room's owner and moderators may do that."))


def require_may_edit(user: User, message: Message) -> None:
    """Only its author edits a message. A deleted one is no longer there."""
    require_may_write(user, message.room)
    if message.author_id != user.pk:
        raise Forbidden(_("Only its author may edit a message."))
    if message.is_deleted:
        raise NotFound


def require_may_delete(user: User, message: Message) -> None:
    """Its author, and whoever moderates the room."""
    require_may_write(user, message.room)
    if message.author_id != user.pk and not may_moderate(user, message.room):
        raise Forbidden(_("Only its author or a moderator may delete a message."))


def lost_access(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Of these (user id, room id) pairs, those that may no longer open their room, with the close
    code.

    Three queries, whatever their number.
    """
    wanted = set(pairs)
    users = User.objects.in_bulk({user_id for user_id, _room in wanted})
    rooms = Room.objects.in_bulk({room_id for _user, room_id in wanted})
    memberships = {
        (row.user_id, row.room_id): row
        for row in Membership.objects.filter(user__in=users, room__in=rooms)
    }
    lost: dict[tuple[int, int], int] = {}
    for pair in wanted:
        user, room = users.get(pair[0]), rooms.get(pair[1])
        if user is None or not user.is_active:
            lost[pair] = 4401
            continue
        refusal = NotFound() if room is None else opening_refusal(user, room, memberships.get(pair))
        if refusal is not None:
            lost[pair] = 4403 if isinstance(refusal, Banned) else 4404
    return lost
