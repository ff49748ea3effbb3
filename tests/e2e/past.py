"""A room and its past, written into the running site's database: much at once, and at any time."""

import html
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from tests.e2e.conftest import Bot, Site

type Said = tuple[str, str, datetime]  # who, what and when


def make_room(site: Site, name: str, owner: str, *members: str) -> str:
    """A public room of these people; its name."""
    site.know(owner)
    site.running.post("/api/rooms/", {"name": name}, site.tokens[owner])
    for member in members:
        site.know(member)
        site.running.post(f"/api/rooms/{name}/members/", {"username": member}, site.tokens[member])
    return name


def lines(count: int, *authors: str) -> Sequence[Said]:
    """`line 0` and so on, said in turn, now."""
    now = datetime.now(UTC)
    return [(authors[n % len(authors)], f"line {n}", now) for n in range(count)]


def remember(site: Site, room: str, said: Iterable[Said]) -> list[int]:
    """Makes messages of the past, behind those that are there; their ids."""
    with _rows(site) as rows:
        people = dict(rows.execute("SELECT username, id FROM accounts_user"))
        room_id, seq, number = rows.execute(
            "SELECT id, seq, number FROM rooms_room"
            " JOIN rooms_roomhead ON room_id = rooms_room.id WHERE name = ?",
            [room],
        ).fetchone()
        made = []
        before = None
        for who, what, at in said:
            seq, number = seq + 1, number + 1
            cursor = rows.execute(
                "INSERT INTO rooms_message (room_id, author_id, seq, changed_seq, number,"
                " posted_digest, content, html, created_at, follows)"
                " VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?)",
                [
                    room_id,
                    people[who],
                    seq,
                    seq,
                    number,
                    what,
                    html.escape(what),
                    _sql(at),
                    who == before,
                ],
            )
            made.append(cursor.lastrowid or 0)
            before = who
        rows.execute(
            "UPDATE rooms_roomhead SET seq = ?, number = ? WHERE room_id = ?",
            [seq, number, room_id],
        )
    return made


def have_read(site: Site, username: str, room: str, seq: int, at: datetime) -> None:
    """A member has read up to the message `seq` of a room in which nothing was changed."""
    with _rows(site) as rows:
        rows.execute(
            "UPDATE rooms_membership SET read_seq = ?, read_number = ?, read_at = ?"
            " WHERE room_id = (SELECT id FROM rooms_room WHERE name = ?)"
            " AND user_id = (SELECT id FROM accounts_user WHERE username = ?)",
            [seq, seq, _sql(at), room, username],
        )


def say(bot: Bot, words: str, **more: object) -> dict[str, int]:
    """Posts and waits for the answer, which has the message's `id` and `seq`."""
    return act(bot, message=words, **more)


def act(bot: Bot, **command: object) -> dict[str, int]:
    """Asks for anything and waits for the answer."""
    client_id = uuid4().hex
    bot.say(**command, client_id=client_id)
    answer: dict[str, int] = bot.hear("ack", lambda ack: ack["client_id"] == client_id)
    return answer


@contextmanager
def _rows(site: Site) -> Iterator[sqlite3.Connection]:
    path = site.folder / "chatsite.sqlite3"
    with closing(sqlite3.connect(path, timeout=20)) as connection, connection:
        yield connection


def _sql(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
