"""Faults of REST and of the clients' lists, though every frame came as it should."""

from dataclasses import replace

from tests.faults.planted.plant import Plants
from tests.faults.planted.scene import GENERAL, frame_of, put, state_of
from tests.faults.record import Ending, Record

PLANTS = Plants()


@PLANTS.called("lost")
def rest_lacks_an_acknowledged_message(record: Record, ending: Ending) -> None:
    ending.rest[GENERAL].remove(state_of(ending.rest[GENERAL], 106))


@PLANTS.called("differs")
def rest_lacks_a_message_whose_answer_was_lost(record: Record, ending: Ending) -> None:
    ending.rest[GENERAL].remove(state_of(ending.rest[GENERAL], 101))


@PLANTS.called("phantom")
def rest_has_a_message_of_another_room(record: Record, ending: Ending) -> None:
    ending.rest["garden"].append(ending.rows[GENERAL][0])


@PLANTS.called("out_of_order")
def rest_lists_two_messages_swapped(record: Record, ending: Ending) -> None:
    rest = ending.rest[GENERAL]
    rest[2], rest[3] = rest[3], rest[2]


@PLANTS.called("doubled")
def rest_lists_a_message_twice(record: Record, ending: Ending) -> None:
    ending.rest[GENERAL].append(ending.rest[GENERAL][0])


@PLANTS.called("lost")
def a_list_lacks_an_acknowledged_message(record: Record, ending: Ending) -> None:
    shown = ending.shown["bob", GENERAL]
    shown.remove(state_of(shown, 106))


@PLANTS.called("out_of_order")
def a_list_shows_two_messages_swapped(record: Record, ending: Ending) -> None:
    shown = ending.shown["bob", GENERAL]
    shown[-1], shown[-2] = shown[-2], shown[-1]


@PLANTS.called("doubled")
def a_list_shows_a_message_twice(record: Record, ending: Ending) -> None:
    shown = ending.shown["hal", GENERAL]
    shown.append(shown[0])


@PLANTS.called("differs")
def a_list_shows_what_a_message_was(record: Record, ending: Ending) -> None:
    shown = ending.shown["hal", GENERAL]
    put(shown, state_of(shown, 103), frame_of(record, "hal", 4).state)


@PLANTS.called("altered", "differs")
def a_list_shows_another_text(record: Record, ending: Ending) -> None:
    shown = ending.shown["hal", GENERAL]
    put(shown, state_of(shown, 106), replace(state_of(shown, 106), content="not seen"))
