"""`/changes/`: the whole difference since any number, each message once, wherever one is cut."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms import history
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.models import Room, RoomHead, Site
from tests.accounts.wire import Api
from tests.rooms.api.conftest import problem

pytestmark = pytest.mark.django_db

CHANGES = "/api/rooms/general/changes/"


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_PAGE", 2)


def _frames(body: Any) -> list[tuple[str, str, int]]:
    """Each frame's name, text and `changed_seq`."""
    return [
        (name, message["content"], message["changed_seq"])
        for frame in body["results"]
        for name, message in frame.items()
    ]


def test_each_message_is_told_once_as_it_is_now(ada_api: Api, ada: User, general: Room) -> None:
    old, older = (post_message(ada, general, text).message for text in ("old", "older"))
    new, gone = (post_message(ada, general, text).message for text in ("new", "gone"))
    edit_message(ada, general, new.pk, "newer")  # 5
    delete_message(ada, general, gone.pk)  # 6
    edit_message(ada, general, old.pk, "edited")  # 7
    add_reaction(ada, general, old.pk, "👍")  # 8
    delete_message(ada, general, older.pk)  # 9
    body = ada_api.get(f"{CHANGES}?since=2").json()
    assert _frames(body) == [
        ("message", "newer", 5),
        ("message", "", 6),
        ("edited", "edited", 8),
        ("deleted", "", 9),
    ]
    assert body["results"][2]["edited"]["reactions"] == {"👍": ["ada"]}
    assert body["results"][0] == {"message": ada_api.get(
        f"/api/rooms/general/messages/{new.pk}/"
    ).json()}  # fmt: skip
    assert (body["seq"], body["epoch"], body["next"]) == (9, Site.current_epoch(), None)


def test_nothing_new_is_an_empty_answer(ada_api: Api, ada: User, general: Room) -> None:
    post_message(ada, general, "a")
    body = ada_api.get(f"{CHANGES}?since=1&epoch={Site.current_epoch()}").json()
    assert body == {"results": [], "seq": 1, "epoch": Site.current_epoch(), "next": None}


@pytest.mark.usefixtures("small_pages")
def test_pages_tell_each_message_once_while_others_change_them(
    ada_api: Api, ada: User, general: Room
) -> None:
    posted = [post_message(ada, general, text).message for text in "abcde"]
    edit_message(ada, general, posted[0].pk, "a6")
    edit_message(ada, general, posted[1].pk, "b7")
    body = ada_api.get(f"{CHANGES}?since=2").json()
    assert _frames(body) == [("message", "c", 3), ("message", "d", 4)]
    assert body["seq"] == 4
    # b, which is still to be told, changes again; so does d, which was told.
    edit_message(ada, general, posted[1].pk, "b8")
    edit_message(ada, general, posted[3].pk, "d9")
    post_message(ada, general, "f")
    body = ada_api.get(body["next"]).json()
    assert _frames(body) == [("message", "e", 5), ("edited", "a6", 6)]
    assert (body["seq"], body["next"]) == (7, None)
    body = ada_api.get(f"{CHANGES}?since=7").json()
    assert _frames(body) == [("edited", "b8", 8), ("edited", "d9", 9)]
    body = ada_api.get(body["next"]).json()
    assert _frames(body) == [("message", "f", 10)]


