"""A client in a process of its own, which can be stopped: it says something and hears it, for ever.

`python -m tests.faults.chatter ADDRESS`, with a token in the address.
"""

import itertools
import json
import sys

from websockets.sync.client import connect


def main() -> None:
    with connect(sys.argv[1], compression=None, proxy=None) as socket:
        for number in itertools.count():
            client_id = f"chatter-{number}"
            socket.send(json.dumps({"message": client_id, "client_id": client_id}))
            while json.loads(socket.recv()).get("ack", {}).get("client_id") != client_id:
                pass


if __name__ == "__main__":
    main()
