"""Whether everybody heard everything, once and in one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Faults:
    """Deliveries that never came and that came again; receivers and authors out of order."""

    lost: int = 0
    doubled: int = 0
    disordered: int = 0


def count_faults(heard: Sequence[Sequence[int]], posted: range, authors: int) -> Faults:
    """What is wrong in what each receiver heard of `posted`; `number % authors` wrote a number.

    The order of those who post at once is the server's, but one for all; that of each author is
    the order of posting.
    """
    firsts = [list(dict.fromkeys(numbers)) for numbers in heard]
    order = max(firsts, key=len, default=[])
    places = {number: place for place, number in enumerate(order)}
    disordered = sum(
        1
        for numbers in firsts
        if numbers != order and not _ascends([places[n] for n in numbers if n in places])
    )
    for author in range(min(authors, len(posted))):
        own = [number for number in order if number % authors == author]
        disordered += not _ascends(own)
    return Faults(
        lost=sum(len(posted) - len(numbers) for numbers in firsts),
        doubled=sum(len(all_) - len(once) for all_, once in zip(heard, firsts, strict=True)),
        disordered=disordered,
    )


def _ascends(numbers: Sequence[int]) -> bool:
    return all(before < after for before, after in pairwise(numbers))
