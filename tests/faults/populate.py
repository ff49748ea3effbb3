"""Fills a house with people past the site's doors: with one hash for all, a query for many.

`python -m tests.faults.populate` with the house's environment; see people.py, which calls it.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

# What follows imports models, which Django allows only now.
from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework_simplejwt.tokens import AccessToken  # noqa: E402

from accounts.models import User  # noqa: E402
from chatsite.upgrade import upgrade_database  # noqa: E402
from rooms.actions.rooms import create_room, ensure_general  # noqa: E402
from rooms.models import Membership, Room  # noqa: E402
from tests.site import PASSWORD  # noqa: E402

LIFETIME = timedelta(days=1)
BATCH = 500


def main() -> None:
    os.umask(0o077)
    wanted = json.load(sys.stdin)
    upgrade_database(lambda _words: None)
    rooms = [ensure_general()]
    people = make(wanted["names"])
    rooms += [room_named(name, people[0]) for name in wanted["rooms"]]
    Membership.objects.bulk_create(
        [Membership(room=room, user=person) for room in rooms for person in people],
        batch_size=BATCH,
        ignore_conflicts=True,  # who makes a room is in it
    )
    rows = [
        (person.pk, person.username, token_of(person), session)
        for person, session in zip(people, sign_in(people), strict=True)
    ]
    sys.stdout.write(json.dumps(rows))


def make(names: Sequence[str]) -> list[User]:
    encoded = make_password(PASSWORD)
    rows = [User(username=name, password=encoded) for name in names]
    return User.objects.bulk_create(rows, batch_size=BATCH)


def room_named(name: str, owner: User) -> Room:
    return Room.objects.named(name).first() or create_room(owner, name=name)


def token_of(person: User) -> str:
    token = AccessToken.for_user(person)
    token.set_exp(lifetime=LIFETIME)
    return str(token)


def sign_in(people: Sequence[User]) -> list[str]:
    """A browser's session of each: its key."""
    sessions = [
        Session(
            session_key=token_hex(16),
            session_data=SessionStore().encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
            expire_date=timezone.now() + LIFETIME,
        )
        for person in people
    ]
    Session.objects.bulk_create(sessions, batch_size=BATCH)
    return [session.session_key for session in sessions]


if __name__ == "__main__":
    main()
