"""Who takes part, by the name that the rows and the table use."""

from collections.abc import Callable
from pathlib import Path

from bench.peers.channels_tutorial import Tutorial
from bench.peers.chatsite import Chatsite
from bench.peers.javascript import Javascript
from bench.peers.peer import Peer

DAPHNE, UVICORN = "Chatsite, Daphne", "Chatsite, uvicorn"
DAPHNE_HTML, UVICORN_HTML = "Chatsite, Daphne, HTML", "Chatsite, uvicorn, HTML"
WS, SOCKET_IO = "Node ws", "socket.io"
TUTORIAL, TUTORIAL_REDIS = "Channels tutorial", "Channels tutorial, Redis"

CONTESTANTS: dict[str, Callable[[Path], Peer]] = {
    DAPHNE: lambda folder: Chatsite(folder, "daphne"),
    UVICORN: lambda folder: Chatsite(folder, "uvicorn"),
    DAPHNE_HTML: lambda folder: Chatsite(folder, "daphne", "html"),
    UVICORN_HTML: lambda folder: Chatsite(folder, "uvicorn", "html"),
    WS: lambda _folder: Javascript("ws"),
    SOCKET_IO: lambda _folder: Javascript("socketio"),
    TUTORIAL: Tutorial,
    TUTORIAL_REDIS: lambda folder: Tutorial(folder, with_redis=True),
}
# A fiftieth of the speed: a tenth of the messages is as long a stretch.
SHARES = {TUTORIAL: 0.1, TUTORIAL_REDIS: 0.1}