@pytest.mark.usefixtures("small_pages")
def test_a_post_of_an_earlier_page_is_not_told_again_for_its_change(
    ada_api: Api, ada: User, general: Room
) -> None:
    posted = [post_message(ada, general, text).message for text in "abc"]
    edit_message(ada, general, posted[0].pk, "a!")
    body = ada_api.get(f"{CHANGES}?since=0").json()
    assert _frames(body) == [("message", "a!", 4), ("message", "b", 2)]
    assert _frames(ada_api.get(body["next"]).json()) == [("message", "c", 3)]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_whoever_is_cut_resumes_from_seq_and_misses_nothing(
    cut: int, ada_api: Api, ada: User, general: Room
) -> None:
    posted = [post_message(ada, general, text).message for text in "abcdef"]
    for message in posted[:3]:
        edit_message(ada, general, message.pk, f"{message.content}!")
    delete_message(ada, general, posted[4].pk)
    held = {message.pk: message.content for message in posted[:2]}

    def take(url: str) -> Any:
        body = ada_api.get(url).json()
        for frame in body["results"]:
            (message,) = frame.values()
            held[message["id"]] = message["content"]
        return body

    body = take(f"{CHANGES}?since=2")
    for _page in range(cut - 1):
        body = take(body["next"])
    # Here the line was cut: only `seq` is left.
    body = take(f"{CHANGES}?since={body['seq']}")
    while body["next"]:
        body = take(body["next"])
    assert body["seq"] == 10
    assert list(held.values()) == ["a!", "b!", "c!", "d", "", "f"]


def test_an_old_number_is_no_reason_to_give_up(ada_api: Api, ada: User, general: Room) -> None:
    for number in range(401):
        post_message(ada, general, str(number))
    body, told = ada_api.get(f"{CHANGES}?since=0").json(), []
    while True:
        told += [text for _name, text, _seq in _frames(body)]
        if body["next"] is None:
            break
        assert len(body["results"]) == 200
        body = ada_api.get(body["next"]).json()
    assert told == [str(number) for number in range(401)]


RESETS: dict[str, tuple[Callable[[str], str], str]] = {
    "another epoch": (lambda epoch: "?since=0&epoch=other", "epoch"),
    "no epoch": (lambda epoch: "?since=0&epoch=", "epoch"),
    "a number never given out": (lambda epoch: f"?since=2&epoch={epoch}", "unknown"),
    "a page of numbers never given out": (lambda epoch: "?since=0&upto=2&after=1", "unknown"),
}


@pytest.mark.parametrize(("query", "reason"), RESETS.values(), ids=list(RESETS))
def test_numbers_that_are_not_this_rooms_are_reset(
    query: Callable[[str], str], reason: str, ada_api: Api, ada: User, general: Room
) -> None:
    post_message(ada, general, "a")
    epoch = Site.current_epoch()
    assert ada_api.get(f"{CHANGES}{query(epoch)}").json() == {
        "results": [{"reset": {"reason": reason, "seq": 1}}],
        "seq": 1,
        "epoch": epoch,
        "next": None,
    }


@pytest.mark.usefixtures("small_pages")
def test_a_restored_backup_in_the_middle_is_told(ada_api: Api, ada: User, general: Room) -> None:
    for text in "abc":
        post_message(ada, general, text)
    body = ada_api.get(f"{CHANGES}?since=0").json()
    Site.objects.update(epoch="restored")
    RoomHead.objects.filter(room=general).update(seq=50)
    assert ada_api.get(body["next"]).json()["results"] == [
        {"reset": {"reason": "epoch", "seq": 50}}
    ]


@pytest.mark.parametrize("query", ["", "?since=", "?since=x", "?since=-1", "?since=0&after=x"])
def test_a_bad_number_is_400(ada_api: Api, query: str) -> None:
    problem(ada_api.get(f"{CHANGES}{query}"), 400, "bad_fields")


def test_an_answer_costs_nine_queries_however_long(
    ada_api: Api, ada: User, general: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The person, the room, their standing, the head; posted and changed with the reactions of each.
    posted = [post_message(ada, general, str(number)).message for number in range(20)]
    for message in posted[:5]:
        edit_message(ada, general, message.pk, "edited")
    with django_assert_num_queries(9):
        assert len(ada_api.get(f"{CHANGES}?since=10").json()["results"]) == 15


def test_strangers_hear_nothing_and_the_archive_still_answers(
    stranger: Api, ada_api: Api, attic: Room
) -> None:
    problem(stranger.get(f"{CHANGES}?since=0"), 401, "not_authenticated")
    assert ada_api.get("/api/rooms/attic/changes/?since=0").json()["results"] == []
