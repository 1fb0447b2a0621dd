"""The outcomes of all the own inputs, for the sums of a brief.

The outcome of an input in a revision never changes, so it is computed once and cached.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.core.cache import cache

from comments.models import Comment
from comments.news.citations import ParagraphPositions
from comments.outcomes.outcome import match_of, outcome_without_words
from comments.outcomes.own_inputs import OwnInputSummary
from comments.outcomes.proposal_match import Outcome
from comments.outcomes.texts_now import texts_now
from comments.threads.key_lists import is_one_of
from consultations.rules.access import Access
from drafts.models import Revision

# To be raised with every release that gives the same words another outcome.
RELEASE = 1
A_DAY = 24 * 3600


def outcomes_now(
    access: Access,
    summaries: Sequence[OwnInputSummary],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """The outcome of each input by its key; two queries where some are not cached."""
    simple = {
        summary.pk: outcome_without_words(summary, summary.revision, newest[summary.draft])
        for summary in summaries
    }
    outcomes = {pk: outcome for pk, outcome in simple.items() if outcome is not None}
    to_compare = [summary for summary in summaries if summary.pk not in outcomes]
    if to_compare:
        outcomes |= _compared_outcomes(access, to_compare, places, newest)
    return outcomes


def _compared_outcomes(
    access: Access,
    summaries: Sequence[OwnInputSummary],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """The outcomes of inputs whose words are compared with the present texts."""
    key = _cache_key(access, newest)
    cached: dict[str, str] = cache.get(key, {})
    missing = [summary.pk for summary in summaries if str(summary.id) not in cached]
    if missing:
        rows = list(
            Comment.objects.visible_to(access)
            .filter(is_one_of("pk", missing))
            .select_related("wording__revision", "paragraph__draft")
        )
        texts = texts_now(access, rows, places, newest)
        for row in rows:
            match, _where = match_of(row, texts, places, newest)
            cached[str(row.public_id)] = match.outcome.value
        cache.set(key, cached, timeout=A_DAY)
    return {summary.pk: Outcome(cached[str(summary.id)]) for summary in summaries}


def _cache_key(access: Access, newest: Mapping[int, Revision]) -> str:
    """A key with the checksums of the texts that are compared, so that nothing cached is stale."""
    assert access.seat is not None
    checksums = sorted(revision.checksum for revision in newest.values())
    parts = " ".join([str(RELEASE), str(access.seat.public_id), *checksums])
    return f"outcomes:{hashlib.sha256(parts.encode()).hexdigest()}"
