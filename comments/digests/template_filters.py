"""Filters that put the facts of a digest into words, the same in its HTML and plain text."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from comments.inputs.citations import join_with_and
from comments.news.edition import SpeakersOfKind
from consultations.templatetags.reader_words import and_more
from consultations.time.wall_clock import moment_in_words

register = template.Library()


@register.filter
def listed(items: Sequence[str]) -> str:
    """`("2 inputs", "1 reply")` → "2 inputs and 1 reply"."""
    return join_with_and(items) if items else ""


@register.filter
def speakers(speakers_of_kind: SpeakersOfKind) -> str:
    """Who spoke: "Brazil (comment, BRA-2); Egypt (question, EGY-1); and 3 more"."""
    # Translators: between speakers in a row; each may hold a comma of its own.
    joined_speakers = _("; ").join(speakers_of_kind.speakers)
    if not speakers_of_kind.further_count:
        return joined_speakers
    return _("; ").join([joined_speakers, and_more(speakers_of_kind.further_count)])


@register.filter
def in_wall_clock_words(moment: datetime, zone: ZoneInfo) -> str:
    """`{{ revision.circulated_at|in_wall_clock_words:zone }}` → "Fri 7 May, 17:00 New York"."""
    return moment_in_words(moment, zone)


@register.filter
def underlined(words: str, stroke: str) -> str:
    """A heading in a plain-text mail: the words on one line, a line of `stroke` ("=") under it."""
    heading = " ".join(str(words).split())
    return f"{heading}\n{stroke * len(heading)}"
