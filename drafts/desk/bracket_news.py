"""Brackets in a mail: how many are open in each text, were lifted since, and are one's own."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from consultations.rules.access import Access
from drafts.models import CirculatedBracket, Revision


@dataclass(frozen=True, slots=True)
class BracketNews:
    """The brackets of a text as last circulated; `lifted` since the revision before it."""

    title: str
    draft: str
    number: int
    count: int
    before: str = ""
    lifted: int = 0
    own: int = 0


def bracket_news(access: Access) -> list[BracketNews]:
    """For each text that has brackets, or had some a revision ago: four queries at most.

    Everybody can count the brackets; only a delegation learns which of them it asked for.
    """
    pairs = list(_latest_two(access))
    keys = {latest.pk for latest, _before in pairs}
    rows = CirculatedBracket.objects.visible_to(access).filter(wording__revision__in=keys)
    counts = _by_revision(rows)
    own = _by_revision(rows.filter(seats=access.seat)) if access.seat else {}
    former = {before.pk for _latest, before in pairs if before}
    lifted = _by_revision(
        CirculatedBracket.objects.visible_to(access)
        .filter(wording__revision__in=former)
        .exclude(bracket__in=rows.values("bracket"))
    )
    all_news = [
        BracketNews(
            title=latest.draft.title,
            draft=latest.draft.slug,
            number=latest.number,
            count=counts.get(latest.pk, 0),
            before=before.stage if before else "",
            lifted=lifted.get(before.pk, 0) if before else 0,
            own=own.get(latest.pk, 0),
        )
        for latest, before in pairs
    ]
    return [news for news in all_news if news.count or news.lifted]


def _latest_two(access: Access) -> Iterable[tuple[Revision, Revision | None]]:
    """The last revision of each text with the one before it, in the order of the texts."""
    rows = Revision.objects.visible_to(access).select_related("draft")
    by_text: dict[int, list[Revision]] = {}
    for row in rows.order_by("draft__place", "draft_id", "-number"):
        of_text = by_text.setdefault(row.draft_id, [])
        if len(of_text) < 2:
            of_text.append(row)
    for revisions in by_text.values():
        yield revisions[0], revisions[1] if len(revisions) > 1 else None


def _by_revision(rows: QuerySet[CirculatedBracket]) -> dict[int, int]:
    counted = rows.order_by().values_list("wording__revision").annotate(Count("pk"))
    return dict(counted)
