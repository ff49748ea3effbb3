"""The example bot does what it says, written as the documentation has it."""

import asyncio
from pathlib import Path

from tests.prepared import QUICK
from tests.running import ROOT, running
from tests.site import PASSWORD, serving
from tests.wire.lines import line

BOT = ROOT / "examples" / "echo_bot.py"


async def test_the_echo_bot_answers_once_also_what_was_said_while_the_site_was_down(
    prepared: Path,
) -> None:
    with serving(prepared, **QUICK) as site:
        ada = site.register("ada")
        site.register("hal")
        port = site.url.rsplit(":", 1)[1]
        with running(str(BOT), site.url, "general", "hal", PASSWORD) as bot:
            async with line(site.chat(ada)) as hers:
                await hers.until("users", lambda users: len(users) == 2)
                await hers.send({"message": "echo hello"})
                echo = await hers.until("message", lambda m: m["user"]["username"] == "hal")
                assert echo["content"] == "hello"
            await asyncio.to_thread(site.process.end)
            with serving(prepared, PORT=port, **QUICK) as again:
                again.post("/api/rooms/general/messages/", {"content": "echo anybody?"}, ada)
                async with line(again.chat(ada, since=0)) as hers:
                    echo = await hers.until("message", lambda m: m["content"] == "anybody?")
                    assert echo["user"]["username"] == "hal"
                    found = again.get("/api/rooms/general/messages/", ada)["results"]
            assert [m["content"] for m in found].count("hello") == 1
            assert bot.process.poll() is None


def test_the_bot_is_short() -> None:
    assert len(BOT.read_text(encoding="utf-8").splitlines()) < 40
