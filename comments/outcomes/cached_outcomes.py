"""The outcomes of all inputs of the reader's delegation, for the counts in a brief.

The outcome of an input in a revision never changes, so it is computed once and cached.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.core.cache import cache

from comments.models import Comment
from comments.outcomes.current_wordings import current_wording_by_paragraph_id
from comments.outcomes.outcome import match_input, outcome_known_without_comparing
from comments.outcomes.own_inputs import OwnInputSummary
from comments.outcomes.proposal_match import Outcome
from comments.threads.citations import ParagraphPositions
from comments.threads.id_arrays import is_one_of
from consultations.rules.access import Access
from drafts.models import Revision

# Raise it with every change that gives the same words another outcome: cached ones are then left
# aside.
OUTCOME_VERSION = 1
CACHE_SECONDS = 24 * 3600


def current_outcomes(
    access: Access,
    summaries: Sequence[OwnInputSummary],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """The outcome of each input by its id; two queries where some are not cached."""
    known_outcomes = {
        summary.pk: outcome_known_without_comparing(
            summary, summary.revision_id, newest_revision_by_draft_id[summary.draft_id]
        )
        for summary in summaries
    }
    outcomes = {
        input_id: outcome for input_id, outcome in known_outcomes.items() if outcome is not None
    }
    summaries_to_compare = [summary for summary in summaries if summary.pk not in outcomes]
    if summaries_to_compare:
        outcomes |= _compared_outcomes(
            access, summaries_to_compare, positions, newest_revision_by_draft_id
        )
    return outcomes


def _compared_outcomes(
    access: Access,
    summaries: Sequence[OwnInputSummary],
    positions: ParagraphPositions,
    newest_revision_by_draft_id: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """The outcomes of inputs whose words are compared with the present texts."""
    cache_key = _cache_key(access, newest_revision_by_draft_id)
    # Public id of an input → the value of its outcome.
    cached_outcomes: dict[str, str] = cache.get(cache_key, {})
    missing_ids = [
        summary.pk for summary in summaries if str(summary.public_id) not in cached_outcomes
    ]
    if missing_ids:
        comments = list(
            Comment.objects.visible_to(access)
            .filter(is_one_of("pk", missing_ids))
            .select_related("wording__revision", "paragraph__draft")
        )
        wording_by_paragraph_id = current_wording_by_paragraph_id(
            access, comments, positions, newest_revision_by_draft_id
        )
        for comment in comments:
            match, _label = match_input(
                comment, wording_by_paragraph_id, positions, newest_revision_by_draft_id
            )
            cached_outcomes[str(comment.public_id)] = match.outcome.value
        cache.set(cache_key, cached_outcomes, timeout=CACHE_SECONDS)
    return {summary.pk: Outcome(cached_outcomes[str(summary.public_id)]) for summary in summaries}


def _cache_key(access: Access, newest_revision_by_draft_id: Mapping[int, Revision]) -> str:
    """A key with the checksums of the texts that are compared, so that nothing cached is stale."""
    assert access.seat is not None
    checksums = sorted(revision.checksum for revision in newest_revision_by_draft_id.values())
    key_words = " ".join([str(OUTCOME_VERSION), str(access.seat.public_id), *checksums])
    return f"outcomes:{hashlib.sha256(key_words.encode()).hexdigest()}"
