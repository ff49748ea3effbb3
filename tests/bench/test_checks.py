"""A delivery that is missing, doubled or out of place is found, whoever heard it."""

from bench.checks import Faults, count_faults

POSTED = range(10, 16)
ALL = list(POSTED)


def test_who_heard_all_in_one_order_has_no_fault() -> None:
    assert count_faults([ALL, ALL], POSTED, 2) == Faults()


def test_what_one_did_not_hear_is_lost() -> None:
    assert count_faults([ALL, [10, 11, 13, 14, 15]], POSTED, 2) == Faults(lost=1)


def test_what_nobody_heard_is_lost_for_each() -> None:
    assert count_faults([ALL[1:], ALL[1:]], POSTED, 2) == Faults(lost=2)
    assert count_faults([[], []], POSTED, 2) == Faults(lost=12)


def test_what_comes_again_is_a_double_and_not_a_disorder() -> None:
    assert count_faults([ALL, [*ALL, 10]], POSTED, 2) == Faults(doubled=1)


def test_authors_who_post_at_once_may_come_in_any_order_that_is_the_same_for_all() -> None:
    swapped = [11, 10, 12, 13, 14, 15]
    assert count_faults([swapped, swapped], POSTED, 2) == Faults()
    assert count_faults([ALL, swapped], POSTED, 2) == Faults(disordered=1)


def test_each_author_is_heard_in_the_order_of_posting() -> None:
    wrong = [12, 11, 10, 13, 14, 15]
    assert count_faults([wrong, wrong], POSTED, 2) == Faults(disordered=1)


def test_a_hole_is_a_loss_and_not_a_disorder() -> None:
    assert count_faults([[10, 12, 15], ALL], POSTED, 2) == Faults(lost=3)
