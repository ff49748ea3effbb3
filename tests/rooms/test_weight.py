"""What one message costs everybody who is in the room."""

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.events import MessagePosted
from rooms.models import Message, Room
from tests.e2e.crowd import words

MOST_BYTES = 1_500


def test_a_plain_message_of_twenty_words_is_a_short_frame(ada: User, general: Room) -> None:
    posted = post_message(ada, general, words(1), client_id="c" * 32).message
    stored = Message.objects.with_payload().get(pk=posted.pk)
    frame = MessagePosted.of(stored).html("en")
    assert words(1) in frame
    size = len(frame.encode())
    assert size <= MOST_BYTES, f"{size} bytes:\n{frame}"
