"""What a socket's client may send without saying anything; the same on both servers."""

# A message or a frame beyond this many bytes closes the socket with 1009 (docs/protocol.md).
MAX_MESSAGE = 1024 * 1024
# A message may come in pieces, even empty ones; beyond so many it closes the socket with 1009.
MAX_PIECES = 500
# Pings, pongs and pieces cost work and no rate limit sees them: beyond 200 a second over
# PERIOD the client is cut, and while a socket closes beyond FEW.
MANY = 1_000
FEW = 50
PERIOD = 5.0


class Patience:
    """Counts the frames that end no message."""

    def __init__(self) -> None:
        self._began = 0.0
        self._count = 0

    def is_over(self, now: float, *, is_closing: bool) -> bool:
        """Counts one frame at `now`, in seconds; whether it was one too many."""
        if now - self._began >= PERIOD:
            self._began, self._count = now, 0
        self._count += 1
        return self._count > (FEW if is_closing else MANY)
