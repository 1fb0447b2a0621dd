"""Keeps comparisons of circulated texts in the cache: each is made once for all readers."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from drafts.comparing.comparison import Comparison, compare
from drafts.comparing.concordance import concordance_of, lineage_links_between
from drafts.models import Revision

# Part of the key in the cache. Raised whenever comparisons are worked out, printed or pickled
# otherwise than before: `tests/drafts/test_comparison_release.py` says when.
COMPARISON_RELEASE: Final = 10

_A_MONTH: Final = 30 * 24 * 3600


def cached_comparison(earlier: Revision, later: Revision) -> Comparison:
    """The comparison of two revisions of one text: one query where it is cached, else three.

    Its key in the cache is made of the checksums of both and the lineage between them: where one of
    these differs the key does too, so that nothing cached is ever stale. Every delegation in the
    consultation reads what is cached here; the working text is never part of it.
    """
    return _cached_or_compared(_comparison_cache_key(earlier, later), earlier, later)


def rendered_comparison(
    earlier: Revision,
    later: Revision,
    cache_key_parts: Sequence[str],
    render: Callable[[Comparison], str],
) -> str:
    """A comparison as HTML, cached by the language of the page and by `cache_key_parts`.

    The parts say what the HTML shows beside the two texts: names, addresses, states of paragraphs.
    """
    cache_key = _comparison_cache_key(earlier, later)
    language = get_language() or settings.LANGUAGE_CODE
    page_key = f"comparison-page:{_hash([cache_key, language, *cache_key_parts])}"
    cached_html: str | None = cache.get(page_key)
    if cached_html is None:
        cached_html = str(render(_cached_or_compared(cache_key, earlier, later)))
        cache.set(page_key, cached_html, timeout=_A_MONTH)
    return mark_safe(cached_html)  # noqa: S308 (made by a template of ours, and kept as it was)


def _cached_or_compared(cache_key: str, earlier: Revision, later: Revision) -> Comparison:
    """The comparison from the cache; where it is not there, made now and cached."""
    cached: Comparison | None = cache.get(cache_key)
    if cached is None:
        cached = compare(concordance_of(earlier, later))
        cache.set(cache_key, cached, timeout=_A_MONTH)
    return cached


def _comparison_cache_key(earlier: Revision, later: Revision) -> str:
    """The key of a comparison in the cache: a hash of both checksums and the lineage between."""
    checksums = [earlier.checksum, later.checksum]
    lineage_links = lineage_links_between(earlier, later)
    return f"comparison:{_hash([COMPARISON_RELEASE, *checksums, lineage_links])}"


def _hash(values: Any) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
