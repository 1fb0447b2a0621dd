"""Pages are sent compressed, unless another site had them asked for.

BREACH reads a secret off the length of compressed answers: the attacker's page makes the victim's
browser ask again and again, each time with another guess, which the answer repeats. Three things
stand against it. A browser says when a request came from another site (Sec-Fetch-Site): such an
answer is not compressed. Our tokens are masked by Django, another in each page. And each compressed
answer carries noise of random length (X-Noise), for browsers that do not say where they come from.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django_http_compression.middleware import HttpCompressionMiddleware

OF_OTHERS = {"cross-site", "same-site"}
# A line of events comes as it is said: a compressor would keep the first ones back.
EVENTS = "text/event-stream"


class CompressionMiddleware(HttpCompressionMiddleware):
    """Zstandard, Brotli or gzip, as the browser takes them; static files were compressed ahead."""

    def maybe_compress(self, request: HttpRequest, response: HttpResponseBase) -> None:
        if response.headers.get("Content-Type") == EVENTS:
            return
        patch_vary_headers(response, ("Sec-Fetch-Site",))
        if request.headers.get("Sec-Fetch-Site") not in OF_OTHERS:
            super().maybe_compress(request, response)
