"""The way into every page: signed in, by the right method, and refusals told in words."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from accounts.away import tells_when_away
from accounts.models import User
from rooms.refusals import Refusal, StorageUnavailable
from rooms.views.refusals import refused_page


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


class SeeOther(HttpResponse):
    """303: what a form's answer is after it was taken."""

    status_code = 303

    def __init__(self, address: str) -> None:
        super().__init__(headers={"Location": address})


type View[**P] = Callable[Concatenate[PersonRequest, P], HttpResponse]
type Door = Callable[..., HttpResponseBase]


def page[**P](*methods: str) -> Callable[[View[P]], Door]:
    """Makes a view of a function that may raise refusals."""

    def dress(view: View[P]) -> Door:
        @require_http_methods([*methods])
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                # Back to a page: the address of a form has none.
                wanted = reverse("home") if request.method == "POST" else request.get_full_path()
                return redirect_to_login(wanted)
            try:
                return view(request, *args, **kwargs)  # type: ignore[arg-type]  # signed in by now
            except Refusal as refusal:
                return refused_page(request, refusal)
            except (OperationalError, InterfaceError):
                if request.method != "POST":
                    raise
                return refused_page(request, StorageUnavailable())

        return tells_when_away(door)

    return dress
