"""Whatever is done in whatever order: all show what the rows hold, and what was acked is there."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.house import housing
from tests.faults.load import SEED
from tests.faults.loop import Loop
from tests.faults.mouths import Name, Reply
from tests.faults.record import Record, Way
from tests.faults.rounds import LONG, MESSAGES, SERVER
from tests.faults.setting import Setting
from tests.faults.table import noting
from tests.faults.words import EMOJI

pytestmark = pytest.mark.timeout(1800)

EXAMPLES, STEPS = (16, 50) if LONG else (5, 12)
LIVES = 2 if LONG else 1  # of the server, in one example: each takes seconds
MOST_READERS = 4
# An example may lose all that it said after the first copy; these are before it.
FIRST = MESSAGES // EXAMPLES + 10
MOST_AT_ONCE = 60 if LONG else 5

SPEAKERS = st.integers(0, 2)
TEXTS = st.sampled_from(["tea", "<b>bold</b> & so", "日本 🙂", '"it\'s"'])
PLACES = st.integers(0, 1000)


class Machine(RuleBasedStateMachine):
    """One room's history; the server's life goes on from example to example."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting, self.house, self.loop = setting, setting.house, setting.loop
        self.stage = setting.stage()
        self.said: list[tuple[int, str, str]] = []  # speaker, client_id and first text
        self.told = 0
        self.lives = 0
        self.copied: tuple[Path, Record]
        self._say_together([self._new(number % 3, "first") for number in range(FIRST)])
        self.copy()
        if setting.rooms == 1:
            # Not left to chance, and not only a copy of what is still there.
            self.send(1, "taken back", 2)
            self.restore()

    # --- who comes and goes ------------------------------------------------------------

    @precondition(lambda self: len(self.stage.readers) < MOST_READERS)
    @rule(way=st.sampled_from(["json", "html"]))
    def connect(self, way: Way) -> None:
        self.loop.run(self.stage.admit(way))

    @precondition(lambda self: len(self.stage.readers) > 1)
    @rule(place=PLACES)
    def leave(self, place: int) -> None:
        self.loop.run(self.stage.leave(place % len(self.stage.readers)))

    @rule()
    def cut(self) -> None:
        self.loop.run(self.stage.cut())

    # --- what is said ------------------------------------------------------------------

    @rule(speaker=SPEAKERS, text=TEXTS, count=st.integers(1, MOST_AT_ONCE))
    def send(self, speaker: int, text: str, count: int) -> None:
        self._say_together([self._new(speaker, text) for _time in range(count)])

    @precondition(lambda self: self.said)
    @rule(place=PLACES)
    def resend(self, place: int) -> None:
        """By a client that does not know whether it was heard."""
        speaker, client_id, text = self.said[place % len(self.said)]
        known = self._acknowledged(speaker, client_id)
        reply = self._say(speaker, client_id, text)
        if known is not None and reply is not None:
            assert (reply.id, reply.seq, reply.duplicate) == (known.id, known.seq, True), reply

    @precondition(lambda self: self.said)
    @rule(place=PLACES)
    def resend_other_words(self, place: int) -> None:
        speaker, client_id, text = self.said[place % len(self.said)]
        if self._acknowledged(speaker, client_id) is not None:
            reply = self._say(speaker, client_id, f"{text}?")
            assert reply is None or reply.code == "id_conflict", reply

    @precondition(lambda self: self.stage.acknowledged)
    @rule(place=PLACES, text=TEXTS)
    def edit(self, place: int, text: str) -> None:
        self._change("edit", place, f"{text}, or rather {place}")

    @precondition(lambda self: self.stage.acknowledged)
    @rule(place=PLACES)
    def delete(self, place: int) -> None:
        self._change("delete", place)

    @precondition(lambda self: self.stage.acknowledged)
    @rule(
        name=st.sampled_from(["react", "unreact"]),
        place=PLACES,
        by=SPEAKERS,
        emoji=st.sampled_from(EMOJI),
    )
    def react(self, name: Name, place: int, by: int, emoji: str) -> None:
        self._change(name, place, emoji, by)

    # --- what befalls the server -------------------------------------------------------

    @rule(speaker=SPEAKERS, text=TEXTS)
    def sweep(self, speaker: int, text: str) -> None:
        """No notice comes through, and yet all have it."""
        self.house.sabotage(notices={"drop": 1.0})
        self._say(*self._new(speaker, text))
        assert self.loop.run(self.stage.agree())
        self.house.sabotage()

    @precondition(lambda self: self.lives < LIVES)
    @rule()
    def restart(self) -> None:
        self.lives += 1
        assert self.house.stop().code == 0
        self.house.start()

    @precondition(lambda self: self.lives < LIVES)
    @rule(speaker=SPEAKERS, text=TEXTS)
    def kill_while_it_is_said(self, speaker: int, text: str) -> None:
        self.lives += 1
        asked = self.loop.begin(self.stage.post(*self._new(speaker, text)))
        self.house.kill()
        # Who was just cut, and is not back yet, says it to the next life.
        self.house.start()
        asked.result(60)

    @rule()
    def copy(self) -> None:
        path = self.house.folder / f"{self.stage.room}.sqlite3"
        self.copied = path, self.loop.call(self.stage.copy, path)

    @precondition(lambda self: self.lives < LIVES)
    @rule()
    def restore(self) -> None:
        """What came after the copy is gone, and everybody is told to read anew."""
        self.lives += 1
        self.loop.run(self.stage.agree())
        self.loop.run(self.stage.restore(*self.copied))
        self.copy()
        first = {live.reader: live for live in reversed(self.stage.record.live)}
        assert {live.reset for live in first.values()} == {"epoch"}

    # --- what always holds -------------------------------------------------------------

    @invariant()
    def what_is_acknowledged_is_a_row_and_only_one(self) -> None:
        self.setting.steps += 1
        rows = self.loop.call(self.stage.rows)
        ids = Counter((row.author, row.client_id) for row in rows)
        assert set(ids.values()) <= {1}, ids
        found = {(row.author, row.client_id): (row.id, row.seq) for row in rows}
        for key, ack in self.stage.acknowledged.items():
            assert found.get(key) == (ack.id, ack.seq), ack

    def teardown(self) -> None:
        try:
            breaches = self.loop.run(self.stage.breaches())
            self.setting.breaches += breaches
            assert not breaches, "\n".join(map(str, breaches[:20]))
            assert not self.house.tracebacks(), self.house.tracebacks()[0]
        finally:
            self.setting.acknowledged += len(self.stage.acknowledged)
            self.setting.longest = max(self.setting.longest, self.stage.longest)
            self.house.sabotage()
            self.loop.run(self.stage.end())
            if not self.house.is_up:
                self.house.start()

    # --- parts -------------------------------------------------------------------------

    def _new(self, speaker: int, text: str) -> tuple[int, str, str]:
        self.told += 1
        post = speaker, f"{self.stage.room}-{self.told}", f"{text} {self.told}"
        self.said.append(post)
        return post

    def _say(self, speaker: int, client_id: str, text: str) -> Reply | None:
        return self.loop.run(self.stage.post(speaker, client_id, text))

    def _say_together(self, posts: list[tuple[int, str, str]]) -> None:
        self.loop.run(self.stage.post_together(posts))

    def _acknowledged(self, speaker: int, client_id: str) -> Any:
        return self.stage.acknowledged.get((self.setting.people[speaker].name, client_id))

    def _change(self, name: Name, place: int, text: str = "", by: int | None = None) -> None:
        """By its author where it says nothing else."""
        # Who is answered first of many is not the seed's to say.
        acks = sorted(self.stage.acknowledged.values(), key=lambda each: each.client_id)
        ack = acks[place % len(acks)]
        names = [person.name for person in self.setting.people]
        self.told += 1
        speaker = names.index(ack.author) if by is None else by
        client_id = f"{self.stage.room}-{self.told}"
        self.loop.run(self.stage.change(speaker, name, client_id, ack.id, text))


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    with ExitStack() as stack:
        house = stack.enter_context(housing(tmp_path, server=SERVER, seed=SEED))
        loop = Loop()
        stack.callback(loop.close)
        yield Setting(house, house.people(3), loop)


def test_steps_in_any_order(setting: Setting) -> None:
    @seed(SEED)
    def machine() -> Machine:
        return Machine(setting)

    with noting(setting.line):
        run_state_machine_as_test(
            cast("type[Machine]", machine),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                database=None,
                deadline=None,
                derandomize=False,
                print_blob=True,
                # Each step is real: looking for fewer that fail too would take too long.
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert setting.acknowledged >= MESSAGES
