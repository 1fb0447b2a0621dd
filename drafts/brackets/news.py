"""Brackets in a mail: how many are open in each text, how many were lifted, how many are one's own.

One's own are those that the reader's delegation asked for; lifted is counted since the revision
before.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from consultations.rules.access import Access
from drafts.models import CirculatedBracket, Revision


@dataclass(frozen=True, slots=True)
class BracketNews:
    """The brackets of a text as last circulated; `lifted_count` since the revision before it.

    `previous_stage` is the stage of that revision, empty where there is none; `own_count` is 0 for
    those who are no delegation.
    """

    draft_title: str
    draft_slug: str
    revision_number: int
    open_count: int
    previous_stage: str = ""
    lifted_count: int = 0
    own_count: int = 0


def bracket_news(access: Access) -> list[BracketNews]:
    """For each text that has brackets, or had some a revision ago: four queries at most.

    Everybody can count the brackets; only a delegation learns which of them it asked for.
    """
    revision_pairs = list(_latest_two(access))
    latest_ids = {latest_revision.pk for latest_revision, _previous_revision in revision_pairs}
    circulated_brackets = CirculatedBracket.objects.visible_to(access).filter(
        wording__revision__in=latest_ids
    )
    open_counts = _count_by_revision_id(circulated_brackets)
    own_counts = (
        _count_by_revision_id(circulated_brackets.filter(seats=access.seat))
        if access.seat and open_counts
        else {}
    )
    previous_ids = {
        previous_revision.pk
        for _latest_revision, previous_revision in revision_pairs
        if previous_revision
    }
    lifted_counts = _count_by_revision_id(
        CirculatedBracket.objects.visible_to(access)
        .filter(wording__revision__in=previous_ids)
        .exclude(bracket__in=circulated_brackets.values("bracket"))
    )
    all_news = [
        BracketNews(
            draft_title=latest_revision.draft.title,
            draft_slug=latest_revision.draft.slug,
            revision_number=latest_revision.number,
            open_count=open_counts.get(latest_revision.pk, 0),
            previous_stage=previous_revision.stage if previous_revision else "",
            lifted_count=lifted_counts.get(previous_revision.pk, 0) if previous_revision else 0,
            own_count=own_counts.get(latest_revision.pk, 0),
        )
        for latest_revision, previous_revision in revision_pairs
    ]
    return [news for news in all_news if news.open_count or news.lifted_count]


def _latest_two(access: Access) -> Iterable[tuple[Revision, Revision | None]]:
    """The last revision of each text with the one before it, in the order of the texts."""
    all_revisions = Revision.objects.visible_to(access).select_related("draft")
    revisions_by_draft_id: dict[int, list[Revision]] = {}
    # The newest of each text comes first.
    for revision in all_revisions.order_by("draft__place", "draft_id", "-number"):
        latest_of_draft = revisions_by_draft_id.setdefault(revision.draft_id, [])
        if len(latest_of_draft) < 2:
            latest_of_draft.append(revision)
    for revisions in revisions_by_draft_id.values():
        yield revisions[0], revisions[1] if len(revisions) > 1 else None


def _count_by_revision_id(circulated_brackets: QuerySet[CirculatedBracket]) -> dict[int, int]:
    """How many of these brackets each revision has, by its id."""
    counted = circulated_brackets.values_list("wording__revision").annotate(Count("pk"))
    return dict(counted)
