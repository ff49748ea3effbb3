"""How long who asked waited, on made-up clocks."""

from tests.faults.record import Acked, Asked, Blank, Changed, Record, Refused, Sent
from tests.faults.waits import Wait, waits


def test_each_sending_waits_for_an_answer_of_its_own() -> None:
    record = Record(
        sent=[Sent("ada", "general", "a1", "text", at) for at in (1, 2, 3)],
        acked=[Acked("ada", "general", "a1", 1, 1, duplicate=False, at=8)],
        refused=[Refused("ada", "general", "a1", "storage_unavailable", 5)],
        blank=[Blank("ada", "general", "a1", 6)],
    )

    assert list(waits(record)) == [
        Wait("ada", "a1", "message", "storage_unavailable", 4),
        Wait("ada", "a1", "message", "", 4),
        Wait("ada", "a1", "message", "", 5),
    ]


def test_changes_are_waited_for_too() -> None:
    record = Record(
        asked=[
            Asked("ada", "general", "a1", 7, "edited", 1),
            Asked("bob", "general", "b1", 7, "deleted", 2),
            Asked("bob", "general", "b2", 7, "reactions", 3),
        ],
        changed=[Changed("ada", "general", "a1", 7, 9, 2)],
        refused=[Refused("bob", "general", "b2", "not_found", 3.5)],
        blank=[Blank("bob", "general", "b1", 11)],
    )

    assert list(waits(record)) == [
        Wait("ada", "a1", "edited", "", 1),
        Wait("bob", "b2", "reactions", "not_found", 0.5),
        Wait("bob", "b1", "deleted", "", 9),
    ]


def test_what_is_never_answered_is_waited_for_for_ever() -> None:
    record = Record(
        sent=[Sent("ada", "general", "a1", "text", 1)],
        asked=[Asked("ada", "general", "a2", 1, "edited", 2)],
    )

    assert [each.seconds for each in waits(record)] == [float("inf")] * 2
