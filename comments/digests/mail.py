"""The mails about a meeting: the digest before it with its agenda, and the notice of a change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from comments.brackets.news import bracket_lines
from comments.inputs.citations import (
    ParagraphName,
    ParagraphPositions,
    absolute_url,
    citation_of_deleted,
    current_positions,
    last_paragraph_name_by_id,
)
from comments.news.edition import read_first_news, unanswered_paragraphs
from comments.news.items import IdsBySource, encode_id_ranges
from comments.notifications.stopping import shared_mail_context, stopping_headers
from comments.silences.queries import name_of_silence, running_silences_for
from consultations.models import Meeting
from consultations.outbox.composing import ComposedMail
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words, moment_in_words_for_reader
from drafts.models import AgendaItem, Paragraph


@dataclass(frozen=True, slots=True)
class SilenceAhead:
    """A silence procedure that runs, in which no objection means consent: on what, until when."""

    title: str  # “Rev.1: under silence”
    until_words: str
    url: str


def compose_digest_mail(
    meeting: Meeting, access: Access, ids_by_source: IdsBySource
) -> ComposedMail | None:
    """The digest of one reader, in the language that is active; None where nothing is left to tell.

    The items are read again as the reader may read them now: a fixed number of queries.
    """
    positions = current_positions(access)
    news = read_first_news(access, ids_by_source, positions)
    if news is None:
        return None
    subject_values = {
        "title": meeting.title,
        "when": moment_in_words(meeting.starts_at, access.consultation.zone),
    }
    context = _meeting_context(meeting, access) | {
        "agenda": agenda_of(access, meeting, positions),
        "news": news,
        "unanswered": list(unanswered_paragraphs(access, positions)),
        "silences": list(_silences(access)),
        "brackets": list(bracket_lines(access)),
    }
    return ComposedMail(
        to=access.user.email,
        subject=_("Digest: %(title)s, %(when)s") % subject_values,
        template="comments/digests/mail/digest",
        context=context,
        headers=stopping_headers(context["stop_url"]),
        item_id_ranges=encode_id_ranges(news.ids_by_source),
    )


def _silences(access: Access) -> Iterator[SilenceAhead]:
    """The silences that run and concern this reader: one query."""
    own_zone, zone = ZoneInfo(access.user.time_zone), access.consultation.zone
    for silence in running_silences_for(access):
        path = reverse("silence", args=[access.consultation.slug, silence.public_id])
        moment = moment_in_words_for_reader(silence.silence_until, zone, own_zone)
        yield SilenceAhead(
            _("%(what)s: under silence") % {"what": name_of_silence(silence)},
            _("until %(moment)s") % {"moment": moment},
            absolute_url(path),
        )


def compose_notice_mail(meeting: Meeting, access: Access) -> ComposedMail:
    """The short notice to those who got the digest: the meeting moved, or it is cancelled."""
    subject_values = {
        "title": meeting.title,
        "when": moment_in_words(meeting.starts_at, access.consultation.zone),
    }
    subject = _("Cancelled: %(title)s") if meeting.cancelled_at else _("Moved: %(title)s, %(when)s")
    context = _meeting_context(meeting, access)
    return ComposedMail(
        to=access.user.email,
        subject=subject % subject_values,
        template="comments/digests/mail/notice",
        context=context,
        headers=stopping_headers(context["stop_url"]),
    )


def _meeting_context(meeting: Meeting, access: Access) -> dict[str, Any]:
    """The context of a digest or a notice that is about a meeting."""
    own_zone = ZoneInfo(access.user.time_zone)
    time_words = moment_in_words_for_reader(meeting.starts_at, access.consultation.zone, own_zone)
    return shared_mail_context(access) | {
        "meeting": meeting,
        "when": time_words,
        "brief_url": _brief_url(access, meeting),
    }


def _brief_url(access: Access, meeting: Meeting) -> str:
    """The delegation's brief before this meeting; empty for who acts for none."""
    if not access.is_delegate:
        return ""
    brief_url = absolute_url(reverse("brief", args=[access.consultation.slug]))
    return f"{brief_url}?meeting={meeting.public_id}"


# --- The agenda ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgendaText:
    """A text on the agenda; `entries` name its paragraphs, with notes.

    Where no entry names a paragraph, the whole text is meant: there is no entry, or only notes.
    """

    title: str
    entries: tuple[str, ...]


def agenda_of(
    access: Access, meeting: Meeting, positions: ParagraphPositions
) -> tuple[AgendaText, ...]:
    """The agenda by text, its paragraphs under their present labels."""
    agenda_items = list(meeting.agenda.select_related("draft", "paragraph").order_by("place", "pk"))
    paragraph_ids = [
        agenda_item.paragraph_id for agenda_item in agenda_items if agenda_item.paragraph_id
    ]
    last_names = last_paragraph_name_by_id(
        access,
        [
            paragraph_id
            for paragraph_id in paragraph_ids
            if positions.position_of(paragraph_id) is None
        ],
    )
    items_by_draft_id: dict[int, list[AgendaItem]] = {}
    for agenda_item in agenda_items:
        items_by_draft_id.setdefault(agenda_item.draft_id, []).append(agenda_item)
    return tuple(
        AgendaText(
            items_of_text[0].draft.title, tuple(_entries(items_of_text, positions, last_names))
        )
        for items_of_text in items_by_draft_id.values()
    )


def _entries(
    items_of_text: Sequence[AgendaItem],
    positions: ParagraphPositions,
    last_names: Mapping[int, ParagraphName],
) -> Iterator[str]:
    """The entry of each agenda item on a text: its paragraph, with its note.

    The whole text is called so where paragraphs stand beside it, else only its note is told.
    """
    is_whole_text_named = any(agenda_item.paragraph for agenda_item in items_of_text)
    for agenda_item in items_of_text:
        if agenda_item.paragraph:
            label = _label_of_entry(agenda_item.paragraph, positions, last_names)
        else:
            label = _("Whole text") if is_whole_text_named else ""
        if label and agenda_item.note:
            yield f"{label} ({agenda_item.note})"
        elif label or agenda_item.note:
            yield label or agenda_item.note


def _label_of_entry(
    paragraph: Paragraph, positions: ParagraphPositions, last_names: Mapping[int, ParagraphName]
) -> str:
    """The present label; of a paragraph that left the text its last one, marked as deleted."""
    if position := positions.position_of(paragraph.pk):
        return position.citation
    name_on_desk = ParagraphName("", paragraph.label, paragraph.kind)  # never circulated
    return citation_of_deleted(last_names.get(paragraph.pk, name_on_desk))
