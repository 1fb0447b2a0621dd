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

# Raised with every release whose comparisons read otherwise: their words, their marks or their
# translations. `tests/drafts/test_comparison_release.py` says when.
RELEASE: Final = 9

_A_MONTH: Final = 30 * 24 * 3600


def cached_comparison(earlier: Revision, later: Revision) -> Comparison:
    """The comparison of two revisions of one text: one query where it is cached, else three.

    Its name in the cache is made of the seals of both and the lineage between them: where one of
    these differs the name does too, so that nothing cached is ever stale. Every delegation in the
    consultation reads what is cached here; the working text is never part of it.
    """
    return _cached_or_compared(_cache_name(earlier, later), earlier, later)


def rendered_comparison(
    earlier: Revision,
    later: Revision,
    shown_texts: Sequence[str],
    render: Callable[[Comparison], str],
) -> str:
    """A comparison as HTML, cached by language and by the names and addresses that it shows."""
    comparison_name = _cache_name(earlier, later)
    language = get_language() or settings.LANGUAGE_CODE
    page_hash = _hash([comparison_name, language, *shown_texts])
    cached_html: str | None = cache.get(f"comparison-page:{page_hash}")
    if cached_html is None:
        cached_html = str(render(_cached_or_compared(comparison_name, earlier, later)))
        cache.set(f"comparison-page:{page_hash}", cached_html, timeout=_A_MONTH)
    return mark_safe(cached_html)  # noqa: S308 (made by a template of ours, and kept as it was)


def _cached_or_compared(cache_name: str, earlier: Revision, later: Revision) -> Comparison:
    """The comparison from the cache; where it is not there, made now and cached."""
    cached: Comparison | None = cache.get(cache_name)
    if cached is None:
        cached = compare(concordance_of(earlier, later))
        cache.set(cache_name, cached, timeout=_A_MONTH)
    return cached


def _cache_name(earlier: Revision, later: Revision) -> str:
    """The name of a comparison in the cache: a hash of both checksums and the lineage between."""
    checksums = [earlier.checksum, later.checksum]
    return f"comparison:{_hash([RELEASE, *checksums, lineage_links_between(earlier, later)])}"


def _hash(values: Any) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
