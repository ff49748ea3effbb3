"""What pages, and the doors of accounts, answer while the database is away."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.log import log_response
from django.utils.translation import gettext_lazy as _

STORAGE_AWAY = _("It could not be stored. Try again.")

type View = Callable[..., HttpResponseBase]


def tells_when_away(view: View) -> View:
    """Makes a page answer 503 in words instead of failing."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError) as problem:
            response = _away_page(request)
            log_away(request, response, problem)
            return response

    return door


def log_away(request: HttpRequest, response: HttpResponse, problem: Exception) -> None:
    """One line in the place of Django's own."""
    log_response(
        "The database is away: %s: %s", request.path, problem, response=response, request=request
    )


def _away_page(request: HttpRequest) -> HttpResponse:
    # Whatever comes after the view must not ask the database again who this is, nor save.
    request.user = AnonymousUser()
    request.session.modified = False
    # The one page that needs nothing but itself.
    response = render(request, "500.html", status=503)
    response.headers["Cache-Control"] = "no-store"
    return response
