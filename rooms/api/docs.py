"""The API's own description: OpenAPI 3.1, and a page to read and try it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView

schema = SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[])


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """swagger-ui from the sidecar package's files; no script or style stands in the page (CSP)."""
    return render(request, "rooms/api_docs.html")
