"""What became of all the own inputs, for the sums of a brief.

What became of an input in a revision never changes: it is worked out once, and kept.
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.core.cache import cache

from comments.models import Comment
from comments.news.citations import ParagraphPositions
from comments.outcomes.outcome import match_of, outcome_without_words
from comments.outcomes.proposal_match import Outcome
from comments.outcomes.spoken import OwnHead
from comments.outcomes.texts_now import texts_now
from comments.threads.key_lists import is_one_of
from consultations.rules.access import Access
from drafts.models import Revision

# Raised with every release that tells another outcome of the same words.
RELEASE = 1
A_DAY = 24 * 3600


def outcomes_now(
    access: Access,
    heads: Sequence[OwnHead],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """The outcome of each by its key; two queries for those that were never asked for."""
    plain = {
        head.pk: outcome_without_words(head, head.revision, newest[head.draft]) for head in heads
    }
    found = {pk: outcome for pk, outcome in plain.items() if outcome is not None}
    asked = [head for head in heads if head.pk not in found]
    if asked:
        found |= _compared(access, asked, places, newest)
    return found


def _compared(
    access: Access,
    heads: Sequence[OwnHead],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> dict[int, Outcome]:
    """Of inputs whose words are looked for in the texts of now."""
    name = _name(access, newest)
    kept: dict[str, str] = cache.get(name, {})
    missing = [head.pk for head in heads if str(head.id) not in kept]
    if missing:
        rows = list(
            Comment.objects.visible_to(access)
            .filter(is_one_of("pk", missing))
            .select_related("wording__revision", "paragraph__draft")
        )
        texts = texts_now(access, rows, places, newest)
        made = {str(r.public_id): match_of(r, texts, places, newest)[0].outcome.value for r in rows}
        kept = kept | made
        cache.set(name, kept, timeout=A_DAY)
    return {head.pk: Outcome(kept[str(head.id)]) for head in heads}


def _name(access: Access, newest: Mapping[int, Revision]) -> str:
    """Under the seals of the texts that are compared with, so that nothing kept is stale."""
    assert access.seat is not None
    seals = sorted(revision.checksum for revision in newest.values())
    told = " ".join([str(RELEASE), str(access.seat.public_id), *seals])
    return f"outcomes:{hashlib.sha256(told.encode()).hexdigest()}"
