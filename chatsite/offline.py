"""The page for when the site cannot be reached, and the service worker that keeps and shows it."""

import hashlib
import json
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# All that the page shows, and all that the worker keeps besides it.
PARTS = ["css/dist/styles.css", "icons.svg", "js/back_online.js"]
_WORKER = Path(__file__).with_name("service_worker.js")


@require_safe
@cache_control(public=True, max_age=3600)
def offline_page(request: HttpRequest) -> HttpResponse:
    return _same_for_everybody(request, HttpResponse(_page()))


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """From the root, whose pages it may then answer, and with a policy that lets it fetch: that of
    static files forbids it."""
    page, source = _page(), _WORKER.read_text(encoding="utf-8")
    kept = {"page": reverse("offline"), "parts": [static(part) for part in PARTS]}
    version = hashlib.sha256(f"{source}{page}{kept}".encode()).hexdigest()[:12]
    script = f"const KEPT = {json.dumps(kept | {'version': version})};\n{source}"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    return _same_for_everybody(request, response)


def _page() -> str:
    # Without the request, so that nothing of its reader gets into what a device keeps: no name, no
    # token, no nonce.
    return render_to_string("offline.html")


def _same_for_everybody(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # Nobody must ask the database who this is: these are wanted most when something is away. Nor
    # forbid it to be kept, as they do on somebody's own pages.
    request.user = AnonymousUser()
    return response
