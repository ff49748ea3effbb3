"""Who is on a socket, and whether they still may be."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts import actions
from accounts.models import User
from accounts.socket_auth import Identity, identify_session, identify_token, still_valid, user_of

pytestmark = pytest.mark.django_db

NEW = "five quite new odd words"


def test_a_token_tells_who_and_until_when(ada: User) -> None:
    token = AccessToken.for_user(ada)
    identity = identify_token(str(token))
    assert identity is not None
    assert (identity.user_id, identity.username, identity.display_name) == (ada.pk, "ada", "Ada")
    assert (identity.session, identity.expires_at) == (None, token["exp"])
    assert user_of(identity) == ada


def test_a_session_tells_who(client: Client, ada: User) -> None:
    client.force_login(ada)
    identity = identify_session(client.session.session_key)
    assert identity is not None
    assert (identity.user_id, identity.session) == (ada.pk, client.session.session_key)
    assert identity.expires_at is None


def test_tokens_that_are_not_for_this_are_nobodys(ada: User) -> None:
    expired = AccessToken.for_user(ada)
    expired.set_exp(lifetime=-timedelta(seconds=1))
    for token in ("", "odd", "é\ud800", "a.b.c", str(RefreshToken.for_user(ada)), str(expired)):
        assert identify_token(token) is None


@pytest.mark.parametrize(
    "key", [None, "", "nosuchsession", "long\0enough", "\ud800" * 9, "x" * 500]
)
def test_keys_of_no_session_are_nobodys(key: str | None) -> None:
    assert identify_session(key) is None


def test_a_session_in_which_nobody_logged_in_is_nobodys(client: Client) -> None:
    session = client.session
    session["colour"] = "blue"
    session.save()
    assert identify_session(session.session_key) is None


def test_inactive_people_are_nobody(client: Client, ada: User) -> None:
    client.force_login(ada)
    token = str(AccessToken.for_user(ada))
    actions.deactivate(ada)
    assert identify_token(token) is None
    assert identify_session(client.session.session_key) is None


def test_a_session_from_before_the_password_changed_is_nobodys(client: Client, ada: User) -> None:
    client.force_login(ada)
    actions.change_password(ada, NEW)
    assert identify_session(client.session.session_key) is None


def test_a_former_secret_key_still_knows_its_sessions(
    client: Client, ada: User, settings: Settings
) -> None:
    client.force_login(ada)
    key = client.session.session_key
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 60
    identity = identify_session(key)
    assert identity is not None
    assert identity.session == key


def test_what_holds_is_found_by_two_queries(
    ada: User, bob: User, hal: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    identities = {*_sockets(ada), *_sockets(bob), *_sockets(hal)}
    assert len(identities) == 6
    with django_assert_num_queries(2):
        assert still_valid(identities) == identities
    with django_assert_num_queries(1):
        assert still_valid({one for one in identities if one.session is None})


def test_deactivation_ends_a_persons_sockets_alone(ada: User, bob: User) -> None:
    hers, his = _sockets(ada), _sockets(bob)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert still_valid([*hers, *his]) == set(his)


def test_logging_out_ends_that_sessions_sockets_alone(ada: User) -> None:
    phone, token = _sockets(ada)
    laptop, _ = _sockets(ada)
    actions.end_session(ada, str(phone.session))
    assert still_valid([phone, laptop, token]) == {laptop, token}


def test_a_changed_password_ends_all_but_the_session_that_changed_it(ada: User) -> None:
    phone, token = _sockets(ada)
    laptop, _ = _sockets(ada)
    actions.change_password(ada, NEW, keep_session=laptop.session)
    assert still_valid([phone, laptop, token]) == {laptop}


def test_a_session_or_token_that_ran_out_ends_its_sockets(ada: User) -> None:
    phone, token = _sockets(ada)
    session = actions.open_session(str(phone.session))
    session.set_expiry(timezone.now() - timedelta(seconds=1))
    session.save()
    late = Identity(ada.pk, "ada", "Ada", token.stamp, None, timezone.now().timestamp() - 1)
    assert still_valid([phone, late]) == set()


def _sockets(person: User) -> tuple[Identity, Identity]:
    browser: Any = Client()
    browser.force_login(person)
    by_session = identify_session(browser.session.session_key)
    by_token = identify_token(str(AccessToken.for_user(person)))
    assert by_session is not None
    assert by_token is not None
    return by_session, by_token
