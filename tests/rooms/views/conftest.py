"""Browsers of the people: Django's test client, signed in."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from accounts.models import User

Browse = Callable[[User], Client]


@pytest.fixture
def browse() -> Browse:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def words_of(page: bytes) -> str:
    """What a page says, without its markup."""
    text = re.sub(r"<[^>]+>", " ", page.decode())
    return " ".join(unescape(text).split())


def prose(page: bytes) -> list[str]:
    """The messages' texts, from top to bottom."""
    shown = re.sub(r"<template.*?</template>", "", page.decode(), flags=re.DOTALL)
    found = re.findall(r'<div class="prose" dir="auto">(.*?)</div>', shown, re.DOTALL)
    return [unescape(text) for text in found]


def hidden_value(page: bytes, name: str) -> str:
    """The value of a form's hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.decode())
    assert found, name
    return unescape(found[1])
