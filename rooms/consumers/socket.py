"""What every socket does: connect, receive, drain, disconnect. Nothing may skip the clean-up."""

import asyncio
import logging
import secrets
from collections import deque
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import translation

from accounts.socket_auth import Identity
from rooms import commands, limits
from rooms.consumers.inbox import Inbox
from rooms.events import Pong, Refused
from rooms.hub import Hub, hub_here
from rooms.hub.frames import Delivery, Form, Frame, Frames
from rooms.hub.outbox import Outbox
from rooms.inputs import PingInput
from rooms.refusals import NotFound, RateLimited, Refusal
from rooms.wire import wire_of

logger = logging.getLogger(__name__)

STALL = 20.0  # seconds without progress on the wire
BAD_FRAMES, RATE_REFUSALS, STRIKES_WITHIN = 50, 200, 10.0


class Closed(Exception):
    """Ends the socket with a code of docs/protocol.md; None when the client is gone already."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Socket(AsyncConsumer):
    """A socket of one person: who it is, its outbox, its end."""

    # The hub is told of every event once; a group for each socket costs 20 to 60 times as much.
    channel_layer_alias = None
    form: ClassVar[Form]

    identity: Identity
    room_id: int | None = None
    language = "en"
    wants_beat = False
    _cut_with: int | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.device = secrets.token_hex(8)
        self._sending_since: float | None = None
        self._inbox = Inbox(receive)
        self._outbox = Outbox(settings.OUTBOX_BYTES)
        self._wire = wire_of(scope)
        self._task = asyncio.current_task()
        self._hub: Hub = hub_here()
        code: int | None = 1011
        try:
            code = await self._run()
        except Closed as closed:
            code = closed.code
        except asyncio.CancelledError:
            if self._cut_with is None:
                raise  # the server ends, not we
            code = self._cut_with
        except DatabaseError as problem:
            logger.warning("socket: the database is away: %s", type(problem).__name__)
            code = 1012
        except Exception:
            logger.exception("socket: ended by a fault")
        finally:
            self._inbox.close()
            await self._clean_up()
            if code is not None:
                await self._close(code)

    async def _run(self) -> int | None:
        if (await self._receive())["type"] != "websocket.connect":
            return None
        # A refused handshake can carry no code: accept first, then close.
        await self._send(
            {"type": "websocket.accept", "subprotocol": self.scope.get("chatsite.subprotocol")}
        )
        self.identity = await self._identify()
        self._hub_may_take_one_more()
        self._hub.connect(self)
        await self._enter()
        drain = asyncio.create_task(self._drain())
        try:
            await self._listen()
        finally:
            drain.cancel()
        return None

    async def _identify(self) -> Identity:
        raise NotImplementedError

    async def _enter(self) -> None:
        """Comes to be live; for sockets with a room this catches up and joins."""

    async def _clean_up(self) -> None:
        if hasattr(self, "identity"):
            self._hub.disconnect(self)

    def _hub_may_take_one_more(self) -> None:
        held = len(self._hub.people.get(self.identity.user_id, ()))
        if settings.RATE_LIMITS and held >= settings.SOCKETS_PER_USER:
            raise Closed(4409)
        if not limits.may_connect(self.identity.user_id):
            raise Closed(4429)

    # --- out ---------------------------------------------------------------------------

    def deliver(self, delivery: Delivery, *, replaces: bool = False) -> None:
        """The hub hands over what happened; a full outbox ends the socket, which comes back with
        `since`."""
        if self._cut_with is not None:
            return
        wire = self._wire
        if wire is not None and self._outbox.is_idle and wire.takes_frames():
            wire.write_frames(delivery.wire(self.form, self.language))
            return
        for frame in delivery.forms(self.form, self.language):
            if not self._outbox.put(frame, replaces=replaces):
                self.cut(1013)
                return

    def cut(self, code: int) -> None:
        """Ends the socket from outside, once; the first reason stands."""
        if self._cut_with is None and self._task is not None:
            self._cut_with = code
            self._task.cancel()

    def stalled(self, now: float) -> bool:
        """Whether a frame has been waiting for the wire too long. `now` is the loop's time."""
        return self._sending_since is not None and now - self._sending_since > STALL

    async def _drain(self) -> None:
        try:
            while True:
                await self._put_on_wire(await self._outbox.get())
        except asyncio.CancelledError:
            raise
        except Exception:
            self.cut(1013)  # the wire is broken

    async def _put_on_wire(self, frame: Frame) -> None:
        self._sending_since = asyncio.get_running_loop().time()
        try:
            await self._send({"type": "websocket.send", "text": frame.text})
        except Exception as problem:
            logger.debug("socket: gone while it was sent to: %s", type(problem).__name__)
            raise Closed(None) from None
        finally:
            self._sending_since = None

    async def _close(self, code: int) -> None:
        try:
            async with asyncio.timeout(2):
                await self._send({"type": "websocket.close", "code": code})
        except Exception:
            logger.debug("socket: the line was gone before its close frame")

    # --- in ----------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Reads until the client is gone."""
        strikes = Strikes()
        while True:
            message, came_at = await self._inbox.take()
            if message["type"] == "websocket.disconnect":
                raise Closed(None)
            if message["type"] == "websocket.receive":
                text = message.get("text")
                frame = text if text is not None else message.get("bytes")
                await self._take(frame, came_at, strikes)
                # What waits to be read does not keep what waits to be sent, nor other sockets.
                await asyncio.sleep(0)

    async def _take(self, frame: str | bytes | None, came_at: float, strikes: "Strikes") -> None:
        """One frame: an effect, a coded error, or the end."""
        client_id: str | None = None
        read = False
        with translation.override(self.language):
            try:
                try:
                    values, client_id = commands.read_frame(frame)
                finally:
                    # Whatever it was, it counts; and its error repeats its id.
                    limits.check_frames(self.identity.user_id)
                asked = commands.read_command(values, client_id)
                read = True
                await self._obey(asked, came_at)
            except Refusal as refusal:
                self._refuse(refusal, client_id)
                if isinstance(refusal, RateLimited):
                    if strikes.count("rate", came_at, STRIKES_WITHIN) >= RATE_REFUSALS:
                        raise Closed(4429) from None
                elif not read and strikes.count("bad", came_at, STRIKES_WITHIN) >= BAD_FRAMES:
                    raise Closed(4400) from None

    async def _obey(self, asked: commands.Asked, came_at: float) -> None:
        """Carries out a command that came then, by the loop's time, and acknowledges it."""
        done: commands.Done | None = commands.Done()
        if isinstance(asked.input, PingInput):
            self.deliver(Frames(Pong(asked.input.echo)))
        else:
            done = await self._act(asked, came_at)
        if done is not None:
            self._acknowledge(asked, done)

    async def _act(self, asked: commands.Asked, came_at: float) -> commands.Done | None:
        """Does what is asked of a room; where there is none, nothing can be. None: it is under way,
        and answered when it is done."""
        raise NotFound

    def _acknowledge(self, asked: commands.Asked, done: commands.Done) -> None:
        ack = commands.ack(asked, done)
        if ack is not None:
            self.deliver(Frames(ack))

    def _refuse(self, refusal: Refusal, client_id: str | None) -> None:
        event = Refused(refusal.code, str(refusal.detail), client_id, refusal.retry_after)
        self.deliver(Frames(event))


class Strikes:
    """Counts things of one kind within a time; kinds are few and fixed."""

    __slots__ = ("_times",)

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def count(self, kind: str, now: float, within: float) -> int:
        """Notes one more and returns how many there were in the last `within` seconds."""
        times = self._times.setdefault(kind, deque(maxlen=256))
        times.append(now)
        while times[0] < now - within:
            times.popleft()
        return len(times)
