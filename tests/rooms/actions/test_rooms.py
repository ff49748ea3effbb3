"""Making rooms, direct ones among them, and changing what they are called."""

import pytest

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.actions.rooms import change_room, create_room, ensure_general, open_direct_room
from rooms.events import RoomChanged
from rooms.models import Membership, Room, RoomHead, Site
from rooms.refusals import Archived, BadFields, Banned, Forbidden, NotFound, Taken
from tests.conftest import MakeUser
from tests.rooms.actions.conftest import Heard

pytestmark = pytest.mark.django_db(transaction=True)

Role = Membership.Role


def test_general_is_made_once_and_seats_whoever_was_there_before(make_user: MakeUser) -> None:
    Room.objects.filter(name="general").delete()
    zoe = make_user("zoe")

    first, again = ensure_general(), ensure_general()

    assert first == again
    assert Membership.objects.get(user=zoe).room == first
    assert Site.objects.count() == 1
    assert RoomHead.objects.get(room=first).seq == 0


def test_who_makes_a_room_owns_it(ada: User) -> None:
    room = create_room(ada, name="den", title=" The den ", topic="tea")

    assert (room.name, room.title, room.topic, room.kind) == ("den", "The den", "tea", "public")
    membership = Membership.objects.get(room=room)
    assert (membership.user, membership.role) == (ada, Role.OWNER)
    assert RoomHead.objects.get(room=room).seq == 0


@pytest.mark.parametrize("name", ["a", "a-b_c", "0", "x" * 40, "-", "News", " den\n"])
def test_names_that_are_addresses(ada: User, name: str) -> None:
    assert create_room(ada, name=name).name == name.strip().lower()


@pytest.mark.parametrize(
    "name",
    ["", " ", "x" * 41, "a b", "a/b", "a.b", "ä", "ｎews", "a\nb", "a\x00", "👍", "..", "%41"],
)
def test_names_that_are_none(ada: User, name: str) -> None:
    with pytest.raises(BadFields) as refused:
        create_room(ada, name=name)
    assert list(refused.value.errors) == ["name"]


@pytest.mark.parametrize("name", ["general", "GENERAL", "secret", "new", "direct-x"])
def test_taken_and_reserved_names_are_refused_in_the_same_words_for_every_kind(
    ada: User, bob: User, general: Room, name: str
) -> None:
    create_room(bob, name="secret", kind="private")

    with pytest.raises(Taken) as refused:
        create_room(ada, name=name)
    assert str(refused.value.detail) == "That name is taken."


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x" * 101), ("title", "a\x00"), ("topic", "x" * 251), ("topic", "\ud800")],
)
def test_titles_and_topics_that_are_none(ada: User, field: str, value: str) -> None:
    with pytest.raises(BadFields) as refused:
        create_room(ada, name="den", **{field: value})
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("kind", ["direct", "secret", ""])
def test_only_public_and_private_rooms_are_made_by_name(ada: User, kind: str) -> None:
    with pytest.raises(BadFields) as refused:
        create_room(ada, name="den", kind=kind)
    assert list(refused.value.errors) == ["kind"]


# --- direct rooms -----------------------------------------------------------------------------


def test_there_is_one_direct_room_for_a_set_of_people(ada: User, bob: User, mod: User) -> None:
    room, made = open_direct_room(ada, ["bob"])
    assert made
    assert room.kind == Room.Kind.DIRECT
    assert set(Membership.objects.filter(room=room).values_list("user__username", "role")) == {
        ("ada", "member"),
        ("bob", "member"),
    }

    for opener, names in ((ada, ["BOB"]), (bob, ["ada"]), (ada, ["bob", "ada", "bob"])):
        assert open_direct_room(opener, names) == (room, False)
    three, made = open_direct_room(mod, ["ada", "bob"])
    assert made
    assert three != room


def test_a_direct_room_is_of_two_to_twenty_people_who_are_there(
    ada: User, make_user: MakeUser
) -> None:
    crowd = [make_user(f"p{number}").username for number in range(20)]
    gone = make_user("gone", is_active=False)

    for names in ([], ["ada"], ["nobody-of-that-name"], [gone.username], crowd):
        with pytest.raises(BadFields) as refused:
            open_direct_room(ada, names)
        assert list(refused.value.errors) == ["members"]
    assert not Room.objects.filter(kind=Room.Kind.DIRECT).exists()
    assert open_direct_room(ada, crowd[:19])[1]


