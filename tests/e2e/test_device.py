"""What is kept on a device that is full or holds nonsense: sending goes on all the same."""

import json

from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, texts, write
from tests.e2e.rows import make_room, newest, pending, wait_until_live
from tests.e2e.wire import Wire

pytestmark = needs.chromium

_NONSENSE = [
    "{", "null", "5", '"words"', '{"a": 1}', "[1]", '{"at": 1, "words": "Refused."}',
    '{"command": null}', '{"command": {}}', '{"command": {"message": "of b", "client_id": "b"}}',
    '{"message": "of before", "client_id": "a"}',
]  # fmt: skip
_KEEP = """(entries) => {
  const { roomId } = document.querySelector("[data-room]").dataset;
  for (const [id, entry] of Object.entries(entries)) {
    localStorage.setItem(`outbox ${document.body.dataset.me} ${roomId} ${id}`, entry);
  }
}"""
_KEYS = "Object.keys(localStorage).filter((key) => !key.startsWith('filler'))"


def fill_up(page: Page) -> None:
    """Until the device keeps not a letter more."""
    page.evaluate(
        """() => {
          for (let size = 2 ** 22, number = 0; size >= 1; ) {
            try {
              localStorage.setItem(`filler ${number}`, "x".repeat(size));
              number += 1;
            } catch {
              size = Math.floor(size / 2);
            }
          }
        }"""
    )


def test_a_full_device_keeps_nobody_from_sending(daphne_site: Site, people: People) -> None:
    room = make_room(daphne_site, "ada", "full-device")
    ada = people.sit_down(daphne_site, "ada")
    wire = Wire(ada)
    enter(ada, room)
    fill_up(ada)
    write(ada, "while live")
    expect(newest(ada)).to_have_text("while live")
    wire.refuses = True
    wire.close(1012)
    expect(ada.locator("main")).to_have_attribute("data-state", "waiting")
    write(ada, "while away")
    write(ada, "and once more")
    expect(pending(ada)).to_have_count(2)
    wire.refuses = False
    wait_until_live(ada)

    expect(newest(ada)).to_have_text("and once more")
    expect(pending(ada)).to_have_count(0)
    assert texts(ada) == ["while live", "while away", "and once more"]
    # It was full: the page's memory alone had them.
    assert ada.evaluate(_KEYS) == []
    assert [each for each in people.complaints if "WebSocket" not in each] == []


def test_nonsense_on_the_device_keeps_nobody_from_sending(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "nonsense")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    for number, nonsense in enumerate(_NONSENSE):
        ada.evaluate(_KEEP, {"a": nonsense})
        ada.reload()
        wait_until_live(ada)
        write(ada, f"after nonsense {number}")
        expect(newest(ada)).to_have_text(f"after nonsense {number}")
        expect(pending(ada)).to_have_count(0)
        assert ada.evaluate(_KEYS) == []
    assert people.complaints == []


def test_nonsense_takes_nothing_else_away_and_the_order_stays(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "amid-nonsense")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    kept = {
        name: json.dumps({"at": at, "command": {"message": name, "client_id": name}})
        for at, name in ((2, "second"), (3, "third"), (1, "first"))
    }
    ada.evaluate(_KEEP, {"a": "{", **kept, "z": "null"})
    ada.reload()
    wait_until_live(ada)
    expect(newest(ada)).to_have_text("third")
    expect(pending(ada)).to_have_count(0)
    assert texts(ada) == ["first", "second", "third"]
    assert ada.evaluate(_KEYS) == []


def test_a_long_draft_is_kept_as_far_as_it_leaves_room_for_others(
    daphne_site: Site, people: People
) -> None:
    room = make_room(daphne_site, "ada", "long-draft")
    ada = enter(people.sit_down(daphne_site, "ada"), room)
    ada.fill("#words", "y" * 30_000)
    ada.reload()
    expect(ada.locator("#words")).to_have_value("y" * 20_000)
    assert people.complaints == []
