"""A room's socket: catches up with what was missed, joins, and obeys commands."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from accounts import socket_auth
from accounts.models import User
from accounts.socket_auth import Identity
from rooms import access, commands, history, origins, turns, writer
from rooms.actions.posting import Post
from rooms.consumers.socket import Closed, Socket
from rooms.events import Reset
from rooms.hub.frames import Frame, Frames
from rooms.hub.threads import run_query
from rooms.hub.topic import RoomTopic
from rooms.inputs import PostInput
from rooms.models import Room
from rooms.refusals import Banned, Internal, NotFound, Refusal, StorageUnavailable

logger = logging.getLogger(__name__)

TYPING_EVERY = 3.0  # seconds
MAX_POSTING = 64  # of one socket, whose answers are still to come

_actions = ThreadPoolExecutor(8, thread_name_prefix="actions")
# Of their own: thousands who come back at once do not keep those who are here waiting.
_arrivals = ThreadPoolExecutor(4, thread_name_prefix="arrivals")


class RoomSocket(Socket):
    """In one room, in either form."""

    _topic: RoomTopic | None = None
    _typed_at = float("-inf")
    _posting: set[asyncio.Task[None]]

    async def _enter(self) -> None:
        self.options = options_of(self.scope)
        self._posting = set()
        room = await run_query(_arrivals, self._find_room)
        if self.options.get("room", str(room.pk)) != str(room.pk):
            raise Closed(4404)
        self.room_id = room.pk
        self._topic = await self._hub.open(room.pk)
        reason = await self._catch_up(self._topic)
        # No await from here to the join: the socket has what the hub has, now.
        if reason is not None:
            self.deliver(Frames(Reset(reason, self._topic.seq)))
        self._hub.join(self._topic, self)

    async def _clean_up(self) -> None:
        await super()._clean_up()
        for task in getattr(self, "_posting", ()):
            task.cancel()
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
                page, after, more = await self._hub.ask(
                    self._page_of_changes, topic.room_id, since, upto=upto, after=after
                )
            for frame in page:
                await self._put_on_wire(frame)

    def _page_of_changes(
        self, room_id: int, since: int, *, upto: int, after: int
    ) -> tuple[list[Frame], int, bool]:
        """The next changes as frames, the number that their reader has then reached, and whether
        there are more."""
        changes = history.changes_since(room_id, since, upto=upto, after=after)
        frames = [Frames(event).form(self.form, self.language) for event in changes.events]
        return frames, changes.reached, changes.more

    # --- commands ----------------------------------------------------------------------

    async def _obey(self, asked: commands.Asked, came_at: float) -> None:
        # What is asked of one socket is done in the order of asking; only posts go together.
        if self._posting and not isinstance(asked.input, PostInput):
            with self._inbox.reading_ahead():
                await asyncio.wait(self._posting)
        await super()._obey(asked, came_at)

    async def _act(self, asked: commands.Asked, came_at: float) -> commands.Done | None:
        if asked.name == "typing" and came_at - self._typed_at < TYPING_EVERY:
            return commands.Done()
        assert self.room_id is not None
        if (post := commands.as_post(asked, self.identity.user_id, self.room_id)) is not None:
            await self._begin_post(asked, post, came_at)
            return None
        try:
            with self._inbox.reading_ahead():
                done = await run_query(_actions, self._act_in_thread, asked, came_at)
            if asked.name == "typing":
                self._typed_at = came_at
            return done
        except (Refusal, Closed):
            raise
        except (OperationalError, InterfaceError) as problem:
            logger.warning("room %s: %s not stored: %s", self.room_id, asked.name, problem)
            raise StorageUnavailable from None
        except Exception:
            logger.exception("room %s: %s failed", self.room_id, asked.name)
            raise Internal from None

    async def _begin_post(self, asked: commands.Asked, post: Post, came_at: float) -> None:
        """Hands it to the writer and reads on, so that what waits behind it on this socket shares
        its commit, and does not wait for it when the database is away."""
        with self._inbox.reading_ahead() if len(self._posting) >= MAX_POSTING else nullcontext():
            while len(self._posting) >= MAX_POSTING:
                await asyncio.wait(self._posting, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._post(asked, post, came_at))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _post(self, asked: commands.Asked, post: Post, came_at: float) -> None:
        try:
            self._acknowledge(asked, commands.posted(await writer.post(post, came_at)))
        except Refusal as refusal:
            self._refuse(refusal, asked.client_id)
        except Exception:
            logger.exception("room %s: a post's answer failed", self.room_id)
            self.cut(1011)

    def _act_in_thread(self, asked: commands.Asked, came_at: float) -> commands.Done:
        assert self.room_id is not None
        # The loop's time is the monotonic clock's.
        if time.monotonic() - came_at > turns.PATIENCE:
            raise StorageUnavailable
        with turns.asked_at(came_at):
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
        identity = await run_query(_arrivals, socket_auth.identify_token, token)
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
        identity = await run_query(_arrivals, socket_auth.identify_session, session)
        if identity is None:
            raise Closed(4401)
        # A page that somebody else opened before they logged out here must not speak for this one.
        if options_of(self.scope).get("me", str(identity.user_id)) != str(identity.user_id):
            raise Closed(4401)
        self.language = language_of(self.scope)
        return identity


class HtmlRoomSocket(BrowserIdentity, RoomSocket):
    """For the room's page: `ws/rooms/{room_name}/`."""


class PersonSocket(BrowserIdentity):
    """For pages without a room: `ws/me/`. It has what concerns the person alone, and a beat."""


def options_of(scope: Any) -> dict[str, str]:
    """The query of a socket's address, the last value of each name."""
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return {name: values[-1] for name, values in query.items()}


def cookies_of(scope: Any) -> dict[str, str]:
    return parse_cookie(origins.header(scope, b"cookie") or "")


def language_of(scope: Any) -> str:
    """The language that Django's pages would be in for this client."""
    request = HttpRequest()
    request.COOKIES = cookies_of(scope)
    request.META["HTTP_ACCEPT_LANGUAGE"] = origins.header(scope, b"accept-language") or ""
    return get_language_from_request(request)


__all__ = ["HtmlRoomSocket", "JsonRoomSocket", "PersonSocket"]
