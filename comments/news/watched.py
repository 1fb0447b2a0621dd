"""What a person watches, and which news is on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from comments.models import Watch
from comments.news.citations import (
    ParagraphName,
    ParagraphPositions,
    citation_of_deleted,
    last_paragraph_names,
)
from comments.news.fresh import Counts, FreshItem, count_rows
from comments.news.unseen import Unseen
from comments.news.unseen_rows import unseen_rows
from consultations.rules.access import Access
from drafts.models import Kind


@dataclass(frozen=True, slots=True)
class WatchLine:
    """One watch as the list shows it. `paragraph` is empty for a delegation."""

    id: UUID
    label: str
    title: str
    paragraph: UUID | None
    draft_slug: str


def watches_of(access: Access) -> list[Watch]:
    """What this person watches in this capacity: one query."""
    rows = Watch.objects.visible_to(access)
    return list(rows.select_related("paragraph__draft", "seat").order_by("pk"))


def watched_news(
    watches: Iterable[Watch], rows: Sequence[FreshItem], places: ParagraphPositions
) -> list[FreshItem]:
    """The news on what is watched, in the order given.

    A paragraph is watched wherever its words went; a watch covers what became readable after it
    was set.
    """
    seats, homes = _watched_since(watches, places)
    return [
        row
        for row in rows
        if _is_after(row, homes.get(places.current_id_of(row.paragraph)))
        or _is_after(row, seats.get(row.seat or 0))
    ]


def is_watched(found: Unseen, places: ParagraphPositions) -> Q:
    """The condition in SQL for news on what the reader watches: the same rule as `watched_news`."""
    seats, homes = _watched_since(found.watches, places)
    is_on_watched = Q(pk__in=[])
    for seat, since in seats.items():
        is_on_watched |= Q(voice=seat, readable_from__gt=since)
    by_start: dict[datetime, list[int]] = {}
    for paragraph in found.counts:
        if start := homes.get(places.current_id_of(paragraph)):
            by_start.setdefault(start, []).append(paragraph)
    for since, paragraphs in by_start.items():
        is_on_watched |= Q(paragraph__in=paragraphs, readable_from__gt=since)
    return is_on_watched


def count_watched(access: Access, found: Unseen, places: ParagraphPositions) -> Counts:
    """What is new on what one watches, counted: two queries, none where one watches nothing."""
    if not found.watches or not found.by_kind:
        return {}
    condition = is_watched(found, places)
    new = unseen_rows(access, counted_since=found.counted_since)
    return count_rows(rows.filter(condition) for rows in new)


def watched_names(access: Access, watches: Iterable[Watch]) -> dict[int, ParagraphName]:
    """What the watched paragraphs were called in the last revision that has them: one query."""
    return last_paragraph_names(
        access, [watch.paragraph_id for watch in watches if watch.paragraph_id]
    )


def watch_lines(
    watches: Sequence[Watch], places: ParagraphPositions, names: Mapping[int, ParagraphName]
) -> list[WatchLine]:
    """The watches as a list: paragraphs in the order of the texts, then delegations in theirs.

    A section is called by its heading; `names` is what `watched_names` found.
    """
    on_text = [watch for watch in watches if watch.paragraph is not None]
    on_text.sort(key=lambda watch: places.sort_key_of(watch.paragraph_id or 0))
    on_seats = [watch for watch in watches if watch.seat is not None]
    on_seats.sort(key=lambda watch: (watch.seat.rank, watch.seat.sort_key) if watch.seat else ())
    return [_watch_line(watch, places, names) for watch in (*on_text, *on_seats)]


def _watch_line(
    watch: Watch, places: ParagraphPositions, names: Mapping[int, ParagraphName]
) -> WatchLine:
    if watch.paragraph is None:
        name = watch.seat.name_for_reader if watch.seat else ""
        return WatchLine(watch.public_id, name, _("what this delegation says"), None, "")
    paragraph = watch.paragraph
    place, last_name = places.position_of(paragraph.pk), names[paragraph.pk]
    label = place.label if place else citation_of_deleted(*last_name)
    return WatchLine(
        id=watch.public_id,
        label=last_name.text if place and last_name.kind == Kind.HEADING else label,
        title=paragraph.draft.title,
        paragraph=place.public_id if place else paragraph.public_id,
        draft_slug=paragraph.draft.slug,
    )


def _watched_since(
    watches: Iterable[Watch], places: ParagraphPositions
) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """From when on each delegation, and each paragraph that stands, is watched."""
    watches = sorted(watches, key=lambda watch: watch.since, reverse=True)
    seats = {watch.seat_id: watch.since for watch in watches if watch.seat_id is not None}
    homes = {
        key: watch.since
        for watch in watches
        if watch.paragraph_id
        for key in places.ids_under(watch.paragraph_id)
    }
    return seats, homes


def _is_after(row: FreshItem, since: datetime | None) -> bool:
    return since is not None and row.readable_from > since
