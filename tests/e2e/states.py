"""Every page of the site in every state that it can be in, and the way there."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.e2e import ways
from tests.e2e.conftest import People
from tests.e2e.table import SIZES, Table
from tests.e2e.ways import Way


@dataclass(frozen=True, slots=True)
class State:
    """What to show, the way there, and of which shapes there is a picture."""

    name: str
    reach: Way
    pictures: str = "desktop-light"
    signed_in: bool = True
    sizes: str = "desktop phone"

    def __str__(self) -> str:
        return self.name


# Where a state is much the same in every shape, one picture of it is enough.
ALL_FOUR = "desktop-light desktop-dark phone-light phone-dark"
BOTH = "desktop-light phone-dark"
STATES = (
    State("login", ways.visit("/accounts/login/"), ALL_FOUR, signed_in=False),
    State(
        "login-refused",
        ways.send("/accounts/login/", {"username": "ada", "password": "not mine"}, ".says.bad"),
        "phone-light",
        signed_in=False,
    ),
    State("register", ways.visit("/accounts/register/"), "phone-dark", signed_in=False),
    State(
        "register-refused",
        ways.send("/accounts/register/", {"username": "no name", "password": "1234"}, ".bad"),
        "desktop-light",
        signed_in=False,
    ),
    State("rooms", ways.visit("/rooms/"), ALL_FOUR),
    State("new-room", ways.visit("/rooms/new/"), "desktop-light"),
    State("new-room-refused", ways.send("/rooms/new/", {"name": "no name"}, ".bad"), "phone-light"),
    State("room", ways.open_room("workshop"), ALL_FOUR),
    State("room-hover", ways.hover, "desktop-light", sizes="desktop"),
    State("room-empty", ways.open_room("kitchen"), "desktop-light"),
    State("room-outside", ways.open_room("design"), "phone-light"),
    State("room-archived", ways.open_room("attic"), "phone-dark"),
    State("room-read-only", ways.open_room("announcements"), "phone-light"),
    State("leave", ways.visit("/rooms/budget-2027/leave/"), "phone-light"),
    State("room-older", ways.visit("/rooms/handbook/?before=40"), "desktop-light"),
    State("acts", ways.open_acts, BOTH),
    State("acts-delete", ways.ask_delete, "phone-dark"),
    State("acts-react", ways.open_reactions, "desktop-dark", sizes="desktop"),
    State("people", ways.show_people, "phone-light", sizes="phone"),
    State("replying", ways.reply, "phone-dark"),
    State("editing", ways.edit, "desktop-light"),
    State("limit", ways.write_much(3_912), "phone-light"),
    State("limit-over", ways.write_much(4_012), "phone-dark"),
    State("failed", ways.fail_to_send, BOTH),
    State("notice", ways.be_refused, "phone-light"),
    State("reconnecting", ways.lose_the_line, "phone-light"),
    State("stopped", ways.open_too_many, "desktop-light"),
    State("refused", ways.join_the_attic, "desktop-light"),
    State("jump", ways.read_further_up, "phone-dark"),
    State("typing", ways.wait_for_grace, "desktop-light"),
    State("permalink-own", ways.open_message("ada"), "desktop-dark"),
    State("permalink-other", ways.open_message("bob"), "phone-light"),
    State("profile", ways.visit("/accounts/profile/"), ALL_FOUR),
    State(
        "profile-saved",
        ways.send("/accounts/profile/", {"display_name": "Ada"}, ".says"),
        "phone-dark",
    ),
    State("password", ways.visit("/accounts/password/"), "desktop-light"),
    State(
        "password-refused",
        ways.send(
            "/accounts/password/", {"current_password": "not mine", "new_password": "1"}, ".bad"
        ),
        "phone-light",
    ),
    State("not-found", ways.visit("/rooms/nowhere/"), BOTH),
    State("not-understood", ways.show_alone("400.html"), "phone-light"),
    State("not-allowed", ways.show_alone("403.html"), "desktop-light"),
    State("form-too-old", ways.show_alone("403_csrf.html"), "phone-light"),
    State("our-fault", ways.show_alone("500.html"), "phone-dark"),
    State("offline", ways.visit("/offline/"), BOTH, signed_in=False),
)


def look(table: Table, people: People, state: State, size: str) -> Page:
    """That state on a screen of that size."""
    page = table.sit_down(people, "ada" if state.signed_in else "", size)
    state.reach(page, table)
    return page


def each_state() -> list[tuple[State, str]]:
    """Every state in every size in which it exists."""
    return [(state, size) for state in STATES for size in SIZES if size in state.sizes]


def name_of(value: object) -> str:
    """For the tests' names."""
    return str(value)
