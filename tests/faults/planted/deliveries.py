"""Faults between rows and readers: bob, who came back, hal, who was reset, eve, who died."""

from dataclasses import replace

from tests.faults.planted.plant import Plants
from tests.faults.planted.scene import GENERAL, frame_of, put, state_of
from tests.faults.record import Asked, Ending, Record

PLANTS = Plants()


@PLANTS.called("lost")
def a_live_message_is_not_told(record: Record, ending: Ending) -> None:
    record.told.remove(frame_of(record, "bob", 12))


@PLANTS.called("lost")
def the_last_message_is_not_told(record: Record, ending: Ending) -> None:
    record.told.remove(frame_of(record, "hal", 18))


@PLANTS.called("lost")
def a_live_edit_is_not_told(record: Record, ending: Ending) -> None:
    record.told.remove(frame_of(record, "hal", 11))


@PLANTS.called("lost")
def a_replay_leaves_a_message_out(record: Record, ending: Ending) -> None:
    record.told.remove(frame_of(record, "bob", 7))


@PLANTS.called("lost")
def a_replay_leaves_a_change_out(record: Record, ending: Ending) -> None:
    record.told.remove(frame_of(record, "bob", 11))


@PLANTS.called("lost")
def a_repair_leaves_a_message_out(record: Record, ending: Ending) -> None:
    record.told.remove(frame_of(record, "hal", 13))


@PLANTS.called("lost")
def who_died_was_not_told_what_came_before(record: Record, ending: Ending) -> None:
    seen, later = frame_of(record, "eve", 12), frame_of(record, "bob", 13)
    put(record.told, seen, replace(later, reader="eve", connection=seen.connection))


@PLANTS.called("lost")
def a_new_message_comes_as_a_change_of_one(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 13)
    put(record.told, frame, replace(frame, kind="edited"))


# Where it belongs it was not told, and the garden does not count so far.
@PLANTS.called("phantom", "lost", "uncounted")
def a_message_is_told_in_another_room(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "bob", 12)
    put(record.told, frame, replace(frame, room="garden"))


@PLANTS.called("doubled")
def a_live_message_is_told_twice(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 12)
    put(record.told, frame, frame, frame)


@PLANTS.called("doubled")
def a_live_change_is_told_again_after_another(record: Record, ending: Ending) -> None:
    frame, later = frame_of(record, "hal", 9), frame_of(record, "hal", 10)
    put(record.told, later, later, frame)


@PLANTS.called("doubled")
def a_replay_tells_what_its_since_had(record: Record, ending: Ending) -> None:
    old, frame = frame_of(record, "bob", 3), frame_of(record, "bob", 11)
    put(record.told, frame, replace(old, connection=3, replayed=True), frame)


@PLANTS.called("doubled")
def what_was_replayed_is_told_again_live(record: Record, ending: Ending) -> None:
    old, frame = frame_of(record, "bob", 11), frame_of(record, "bob", 12)
    put(record.told, frame, replace(old, replayed=False), frame)


@PLANTS.called("out_of_order")
def two_live_messages_are_swapped(record: Record, ending: Ending) -> None:
    one, other = frame_of(record, "bob", 17), frame_of(record, "bob", 18)
    place, there = record.told.index(one), record.told.index(other)
    record.told[place], record.told[there] = other, one


@PLANTS.called("out_of_order")
def two_replayed_ones_are_swapped(record: Record, ending: Ending) -> None:
    one, other = frame_of(record, "bob", 7), frame_of(record, "bob", 9)
    place, there = record.told.index(one), record.told.index(other)
    record.told[place], record.told[there] = other, one


@PLANTS.called("out_of_order")
def a_message_beyond_the_ready_is_told_before_it(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "bob", 12)
    put(record.told, frame, replace(frame, replayed=True))


@PLANTS.called("out_of_order")
def a_replay_reaches_behind_its_since(record: Record, ending: Ending) -> None:
    live = next(each for each in record.live if (each.reader, each.connection) == ("bob", 3))
    put(record.live, live, replace(live, since=11))


@PLANTS.called("out_of_order")
def a_replay_comes_in_spite_of_a_reset(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 17)
    missed = replace(frame, state=state_of(ending.rows[GENERAL], 109), replayed=True)
    put(record.told, frame, missed, frame)


@PLANTS.called("out_of_order")
def a_replay_comes_though_nothing_was_asked_for(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "eve", 12)
    old = replace(frame, state=state_of(ending.rows[GENERAL], 101), replayed=True)
    put(record.told, frame, old, frame)


@PLANTS.called("early")
def a_message_is_told_before_its_commit(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "bob", 17)
    put(record.told, frame, replace(frame, committed=False))


# Its number is beyond the counter, and the others were not told.
@PLANTS.called("early", "uncounted", "lost")
def an_edit_is_told_and_never_committed(record: Record, ending: Ending) -> None:
    record.asked.append(Asked("bob", GENERAL, "e", 111, "edited", 1.0))
    frame = frame_of(record, "bob", 18)
    state = replace(frame.state, changed_seq=19, content="never")
    put(record.told, frame, frame, replace(frame, kind="edited", state=state))


# No number of its room is its own.
@PLANTS.called("phantom", "uncounted")
def a_message_is_told_that_is_nowhere(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "bob", 18)
    state = replace(frame.state, id=999, seq=19, changed_seq=19)
    put(record.told, frame, frame, replace(frame, state=state))


@PLANTS.called("altered")
def a_message_is_told_with_another_text(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "bob", 17)
    put(record.told, frame, replace(frame, state=replace(frame.state, content="far from last")))


@PLANTS.called("altered")
def a_message_is_told_as_somebody_elses(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 10)  # nobody else saw this change
    put(record.told, frame, replace(frame, state=replace(frame.state, author="bob")))


# What was sent under this id was then refused.
@PLANTS.called("altered", "conflict")
def all_are_told_another_text_than_was_sent(record: Record, ending: Ending) -> None:
    for reader in ("bob", "hal"):
        frame = frame_of(record, reader, 3)
        put(record.told, frame, replace(frame, state=replace(frame.state, content="old news")))


# It has the number of the message before it.
@PLANTS.called("altered", "id_reused")
def a_message_is_told_as_older_than_itself(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "bob", 17)
    put(record.told, frame, replace(frame, state=replace(frame.state, changed_seq=16)))


@PLANTS.called("altered")
def the_last_change_is_told_without_its_reactions(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "bob", 9)
    put(record.told, frame, replace(frame, state=replace(frame.state, reactions=())))


@PLANTS.called("altered")
def a_change_is_told_with_another_text(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 5)
    put(record.told, frame, replace(frame, state=replace(frame.state, content="better news")))


@PLANTS.called("torn")
def a_change_is_told_with_the_reactions_of_the_next(record: Record, ending: Ending) -> None:
    frame, later = frame_of(record, "hal", 5), frame_of(record, "hal", 9)
    state = replace(frame.state, reactions=later.state.reactions)
    put(record.told, frame, replace(frame, state=state))


@PLANTS.called("altered")
def a_reaction_is_told_as_a_deletion(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 9)
    put(record.told, frame, replace(frame, kind="deleted"))


@PLANTS.called("altered")
def a_deletion_is_told_as_an_edit(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 8)
    put(record.told, frame, replace(frame, kind="edited"))


# A reader who holds nothing of it passes an edit over.
@PLANTS.called("altered", "lost")
def a_new_message_is_told_as_an_edit(record: Record, ending: Ending) -> None:
    frame = frame_of(record, "hal", 17)
    put(record.told, frame, replace(frame, kind="edited"))
