"""What is new to a reader, and what they watch, marked on the reading page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.acts.watching import begin_following, see_paragraphs
from comments.models import Watch
from comments.news.citations import positions_now
from comments.news.reworded import watched_rewordings
from comments.news.unseen import Unseen, on_paragraphs, unseen, unseen_activity
from comments.news.unseen_rows import MAX_COUNTED
from comments.news.watched import count_watched
from comments.pages.reading_selection import Reading
from comments.threads.audience import moment_words
from comments.threads.cards import Card, CardAction
from comments.threads.threads import ParagraphView, Thread
from consultations.models import Round
from consultations.rules.access import Access
from drafts.models import Kind


def unseen_from_now(access: Access, rounds: Collection[Round] | None = None) -> Unseen:
    """What is new. For a reader's first visit nothing is, and counting begins now."""
    found = unseen(access, rounds)
    if found.since is None:
        begin_following(access=access)
    return found


def unseen_here(reading: Reading, thread: Mapping[str, Any] | None) -> Unseen:
    """The same for the reading page, which has the rounds already: one query."""
    cards = thread["cards"] if thread else ()
    return unseen_activity(reading.access, reading.rounds, [card.view.row.pk for card in cards])


def watched_line(access: Access, unseen: Unseen) -> str:
    """A sentence on what is new of what one watches; empty where nothing is."""
    if not unseen.watches or not (unseen.by_kind or unseen.reworded):
        return ""
    places = positions_now(access)
    count = sum(on_paragraphs(count_watched(access, unseen, places)).values())
    count += len(watched_rewordings(unseen.watches, unseen, places))
    if not count:
        return ""
    template = ngettext(
        "%(n)d new item on what you watch.", "%(n)d new items on what you watch.", count
    )
    if unseen.counted_since:
        template = ngettext(
            "At least %(n)d new item on what you watch.",
            "At least %(n)d new items on what you watch.",
            count,
        )
    return template % {"n": count}


def counted_line(access: Access, unseen: Unseen) -> str:
    """A sentence on since when a page counts what is new; empty where it counts all."""
    if unseen.counted_since is None:
        return ""
    moment = moment_words(access, unseen.counted_since)
    template = _("More than %(n)d inputs are new. This page counts what was said since %(moment)s.")
    return template % {"n": MAX_COUNTED, "moment": moment}


def mark_as_seen(reading: Reading, thread: Thread | None, unseen: Unseen) -> None:
    """Record that the page was read with this thread open: its paragraph has nothing new now."""
    if unseen.since is None:
        begin_following(access=reading.access)
    if thread is None:
        return
    is_new = unseen.counts.keys() & thread.keys or unseen.counted_since
    if is_new or _reworded_keys(reading, [thread.paragraph], unseen):
        see_paragraphs(access=reading.access, paragraph_ids=thread.keys)


def with_marks(reading: Reading, context: dict[str, Any], unseen: Unseen) -> dict[str, Any]:
    """The context of the reading page, with a mark on each row on which something is new."""
    counts = unseen.counts
    counts_at_home = reading.text.homes.sum_at_homes(counts)
    marked = {}
    for part in ("rows", "struck"):
        reworded = _reworded_keys(reading, [row["paragraph"] for row in context[part]], unseen)
        marked[part] = [
            row | {"new": _new_mark(row["paragraph"], reworded, counts, counts_at_home)}
            for row in context[part]
        ]
    return context | marked | {"counted": counted_line(reading.access, unseen)}


def with_watch(reading: Reading, thread: dict[str, Any], unseen: Unseen) -> dict[str, Any]:
    """A thread with buttons to watch it and its delegations, and its new inputs marked."""
    access, paragraph, watches = reading.access, thread["thread"].paragraph, unseen.watches
    watch = next((watch for watch in watches if watch.paragraph_id == paragraph.key), None)
    seats = {watch.seat_id: watch for watch in watches if watch.seat_id is not None}
    return thread | {
        "watch": _watch_way(access, paragraph, watch),
        "is_watched": watch is not None,
        "new_comments": unseen.shown,
        "cards": [_with_watch_button(access, card, seats) for card in thread["cards"]],
    }


def _new_mark(
    paragraph: ParagraphView,
    reworded: Collection[int],
    counts: Mapping[int, int],
    counts_at_home: Mapping[int, int],
) -> str:
    count = (counts if paragraph.is_struck else counts_at_home).get(paragraph.key, 0)
    if count:
        return ngettext("%(n)d new", "%(n)d new", count) % {"n": count}
    return _("new words") if paragraph.key in reworded else ""


def _reworded_keys(
    reading: Reading, paragraphs: Iterable[ParagraphView], unseen: Unseen
) -> set[int]:
    """The keys of paragraphs whose words are new to this reader; none to who circulated them."""
    revision = reading.revision
    if revision.circulated_by_id == reading.access.user.pk:
        return set()
    changed = [paragraph.key for paragraph in paragraphs if paragraph.redline or paragraph.is_new]
    return {key for key in changed if unseen.is_after_look(key, revision.circulated_at)}


def _watch_way(access: Access, paragraph: ParagraphView, watch: Watch | None) -> CardAction:
    slug = access.consultation.slug
    if watch is not None:
        return CardAction(_("Stop watching"), reverse("end_watch", args=[slug, watch.public_id]))
    labels = {Kind.TITLE: _("Watch this text"), Kind.HEADING: _("Watch this section")}
    label = labels.get(Kind(paragraph.kind), _("Watch this paragraph"))
    return CardAction(label, reverse("watch_paragraph", args=[slug, paragraph.id]))


def _with_watch_button(access: Access, card: Card, seats: dict[int, Watch]) -> Card:
    """A card with a button to watch its delegation; none for the own delegation."""
    seat = card.view.row.seat
    if card.view.is_draft or seat.pk in access.own_seat_ids:
        return card
    slug = access.consultation.slug
    watch = seats.get(seat.pk)
    if watch is not None:
        url = reverse("end_watch", args=[slug, watch.public_id])
        way = CardAction(_("Stop watching this delegation"), url, is_post=True)
    else:
        url = reverse("watch_seat", args=[slug, seat.public_id])
        way = CardAction(_("Watch this delegation"), url, is_post=True)
    return replace(card, acts=(*card.acts, way))
