"""The checker names every fault that is planted, and complains of nothing that is allowed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.checker import Summary, Violation, check, summary
from tests.faults.planted import deliveries, lists, storage
from tests.faults.planted.plant import Plant
from tests.faults.planted.pretend import Pretend
from tests.faults.planted.scene import GENERAL, a_run, change
from tests.faults.record import Asked, Refused, Told

PLANTS = [*deliveries.PLANTS, *lists.PLANTS, *storage.PLANTS]
PEOPLE = ("ada", "bob", "mod")
READERS = ("hal", "eve", "bob")
ROOMS = ("general", "garden")


def test_a_legal_run_breaks_nothing() -> None:
    site = a_run()

    assert check(site.record, site.ending()) == []


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_fault_is_named(plant: Plant) -> None:
    site = a_run()
    ending = site.ending()
    plant.fault(site.record, ending)

    found = check(site.record, ending)

    assert {violation.name for violation in found} == plant.names, found
    assert len(found) == len(set(found))


@pytest.mark.parametrize("code", ["storage_unavailable", "internal"])
def test_a_change_may_be_committed_though_nobody_could_say_so(code: str) -> None:
    site = a_run()
    ending = site.ending()
    record = site.record
    record.asked.append(Asked("mod", GENERAL, "r", 106, "reactions", 1.0))
    record.refused.append(Refused("mod", GENERAL, "r", code, 1.0))
    change(record, ending, "reactions", 106)

    assert check(record, ending) == []


def test_what_a_change_told_again_may_be_after_a_smaller_since() -> None:
    site = Pretend(GENERAL)
    site.come("hal", GENERAL)
    site.post("ada", GENERAL, "a0", "hello")
    site.readers["hal", GENERAL].known = 0
    site.come("hal", GENERAL)
    ending = site.ending()

    assert [told.state.content for told in site.record.told] == ["hello", "hello"]
    assert check(site.record, ending) == []


def test_the_summary_counts_posts_and_breaches() -> None:
    site = a_run()
    found = [
        Violation("lost", "one"),
        Violation("lost", "two"),
        Violation("doubled", ""),
        Violation("out_of_order", ""),
        Violation("early", ""),
    ]

    # Eleven posts were answered, one of them twice; the answer to the twelfth was lost.
    assert summary(site.record, found) == Summary(
        acknowledged=11, lost=2, doubled=1, out_of_order=1, others=1
    )


# --- whatever happens -------------------------------------------------------------------------

STEPS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 11), st.booleans()), max_size=60)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(STEPS)
def test_no_legal_run_is_complained_of(steps: list[tuple[int, int, bool]]) -> None:
    site = run_of(steps)

    assert check(site.record, site.ending()) == []


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(STEPS, st.integers(min_value=0), st.sampled_from(["lost", "doubled", "early", "altered"]))
def test_a_fault_anywhere_is_named(
    steps: list[tuple[int, int, bool]], place: int, fault: str
) -> None:
    site = run_of(steps)
    ending = site.ending()
    told = site.record.told
    posted = [each for each in told if each.kind == "message" and is_owed(site, each)]
    if not posted:
        return
    frame = posted[place % len(posted)]
    if fault == "altered" and frame.state.changed_seq > frame.state.seq:
        return  # of an edit that one reader alone saw, no record has the text
    where = told.index(frame)
    plants: dict[str, list[Told]] = {
        "lost": [],
        "doubled": [frame, frame],
        "early": [replace(frame, committed=False)],
        "altered": [replace(frame, state=replace(frame.state, content="not so"))],
    }
    told[where : where + 1] = plants[fault]

    assert fault in {violation.name for violation in check(site.record, ending)}


def is_owed(site: Pretend, frame: Told) -> bool:
    """Whether its reader lived, was told once, and then told more on a connection that went live.

    Of the last frame before a cut nobody else could say that it did not come: the next `since` of
    whoever made it up claims that it did.
    """
    line = frame.reader, frame.room, frame.connection
    heard = [each for each in site.record.told if (each.reader, each.room) == line[:2]]
    again = [each for each in heard if (each.kind, each.state.id) == ("message", frame.state.id)]
    return (
        site.readers[line[:2]].alive
        and again == [frame]
        and any(each.connection == frame.connection and each.at > frame.at for each in heard)
        and line in {(each.reader, each.room, each.connection) for each in site.record.live}
    )


def run_of(steps: list[tuple[int, int, bool]]) -> Pretend:
    """What the steps mean: which act, by or on whom, and whether it is answered or in full."""
    site = Pretend(*ROOMS)
    for number, (act, which, flag) in enumerate(steps):
        one_step(site, number, act, which, flag)
    return site


def one_step(site: Pretend, number: int, act: int, which: int, flag: bool) -> None:
    room, person, reader = ROOMS[which % 2], PEOPLE[which % 3], READERS[which % 3]
    ids = list(site.rooms[room].rows)
    came = (reader, room) in site.readers
    if act < 5 or not ids:
        site.post(person, room, f"c{number}", f"text {number}", answered=flag)
    elif act == 5:
        first = site.record.sent[which % len(site.record.sent)]
        site.post(first.author, first.room, first.client_id, first.content if flag else "other")
    elif act == 6:
        site.edit(room, ids[which % len(ids)], f"edit {number}", answered=flag)
    elif act == 7:
        site.delete(person, room, ids[which % len(ids)], answered=flag)
    elif act in {8, 9}:
        site.react(person, room, ids[which % len(ids)], "👍" if act == 8 else "🎉", answered=flag)
    elif act == 10:
        (site.deafen if flag else site.mend)(room)
    elif act == 11 and came:
        site.leave(reader, room)
    elif act == 12 and came and flag:
        site.die(reader, room)
    elif act == 13 and came:
        site.come(reader, room, reset=flag, cut_after=1)
    else:
        site.come(reader, room, anew=flag)
