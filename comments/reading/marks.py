"""What is new to a reader, and what they watch, marked on the reading page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from comments.models import Watch
from comments.news.acts import mark_all_seen_at_first_visit, mark_paragraphs_seen
from comments.news.sentences import counted_since_sentence
from comments.news.unseen import Unseen
from comments.reading.selection import RevisionOnPage
from comments.threads.cards import Card, CardAction
from comments.threads.queries import ShownParagraph, Thread
from consultations.rules.access import Access
from drafts.models import ParagraphKind


def mark_as_seen(revision_on_page: RevisionOnPage, thread: Thread | None, unseen: Unseen) -> None:
    """Record that the page was read with this thread open: its paragraph has nothing new now.

    Without an open thread only a first visit is recorded.
    """
    if unseen.since is None:
        mark_all_seen_at_first_visit(access=revision_on_page.access)
    if thread is None:
        return
    # Where not all that is new was counted, any paragraph may have more.
    has_new_inputs = (
        not unseen.count_by_paragraph_id.keys().isdisjoint(thread.paragraph_ids)
        or unseen.counted_since is not None
    )
    if has_new_inputs or _ids_of_reworded(revision_on_page, [thread.paragraph], unseen):
        mark_paragraphs_seen(access=revision_on_page.access, paragraph_ids=thread.paragraph_ids)


def with_news_marks(
    revision_on_page: RevisionOnPage, context: dict[str, Any], unseen: Unseen
) -> dict[str, Any]:
    """The context of the reading page, with a mark on each row on which something is new."""
    count_by_paragraph_id = unseen.count_by_paragraph_id
    # Which inputs are read under which paragraph now, after splits and merges.
    placement = revision_on_page.text.placement
    count_by_current_paragraph_id = placement.sum_by_current_paragraph(count_by_paragraph_id)
    marked_rows = {}
    for rows_key in ("rows", "struck_rows"):
        reworded_ids = _ids_of_reworded(
            revision_on_page, [row["paragraph"] for row in context[rows_key]], unseen
        )
        marked_rows[rows_key] = [
            row
            | {
                "new": _new_mark(
                    row["paragraph"],
                    reworded_ids,
                    count_by_paragraph_id=count_by_paragraph_id,
                    count_by_current_paragraph_id=count_by_current_paragraph_id,
                )
            }
            for row in context[rows_key]
        ]
    return (
        context
        | marked_rows
        | {"counted_since_sentence": counted_since_sentence(revision_on_page.access, unseen)}
    )


def with_watch_buttons(
    revision_on_page: RevisionOnPage, thread_values: dict[str, Any], unseen: Unseen
) -> dict[str, Any]:
    """The context of a thread, with buttons to watch its paragraph and delegations, and the ids
    of its new inputs.
    """
    access, watches = revision_on_page.access, unseen.watches
    paragraph = thread_values["thread"].paragraph
    watch = next((watch for watch in watches if watch.paragraph_id == paragraph.pk), None)
    watch_by_seat_id = {watch.seat_id: watch for watch in watches if watch.seat_id is not None}
    return thread_values | {
        "watch_button": _paragraph_watch_button(access, paragraph, watch),
        "is_watched": watch is not None,
        "new_input_ids": unseen.new_input_ids,
        "cards": [
            _with_seat_watch_button(access, card, watch_by_seat_id)
            for card in thread_values["cards"]
        ],
    }


def _new_mark(
    paragraph: ShownParagraph,
    reworded_ids: Collection[int],
    *,
    count_by_paragraph_id: Mapping[int, int],
    count_by_current_paragraph_id: Mapping[int, int],
) -> str:
    """How many inputs on a paragraph are new, or that its words are new; empty for neither.

    A paragraph that left the text has the new inputs that were made on it; any other those that are
    read under it now, also if they were made on an earlier paragraph that it follows.
    """
    count = (count_by_paragraph_id if paragraph.is_struck else count_by_current_paragraph_id).get(
        paragraph.pk, 0
    )
    if count:
        return ngettext("%(n)d new", "%(n)d new", count) % {"n": count}
    return _("new words") if paragraph.pk in reworded_ids else ""


def _ids_of_reworded(
    revision_on_page: RevisionOnPage, paragraphs: Iterable[ShownParagraph], unseen: Unseen
) -> set[int]:
    """The ids of paragraphs with words new to this reader: none for whoever circulated them."""
    revision = revision_on_page.revision
    if revision.circulated_by_id == revision_on_page.access.user.pk:
        return set()
    changed_ids = [
        paragraph.pk for paragraph in paragraphs if paragraph.redline or paragraph.is_new
    ]
    return {
        paragraph_id
        for paragraph_id in changed_ids
        if unseen.is_after_look(paragraph_id, revision.circulated_at)
    }


def _paragraph_watch_button(
    access: Access, paragraph: ShownParagraph, watch: Watch | None
) -> CardAction:
    """A button that begins to watch the paragraph, or ends the `watch` of it.

    `_watch.html` posts in any case, so it needs no `is_post`.
    """
    consultation_slug = access.consultation.slug
    if watch is not None:
        return CardAction(
            _("Stop watching"), reverse("end_watch", args=[consultation_slug, watch.public_id])
        )
    label_by_kind = {
        ParagraphKind.TITLE: _("Watch this text"),
        ParagraphKind.HEADING: _("Watch this section"),
    }
    label = label_by_kind.get(ParagraphKind(paragraph.kind), _("Watch this paragraph"))
    return CardAction(
        label, reverse("watch_paragraph", args=[consultation_slug, paragraph.public_id])
    )


def _with_seat_watch_button(access: Access, card: Card, watch_by_seat_id: dict[int, Watch]) -> Card:
    """A card with a button to watch its delegation; none on a draft, or for the own one."""
    seat = card.shown_comment.comment.seat
    if card.shown_comment.is_draft or seat.pk in access.own_and_group_seat_ids:
        return card
    consultation_slug = access.consultation.slug
    watch = watch_by_seat_id.get(seat.pk)
    if watch is not None:
        url = reverse("end_watch", args=[consultation_slug, watch.public_id])
        button = CardAction(_("Stop watching this delegation"), url, is_post=True)
    else:
        url = reverse("watch_seat", args=[consultation_slug, seat.public_id])
        button = CardAction(_("Watch this delegation"), url, is_post=True)
    return replace(card, actions=(*card.actions, button))
