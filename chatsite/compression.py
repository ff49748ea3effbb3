"""How pages are compressed."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_http_compression import middleware

# A room's page is 3 % shorter than by level 4, for 0.2 ms of CPU.
middleware.BROTLI_QUALITY = 5


class PageCompression(middleware.HttpCompressionMiddleware):
    """Brotli for whoever takes it, though the middleware likes zstd better: a room's page is 8 %
    shorter for 0.4 ms of CPU."""

    max_random_bytes = 32

    def maybe_compress(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Compresses the response in place, when it is worth it and the client takes it."""
        asked = HttpRequest()
        accepted = request.headers.get("accept-encoding", "")
        if "br" in accepted:
            accepted = accepted.replace("zstd", "")
        asked.META["HTTP_ACCEPT_ENCODING"] = accepted
        super().maybe_compress(asked, response)
