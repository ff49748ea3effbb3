"""What a post is judged by holds until it is stored, and no lock is awaited long.

`test_postgres.py` runs this: SQLite's transactions hold everything anyway.
"""

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from rooms.actions.messages import post_messages
from rooms.actions.posting import Post
from rooms.actions.rooms import change_room, create_room
from rooms.models import Message, Room, RoomHead
from rooms.refusals import Archived
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_posts_in_a_room_that_is_archived_just_before(ada: User, mod: User) -> None:
    room = create_room(mod, name="den")
    answers: list[object] = []

    def post() -> None:
        answers.extend(post_messages([Post(ada.pk, room.pk, "just in time?")]))
        connection.close()

    posting = threading.Thread(target=post)
    with transaction.atomic():
        RoomHead.objects.lock(room.pk)
        posting.start()
        wait_until(_somebody_waits)
        change_room(mod, room, archived=True)
    posting.join(10)

    assert [type(answer) for answer in answers] == [Archived]
    assert not Message.objects.filter(room=room).exists()


def test_a_lock_is_awaited_less_than_five_seconds(ada: User, general: Room) -> None:
    told: list[float] = []

    def post() -> None:
        began = time.monotonic()
        with pytest.raises(OperationalError):
            post_messages([Post(ada.pk, general.pk, "locked")])
        told.append(time.monotonic() - began)
        connection.close()

    posting = threading.Thread(target=post)
    with transaction.atomic():
        RoomHead.objects.lock(general.pk)
        posting.start()
        posting.join(10)
    assert told
    assert told[0] < 5


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
