"""Every address of the site and the methods that it takes: a new one is put here on purpose."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, get_resolver
from pytest_django import Settings
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.models import Room
from rooms.routing import websocket_urlpatterns

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]

ADDRESSES = """
/ GET HEAD
/accounts/login/ GET HEAD POST
/accounts/logout/ POST
/accounts/password/ GET HEAD POST
/accounts/profile/ GET HEAD POST
/accounts/register/ GET HEAD POST
/accounts/theme/ POST
/api/
/api/auth/jwt/create/ POST
/api/auth/jwt/refresh/ POST
/api/auth/jwt/verify/ POST
/api/auth/users/ POST
/api/auth/users/me/ GET HEAD PATCH
/api/docs/ GET HEAD
/api/rooms/ GET HEAD POST
/api/rooms/<str:name>/ GET HEAD PATCH DELETE
/api/rooms/<str:name>/changes/ GET HEAD
/api/rooms/<str:name>/members/ GET HEAD POST
/api/rooms/<str:name>/members/<str:username>/ DELETE
/api/rooms/<str:name>/messages/ GET HEAD POST
/api/rooms/<str:name>/messages/<int:message_id>/ GET HEAD PATCH DELETE
/api/rooms/<str:name>/messages/<int:message_id>/reactions/<str:emoji>/ PUT DELETE
/api/rooms/<str:name>/users/ GET HEAD
/api/schema/ GET HEAD
/offline/ GET HEAD
/rooms/ GET HEAD
/rooms/<str:name>/ GET HEAD
/rooms/<str:name>/join/ POST
/rooms/<str:name>/leave/ GET HEAD POST
/rooms/<str:name>/messages/ POST
/rooms/<str:name>/messages/<int:message_id>/ GET HEAD
/rooms/<str:name>/messages/<int:message_id>/delete/ POST
/rooms/<str:name>/messages/<int:message_id>/edit/ POST
/rooms/<str:name>/messages/<int:message_id>/react/ POST
/rooms/new/ GET HEAD POST
/service-worker.js GET HEAD
"""

SOCKETS = """
/ws/chat/<str:room_name>/
/ws/me/
/ws/rooms/<str:room_name>/
"""

# Django's admin makes the addresses of each of these by itself.
ADMINISTERED = {
    "accounts.user",
    "rooms.membership",
    "rooms.message",
    "rooms.room",
}


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path
        elif path != "admin/":
            yield from _walk(pattern.url_patterns, path)


def _methods(address: str, headers: dict[str, str], person: User) -> str:
    """Those that are not refused as such; none where nothing is."""
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    answers = {
        method: browser.generic(method, f"/{address}", "{}", "application/json", headers=headers)
        for method in METHODS
    }
    if all(answer.status_code == 404 for answer in answers.values()):
        return ""
    return " ".join(method for method, answer in answers.items() if answer.status_code != 405)


@pytest.mark.django_db
def test_these_addresses_and_methods_and_no_others(
    ada: User, bob: User, general: Room, settings: Settings
) -> None:
    settings.RATE_LIMITS = False
    headers = {"authorization": f"Bearer {AccessToken.for_user(ada)}"}
    message = post_message(ada, general, "hello").message
    values = {
        "<str:name>": "general",
        "<int:message_id>": str(message.pk),
        "<str:emoji>": "👍",
        "<str:username>": "bob",
    }
    found = []
    for path in _walk(get_resolver().url_patterns):
        address = path
        for part, value in values.items():
            address = address.replace(part, value)
        found.append(f"/{path} {_methods(address, headers, ada)}".strip())
    assert sorted(found) == ADDRESSES.strip().splitlines()


def test_these_sockets_and_no_others() -> None:
    found = sorted(f"/{pattern.pattern}" for pattern in websocket_urlpatterns)
    assert found == SOCKETS.strip().splitlines()


def test_the_admin_shows_these_and_no_others() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == ADMINISTERED
