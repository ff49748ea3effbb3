"""Refusals as pages answer them: one mapping of codes to statuses for the HTML door."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from rooms.refusals import NotFound, Refusal

_STATUS = {
    "not_found": 404,
    "forbidden": 403,
    "archived": 403,
    "read_only": 403,
    "id_conflict": 409,
    "rate_limited": 429,
    "storage_unavailable": 503,
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal; 422 for what was asked in a wrong form."""
    return _STATUS.get(refusal.code, 422)


def mark_refused(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    """Gives a page that tells of a refusal its status, and says when to come back."""
    response.status_code = status_of(refusal)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def refused_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page for a refusal that no form on the page before can show."""
    if isinstance(refusal, NotFound):
        raise Http404
    response = render(request, "rooms/refused.html", {"detail": refusal.detail})
    return mark_refused(response, refusal)
