"""Comparisons of circulated texts, each worked out and shown once for all who read them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache as once
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, to_locale

from drafts.comparing.comparison import Comparison, compare
from drafts.comparing.concordance import concordance_of, links_between
from drafts.models import Revision

_A_MONTH: Final = 30 * 24 * 3600
_HERE: Final = Path(__file__).parent


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
    shown = _hash([name, language, _words_of(language), *more])
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
    return f"comparison:{_hash([_release(), *seals, links_between(earlier, later)])}"


def _hash(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@once
def _release() -> str:
    """What makes a comparison and shows it: a release that changes these makes it anew."""
    roof = settings.BASE_DIR / "config"
    found = [
        *_HERE.glob("*.py"),
        *_HERE.glob("templates/drafts/_compar*.html"),
        *roof.glob("templatetags/*.py"),
        *roof.glob("templates/components/redline*.html"),
    ]
    return _hash([path.read_bytes().hex() for path in sorted(found)])


@once
def _words_of(language: str) -> str:
    """The catalogue that a page speaks from."""
    inside = f"{to_locale(language)}/LC_MESSAGES/django.mo"
    catalogues = [Path(folder) / inside for folder in settings.LOCALE_PATHS]
    return _hash([path.read_bytes().hex() for path in catalogues if path.is_file()])
