"""Compresses pages, except where another site made the browser ask for them.

BREACH reads a secret off the length of compressed answers: the attacker's page makes the victim's
browser ask again and again, each time with another guess, which the answer repeats. Three measures
prevent it. A browser says when a request came from another site (Sec-Fetch-Site): such an answer is
not compressed. Django masks our tokens differently in each page. And the library adds a header of
random length (X-Noise) to each compressed answer, for browsers that do not say where a request came
from.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django_http_compression.middleware import HttpCompressionMiddleware

# Values of Sec-Fetch-Site; "same-site" is another address under our domain.
FROM_OTHER_SITES = {"cross-site", "same-site"}
# Event streams are not compressed: a compressor would hold back the first events.
EVENT_STREAM_TYPE = "text/event-stream"


class CompressionMiddleware(HttpCompressionMiddleware):
    """Zstandard, Brotli or gzip, as the browser takes them; static files were compressed ahead."""

    def maybe_compress(self, request: HttpRequest, response: HttpResponseBase) -> None:
        if response.headers.get("Content-Type") == EVENT_STREAM_TYPE:
            return
        patch_vary_headers(response, ("Sec-Fetch-Site",))
        if request.headers.get("Sec-Fetch-Site") not in FROM_OTHER_SITES:
            super().maybe_compress(request, response)
