"""Faults of the rows, the counter and the answers; what readers hold agrees with the rows."""

from dataclasses import replace

from tests.faults.planted.plant import Plants
from tests.faults.planted.scene import (
    GENERAL,
    ack_of,
    change,
    insert,
    put,
    remove,
    rewrite,
    state_of,
)
from tests.faults.record import Acked, Asked, Changed, Ending, Record, Refused, Sent, State

PLANTS = Plants()


# Readers were told of it, and its number is nobody's.
@PLANTS.called("lost", "phantom", "uncounted")
def an_acknowledged_row_is_missing(record: Record, ending: Ending) -> None:
    remove(ending, 107)


@PLANTS.called("uncounted", "lost", "phantom")
def the_first_row_of_a_room_is_missing(record: Record, ending: Ending) -> None:
    for states in (ending.rows["garden"], ending.rest["garden"], ending.shown["ada", "garden"]):
        states.clear()


# The garden does not count so far.
@PLANTS.called("lost", "uncounted")
def an_ack_names_a_message_of_another_room(record: Record, ending: Ending) -> None:
    ack = ack_of(record, "b2")
    put(record.acked, ack, replace(ack, room="garden"))


@PLANTS.called("lost", "uncounted")
def a_changes_ack_names_a_message_of_another_room(record: Record, ending: Ending) -> None:
    done = next(each for each in record.changed if each.id == 107)
    put(record.changed, done, replace(done, room="garden"))


# What was told is newer than the row, and the lists hold what was told.
@PLANTS.called("lost", "early", "differs")
def an_acknowledged_reaction_is_undone(record: Record, ending: Ending) -> None:
    row = state_of(ending.rows[GENERAL], 107)
    put(ending.rows[GENERAL], row, replace(row, changed_seq=13, reactions=()))


@PLANTS.called("lost")
def an_acknowledged_deletion_deleted_nothing(record: Record, ending: Ending) -> None:
    record.asked.append(Asked("mod", GENERAL, "d", 110, "deleted", 1.0))
    record.changed.append(Changed("mod", GENERAL, "d", 110, 17, 1.0))


# Nobody was told of the second row.
@PLANTS.called("doubled", "lost")
def one_post_is_two_rows(record: Record, ending: Ending) -> None:
    ending.counters[GENERAL] += 1
    insert(ending, replace(state_of(ending.rows[GENERAL], 111), id=112, seq=19, changed_seq=19))


@PLANTS.called("doubled")
def a_post_is_twice_the_first(record: Record, ending: Ending) -> None:
    again = next(ack for ack in record.acked if ack.duplicate)
    put(record.acked, again, replace(again, duplicate=False))


@PLANTS.called("id_reused")
def an_ack_names_another_post(record: Record, ending: Ending) -> None:
    ack = ack_of(record, "b2")
    put(record.acked, ack, replace(ack, id=101, seq=2))


# Its post is two rows then, too.
@PLANTS.called("id_reused", "doubled")
def two_rows_have_one_id(record: Record, ending: Ending) -> None:
    ending.rows[GENERAL].append(state_of(ending.rows[GENERAL], 111))


# Whoever is told both under one number is told one of them out of order.
@PLANTS.called("id_reused", "out_of_order")
def two_messages_have_one_number(record: Record, ending: Ending) -> None:
    rewrite(record, ending, 111, seq=17, changed_seq=17)
    put(record.acked, ack_of(record, "b4"), replace(ack_of(record, "b4"), seq=17))
    ending.counters[GENERAL] = 17


@PLANTS.called("uncounted")
def the_counter_is_too_great(record: Record, ending: Ending) -> None:
    ending.counters[GENERAL] += 1


@PLANTS.called("uncounted")
def the_counter_is_too_small(record: Record, ending: Ending) -> None:
    ending.counters[GENERAL] -= 1


