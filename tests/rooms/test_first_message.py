"""One message through all five steps."""

from collections.abc import Callable

import pytest

from accounts.models import User
from rooms.models import Message
from tests.sockets import chat

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_message_reaches_everybody_and_its_sender(
    ada: User, bob: User, token: Callable[[User], str], the_hub: object
) -> None:
    hers = await chat(token(ada)).connect()
    assert (await hers.receive())["ready"]["seq"] == 0
    assert (await hers.receive())["count"] == 1
    his = await chat(token(bob)).connect()
    await his.until("ready")
    assert [user["username"] for user in await his.until("users")] == ["bob", "ada"]

    await his.send({"message": "hello"})

    for client in (hers, his):
        message = await client.until("message")
        assert message["content"] == "hello"
        assert message["user"] == {"id": bob.pk, "username": "bob", "display_name": "Bob"}
        assert message["seq"] == 1
    assert await Message.objects.acount() == 1
    await hers.disconnect()
    await his.disconnect()
