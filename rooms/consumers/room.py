"""A room's socket: catches up with what was missed, joins, and obeys commands."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from accounts import socket_auth
from accounts.models import User
from accounts.socket_auth import Identity
from rooms import access, commands, history, origins
from rooms.consumers.socket import Closed, Socket
from rooms.events import Reset
from rooms.hub.frames import Frame, Frames
from rooms.hub.threads import run_query
from rooms.hub.topic import RoomTopic
from rooms.models import Room
from rooms.refusals import Banned, Internal, NotFound, Refusal, StorageUnavailable

logger = logging.getLogger(__name__)

TYPING_EVERY = 3.0  # seconds
# How long a command may wait for a thread. With SQLite's own 4 s it is answered within 5 s.
QUEUE_PATIENCE = 0.9

_actions = ThreadPoolExecutor(8, thread_name_prefix="actions")


class RoomSocket(Socket):
    """In one room, in either form."""

    _topic: RoomTopic | None = None
    _typed_at = float("-inf")

    async def _enter(self) -> None:
        self.options = {
            key: values[-1]
            for key, values in parse_qs(
                self.scope["query_string"].decode("latin-1"), keep_blank_values=True
            ).items()
        }
        room = await run_query(_actions, self._find_room)
        self.room_id = room.pk
        self._topic = await self._hub.open(room.pk)
        reason = await self._catch_up(self._topic)
        # No await from here to the join: the socket has what the hub has, now.
        if reason is not None:
            self.deliver(Frames(Reset(reason, self._topic.seq)))
        self._hub.join(self._topic, self)

    async def _clean_up(self) -> None:
        await super()._clean_up()
        if self._topic is not None:
            self._hub.release(self._topic)

    def _find_room(self) -> Room:
        user = self._person()
        try:
            return access.find_room(user, self.scope["url_route"]["kwargs"]["room_name"])
        except Banned:
            raise Closed(4403) from None
        except NotFound:
            raise Closed(4404) from None

    def _person(self) -> User:
        user = User.objects.filter(pk=self.identity.user_id, is_active=True).first()
        if user is None:
            raise Closed(4401)
        return user

    # --- what was missed ---------------------------------------------------------------

    async def _catch_up(self, topic: RoomTopic) -> str | None:
        """Tells what came after `since`; returns why not, or None when the socket has it all.

        On return nothing has been awaited since the socket's number was the topic's.
        """
        since, epoch = self.options.get("since"), self.options.get("epoch")
        await topic.settled()
        if since is None:
            return None
        if epoch is not None and epoch != topic.epoch:
            return "epoch"
        if not (since.isascii() and since.isdigit() and len(since) < 17):
            return "unknown"
        position = int(since)
        if position > topic.seq:
            # Another process may have told the client what this one has yet to hear.
            topic.refresh()
            await topic.settled()
        if position > topic.seq:
            return "unknown"
        if topic.seq - position > settings.MAX_REPLAY:
            return "too_far"
        while position != topic.seq:
            upto = topic.seq
            await self._replay(topic, position, upto)
            position = upto
            await topic.settled()
        return None

    async def _replay(self, topic: RoomTopic, since: int, upto: int) -> None:
        frames = topic.ring.replay(since, upto)
        if frames is not None:
            for each in frames:
                await self._put_on_wire(each.form(self.form, self.language))
            return
        after, more = since, True
        while more:
            # One page of a person's at a time, made in a thread: nobody else waits for it.
            async with self._hub.turn_of(self.identity.user_id):
                page = await self._hub.ask(
                    self._page_of_changes, topic.room_id, since, upto=upto, after=after
                )
            for frame, after in page:  # noqa: B007 - where the next page begins
                await self._put_on_wire(frame)
            more = len(page) >= history.MAX_PAGE and after < upto

    def _page_of_changes(
        self, room_id: int, since: int, *, upto: int, after: int
    ) -> list[tuple[Frame, int]]:
        """The next changes as frames, each with the number that its reader has then reached."""
        events = history.changes_since(room_id, since, upto=upto, after=after)
        return [
            (Frames(event).form(self.form, self.language), history.concerning_number(event))
            for event in events
        ]

    # --- commands ----------------------------------------------------------------------

    async def _act(self, asked: commands.Asked, now: float) -> commands.Done:
        if asked.name == "typing" and now - self._typed_at < TYPING_EVERY:
            return commands.Done()
        try:
            done = await run_query(_actions, self._act_in_thread, asked, time.monotonic())
            if asked.name == "typing":
                self._typed_at = now
            return done
        except (Refusal, Closed):
            raise
        except (OperationalError, InterfaceError) as problem:
            logger.warning("room %s: %s not stored: %s", self.room_id, asked.name, problem)
            raise StorageUnavailable from None
        except Exception:
            logger.exception("room %s: %s failed", self.room_id, asked.name)
            raise Internal from None

    def _act_in_thread(self, asked: commands.Asked, asked_at: float) -> commands.Done:
        assert self.room_id is not None
        if time.monotonic() - asked_at > QUEUE_PATIENCE:
            raise StorageUnavailable
        user = self._person()
        room = access.find_room_by_id(user, self.room_id)
        return commands.obey(asked, commands.Asker(user, room, self.device))


class JsonRoomSocket(RoomSocket):
    """For bots and other programs: `ws/chat/{room_name}/?token=…`."""

    form = "json"

    async def _identify(self) -> Identity:
        if not origins.is_allowed_origin(self.scope):
            raise Closed(4403)
        token = self.scope.get("chatsite.token") or ""
        identity = await run_query(_actions, socket_auth.identify_token, token)
        if identity is None:
            raise Closed(4401)
        self.language = language_of(self.scope)
        return identity

    async def _enter(self) -> None:
        self.wants_beat = b"beat=1" in self.scope["query_string"].split(b"&")
        await super()._enter()


class BrowserIdentity(Socket):
    """Signed in by the session's cookie, from a page of the site itself."""

    form = "html"
    wants_beat = True

    async def _identify(self) -> Identity:
        if not origins.is_own_origin(self.scope):
            raise Closed(4403)
        cookies = cookies_of(self.scope)
        session = cookies.get(settings.SESSION_COOKIE_NAME)
        identity = await run_query(_actions, socket_auth.identify_session, session)
        if identity is None:
            raise Closed(4401)
        self.language = language_of(self.scope)
        return identity


class HtmlRoomSocket(BrowserIdentity, RoomSocket):
    """For the room's page: `ws/rooms/{room_name}/`."""


class PersonSocket(BrowserIdentity):
    """For pages without a room: `ws/me/`. It has what concerns the person alone, and a beat."""


def cookies_of(scope: Any) -> dict[str, str]:
    return parse_cookie(origins.header(scope, b"cookie") or "")


def language_of(scope: Any) -> str:
    """The language that Django's pages would be in for this client."""
    request = HttpRequest()
    request.COOKIES = cookies_of(scope)
    request.META["HTTP_ACCEPT_LANGUAGE"] = origins.header(scope, b"accept-language") or ""
    return get_language_from_request(request)


__all__ = ["HtmlRoomSocket", "JsonRoomSocket", "PersonSocket"]
