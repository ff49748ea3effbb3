"""The list of rooms, and a new one."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms.actions.rooms import create_room, open_direct_room
from rooms.models import Membership, Room
from tests.rooms.views.conftest import Browse, words_of


def test_home_is_the_rooms_or_the_login_page(client: Client, browse: Browse, ada: User) -> None:
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"
    assert browse(ada).get("/").headers["Location"] == "/rooms/"


def test_only_rooms_that_one_may_see_are_listed(browse: Browse, ada: User, eve: User) -> None:
    create_room(ada, name="books", title="Books")
    create_room(ada, name="den", title="The den", kind=Room.Kind.PRIVATE)
    assert "The den" in words_of(browse(ada).get("/rooms/").content)
    others = words_of(browse(eve).get("/rooms/").content)
    assert "Books" in others
    assert "The den" not in others


def test_conversations_of_two_are_no_rooms_to_find(browse: Browse, ada: User, bob: User) -> None:
    room, _made = open_direct_room(ada, ["bob"])
    page = browse(ada).get("/rooms/").content.decode()
    assert f'class="author cut" href="/rooms/{room.name}/"' not in page


def test_a_hundred_rooms_a_page(
    browse: Browse, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(150):
        create_room(ada, name=f"room-{number:03}")
    browser = browse(ada)
    # session, person, rooms, own rooms
    with django_assert_num_queries(4):
        page = browser.get("/rooms/").content.decode()
    assert page.count('class="author cut"') == 100
    assert 'href="/rooms/?after=room-098"' in page  # general comes first
    rest = browser.get("/rooms/?after=room-098").content.decode()
    assert rest.count('class="author cut"') == 51


def test_rooms_stand_as_people_call_them(browse: Browse, ada: User) -> None:
    for name, title in (("a-first", "Zebra"), ("b", ""), ("z", "apple"), ("y", "Apple")):
        create_room(ada, name=name, title=title)
    browser = browse(ada)
    listed = ["Apple", "apple", "b", "General", "Zebra"]
    page = browser.get("/rooms/").content.decode()
    assert re.findall(r'class="author cut"[^>]*>([^<]*)<', page) == listed
    beside = re.findall(r'class="cut">([^<]*)<', page)
    assert beside == [*listed, "All rooms"]
    rest = browser.get("/rooms/?after=z").content.decode()
    assert re.findall(r'class="author cut"[^>]*>([^<]*)<', rest) == listed[2:]


def test_a_room_without_a_topic_does_not_tell_its_address_twice(browse: Browse, ada: User) -> None:
    create_room(ada, name="den")
    page = words_of(browse(ada).get("/rooms/").content)
    assert page.count(" den ") == 2  # beside, and in the list


def test_where_the_list_goes_on_may_be_anything(browse: Browse, ada: User) -> None:
    for odd in ("%00", "x" * 500, "%ff", "<b>"):
        assert browse(ada).get(f"/rooms/?after={odd}").status_code == 200


def test_making_a_room(browse: Browse, ada: User) -> None:
    answer = browse(ada).post(
        "/rooms/new/",
        {"name": "Books", "title": "Good books", "topic": "no spoilers", "kind": "private"},
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/rooms/books/"
    room = Room.objects.get(name="books")
    assert (room.title, room.topic, room.kind) == ("Good books", "no spoilers", "private")
    assert Membership.objects.get(room=room).role == Membership.Role.OWNER


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "two words"}, "1 to 40 of a to z"),
        ({"name": "a" * 41}, "at most 40"),
        ({"name": "general"}, "That name is taken."),
        ({"name": "new"}, "That name is taken."),
        ({"name": "fine", "title": "t" * 101}, "at most 100"),
        ({"name": "fine", "kind": "direct"}, "A room is public or private."),
        ({"name": "fine", "topic": "\x00"}, "Null characters"),
    ],
)
def test_a_room_that_cannot_be_says_why(
    browse: Browse, ada: User, fields: dict[str, str], says: str
) -> None:
    answer = browse(ada).post("/rooms/new/", fields)
    assert answer.status_code == 422
    assert says in words_of(answer.content)
    assert Room.objects.count() == 1


def test_a_double_click_leads_to_the_room_that_the_first_made(browse: Browse, ada: User) -> None:
    browser = browse(ada)
    form = {"name": "Books", "title": "Good books", "kind": "private"}
    for _click in range(2):
        answer = browser.post("/rooms/new/", form)
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/rooms/books/"
    assert Room.objects.filter(name="books").count() == 1


@pytest.mark.parametrize("why", ["of somebody else", "older than a minute", "of another kind"])
def test_another_room_of_that_name_is_no_double_click(
    browse: Browse, ada: User, bob: User, why: str
) -> None:
    room = create_room(bob if why == "of somebody else" else ada, name="books")
    if why == "older than a minute":
        long_ago = timezone.now() - timedelta(seconds=61)
        Room.objects.filter(pk=room.pk).update(created_at=long_ago)
    kind = Room.Kind.PRIVATE if why == "of another kind" else Room.Kind.PUBLIC
    answer = browse(ada).post("/rooms/new/", {"name": "books", "kind": kind})
    assert answer.status_code == 422
    assert "That name is taken." in words_of(answer.content)


def test_a_taken_name_tells_nothing_of_a_room_that_one_may_not_see(
    browse: Browse, ada: User, eve: User
) -> None:
    create_room(ada, name="den", kind=Room.Kind.PRIVATE)
    answer = browse(eve).post("/rooms/new/", {"name": "den", "kind": "private"})
    assert answer.status_code == 422
    assert "That name is taken." in words_of(answer.content)
