"""Several posts in one transaction, each with its own answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms.actions.messages import post_message, post_messages
from rooms.actions.posting import Post, Posted
from rooms.actions.rooms import create_room
from rooms.models import Room

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_batch_is_answered_post_by_post(ada: User, bob: User, general: Room) -> None:
    den = create_room(ada, name="den")
    posts = [
        Post(ada.pk, general.pk, "one", client_id="a"),
        Post(bob.pk, general.pk, ""),
        Post(bob.pk, den.pk, "two"),
        Post(ada.pk, general.pk, "one", client_id="a"),
        Post(ada.pk, general.pk, "other", client_id="a"),
        Post(bob.pk, general.pk, "three", client_id="a"),
        Post(bob.pk, general.pk, "x", reply_to=999),
    ]

    answers = post_messages(posts)

    told = [
        (answer.message.content, answer.duplicate) if isinstance(answer, Posted) else answer.code
        for answer in answers
    ]
    assert told == [
        ("one", False), "empty", ("two", False), ("one", True), "id_conflict", ("three", False),
        "not_found",
    ]  # fmt: skip
    assert list(general.messages.order_by("seq").values_list("seq", "content")) == [
        (1, "one"),
        (2, "three"),
    ]


def test_a_batch_costs_as_many_queries_as_a_small_one(ada: User, general: Room) -> None:
    post_message(ada, general, "the first seats nobody")
    counts = []
    for size in (2, 50):
        posts = [Post(ada.pk, general.pk, f"{n}", client_id=f"{size}-{n}") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            post_messages(posts)
        counts.append(len(queries))

    assert counts[0] == counts[1]
