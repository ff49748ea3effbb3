"""Where the examples of a state machine take place: one house, and a new room for each."""

from random import Random

from tests.faults.checker import Violation, summary
from tests.faults.house import House
from tests.faults.load import SEED
from tests.faults.loop import Loop
from tests.faults.people import Person
from tests.faults.record import Record
from tests.faults.stage import Stage
from tests.faults.table import Line


class Setting:
    """What all examples share, and what they came to."""

    def __init__(self, house: House, people: list[Person], loop: Loop) -> None:
        self.house = house
        self.people = people
        self.loop = loop
        self.rooms = 0
        self.steps = 0
        self.acknowledged = 0
        self.breaches: list[Violation] = []
        self.longest = 0.0

    def stage(self) -> Stage:
        """A new room, with the first readers in it."""
        self.rooms += 1
        name = f"room-{self.rooms}"
        self.house.site().post("/api/rooms/", {"name": name}, self.people[0].token)
        made = Stage(self.house, name, self.people, Random(f"{SEED}/{name}"))  # noqa: S311
        self.loop.run(made.begin())
        return made

    def line(self) -> Line:
        """Acknowledged is what no restore took back: each example has a record of its own."""
        found = summary(Record(), self.breaches)
        return Line(
            "steps in any order",
            SEED,
            self.house.servers[0].kind,
            self.steps,
            self.acknowledged,
            found.lost,
            found.doubled,
            found.out_of_order,
            found.others,
            round(self.longest, 2),
        )
