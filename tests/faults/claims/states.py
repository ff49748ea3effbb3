"""A message is the same wherever it is seen, and says what was sent."""

from collections.abc import Iterator
from dataclasses import replace

from tests.faults.claims.facts import Facts
from tests.faults.claims.violation import Violation
from tests.faults.record import State


def a_change_looks_the_same_everywhere(facts: Facts) -> Iterator[Violation]:
    """One state for each message and change: in the row, in REST, in lists and in frames."""
    for states in facts.states.values():
        last = max(state.changed_seq for state in states)
        known: dict[int, State] = {}
        for state, place in states.items():
            first = known.setdefault(state.changed_seq, state)
            if state is first:
                continue
            # Read as a row before the later change, with its reactions after it.
            is_torn = (
                state.changed_seq < last and replace(state, reactions=first.reactions) == first
            )
            yield Violation("torn" if is_torn else "altered", f"{place}: {state}, not {first}")


def a_message_says_what_was_sent(facts: Facts) -> Iterator[Violation]:
    """Who wrote it, when, and its text unless it was edited; deleted is empty, and for good."""
    for message_id, seen in facts.states.items():
        states = list(seen)
        if len({(state.seq, state.author, state.client_id) for state in states}) > 1:
            yield Violation("altered", f"message {message_id} has two origins: {states}")
        gone = next((n for n, state in enumerate(states) if state.deleted), len(states))
        for state in states[gone:]:
            if not state.deleted or state.content or state.reactions:
                yield Violation("altered", f"message {message_id} was deleted, and yet is {state}")
        kinds = {each.kind for each in facts.asked.get(message_id, ())}
        first = states[0]
        room = facts.rooms.get(message_id)
        posts = facts.sent.get((first.author, first.client_id or ""), ())
        texts = {post.content for post in posts if room is None or post.room == room}
        unedited = {
            state.content
            for state in states[:gone]
            if "edited" not in kinds or state.changed_seq == state.seq
        }
        if posts and (not unedited <= texts or len(unedited) > 1):
            yield Violation(
                "altered",
                f"message {message_id} was sent to {room} as {texts}, and says {unedited}",
            )


def a_change_was_asked_for(facts: Facts) -> Iterator[Violation]:
    """No message changes, goes or is reacted to unless somebody wanted it."""
    for message_id, states in facts.states.items():
        asked = facts.asked.get(message_id, ())
        kinds = {each.kind for each in asked}
        reacting = {each.actor for each in asked if each.kind == "reactions"}
        for state in states:
            unasked = {name for _emoji, name in state.reactions} - reacting
            if unasked:
                yield Violation("phantom", f"{unasked} never reacted to message {message_id}")
            if state.deleted and "deleted" not in kinds:
                yield Violation("phantom", f"nobody deleted message {message_id}")
            if state.changed_seq > state.seq and not kinds:
                yield Violation("phantom", f"nobody changed message {message_id}: {state}")


def a_frame_is_named_after_what_it_tells(facts: Facts) -> Iterator[Violation]:
    """`deleted` tells of deleted messages, `edited` and `reactions` of others, and all of changes.

    What comes as `message` may have been changed or deleted since.
    """
    for told in facts.record.told:
        state = told.state
        if told.kind == "message" and state.changed_seq >= state.seq:
            continue
        if (told.kind == "deleted") != state.deleted or state.changed_seq <= state.seq:
            yield Violation("altered", f"{told.reader} was told as {told.kind}: {state}")
