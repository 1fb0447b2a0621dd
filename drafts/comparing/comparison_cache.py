"""Comparisons of circulated texts, each worked out and shown once for all who read them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from drafts.comparing.comparison import Comparison, compare
from drafts.comparing.concordance import concordance_of, links_between
from drafts.models import Revision

# Raised with every release whose comparisons read otherwise: their words, their marks or their
# translations. `tests/drafts/test_comparison_release.py` says when.
RELEASE: Final = 7

_A_MONTH: Final = 30 * 24 * 3600


def cached_comparison(earlier: Revision, later: Revision) -> Comparison:
    """Two circulated revisions of one text: one query where it was asked for before, else three.

    It is kept under the seals of both, and the lineage between them: whatever differs in one of
    these has another name, so that nothing kept is ever stale. Every delegation in the
    consultation reads what is kept here; the working text is never among it.
    """
    return _compare(_name(earlier, later), earlier, later)


def rendered_once(
    earlier: Revision, later: Revision, more: Sequence[str], render: Callable[[Comparison], str]
) -> str:
    """A comparison as HTML, kept by language; `more` is what else it shows: names and addresses."""
    name = _name(earlier, later)
    language = get_language() or settings.LANGUAGE_CODE
    shown = _hash([name, language, *more])
    kept: str | None = cache.get(f"comparison-page:{shown}")
    if kept is None:
        kept = str(render(_compare(name, earlier, later)))
        cache.set(f"comparison-page:{shown}", kept, timeout=_A_MONTH)
    return mark_safe(kept)  # noqa: S308 (made by a template of ours, and kept as it was)


def _compare(name: str, earlier: Revision, later: Revision) -> Comparison:
    kept: Comparison | None = cache.get(name)
    if kept is None:
        kept = compare(concordance_of(earlier, later))
        cache.set(name, kept, timeout=_A_MONTH)
    return kept


def _name(earlier: Revision, later: Revision) -> str:
    seals = [earlier.checksum, later.checksum]
    return f"comparison:{_hash([RELEASE, *seals, links_between(earlier, later)])}"


def _hash(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
