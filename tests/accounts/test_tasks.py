"""What has expired is thrown away."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import tasks
from accounts.models import User

pytestmark = pytest.mark.django_db


def test_only_what_has_expired_goes(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_AT_ONCE", 2)
    past = timezone.now() - timedelta(days=1)
    for _ in range(5):
        Client().force_login(ada)
        RefreshToken.for_user(ada).blacklist()
    kept = RefreshToken.for_user(ada)
    kept.blacklist()
    Session.objects.update(expire_date=past)
    OutstandingToken.objects.exclude(jti=kept["jti"]).update(expires_at=past)
    stays = Client()
    stays.force_login(ada)

    tasks.flush_expired.call()

    assert [row.session_key for row in Session.objects.all()] == [stays.session.session_key]
    assert [row.jti for row in OutstandingToken.objects.all()] == [kept["jti"]]
    assert BlacklistedToken.objects.count() == 1
