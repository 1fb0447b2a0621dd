"""New revisions as news on what one watches: paragraphs changed, added or deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from comments.models import Watch
from comments.news.citations import ParagraphPositions
from comments.news.fresh import FreshItem
from comments.news.unseen import Unseen
from comments.news.watched import watched_news
from consultations.rules.access import Access
from delegations.models import User
from drafts.models import Kind, Revision, Wording

SOURCE = "revisions"


@dataclass(frozen=True, slots=True)
class Reworded:
    """A paragraph that a revision changed, and who circulated it."""

    row: FreshItem
    by: int


def reworded_rows(access: Access, since: datetime) -> list[Reworded]:
    """The paragraphs that revisions circulated since a moment changed: two queries.

    A deleted paragraph gives two rows, its own and, for who watches its section, one on the
    heading under which it stood: nothing is deleted silently (domain, rule 13).
    """
    changed = (
        Wording.objects.visible_to(access)
        .filter(Q(redline__isnull=False) | Q(previous=None), revision__number__gt=1)
        .filter(revision__circulated_at__gt=since, revision__circulated_at__lte=access.moment)
        .values_list(
            "paragraph",
            "revision",
            "revision__circulated_at",
            "revision__circulated_by",
        )
    )
    rows = [_reworded_paragraph(*columns) for columns in changed.order_by("pk")]
    for paragraph, heading, *of_revision in _deleted_paragraphs(access, since):
        rows += [_reworded_paragraph(key, *of_revision) for key in (paragraph, heading) if key]
    return rows


def circulated_by_others(rows: Iterable[Reworded], user: User) -> list[FreshItem]:
    """The rows that this person did not circulate themselves."""
    return [reworded.row for reworded in rows if reworded.by != user.pk]


def watched_rewordings(
    watches: Sequence[Watch], found: Unseen, places: ParagraphPositions
) -> Mapping[int, datetime]:
    """The watched paragraphs whose words are new to the reader, and when they became so."""
    changed = found.reworded or {}
    rows = [FreshItem(SOURCE, 0, key, None, at) for key, at in changed.items()]
    return {row.paragraph: row.readable_from for row in watched_news(watches, rows, places)}


def _reworded_paragraph(paragraph: int, revision: int, at: datetime, by: int) -> Reworded:
    return Reworded(FreshItem(SOURCE, revision, paragraph, None, at), by)


def _deleted_paragraphs(access: Access, since: datetime) -> Iterable[Any]:
    """Columns of the last wordings of deleted paragraphs, with the heading above them."""
    later = Revision.objects.filter(
        draft=OuterRef("revision__draft"),
        number=OuterRef("revision__number") + 1,
        circulated_at__gt=since,
        circulated_at__lte=access.moment,
    )
    above = Wording.objects.filter(
        revision=OuterRef("revision"),
        place__lt=OuterRef("place"),
        kind__in=[Kind.HEADING, Kind.TITLE],
    ).order_by("-place")
    rows = Wording.objects.visible_to(access).filter(next=None)
    rows = rows.annotate(
        heading=Subquery(above.values("paragraph")[:1]),
        left_in=Subquery(later.values("pk")[:1]),
        left_at=Subquery(later.values("circulated_at")[:1]),
        left_by=Subquery(later.values("circulated_by")[:1]),
    ).filter(left_in__isnull=False)
    return rows.order_by("pk").values_list(
        F("paragraph"), F("heading"), F("left_in"), F("left_at"), F("left_by")
    )
