"""A morning in the workshop: in `manage.py shell`, with a site's data folder, before anybody looks.

Everything has its fixed time, so that pictures of it are the same every day.
"""

import json
from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from rooms.actions.memberships import join_room
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import change_room, create_room, ensure_general
from rooms.models import Membership, Message, Room
from tests.site import PASSWORD

NAMES = ("mod", "bob", "ada", "grace", "linus", "hal")
LONG = "yard-and-everything-that-belongs-to-it-1"
# Reachable by a fault alone.
ALONE = ("400.html", "403.html", "403_csrf.html", "500.html")

# (when, who, what), what follows without a head begins with a plus.
TALK = (
    (
        "19 17:40",
        "mod",
        "Release 1.4 goes out tomorrow at four. Please keep main green until then.",
    ),
    ("19 17:43", "bob", "Notes are in the handbook: https://example.org/handbook/releases/1.4"),
    ("20 09:02", "grace", "Good morning. The kettle in the kitchen works again."),
    ("20 09:03", "grace", "+Coffee is on me."),
    ("20 09:10", "hal", "Build 512 finished in 3 min 41 s.\nmain: all 1,204 tests pass."),
    ("20 09:12", "ada", "Good. Who looks at the slow start?"),
    ("20 09:31", "linus", "Found it. It asked the database once per person, on every page."),
    ("20 09:32", "linus", "+It is the same in the branch of last week, by the way."),
    ("20 09:33", "bob", "Wrong window, sorry."),
    (
        "20 09:34",
        "grace",
        "Ada, could you read the last paragraph before ten? I am not sure it says what we mean.",
    ),
    ("20 09:34", "grace", "+No hurry if you are in the middle of something."),
    (
        "20 09:38",
        "bob",
        "Bench is done: a third faster than last week, and it did not get hot. Numbers are in the "
        "sheet, Linus.",
    ),
)
READ, ANSWER, EDITED, DELETED = 5, 6, 9, 8  # places in TALK


def fill_the_workshop() -> None:
    """Six people, their rooms and what they said; prints tokens, and pages that need a fault."""
    general = ensure_general()
    people = {name: _person(name) for name in NAMES}
    for person in people.values():
        join_room(person, general)
    workshop = create_room(
        people["mod"],
        name="workshop",
        title="Workshop",
        topic="Release 1.4 goes out today at four. Notes are in the handbook.",
    )
    for name in NAMES[1:]:
        join_room(people[name], workshop)
    _talk(workshop, people)
    _other_rooms(people)
    tokens = {name: str(AccessToken.for_user(person)) for name, person in people.items()}
    print("told", json.dumps({"tokens": tokens, "alone": _alone(people["ada"])}))  # noqa: T201


def _person(name: str) -> User:
    # Only Ada signs in, and each password costs half a second.
    return User.objects.create_user(
        name, password=PASSWORD if name == "ada" else None, display_name=name.title()
    )


def _talk(room: Room, people: dict[str, User]) -> None:
    said: list[Message] = []
    for when, name, words in TALK:
        answers = said[READ].pk if len(said) == ANSWER else None
        posted = post_message(people[name], room, words.lstrip("+"), reply_to=answers).message
        day, hour, minute = int(when[:2]), int(when[3:5]), int(when[6:])
        Message.objects.filter(pk=posted.pk).update(
            created_at=datetime(2026, 11, day, hour, minute, tzinfo=UTC),
            follows=words.startswith("+"),
        )
        said.append(posted)
    for place, emoji, names in (
        (1, "👍", "ada grace"),
        (2, "🎉", "bob linus"),
        (ANSWER, "🎉", "ada bob grace mod"),
        (ANSWER, "👀", "bob"),
    ):
        for name in names.split():
            add_reaction(people[name], room, said[place].pk, emoji)
    edit_message(people[TALK[EDITED][1]], room, said[EDITED].pk, TALK[EDITED][2] + " Thank you.")
    delete_message(people[TALK[DELETED][1]], room, said[DELETED].pk)
    read = said[READ]
    Membership.objects.filter(room=room, user=people["ada"]).update(
        read_seq=read.seq,
        read_number=read.number,
        read_at=datetime(2026, 11, 20, 9, 12, tzinfo=UTC),
    )


def _other_rooms(people: dict[str, User]) -> None:
    mod, ada = people["mod"], people["ada"]
    for name, topic in (
        ("announcements", "Only what everybody has to know."),
        ("kitchen", "Who eats what, and when."),
        ("design", ""),
        ("handbook", "How we do things here, and why we do them like this."),
        ("attic", "What is over."),
    ):
        room = create_room(mod, name=name, title=name.title(), topic=topic)
        if name != "design":
            join_room(ada, room)
    for number in range(60):
        post_message(mod, Room.objects.get(name="handbook"), f"Rule {number}: keep it short.")
    announcements = Room.objects.get(name="announcements")
    post_message(mod, announcements, "The door opens at eight from Monday on.")
    Membership.objects.filter(room=announcements, user=ada).update(role=Membership.Role.READ_ONLY)
    attic = Room.objects.get(name="attic")
    post_message(mod, attic, "We are done here. Thanks to everybody.")
    change_room(mod, attic, archived=True)
    create_room(ada, name="budget-2027", title="Budget 2027", kind=Room.Kind.PRIVATE)
    long = create_room(
        ada, name=LONG, title="Donaudampfschifffahrtsgesellschaft" * 2, topic="Endless" * 30
    )
    longest = User.objects.create_user("w" * 40, password=None, display_name="Wilhelmina" * 6)
    join_room(longest, long)
    for author in (longest, longest, ada):
        post_message(author, long, "unbreakable" * 40)
    Message.objects.exclude(room__name="workshop").update(
        created_at=datetime(2026, 11, 18, 16, 20, tzinfo=UTC)
    )


def _alone(ada: User) -> dict[str, str]:
    pages: dict[str, str] = {}
    for name in ALONE:
        request = HttpRequest()
        request.user = AnonymousUser() if name == "500.html" else ada
        request.path = "/"
        pages[name] = render_to_string(name, request=request)
    return pages