def test_nobody_changes_a_direct_room(ada: User, bob: User) -> None:
    room, _made = open_direct_room(ada, ["bob"])

    with pytest.raises(Forbidden):
        change_room(ada, room, title="ours")


# --- changing ---------------------------------------------------------------------------------


def test_what_is_given_changes_and_is_told_with_a_new_version(ada: User, heard: Heard) -> None:
    room = create_room(ada, name="den", title="Den")
    post_message(ada, room, "one")
    heard.clear()

    change_room(ada, room, title="Lounge", topic=" tea ")

    room.refresh_from_db()
    assert (room.name, room.title, room.topic, room.version) == ("den", "Lounge", "tea", 1)
    ((topic, event),) = heard
    assert topic == f"room.{room.pk}"
    assert isinstance(event, RoomChanged)
    assert (event.room["title"], event.room["topic"], event.room["seq"]) == ("Lounge", "tea", 1)
    assert event.version == 1
    assert RoomHead.objects.get(room=room).seq == 1


def test_what_changes_nothing_is_told_to_nobody(ada: User, heard: Heard) -> None:
    room = create_room(ada, name="den", title="Den")

    change_room(ada, room)
    change_room(ada, room, title="Den", topic="", name="DEN", archived=False)

    assert heard == []
    room.refresh_from_db()
    assert room.version == 0


def test_a_new_name_is_a_new_address_and_the_old_one_is_free(ada: User, bob: User) -> None:
    room = create_room(ada, name="den")

    change_room(ada, room, name="Lounge")

    room.refresh_from_db()
    assert room.name == "lounge"
    create_room(bob, name="den")
    with pytest.raises(Taken):
        change_room(ada, room, name="den")
    with pytest.raises(Taken):
        change_room(ada, room, name="new")
    with pytest.raises(BadFields):
        change_room(ada, room, name="")


def test_only_owner_moderators_and_in_public_rooms_administrators_change_a_room(
    ada: User, bob: User, mod: User, eve: User, make_user: MakeUser, general: Room
) -> None:
    boss = make_user("boss", is_staff=True)
    den = create_room(bob, name="den", kind="private")
    for user in (ada, eve):
        with pytest.raises(Forbidden):
            change_room(user, general, title="mine")
    change_room(mod, general, title="Mod's")
    change_room(boss, general, title="Boss's")

    with pytest.raises(NotFound):
        change_room(boss, den, title="Boss's")


def test_the_banned_are_told_so(ada: User, mod: User, general: Room) -> None:
    Membership.objects.filter(user=mod).update(banned_until="2999-01-01T00:00Z")

    with pytest.raises(Banned):
        change_room(mod, general, title="mine")


def test_general_keeps_its_name_and_stays_open_and_its_title_may_change(
    mod: User, general: Room
) -> None:
    for changes in ({"name": "lounge"}, {"archived": True}):
        with pytest.raises(Forbidden):
            change_room(mod, general, **changes)

    assert change_room(mod, general, title="Lounge", name="general").title == "Lounge"


def test_an_archived_room_changes_only_by_being_brought_back(ada: User, heard: Heard) -> None:
    room = create_room(ada, name="den")

    assert change_room(ada, room, archived=True).is_archived
    for changes in (
        {"title": "x"},
        {"topic": "x"},
        {"name": "x"},
        {"title": "x", "archived": True},
    ):
        with pytest.raises(Archived):
            change_room(ada, room, **changes)
    brought_back = change_room(ada, room, archived=False, title="Back")

    assert (brought_back.is_archived, brought_back.title) == (False, "Back")
    told = [event.room for _topic, event in heard if isinstance(event, RoomChanged)]
    assert [room["archived"] for room in told] == [True, False]


@pytest.mark.parametrize("change", [{"name": "lobby"}, {"archived": True}])
def test_general_keeps_its_name_and_stays_open(
    mod: User, general: Room, change: dict[str, object]
) -> None:
    with pytest.raises(Forbidden):
        change_room(mod, general, **change)  # type: ignore[arg-type]  # one of two shapes

    assert change_room(mod, general, title="Everybody").title == "Everybody"
