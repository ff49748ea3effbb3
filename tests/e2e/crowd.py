"""Twelve people say fifty things in general: in `manage.py shell`, with a site's data folder."""

import random

from accounts.models import User
from rooms.actions.messages import Post, post_messages
from rooms.actions.rooms import ensure_general

AUTHORS = 12
MESSAGES = 50
WORDS = 20

# Words as long as English ones, of which gzip leaves as much: two fifths.
_STARTS = ("b", "br", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w")
_ENDS = ("ad", "al", "ar", "el", "en", "er", "in", "on", "or", "ul")


def words(seed: int) -> str:
    """Twenty different words, for the same seed the same."""
    chance = random.Random(seed)  # noqa: S311
    found: dict[str, None] = {}
    while len(found) < WORDS:
        syllables = chance.choice((1, 2))
        each = (chance.choice(_STARTS) + chance.choice(_ENDS) for _ in range(syllables))
        found["".join(each)] = None
    return " ".join(found)


def fill_general() -> None:
    """Everybody in turn, as browsers send: with an id of 32 digits."""
    room = ensure_general()
    chance = random.Random(0)  # noqa: S311
    authors = [User.objects.create_user(f"author{number:02}") for number in range(AUTHORS)]
    post_messages(
        [
            Post(
                authors[number % AUTHORS].pk,
                room.pk,
                words(number),
                f"{chance.getrandbits(128):032x}",
            )
            for number in range(MESSAGES)
        ]
    )
