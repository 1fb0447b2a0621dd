"""What a person watches, and which news is on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from comments.inputs.citations import (
    ParagraphName,
    ParagraphPositions,
    citation_of_deleted,
    last_paragraph_name_by_id,
)
from comments.models import Watch
from comments.news.items import FreshItem, NewsCounts, count_rows
from comments.news.unseen import Unseen, unseen_rows
from consultations.rules.access import Access
from drafts.models import ParagraphKind


@dataclass(frozen=True, slots=True)
class WatchLine:
    """One watch as the list shows it, on a paragraph or on a delegation.

    For a delegation `paragraph_public_id` is None and `draft_slug` is empty.
    """

    watch_public_id: UUID
    label: str  # how one cites the paragraph, or the name of the delegation
    title: str  # of the paragraph's text; for a delegation, what of it is watched, in words
    paragraph_public_id: UUID | None
    draft_slug: str


def watches_of(access: Access) -> list[Watch]:
    """What this person watches in this capacity: one query."""
    watches = Watch.objects.visible_to(access)
    return list(watches.select_related("paragraph__draft", "seat").order_by("pk"))


def watched_news(
    watches: Iterable[Watch], fresh_items: Sequence[FreshItem], positions: ParagraphPositions
) -> list[FreshItem]:
    """The news on what is watched, in the order given.

    A paragraph is watched wherever its words went; a watch covers what became readable after it
    was set.
    """
    since_by_seat_id, since_by_paragraph_id = _watched_since(watches, positions)
    return [
        fresh_item
        for fresh_item in fresh_items
        if _is_readable_after(
            fresh_item, since_by_paragraph_id.get(positions.current_id_of(fresh_item.paragraph_id))
        )
        or _is_readable_after(fresh_item, since_by_seat_id.get(fresh_item.seat_id or 0))
    ]


def watched_news_filter(unseen: Unseen, positions: ParagraphPositions) -> Q:
    """The condition in SQL for news on what the reader watches: the same rule as `watched_news`."""
    since_by_seat_id, since_by_paragraph_id = _watched_since(unseen.watches, positions)
    is_on_watched = Q(pk__in=[])  # nothing, to which each watch adds
    for seat_id, since in since_by_seat_id.items():
        # `voice`: the delegation that acts, or whose input is reviewed.
        is_on_watched |= Q(voice=seat_id, readable_from__gt=since)
    paragraph_ids_by_since: dict[datetime, list[int]] = {}
    for paragraph_id in unseen.count_by_paragraph_id:
        if watched_since := since_by_paragraph_id.get(positions.current_id_of(paragraph_id)):
            paragraph_ids_by_since.setdefault(watched_since, []).append(paragraph_id)
    for since, paragraph_ids in paragraph_ids_by_since.items():
        is_on_watched |= Q(paragraph__in=paragraph_ids, readable_from__gt=since)
    return is_on_watched


def count_watched(access: Access, unseen: Unseen, positions: ParagraphPositions) -> NewsCounts:
    """What is new on what one watches, counted: two queries, none where one watches nothing."""
    if not unseen.watches or not unseen.counts_by_source:
        return {}
    condition = watched_news_filter(unseen, positions)
    unseen_querysets = unseen_rows(access, counted_since=unseen.counted_since)
    return count_rows(queryset.filter(condition) for queryset in unseen_querysets)


def watched_paragraph_name_by_id(
    access: Access, watches: Iterable[Watch]
) -> dict[int, ParagraphName]:
    """What the watched paragraphs were called in the last revision that has them: one query."""
    return last_paragraph_name_by_id(
        access, [watch.paragraph_id for watch in watches if watch.paragraph_id]
    )


def watch_lines(
    watches: Sequence[Watch],
    positions: ParagraphPositions,
    name_by_paragraph_id: Mapping[int, ParagraphName],
) -> list[WatchLine]:
    """The watches as a list: paragraphs in the order of the texts, then delegations in theirs.

    A section is called by its heading; `name_by_paragraph_id` is what
    `watched_paragraph_name_by_id` found.
    """
    paragraph_watches = [watch for watch in watches if watch.paragraph is not None]
    paragraph_watches.sort(key=lambda watch: positions.sort_key_of(watch.paragraph_id or 0))
    seat_watches = [watch for watch in watches if watch.seat is not None]
    # `or 0` above and the empty key are for the type checker.
    seat_watches.sort(
        key=lambda watch: (watch.seat.rank, watch.seat.sort_key) if watch.seat else ()
    )
    return [
        _watch_line(watch, positions, name_by_paragraph_id)
        for watch in (*paragraph_watches, *seat_watches)
    ]


def _watch_line(
    watch: Watch, positions: ParagraphPositions, name_by_paragraph_id: Mapping[int, ParagraphName]
) -> WatchLine:
    """A watch as a line of the list."""
    if watch.paragraph is None:
        name = watch.seat.name_for_reader if watch.seat else ""
        return WatchLine(
            watch_public_id=watch.public_id,
            label=name,
            title=_("what this delegation says"),
            paragraph_public_id=None,
            draft_slug="",
        )
    paragraph = watch.paragraph
    position, last_paragraph_name = (
        positions.position_of(paragraph.pk),
        name_by_paragraph_id[paragraph.pk],
    )
    label = position.citation if position else citation_of_deleted(last_paragraph_name)
    return WatchLine(
        watch_public_id=watch.public_id,
        label=last_paragraph_name.text
        if position and last_paragraph_name.kind == ParagraphKind.HEADING
        else label,
        title=paragraph.draft.title,
        paragraph_public_id=position.public_id if position else paragraph.public_id,
        draft_slug=paragraph.draft.slug,
    )


def _watched_since(
    watches: Iterable[Watch], positions: ParagraphPositions
) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """From when on each delegation (by its seat), and each paragraph now in a text, is watched."""
    # Where two watches cover one paragraph, the earlier one comes later here and stays in the dict.
    latest_first = sorted(watches, key=lambda watch: watch.since, reverse=True)
    since_by_seat_id = {
        watch.seat_id: watch.since for watch in latest_first if watch.seat_id is not None
    }
    since_by_paragraph_id = {
        paragraph_id: watch.since
        for watch in latest_first
        if watch.paragraph_id
        for paragraph_id in positions.ids_under(watch.paragraph_id)
    }
    return since_by_seat_id, since_by_paragraph_id


def _is_readable_after(fresh_item: FreshItem, since: datetime | None) -> bool:
    """Whether the news became readable after the watch was set; False without a watch."""
    return since is not None and fresh_item.readable_from > since


# Longer than any request lasts. A row may be dated before a run that gathers news and saved after
# it: the next run looks back this much further, and leaves out what earlier mails hold.
OVERLAP = timedelta(minutes=10)
