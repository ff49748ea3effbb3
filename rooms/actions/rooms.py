"""Making rooms and changing what they are called."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import normalise_username
from rooms import access, history
from rooms.broadcast import publish, room_topic
from rooms.models import GENERAL, Membership, Room, RoomHead, Site
from rooms.refusals import Archived, BadFields, BadText, Forbidden, Taken
from rooms.rendering import check_characters
from rooms.turns import changing

# `new` is the address of the form that makes one.
RESERVED_NAMES = frozenset({"new"})
MAX_DIRECT = 20

_ADDRESS = re.compile(r"[a-z0-9_-]{1,40}")


def ensure_general() -> Room:
    """The room that everybody is in, and the site's epoch; made on the first start."""
    Site.current_epoch()
    with changing():
        room, created = Room.objects.get_or_create(name=GENERAL, defaults={"title": _("General")})
        if created:
            RoomHead.objects.create(room=room)
            Membership.objects.bulk_create(
                [Membership(room=room, user=user) for user in User.objects.all()]
            )
    return room


def create_room(
    creator: User, *, name: str, title: str = "", topic: str = "", kind: str = Room.Kind.PUBLIC
) -> Room:
    """Makes a room that `creator` owns. Raises BadFields, Taken."""
    name = name.strip().lower()
    errors = _problems(name=name, title=title, topic=topic)
    if kind not in {Room.Kind.PUBLIC, Room.Kind.PRIVATE}:
        errors["kind"] = [_("A room is public or private.")]
    if errors:
        raise BadFields(errors)
    room = Room(name=name, title=title.strip(), topic=topic.strip(), kind=kind, created_by=creator)
    with _taken_names(), changing():
        _open(room, {creator: Membership.Role.OWNER})
    return room


def open_direct_room(creator: User, usernames: Sequence[str]) -> tuple[Room, bool]:
    """The one direct room of `creator` and these people, and whether it was made now. Raises
    BadFields."""
    names = {normalise_username(name) for name in usernames}
    people = set(User.objects.filter(username__in=names, is_active=True)) | {creator}
    missing = names - {person.username for person in people}
    if missing:
        raise BadFields({"members": [_("There is no such person.")]})
    if not 2 <= len(people) <= MAX_DIRECT:
        raise BadFields({"members": [_("A direct conversation has 2 to 20 people.")]})
    told = ",".join(str(pk) for pk in sorted(person.pk for person in people))
    key = hashlib.sha256(told.encode()).hexdigest()
    found = Room.objects.filter(direct_key=key).first()
    if found is not None:
        return found, False
    room = Room(
        name=f"direct-{secrets.token_hex(8)}",
        kind=Room.Kind.DIRECT,
        direct_key=key,
        created_by=creator,
    )
    try:
        with changing():
            _open(room, dict.fromkeys(people, Membership.Role.MEMBER))
    except IntegrityError:
        return Room.objects.get(direct_key=key), False
    return room, True


def change_room(
    actor: User,
    room: Room,
    *,
    title: str | None = None,
    topic: str | None = None,
    name: str | None = None,
    archived: bool | None = None,
) -> Room:
    """Changes what is given. While a room is archived nothing but bringing it back is possible.

    Raises Forbidden, Archived, BadFields, Taken.
    """
    access.require_may_manage(actor, room)
    with _taken_names(), changing():
        RoomHead.objects.lock(room.pk)
        room = Room.objects.get(pk=room.pk)
        if room.is_archived and archived is not False and (title, topic, name) != (None,) * 3:
            raise Archived
        fields = {"title": title, "topic": topic, "name": name and name.lower()}
        changes = {
            field: value.strip()
            for field, value in fields.items()
            if value is not None and value.strip() != getattr(room, field)
        }
        errors = _problems(**changes)
        if errors:
            raise BadFields(errors)
        if room.name == GENERAL and ("name" in changes or archived):
            raise Forbidden(_("The room that everybody is in keeps its name and stays open."))
        for field, value in changes.items():
            setattr(room, field, value)
        if archived is not None and archived != room.is_archived:
            room.archived_at = timezone.now() if archived else None
            changes["archived_at"] = ""
        if not changes:
            return room
        room.save(update_fields=list(changes))
        Room.objects.filter(pk=room.pk).update(version=F("version") + 1)
        publish(room_topic(room.pk), history.room_changed(room.pk))
    return room


def _open(room: Room, people: dict[User, Membership.Role]) -> None:
    room.save(force_insert=True)
    RoomHead.objects.create(room=room)
    Membership.objects.bulk_create(
        [Membership(room=room, user=person, role=role) for person, role in people.items()]
    )


def _problems(**fields: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if "name" in fields and not _ADDRESS.fullmatch(fields["name"]):
        errors["name"] = [_("1 to 40 of a to z, 0 to 9, dashes and underscores; no spaces.")]
    if fields.get("name") in RESERVED_NAMES or fields.get("name", "").startswith("direct-"):
        raise Taken
    for field, limit in (("title", 100), ("topic", 250)):
        try:
            check_characters(fields.get(field, ""))
        except BadText as refusal:
            errors[field] = [str(refusal.detail)]
        if len(fields.get(field, "")) > limit:
            errors[field] = [_("At most %(count)s characters.") % {"count": limit}]
    return errors


@contextmanager
def _taken_names() -> Iterator[None]:
    """The unique name decides, whoever was first; every kind of room answers in the same words."""
    try:
        yield
    except IntegrityError as problem:
        raise Taken from problem
