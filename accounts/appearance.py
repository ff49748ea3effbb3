"""Light or dark, as chosen on this device: a phone and a desk differ, so a cookie keeps it."""

from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse

type Theme = Literal["light", "dark", ""]

# What a form says, and what the page then is.
CHOICES: dict[str, Theme] = {"system": "", "light": "light", "dark": "dark"}
COOKIE = "theme"
_YEAR = 365 * 86400


def chosen_theme(request: HttpRequest) -> Theme:
    """Empty for the system's choice, which is also what any cookie but ours says."""
    return CHOICES.get(request.COOKIES.get(COOKIE, ""), "")


def keep_theme(response: HttpResponse, theme: Theme) -> None:
    """Makes this device remember `theme`, or forget it for the system's choice."""
    if not theme:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    # A script may read it: the page that is shown while offline was made for everybody.
    response.set_cookie(
        COOKIE, theme, max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def appearance(request: HttpRequest) -> dict[str, Theme]:
    """A context processor, so that the first byte of a page has its colours and nothing flashes."""
    return {"theme": chosen_theme(request)}
