"""Who may do what: every standing in every kind of room."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms import access
from rooms.models import Membership, Message, Room, RoomHead
from rooms.refusals import Archived, Banned, Forbidden, NotFound, ReadOnly, Refusal
from tests.conftest import MakeUser

pytestmark = pytest.mark.django_db

Role, Kind = Membership.Role, Room.Kind
# What somebody is in a room. `left` and `banned` were members; `boss` administers the site.
STANDINGS = "owner moderator member read_only left banned outsider boss gone".split()


@pytest.fixture
def stand(make_user: MakeUser) -> Callable[[str, Room], User]:
    """Somebody of that standing in a room."""

    def make(standing: str, room: Room) -> User:
        user = make_user(standing.replace("_", "-"), is_staff=standing == "boss")
        if standing in Role:
            Membership.objects.create(room=room, user=user, role=standing)
        elif standing == "left":
            Membership.objects.create(room=room, user=user, left_at=timezone.now())
        elif standing == "banned":
            later = timezone.now() + timedelta(hours=1)
            Membership.objects.create(room=room, user=user, role=Role.OWNER, banned_until=later)
        elif standing == "gone":
            Membership.objects.create(room=room, user=user, role=Role.OWNER)
            user.is_active = False
            user.save()
        return user

    return make


def make_room(kind: str, *, archived: bool = False) -> Room:
    room = Room.objects.create(
        name="den",
        kind=kind,
        direct_key="k" if kind == Kind.DIRECT else None,
        archived_at=timezone.now() if archived else None,
    )
    RoomHead.objects.create(room=room)
    return room


def answer(ask: Callable[[User, Room], object], user: User, room: Room) -> type[Refusal] | None:
    try:
        ask(user, room)
    except Refusal as refusal:
        return type(refusal)
    return None


OPEN: dict[str, dict[str, type[Refusal]]] = {
    Kind.PUBLIC: {"banned": Banned, "gone": NotFound},
    Kind.PRIVATE: dict.fromkeys(["left", "banned", "outsider", "boss", "gone"], NotFound),
    Kind.DIRECT: dict.fromkeys(["left", "banned", "outsider", "boss", "gone"], NotFound),
}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("standing", STANDINGS)
def test_who_may_open_and_write(
    stand: Callable[[str, Room], User], kind: Room.Kind, standing: str
) -> None:
    room = make_room(kind)
    user = stand(standing, room)
    may_not_open = OPEN[kind].get(standing)
    may_not_write = may_not_open or (ReadOnly if standing == "read_only" else None)

    assert answer(access.require_may_open, user, room) == may_not_open
    assert answer(lambda u, r: access.find_room(u, r.name), user, room) == may_not_open
    assert answer(lambda u, r: access.find_room_by_id(u, r.pk), user, room) == may_not_open
    assert answer(access.require_may_write, user, room) == may_not_write
    assert access.may_write(user, room) == (may_not_write is None)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("standing", STANDINGS)
def test_who_may_moderate_and_manage(
    stand: Callable[[str, Room], User], kind: Room.Kind, standing: str
) -> None:
    room = make_room(kind)
    user = stand(standing, room)
    moderators = {
        Kind.PUBLIC: {"owner", "moderator", "boss"},
        Kind.PRIVATE: {"owner", "moderator"},
        Kind.DIRECT: set(),
    }[kind]
    expected = None if standing in moderators else OPEN[kind].get(standing, Forbidden)

    assert access.may_moderate(user, room) == (expected is None)
    assert access.may_manage(user, room) == (expected is None)
    assert answer(access.require_may_manage, user, room) == expected


@pytest.mark.parametrize("standing", ["owner", "member", "read_only", "outsider", "boss"])
def test_in_an_archived_room_everybody_reads_and_nobody_writes(
    stand: Callable[[str, Room], User], standing: str
) -> None:
    room = make_room(Kind.PUBLIC, archived=True)
    user = stand(standing, room)

    assert answer(access.require_may_open, user, room) is None
    assert answer(access.require_may_write, user, room) is Archived


@pytest.mark.parametrize("standing", STANDINGS)
def test_the_list_shows_the_rooms_that_one_may_open(
    stand: Callable[[str, Room], User], standing: str, general: Room
) -> None:
    private = make_room(Kind.PRIVATE)
    user = stand(standing, private)
    if standing == "gone":
        return  # nobody asks for them

    shown = set(access.visible_rooms(user))

    may_open = answer(access.require_may_open, user, private) is None
    assert shown == ({general, private} if may_open else {general})


def test_members_are_those_who_have_not_left(
    stand: Callable[[str, Room], User], general: Room
) -> None:
    members = [
        standing for standing in STANDINGS if access.is_member(stand(standing, general), general)
    ]

    assert members == ["owner", "moderator", "member", "read_only", "banned", "gone"]


@pytest.mark.parametrize(
    "name", ["nowhere", "", "x" * 41, "gen eral", "general\n", "general\x00", "ｇeneral", "\ud800"]
)
def test_names_of_no_room_are_not_found(ada: User, name: str) -> None:
    assert answer(lambda user, _room: access.find_room(user, name), ada, Room()) is NotFound


def test_a_room_is_found_whatever_the_case(ada: User, general: Room) -> None:
    assert access.find_room(ada, "GenerAL") == general


def test_a_message_is_found_in_its_own_room_by_who_may_open_it(
    ada: User, eve: User, general: Room
) -> None:
    den = make_room(Kind.PRIVATE)
    Membership.objects.create(room=den, user=ada)
    message = Message.objects.create(
        room=den, author=ada, seq=1, changed_seq=1, number=1, content="x", html="x"
    )

    assert access.find_message(ada, den, message.pk) == message
    for user, room, pk in (
        (ada, general, message.pk), (ada, den, message.pk + 1), (eve, den, message.pk),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            access.find_message(user, room, pk)


def test_lost_access_tells_the_close_codes_in_a_fixed_number_of_queries(
    ada: User,
    bob: User,
    eve: User,
    mod: User,
    general: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    den = make_room(Kind.PRIVATE)
    later = timezone.now() + timedelta(hours=1)
    Membership.objects.filter(user=bob).update(banned_until=later)
    Membership.objects.create(room=den, user=bob, banned_until=later)
    Membership.objects.create(room=den, user=ada)
    User.objects.filter(pk=mod.pk).update(is_active=False)
    pairs = [(user.pk, room.pk) for user in (ada, bob, eve, mod) for room in (general, den)]

    with django_assert_num_queries(3):
        lost = access.lost_access([*pairs, (ada.pk, 10**6), (10**6, general.pk)])

    assert lost == {
        (bob.pk, general.pk): 4403,
        (bob.pk, den.pk): 4404,
        (eve.pk, den.pk): 4404,
        (mod.pk, general.pk): 4401,
        (mod.pk, den.pk): 4401,
        (ada.pk, 10**6): 4404,
        (10**6, general.pk): 4401,
    }


def test_nobody_signed_in_is_nobody() -> None:
    assert not AnonymousUser().is_active
