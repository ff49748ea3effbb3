"""A room's page."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms import history
from rooms.actions.messages import delete_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import change_room, create_room
from rooms.models import Membership, Message, Room
from rooms.presence import backend
from tests.rooms.views.conftest import Browse, hidden_value, prose, words_of

ROOM = "/rooms/general/"


def test_strangers_are_sent_to_the_login_page(client: Client, general: Room) -> None:
    answer = client.get(ROOM)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/rooms/general/"
    assert client.post(ROOM + "messages/").headers["Location"] == "/accounts/login/?next=/"


def test_the_newest_fifty_messages_are_shown_in_order(
    browse: Browse, ada: User, general: Room
) -> None:
    for number in range(60):
        post_message(ada, general, f"line {number}")
    page = browse(ada).get(ROOM)
    assert prose(page.content) == [f"line {number}" for number in range(10, 60)]


def test_one_pages_back_and_forth_by_links(browse: Browse, ada: User, general: Room) -> None:
    for number in range(120):
        post_message(ada, general, f"line {number}")
    browser = browse(ada)
    newest = browser.get(ROOM)
    assert b'href="/rooms/general/?before=71"' in newest.content

    older = browser.get(ROOM + "?before=71")
    assert prose(older.content) == [f"line {number}" for number in range(20, 70)]
    oldest = browser.get(ROOM + "?before=21")
    assert prose(oldest.content) == [f"line {number}" for number in range(20)]
    assert b"?before=" not in oldest.content
    newer = browser.get(ROOM + "?after=20")
    assert prose(newer.content) == [f"line {number}" for number in range(20, 70)]
    assert b'href="/rooms/general/?after=70"' in newer.content


def test_an_older_stretch_is_not_live(browse: Browse, ada: User, general: Room) -> None:
    """Messages that come in would stand behind a gap there."""
    post_message(ada, general, "hello")
    browser = browse(ada)
    assert b'hx-ws:connect="/ws/rooms/general/' in browser.get(ROOM).content
    older = browser.get(ROOM + "?before=9").content
    assert b"/ws/rooms/" not in older
    assert b"data-since" not in older


def test_htmx_gets_the_older_stretch_alone(browse: Browse, ada: User, general: Room) -> None:
    post_message(ada, general, "hello")
    piece = browse(ada).get(ROOM + "?before=9", headers={"HX-Request": "true"})
    assert prose(piece.content) == ["hello"]
    assert b"<html" not in piece.content


@pytest.mark.parametrize(
    "query", ["?before=x", "?after=-1", "?before=" + "9" * 5000, "?reply_to=0"]
)
def test_a_query_without_sense_shows_the_newest(
    browse: Browse, ada: User, general: Room, query: str
) -> None:
    post_message(ada, general, "hello")
    page = browse(ada).get(ROOM + query)
    assert page.status_code == 200
    assert prose(page.content) == ["hello"]


def test_the_page_connects_from_the_counter_that_it_read(
    browse: Browse, ada: User, general: Room
) -> None:
    message = post_message(ada, general, "hello").message
    add_reaction(ada, general, message.pk, "👍")
    page = browse(ada).get(ROOM).content.decode()
    epoch = history.current_epoch()
    own = f"me={ada.pk}&amp;room={general.pk}"
    assert f'hx-ws:connect="/ws/rooms/general/?since=2&amp;epoch={epoch}&amp;{own}"' in page
    assert f'data-since="2" data-epoch="{epoch}"' in page


def test_the_counter_is_read_before_the_messages(
    browse: Browse, ada: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that comes in between is told twice; the other order could lose it."""
    honest = history.page_of_messages

    def late(*args: object, **options: object) -> history.Page:
        post_message(ada, general, "just now")
        return honest(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(history, "page_of_messages", late)
    page = browse(ada).get(ROOM)
    assert b'data-since="0"' in page.content
    assert prose(page.content) == ["just now"]


def test_fifty_messages_cost_as_many_queries_as_one(
    browse: Browse,
    ada: User,
    bob: User,
    general: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = post_message(ada, general, "first").message
    browser = browse(ada)
    # session, person, room, standing twice, counter, epoch, messages, reactions, own rooms
    with django_assert_num_queries(10):
        browser.get(ROOM)
    for number in range(50):
        message = post_message(bob, general, f"line {number}", reply_to=first.pk).message
        add_reaction(ada, general, message.pk, "👍")
    with django_assert_num_queries(10):
        browser.get(ROOM)


def test_names_are_addresses_whatever_their_case(browse: Browse, ada: User) -> None:
    answer = browse(ada).get("/rooms/General/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == ROOM


@pytest.mark.parametrize("name", ["nowhere", "no where", "a" * 41, "%00", "caf%C3%A9"])
def test_no_such_room_is_404(browse: Browse, ada: User, name: str) -> None:
    answer = browse(ada).get(f"/rooms/{name}/")
    assert answer.status_code == 404
    assert "No table here" in words_of(answer.content)


def test_a_private_room_looks_to_outsiders_like_none(browse: Browse, ada: User, eve: User) -> None:
    create_room(ada, name="den", kind=Room.Kind.PRIVATE)
    there, nowhere = browse(eve).get("/rooms/den/"), browse(eve).get("/rooms/dne/")
    assert there.status_code == nowhere.status_code == 404
    assert words_of(there.content) == words_of(nowhere.content)
    assert browse(ada).get("/rooms/den/").status_code == 200


def test_the_banned_are_told_so(browse: Browse, eve: User, general: Room) -> None:
    later = timezone.now() + timedelta(days=1)
    Membership.objects.create(room=general, user=eve, banned_until=later)
    answer = browse(eve).get(ROOM)
    assert answer.status_code == 403
    assert "You are banned from this room." in words_of(answer.content)


def test_what_people_write_is_never_markup(browse: Browse, ada: User, bob: User) -> None:
    evil = "<script>alert(1)</script>"
    User.objects.filter(pk=ada.pk).update(display_name=evil)
    ada.refresh_from_db()
    room = create_room(ada, name="evil", title=evil, topic=evil)
    first = post_message(ada, room, evil + ' "quoted" & more').message
    post_message(bob, room, "fine", reply_to=first.pk)
    for address in ("/rooms/", "/rooms/evil/", f"/rooms/evil/messages/{first.pk}/"):
        for viewer in (ada, bob):
            page = browse(viewer).get(address).content
            assert b"<script>alert" not in page
            assert b"&lt;script&gt;" in page
    assert prose(browse(bob).get("/rooms/evil/").content)[0] == evil + ' "quoted" & more'


def test_who_is_here_is_shown(browse: Browse, ada: User, general: Room) -> None:
    assert "bob" not in words_of(browse(ada).get(ROOM).content)
    backend.enter("test", general.pk, {"id": 77, "username": "bob", "display_name": ""})
    assert "bob" in words_of(browse(ada).get(ROOM).content)


def test_the_count_of_who_is_here_is_of_all_though_a_hundred_are_listed(
    browse: Browse, ada: User, general: Room
) -> None:
    for number in range(250):
        name = f"guest{number}"
        backend.enter("test", general.pk, {"id": number, "username": name, "display_name": ""})
    page = browse(ada).get(ROOM).content.decode()
    assert '<span id="here-count">250</span>' in page
    assert page.count('<li class="row" data-user=') == 100


def test_a_deleted_message_keeps_its_place_without_its_words(
    browse: Browse, ada: User, general: Room
) -> None:
    message = post_message(ada, general, "oh no").message
    delete_message(ada, general, message.pk)
    page = browse(ada).get(ROOM).content
    assert b"oh no" not in page
    assert f'id="m{message.pk}"'.encode() in page
    assert "This message was deleted." in words_of(page)


def test_pieces_are_the_same_for_every_viewer(
    browse: Browse, ada: User, bob: User, general: Room
) -> None:
    message = post_message(ada, general, "hello").message
    add_reaction(bob, general, message.pk, "👍")
    logs = [
        browse(viewer).get(ROOM).content.split(b'<ol id="log"')[1].split(b"</ol>")[0]
        for viewer in (ada, bob)
    ]
    assert logs[0] == logs[1]
    assert b"data-author" in logs[0]


def test_an_archived_room_is_read_and_not_written_in(browse: Browse, ada: User) -> None:
    attic = create_room(ada, name="attic")
    post_message(ada, attic, "hello")
    change_room(ada, attic, archived=True)
    browser = browse(ada)
    page = browser.get("/rooms/attic/")
    assert prose(page.content) == ["hello"]
    assert "This room is archived." in words_of(page.content)
    assert b"<textarea" not in page.content
    answer = browser.post("/rooms/attic/messages/", {"message": "more"})
    assert answer.status_code == 403
    assert Message.objects.count() == 1


def test_reply_links_fill_in_whom_one_answers(
    browse: Browse, ada: User, bob: User, general: Room
) -> None:
    message = post_message(bob, general, "who has the key").message
    page = browse(ada).get(f"{ROOM}?reply_to={message.pk}").content
    assert hidden_value(page, "reply_to") == str(message.pk)
    assert "Replying to Bob" in words_of(page)


def test_a_page_says_so_while_the_database_is_away(
    ada: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    browser.force_login(ada)

    def gone(*_arguments: object, **_options: object) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(history, "page_of_messages", gone)

    answer = browser.get("/rooms/general/")

    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
