"""What is to fail in a serving process, said from outside and changed while it runs."""

import json
import os
import signal
from pathlib import Path
from random import Random
from typing import NoReturn, TypedDict, cast


class Notices(TypedDict, total=False):
    """What happens to notices on their way to a hub, from its own process and through the layer.

    Those of messages alone, unless `every` kind is meant. The three numbers are probabilities.
    """

    drop: float
    double: float  # the second one comes up to 50 ms later
    reorder: float  # this one comes up to 60 ms later: with and without a repair
    drop_last: bool  # the one that no other of its room follows within 50 ms; the others are late
    every: bool


class Faults(TypedDict, total=False):
    """What is to fail. The commits meant are those that posted or changed messages."""

    seed: int | str
    kill_before_commit: float  # the probability of SIGKILL when all is written and nothing is kept
    kill_after_commit: float  # likewise when it is on disk, and nobody was told
    slow_commit: float  # seconds that each commit takes longer, with its lock held
    # Every write fails as on a full disk: where it is written (true), or where it is committed.
    disk_full: bool | str  # true or "commit"
    notices: Notices


class Failpoints:
    """The faults as they are now, and the dice. One for the process; any thread may ask."""

    def __init__(self, text: str = "{}", file: Path | None = None) -> None:
        self._faults = read_faults(text)
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._dice: dict[str, Random] = {}

    def now(self) -> Faults:
        """What is to fail now."""
        if self._file is None:
            return self._faults
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return self._faults
        # A file put in its place is another one, even if both were written in one tick.
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            faults = read_faults(self._file.read_text(encoding="utf-8"))
            if faults.get("seed") != self._faults.get("seed"):
                self._dice = {}
            self._faults, self._stamp = faults, stamp
        return self._faults

    def dice(self, name: str) -> Random:
        """A stream of chance of its own, so that one failpoint does not shift another's."""
        found = self._dice.get(name)
        if found is None:
            stream = f"{self._faults.get('seed', 0)}/{name}"
            found = self._dice[name] = Random(stream)  # noqa: S311 - repeatable, not secret
        return found

    def strikes(self, name: str, probability: float) -> bool:
        """Whether the failpoint strikes this time; notes that it did."""
        if not probability or self.dice(name).random() >= probability:
            return False
        self.note(name)
        return True

    def note(self, name: str) -> None:
        """Counts a strike where it outlives this process."""
        if self._file is None:
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        notes = os.open(struck_file(self._file), flags, 0o600)
        try:
            os.write(notes, f"{name}\n".encode())
        finally:
            os.close(notes)


def struck_file(control: Path) -> Path:
    """Where the strikes of the faults in `control` are counted: a line for each, with its name."""
    return control.with_suffix(".struck")


def read_faults(text: str) -> Faults:
    """The faults in that JSON. Raises ValueError for a name that none has."""
    faults = json.loads(text)
    unknown = set(faults) - set(Faults.__annotations__)
    unknown |= set(faults.get("notices", ())) - set(Notices.__annotations__)
    if unknown:
        raise ValueError(f"no such failpoint: {', '.join(sorted(unknown))}")
    return cast(Faults, faults)


def write_faults(control: Path, faults: Faults) -> None:
    """Puts the faults where a running process looks; none of it is ever seen half written."""
    text = json.dumps(faults)
    read_faults(text)
    draft = control.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(control)


def die() -> NoReturn:
    """SIGKILL to oneself: nothing is cleaned up, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit  # not reached
