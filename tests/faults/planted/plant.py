"""A fault to be planted, and what the checker is to call it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.claims.violation import Name
from tests.faults.record import Ending, Record

type Fault = Callable[[Record, Ending], object]


@dataclass(frozen=True, slots=True)
class Plant:
    """`names`: all that the fault is called, because it is each of them."""

    fault: Fault
    names: frozenset[Name]

    def __str__(self) -> str:
        return self.fault.__name__.replace("_", " ")


class Plants(list[Plant]):
    """The faults of one file, in its order."""

    def called(self, *names: Name) -> Callable[[Fault], Fault]:
        """Keeps the decorated fault, which is to be called exactly this."""

        def keep(fault: Fault) -> Fault:
            self.append(Plant(fault, frozenset(names)))
            return fault

        return keep