@PLANTS.called("uncounted")
def a_refused_change_took_a_number(record: Record, ending: Ending) -> None:
    record.asked.append(Asked("eve", GENERAL, "e", 110, "reactions", 1.0))
    record.refused.append(Refused("eve", GENERAL, "e", "forbidden", 1.0))
    ending.counters[GENERAL] += 1


# What was sent under this id is not what is stored: it should have been refused.
@PLANTS.called("altered", "conflict")
def another_text_is_stored_and_told(record: Record, ending: Ending) -> None:
    rewrite(record, ending, 106, content="not seen")


@PLANTS.called("altered")
def a_reaction_brings_the_text_that_was_refused(record: Record, ending: Ending) -> None:
    record.sent.append(Sent("bob", GENERAL, "b2", "unseen", 1.0))
    record.refused.append(Refused("bob", GENERAL, "b2", "id_conflict", 1.0))
    record.asked.append(Asked("mod", GENERAL, "r", 106, "reactions", 1.0))
    change(record, ending, "reactions", 106, content="unseen", reactions=(("👍", "mod"),))


@PLANTS.called("altered")
def a_deleted_message_keeps_its_text(record: Record, ending: Ending) -> None:
    rewrite(record, ending, 105, content="gone")


# Its deletion had been acknowledged.
@PLANTS.called("altered", "lost")
def a_deleted_message_comes_back(record: Record, ending: Ending) -> None:
    record.asked.append(Asked("hal", GENERAL, "r", 105, "reactions", 1.0))
    change(record, ending, "reactions", 105, deleted=False)


@PLANTS.called("altered")
def a_deleted_message_keeps_its_reactions(record: Record, ending: Ending) -> None:
    record.asked.append(Asked("hal", GENERAL, "r", 105, "reactions", 1.0))
    record.refused.append(Refused("hal", GENERAL, "r", "not_found", 1.0))
    rewrite(record, ending, 105, reactions=(("👍", "hal"),))


# The number that it names is another message's.
@PLANTS.called("altered", "id_reused")
def an_ack_names_another_number(record: Record, ending: Ending) -> None:
    ack = ack_of(record, "a6")
    put(record.acked, ack, replace(ack, seq=16))


@PLANTS.called("altered", "id_reused")
def a_change_is_acknowledged_below_its_message(record: Record, ending: Ending) -> None:
    record.changed.append(Changed("bob", GENERAL, "c", 111, 17, 1.0))


@PLANTS.called("phantom")
def a_post_was_sent_by_nobody(record: Record, ending: Ending) -> None:
    record.sent[:] = [post for post in record.sent if post.client_id != "b4"]


# Nobody was told.
@PLANTS.called("phantom", "lost")
def a_row_has_no_client_id(record: Record, ending: Ending) -> None:
    ending.counters[GENERAL] += 1
    insert(ending, State(112, 19, 19, "bob", None, "who?", deleted=False))


@PLANTS.called("phantom")
def somebody_reacts_who_never_did(record: Record, ending: Ending) -> None:
    rewrite(record, ending, 107, reactions=(("👍", "eve"),))


@PLANTS.called("phantom")
def a_message_is_deleted_by_nobody(record: Record, ending: Ending) -> None:
    rewrite(record, ending, 106, content="", deleted=True)


@PLANTS.called("phantom")
def a_message_is_changed_by_nobody(record: Record, ending: Ending) -> None:
    change(record, ending, "reactions", 106)


@PLANTS.called("conflict")
def an_honest_resend_is_refused(record: Record, ending: Ending) -> None:
    again = next(ack for ack in record.acked if ack.duplicate)
    record.acked.remove(again)
    record.sent.append(Sent("ada", GENERAL, "a0", "another text", 1.0))
    record.refused += [Refused("ada", GENERAL, "a0", "id_conflict", 1.0)] * 2


@PLANTS.called("conflict")
def another_text_is_taken_for_a_resend(record: Record, ending: Ending) -> None:
    refused = next(each for each in record.refused if each.code == "id_conflict")
    record.refused.remove(refused)
    record.acked.append(Acked("ada", GENERAL, "a1", 103, 3, duplicate=True, at=1.0))
