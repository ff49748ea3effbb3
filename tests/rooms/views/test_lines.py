"""The lines in a room's log, as the server places them: days of UTC, and what is new."""

import re
from datetime import UTC, datetime, timedelta

from django.test import Client

from accounts.models import User
from rooms.actions.memberships import leave_room, move_read_position
from rooms.actions.messages import delete_message, post_message
from rooms.models import Membership, Message, Room
from tests.rooms.views.conftest import Browse

ROOM = "/rooms/general/"
MIDNIGHT = datetime(2026, 3, 10, tzinfo=UTC)


def flow(browser: Client, address: str = ROOM, **headers: str) -> list[str]:
    """The log from top to bottom: days, `new`, and messages' texts."""
    page = browser.get(address, headers=headers).content.decode()
    log = page.partition('<ol id="log"')[2].partition("</ol>\n    <ol data-pending")[0] or page
    found = re.findall(
        r'<li class="day"><time datetime="([^"]*)"|<li class="(new)"'
        r'|class="prose" dir="auto">([^<]*)|class="(gone)"',
        log,
    )
    return ["".join(each) for each in found]


def post(author: User, room: Room, words: str, at: datetime | None = None) -> Message:
    message = post_message(author, room, words).message
    if at:
        Message.objects.filter(pk=message.pk).update(created_at=at)
    return message


def test_a_days_first_message_has_its_line(browse: Browse, ada: User, general: Room) -> None:
    for words, at in (
        ("long ago", MIDNIGHT - timedelta(days=3)),
        ("just before", MIDNIGHT - timedelta(microseconds=1)),
        ("just then", MIDNIGHT),
        ("the same day", MIDNIGHT + timedelta(hours=23)),
    ):
        post(ada, general, words, at)

    assert flow(browse(ada)) == [
        "2026-03-07", "long ago", "2026-03-09", "just before", "2026-03-10", "just then",
        "the same day",
    ]  # fmt: skip


def test_every_stretch_begins_with_its_day(browse: Browse, ada: User, general: Room) -> None:
    for number in range(60):
        post(ada, general, f"{number}", MIDNIGHT)
    browser = browse(ada)

    assert flow(browser)[:2] == ["2026-03-10", "10"]
    assert flow(browser, f"{ROOM}?before=11") == ["2026-03-10", *map(str, range(10))]
    # A page that scrolls gets a hundred at once, and puts the seam in order itself.
    scrolled = flow(browser, f"{ROOM}?before=60", **{"HX-Request": "true"})
    assert scrolled == ["2026-03-10", *map(str, range(59))]


def test_a_line_stands_before_what_others_wrote_after_the_read_position(
    browse: Browse, ada: User, bob: User, general: Room
) -> None:
    for author, words in ((bob, "old"), (ada, "mine"), (bob, "his"), (bob, "again")):
        last = post(author, general, words, MIDNIGHT)
    move_read_position(ada, general, 1)
    page = browse(ada).get(ROOM).content.decode()
    read_at = Membership.objects.get(user=ada, room=general).read_at
    assert read_at is not None
    assert f'New since <time datetime="{read_at.isoformat()}"' in page

    day = "2026-03-10"
    assert flow(browse(ada)) == [day, "old", "mine", "new", "his", "again"]
    assert "new" not in flow(browse(ada), f"{ROOM}?before=9")
    delete_message(bob, general, last.pk - 1)
    assert flow(browse(ada)) == [day, "old", "mine", "new", "gone", "again"]
    move_read_position(ada, general, last.seq)
    assert "new" not in flow(browse(ada))


def test_the_line_stands_behind_its_day(
    browse: Browse, ada: User, bob: User, general: Room
) -> None:
    post(bob, general, "old", MIDNIGHT - timedelta(days=1))
    post(bob, general, "his", MIDNIGHT)
    move_read_position(ada, general, 1)

    assert flow(browse(ada)) == ["2026-03-09", "old", "2026-03-10", "new", "his"]


def test_nothing_is_new_to_who_was_never_there_nor_to_outsiders(
    browse: Browse, ada: User, bob: User, mod: User, eve: User, general: Room
) -> None:
    post(bob, general, "old")
    move_read_position(ada, general, 1)
    leave_room(ada, general)
    post(bob, general, "his")

    for reader in (ada, bob, mod, eve):
        assert "new" not in flow(browse(reader)), reader


def test_a_page_knows_the_read_position_of_members_alone(
    browse: Browse, ada: User, bob: User, eve: User, general: Room
) -> None:
    post(bob, general, "old")
    move_read_position(ada, general, 1)

    for reader, told in ((ada, "1"), (bob, "0"), (eve, "")):
        assert f' data-read="{told}"' in browse(reader).get(ROOM).content.decode()
