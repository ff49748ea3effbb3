"""Somebody with a token."""

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from tests.accounts.wire import Api


@pytest.fixture
def api_of_ada(ada: User) -> Api:
    return Api(str(AccessToken.for_user(ada)))
