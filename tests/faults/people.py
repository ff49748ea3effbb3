"""The people of a house: made many at a time, with all that their clients need."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.running import ROOT


@dataclass(frozen=True, slots=True)
class Person:
    """An account that is signed in: by a token, and by the cookie `sessionid`."""

    id: int
    name: str
    token: str
    session: str


def make_people(
    environment: Mapping[str, str], names: Sequence[str], rooms: Sequence[str] = ()
) -> list[Person]:
    """New accounts of these names, members of `general` and of these public rooms.

    By a process of its own (populate.py), because this one's Django has another database. Rooms
    that are not there yet are made; everybody's password is `tests.site.PASSWORD`.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.populate"],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=json.dumps({"names": list(names), "rooms": list(rooms)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return [Person(*fields) for fields in json.loads(ran.stdout)]
