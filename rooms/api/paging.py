"""Lists by keyset: a page goes on behind a key and never counts, so that inserts shift nothing."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from rooms.api.shapes import NamesQuery, read

type Key = int | str


def page_by_name[Row: Model](
    request: Request,
    rows: QuerySet[Row],
    field: str,
    name_of: Callable[[Row], str],
    payload_of: Callable[[Row], Any],
) -> Response:
    """One page of `rows` in the order of the unique `field`."""
    query = read(NamesQuery, request.query_params)
    before, after, limit = query.get("before"), query.get("after"), query["limit"]
    everything = rows
    if before is not None:
        rows = rows.filter(**{f"{field}__lt": before})
    if after is not None:
        rows = rows.filter(**{f"{field}__gt": after})
    backwards = before is not None and after is None
    found = list(rows.order_by(f"-{field}" if backwards else field)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    has_previous, has_next = more, True
    if not backwards:
        has_next = more
        has_previous = (
            after is not None
            and bool(found)
            and everything.filter(**{f"{field}__lt": name_of(found[0])}).exists()
        )
    return answer_page(
        request,
        map(payload_of, found),
        previous=name_of(found[0]) if found and has_previous else None,
        next=name_of(found[-1]) if found and has_next else None,
    )


def answer_page(
    request: Request,
    results: Iterable[Any],
    *,
    previous: Key | None = None,
    next: Key | None = None,  # noqa: A002 (the wire's name)
) -> Response:
    """A list's answer: the page before ends before the key `previous`, `next` is gone on behind."""
    return Response(
        {
            "results": list(results),
            "next": None if next is None else link(request, after=next),
            "previous": None if previous is None else link(request, before=previous),
        }
    )


def link(request: Request, **query: Key) -> str:
    """The absolute address of this list with another query; the asked size of its pages stays."""
    if "limit" in request.query_params:
        query["limit"] = request.query_params["limit"]
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
