"""Coming into rooms, leaving them, being put there or out."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import normalise_username
from rooms import access
from rooms.broadcast import publish, user_topic
from rooms.events import ReadMoved, StandingChanged
from rooms.models import GENERAL, Membership, Message, Room, RoomHead
from rooms.refusals import Archived, Forbidden, NotFound
from rooms.turns import changing


def join_room(user: User, room: Room) -> Membership:
    """Makes `user` a member of a room that they may open; who is one already stays as they are."""
    access.require_may_open(user, room)
    if room.is_archived:
        raise Archived
    return _seat(user, room)


def leave_room(user: User, room: Room) -> None:
    """Ends one's membership until one joins or posts again. A direct room is not left."""
    access.require_may_open(user, room)
    if room.kind == Room.Kind.DIRECT:
        raise Forbidden(_("A direct conversation is not left."))
    _unseat(user, room)


def add_member(actor: User, room: Room, username: str) -> Membership:
    """Lets a person in. In a public room every member may, elsewhere who manages it.

    With one's own name one joins, as one leaves by `remove_member`.
    """
    access.require_may_open(actor, room)
    if normalise_username(username) == actor.username:
        return join_room(actor, room)
    if room.kind == Room.Kind.PUBLIC:
        access.require_may_write(actor, room)
        if not (access.is_member(actor, room) or access.may_manage(actor, room)):
            raise Forbidden(_("Join the room first."))
    else:
        access.require_may_manage(actor, room)
    if room.is_archived:
        raise Archived
    return _seat(_person(username), room)


def remove_member(actor: User, room: Room, username: str) -> None:
    """Puts a person out, or lets oneself leave. An owner is put out by nobody but themselves."""
    access.require_may_open(actor, room)
    person = _person(username)
    if person == actor:
        leave_room(actor, room)
        return
    access.require_may_manage(actor, room)
    membership = access.standing(person, room)
    if membership is None or not membership.is_current:
        raise NotFound
    if membership.role == Membership.Role.OWNER:
        raise Forbidden(_("The room's owner cannot be removed."))
    _unseat(person, room)


def move_read_position(user: User, room: Room, seq: int, *, device: str = "") -> Membership:
    """Moves a member's read position forward, at most to the room's last change; never back.

    `device` is the id of the socket that asked: it alone is not told.
    """
    access.require_may_open(user, room)
    known = access.standing(user, room)
    if known is not None and known.is_current and seq <= known.read_seq:
        return known  # without the lock that every writer needs
    with changing():
        membership = (
            Membership.objects.select_for_update().current().filter(room=room, user=user).first()
        )
        if membership is None:
            raise Forbidden(_("Only members have a read position."))
        seq = min(seq, RoomHead.objects.get(room=room).seq)
        if seq <= membership.read_seq:
            return membership
        last = Message.objects.filter(room=room, seq__lte=seq).order_by("-seq").first()
        membership.read_seq = seq
        membership.read_number = last.number if last else 0
        membership.read_at = timezone.now()
        membership.save(update_fields=["read_seq", "read_number", "read_at"])
        publish(user_topic(user.pk), ReadMoved(room.name, seq, room.pk, device))
    return membership


def seat_author(message: Message, membership: Membership | None) -> None:
    """The first post makes a member; inside the transaction that posts."""
    if membership is None or not membership.is_current:
        _seat(message.author, message.room)


def seat_newcomer(user: User) -> None:
    """Everyone who registers is a member of `general`."""
    room = Room.objects.filter(name=GENERAL).first()
    if room is not None:
        _seat(user, room)


def _seat(user: User, room: Room, role: str = Membership.Role.MEMBER) -> Membership:
    with changing():
        membership, created = Membership.objects.get_or_create(
            room=room, user=user, defaults={"role": role}
        )
        if not created and not membership.is_current:
            # Whoever comes back is a plain member, except a reader, who would shake that off by
            # leaving.
            if membership.role != Membership.Role.READ_ONLY:
                membership.role = role
            membership.left_at = None
            membership.joined_at = timezone.now()
            membership.save(update_fields=["role", "left_at", "joined_at"])
    return membership


def _unseat(user: User, room: Room) -> None:
    with changing():
        gone = (
            Membership.objects.current().filter(room=room, user=user).update(left_at=timezone.now())
        )
        if gone:
            publish(user_topic(user.pk), StandingChanged(user.pk, room.pk, dropped=True))


def _person(username: str) -> User:
    person = User.objects.filter(username=normalise_username(username), is_active=True).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    return person
