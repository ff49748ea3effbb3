"""What Ada does to come to a page in a certain state."""

import json
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import enter, write
from tests.e2e.table import Table

Way = Callable[[Page, Table], None]


def visit(path: str) -> Way:
    def reach(page: Page, table: Table) -> None:
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()

    return reach


def show_alone(name: str) -> Way:
    def reach(page: Page, table: Table) -> None:
        page.route("**/alone/", lambda route: route.fulfill(body=table.alone[name]))
        # What did not come over the network may not open a line into it.
        page.route_web_socket("**/ws/**", lambda socket: None)
        page.goto("/alone/")

    return reach


def send(path: str, fields: dict[str, str], shows: str) -> Way:
    def reach(page: Page, table: Table) -> None:
        page.goto(path)
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        page.locator("main form.form button").first.click()
        expect(page.locator(shows).first).to_be_visible()

    return reach


def open_message(name: str) -> Way:
    return lambda page, table: visit(f"/rooms/workshop/messages/{table.last_of[name]}/")(
        page, table
    )


def open_room(name: str) -> Way:
    def reach(page: Page, table: Table) -> None:
        enter(page, name)

    return reach


def _last(page: Page, author: str) -> str:
    return f"#log .msg:has(.author:text-is('{author}')) >> nth=-1"


def _tool(page: Page, author: str, tool: str) -> None:
    """As a mouse does it, or as fingers do it on a phone."""
    row = page.locator(_last(page, author))
    if page.locator(".tool.only-phone").first.is_visible() and tool != "[data-more]":
        row.locator(".prose").click()  # a following message shows its button to who touches it
        row.locator("[data-more]").click()
        page.locator(f"#acts [data-act={tool.strip('[]').removeprefix('data-')}]").click()
    else:
        row.hover()
        row.locator(tool).click()


def open_acts(page: Page, table: Table) -> None:
    enter(page, "workshop")
    _tool(page, "Ada", "[data-more]")
    expect(page.locator("#acts")).to_be_visible()


def ask_delete(page: Page, table: Table) -> None:
    open_acts(page, table)
    page.locator("#acts [data-act=ask]").click()
    expect(page.locator("[data-acts-sure]")).to_be_visible()


def open_reactions(page: Page, table: Table) -> None:
    enter(page, "workshop")
    row = page.locator(_last(page, "Grace"))
    row.hover()
    row.locator(".tools [data-react-menu]").click()
    expect(page.locator("#acts .quick")).to_be_visible()


def hover(page: Page, table: Table) -> None:
    enter(page, "workshop")
    page.locator(_last(page, "Linus")).hover()


def show_people(page: Page, table: Table) -> None:
    enter(page, "workshop")
    page.locator(".stack").click()
    expect(page.locator("#here")).to_be_visible()


def reply(page: Page, table: Table) -> None:
    enter(page, "workshop")
    _tool(page, "Grace", "[data-reply]")
    expect(page.locator("[data-replying]")).to_be_visible()
    page.fill("#words", "The second sentence promises a date. I would rather say what we know.")


def edit(page: Page, table: Table) -> None:
    enter(page, "workshop")
    _tool(page, "Ada", "[data-edit]")
    expect(page.locator("[data-editing-strip]")).to_be_visible()


def write_much(length: int) -> Way:
    def reach(page: Page, table: Table) -> None:
        enter(page, "kitchen")
        page.fill("#words", "soup " * (length // 5) + "x" * (length % 5))
        expect(page.locator("[data-limit]")).to_be_visible()

    return reach


def fail_to_send(page: Page, table: Table) -> None:
    """Two messages do not arrive: the first is refused, of the other nothing is heard."""

    def stand_between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def judge(frame: str | bytes) -> None:
            told = json.loads(frame)
            if "message" not in told:
                server.send(frame)
            elif "opposite" in told["message"]:
                socket.send(
                    '<data hidden data-frame="error" data-code="storage_unavailable"'
                    ' data-detail="The storage is away. Try again."'
                    f' data-client-id="{told["client_id"]}"></data>'
                )

        socket.on_message(judge)

    page.route_web_socket("**/ws/rooms/**", stand_between)
    enter(page, "workshop")
    write(page, "It says the opposite in one place. I would drop the second sentence.")
    expect(page.locator("[data-failed]")).to_be_visible()
    write(page, "Shall I just do it?")
    expect(page.locator("[data-sending]").last).to_be_visible()


def be_refused(page: Page, table: Table) -> None:
    """Something without a row of its own is refused: the notice says so."""
    enter(page, "workshop")
    page.evaluate(
        "id => document.dispatchEvent(new CustomEvent('chat:send',"
        " { detail: { command: { react: { id, emoji: 'x' } } } }))",
        table.last_of["bob"],
    )
    expect(page.locator("[data-notice]")).to_have_text("That is not one emoji.")


def lose_the_line(page: Page, table: Table) -> None:
    lines: list[WebSocketRoute] = []

    def stand_between(socket: WebSocketRoute) -> None:
        lines.append(socket)
        if len(lines) == 1:
            socket.connect_to_server()
        else:
            socket.close(code=1011)

    page.route_web_socket("**/ws/rooms/**", stand_between)
    enter(page, "workshop")
    lines[0].close(code=1011)
    expect(page.locator("[data-banner]")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-try-now]")).to_be_visible()


def read_further_up(page: Page, table: Table) -> None:
    enter(page, "handbook")
    page.locator("#log-scroller").evaluate("log => { log.scrollTop = -600 }")
    expect(page.locator("[data-jump-down]")).to_be_visible()
    said = {"content": "Rule 61: and say why."}
    table.site.running.post("/api/rooms/handbook/messages/", said, table.site.tokens["mod"])
    expect(page.locator("[data-jump-down]")).to_contain_text("new message")


def open_too_many(page: Page, table: Table) -> None:
    page.route_web_socket("**/ws/rooms/**", lambda line: line.close(code=4409))
    page.goto("/rooms/workshop/")
    expect(page.locator("[data-banner]")).to_contain_text("Too many pages are open.")


def join_the_attic(page: Page, table: Table) -> None:
    page.goto("/rooms/attic/")
    page.evaluate(
        "() => { const form = document.querySelector('form[action$=\"/leave/\"]');"
        " form.action = form.action.replace('/leave/', '/join/'); form.submit(); }"
    )
    expect(page.locator("h1")).to_contain_text("archived")


def wait_for_grace(page: Page, table: Table) -> None:
    enter(page, "workshop")
    table.type("grace", page)
