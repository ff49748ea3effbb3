"""Going out of a room."""

from accounts.models import User
from rooms.actions.rooms import create_room
from rooms.models import Membership, Room
from tests.rooms.views.conftest import Browse, words_of


def test_out_of_a_private_room_one_goes_by_a_page_that_asks(browse: Browse, ada: User) -> None:
    den = create_room(ada, name="den", title="The den", kind=Room.Kind.PRIVATE)
    browser = browse(ada)
    page = browser.get("/rooms/den/").content.decode()
    assert 'href="/rooms/den/leave/"' in page
    assert 'action="/rooms/den/leave/"' not in page
    asked = browser.get("/rooms/den/leave/")
    assert "Leave The den?" in words_of(asked.content)
    assert Membership.objects.current().filter(room=den, user=ada).exists()

    answer = browser.post("/rooms/den/leave/")
    assert answer.headers["Location"] == "/rooms/"
    assert not Membership.objects.current().filter(room=den, user=ada).exists()


def test_nobody_is_asked_about_a_room_that_they_may_not_see(
    browse: Browse, ada: User, eve: User
) -> None:
    create_room(ada, name="den", kind=Room.Kind.PRIVATE)
    assert browse(eve).get("/rooms/den/leave/").status_code == 404
