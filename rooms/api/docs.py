"""The API's own description: OpenAPI 3.1, and a page to read and try it."""

from functools import cache
from threading import Lock
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Schema(APIView):
    """Open to everybody, like the project's own pages on the protocol."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (OpenApiJsonRenderer, OpenApiJsonRenderer2)
    http_method_names = ["get", "head"]
    schema = None

    def get(self, request: Request) -> Response:
        return Response(document())


def document() -> dict[str, Any]:
    """The OpenAPI document. Made once: it takes a tenth of a second, and anybody may ask."""
    # One at a time: two generators at work at once spoil each other's view classes.
    with _making:
        return _document()


_making = Lock()


@cache
def _document() -> dict[str, Any]:
    generator = cast("Any", SchemaGenerator)()  # has no types
    return cast("dict[str, Any]", generator.get_schema(request=None, public=True))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """swagger-ui from the sidecar package's files; no script or style stands in the page (CSP)."""
    return render(request, "rooms/api_docs.html")
