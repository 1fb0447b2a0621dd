"""The mails about a meeting: the digest before it, and the short notice when it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from comments.desks.silence_overview import running_silences_for
from comments.mail.agenda_words import agenda_of
from comments.mail.digest_edition import read_first_news, unanswered_paragraphs
from comments.mail.stopping import stop_url, stopping_headers
from comments.news.bracket_lines import bracket_lines
from comments.news.new_items import IdsBySource, encode_id_ranges
from comments.news.silences import name_of_silence
from comments.threads.citations import absolute_url, current_positions
from consultations.models import Meeting
from consultations.outbox.composing import ComposedMail
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words, moment_in_words_for_reader


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
        template="comments/mail/digest",
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
        template="comments/mail/notice",
        context=context,
        headers=stopping_headers(context["stop_url"]),
    )


def shared_mail_context(access: Access) -> dict[str, Any]:
    """The context of every digest or notice: why it came, where to read, the link that stops it."""
    consultation = access.consultation
    return {
        "consultation": consultation,
        "why": _why_sentence(access),
        "zone": consultation.zone,
        "url": absolute_url(reverse("consultation", args=[consultation.slug])),
        "stop_url": stop_url(access.user, access.capacity.key),
    }


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


def _why_sentence(access: Access) -> str:
    """In which capacity the reader gets this, so that who has two can tell the mails apart."""
    values = {
        "role": access.capacity.role_words,
        "name": access.capacity.name,
        "title": access.consultation.title,
    }
    if access.is_delegate:
        return _("You receive this as %(role)s of %(name)s in: %(title)s.") % values
    return _("You receive this as %(role)s in: %(title)s.") % values
