"""The record of a silence for any format: text, who broke it, who was silent, times, e-mails.

A silence asks delegations to accept words: who does not object by its end accepts them, and who
objects breaks it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.text import capfirst, slugify
from django.utils.translation import gettext

from comments.models import Silence
from comments.papers.cells import Head
from comments.papers.record_docx import changes_legend
from comments.silences.acts import SilenceEvent
from comments.silences.queries import (
    AskedLine,
    SilenceChanges,
    asked_lines,
    changes_of_silence,
    name_of_silence,
)
from consultations.models import Mail, MailKind
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK, moment_in_words
from drafts.text.citing import citation_of_wording
from drafts.words.differences import Redline


@dataclass(frozen=True, slots=True)
class SentMails:
    """The e-mails sent at one time: on which event, to which delegations and how many people."""

    event: SilenceEvent
    minute: datetime
    delegation_names: tuple[str, ...]
    people_count: int


@dataclass(frozen=True, slots=True)
class SilenceRecord:
    """The record of a silence, as this reader may read it."""

    silence: Silence
    text_changes: SilenceChanges
    asked_lines: tuple[AskedLine, ...]
    sent_mails: tuple[SentMails, ...]
    is_facilitators_copy: bool

    @property
    def silent_delegation_lines(self) -> Sequence[AskedLine]:
        """Who did not break silence; printed in the facilitators' copy only."""
        return [line for line in self.asked_lines if not line.breaks]


def silence_record(access: Access, silence: Silence) -> SilenceRecord:
    """Read the record of a silence from `with_texts`, in a fixed number of queries."""
    is_facilitators_copy, lines = access.reads_all, tuple(asked_lines(access, silence))
    sent_mails = _sent_mails(silence, lines) if is_facilitators_copy else ()
    return SilenceRecord(
        silence, changes_of_silence(silence), lines, sent_mails, is_facilitators_copy
    )


def silence_filename(silence: Silence, extension: str) -> str:
    """A name in ASCII with the stage of the text, or "decision", and the first day of the silence.

    For example "silence-rev-1-20100616.docx".
    """
    day = silence.silence_from.astimezone(NEW_YORK)
    subject = silence.text_revision.stage if silence.text_revision else "decision"
    return f"silence-{slugify(subject) or 'text'}-{day:%Y%m%d}.{extension}"


def _sent_mails(silence: Silence, lines: Iterable[AskedLine]) -> tuple[SentMails, ...]:
    """The sent e-mails by event and minute, the earliest first: one query."""
    seats = [line.asked_seat.seat for line in lines]
    # A mail names its reader by the capacity: all who speak for a delegation have one in common.
    name_by_capacity_key = {
        f"delegation:{seat.delegation.public_id}": seat.name_for_reader for seat in seats
    }
    silence_mails = (
        Mail.objects.sent().filter(kind=MailKind.SILENCE, about=silence.pk).order_by("pk")
    )
    names_by_event_and_minute: dict[tuple[str, datetime], list[str]] = {}
    for event, sent_at, capacity_key in silence_mails.values_list(
        "facts__event", "sent_at", "capacity"
    ):
        assert sent_at is not None  # only sent e-mails are read
        minute = sent_at.replace(second=0, microsecond=0)
        name = name_by_capacity_key.get(capacity_key, gettext("Co-facilitators and staff"))
        names_by_event_and_minute.setdefault((event, minute), []).append(name)
    earliest_first = sorted(
        names_by_event_and_minute.items(),
        key=lambda event_minute_and_names: event_minute_and_names[0][1],
    )
    return tuple(
        SentMails(SilenceEvent(event), minute, tuple(sorted(set(names))), len(names))
        for (event, minute), names in earliest_first
    )


def silence_head(access: Access, record: SilenceRecord) -> Head:
    """What is printed around the lines of the record."""
    silence, zone = record.silence, access.consultation.zone
    outcome = capfirst(silence.get_outcome_display()) if silence.outcome else ""
    labelled_values = [
        (gettext("Consultation"), access.consultation.title),
        (gettext("Under silence"), name_of_silence(silence)),
        # The names of two fields of a silence, which begin with a small letter.
        (capfirst(gettext("opened")), moment_in_words(silence.silence_from, zone)),
        (capfirst(gettext("ends")), moment_in_words(silence.silence_until, zone)),
        (gettext("Outcome"), outcome),
        (gettext("Cut-off"), moment_in_words(access.moment, zone)),
        (gettext("Copy"), _copy_name(record)),
    ]
    return Head(
        title=gettext("%(what)s: under silence") % {"what": name_of_silence(silence)},
        handling=access.consultation.handling,
        labelled_values=tuple((label, value) for label, value in labelled_values if value),
        columns=(),
        legend=changes_legend(),
        disclaimer=gettext("Words are as received."),
        page_number_template=gettext("Page %(page)s of %(pages)s")
        % {"page": "{page}", "pages": "{pages}"},
        empty_message="",
        rows_sheet="",
        about_sheet="",
    )


def _copy_name(record: SilenceRecord) -> str:
    return (
        gettext("Facilitators’ copy")
        if record.is_facilitators_copy
        else gettext("Circulation copy")
    )


class LineWriter[Line](Protocol):
    """Writes the lines of a record in a style and a language.

    `paper_line` takes words in the language of the paper; `received_line` words of a delegation or
    of the text, in their own language; `changed_line` a redline of the text.
    """

    language: str

    def paper_line(self, style: str, words: str) -> Line: ...

    def received_line(self, style: str, words: str, language: str) -> Line: ...

    def changed_line(self, style: str, redline: Redline, language: str) -> Line: ...


class SilenceBody[Line]:
    """The lines of the record, part by part.

    A line names its style by the id that it has in Word: "Draftwords" of "Draft words".
    """

    def __init__(self, writer: LineWriter[Line], access: Access, record: SilenceRecord) -> None:
        self.writer = writer
        self.zone, self.record = access.consultation.zone, record
        revision = record.silence.text_revision
        self.text_language = revision.draft.language if revision else writer.language

    def lines(self) -> Iterator[Line]:
        """The whole body, from what delegations were asked to the e-mails that were sent."""
        silence = self.record.silence
        yield self.writer.paper_line("Heading2", gettext("What delegations are asked"))
        yield self.writer.paper_line("Inputwords", silence.words)
        if silence.outcome_words:
            yield self.writer.paper_line("Heading2", gettext("Words on the outcome"))
            yield self.writer.paper_line("Inputwords", silence.outcome_words)
        yield from self._text_lines(silence)
        yield from self._break_lines()
        yield from self._silent_lines()
        yield from self._time_lines(silence)
        yield from self._mail_lines()

    def _text_lines(self, silence: Silence) -> Iterator[Line]:
        """The decision or paragraph under silence (a whole text is only named), and its changes."""
        yield self.writer.paper_line("Heading2", gettext("The text under silence"))
        yield self.writer.paper_line("Heading3", name_of_silence(silence))
        words = silence.decision or (silence.wording.text if silence.wording else "")
        if words:
            yield self.writer.received_line("Draftwords", words, self.text_language)
        earlier_revision = self.record.text_changes.earlier_revision
        if earlier_revision is not None:
            note = gettext("What changed since %(stage)s") % {"stage": earlier_revision.stage}
            yield self.writer.paper_line("Inputnote", note)
        elif self.record.text_changes.changes:
            yield self.writer.paper_line(
                "Inputnote", gettext("What changed since the last silence")
            )
        for change in self.record.text_changes.changes:
            yield self.writer.paper_line("Heading3", change.label)
            yield self.writer.changed_line("Draftwords", change.redline, self.text_language)

    def _break_lines(self) -> Iterator[Line]:
        """Who broke silence, on what, when and in which words."""
        lines_with_breaks = [line for line in self.record.asked_lines if line.breaks]
        yield self.writer.paper_line("Heading2", gettext("Who broke silence"))
        if not lines_with_breaks:
            yield self.writer.paper_line("Inputwords", gettext("No delegation."))
        for line in lines_with_breaks:
            for silence_break in line.breaks:
                paragraph_name = (
                    citation_of_wording(silence_break.wording) if silence_break.wording else ""
                )
                note_parts = [
                    line.asked_seat.seat.name_for_reader,
                    paragraph_name,
                    moment_in_words(silence_break.broken_at, self.zone),
                ]
                yield self.writer.paper_line("Inputnote", " · ".join(filter(None, note_parts)))
                yield self.writer.received_line(
                    "Inputwords", silence_break.words, silence_break.language
                )

    def _silent_lines(self) -> Iterator[Line]:
        """Who did not break silence, for the facilitators alone."""
        if not self.record.is_facilitators_copy:
            return
        yield self.writer.paper_line("Heading2", gettext("Who said nothing"))
        names = [
            line.asked_seat.seat.name_for_reader for line in self.record.silent_delegation_lines
        ]
        yield self.writer.paper_line(
            "Inputwords", gettext(", ").join(names) or gettext("No delegation.")
        )

    def _time_lines(self, silence: Silence) -> Iterator[Line]:
        """When the silence opened, and each extension."""
        yield self.writer.paper_line("Heading2", gettext("Opened and extended"))
        opening_values = {"moment": moment_in_words(silence.silence_from, self.zone)}
        yield self.writer.paper_line("Inputwords", gettext("Opened %(moment)s.") % opening_values)
        for extension in silence.extensions.all():
            values = {
                "moment": moment_in_words(extension.extended_at, self.zone),
                "until": moment_in_words(extension.ends_now, self.zone),
            }
            yield self.writer.paper_line(
                "Inputwords", gettext("Extended %(moment)s, until %(until)s.") % values
            )
            if extension.words:
                yield self.writer.paper_line("Inputwords", extension.words)

    def _mail_lines(self) -> Iterator[Line]:
        """Which e-mails went to whom, for the facilitators alone."""
        if not self.record.is_facilitators_copy:
            return
        yield self.writer.paper_line("Heading2", gettext("E-mails sent"))
        for sent_mail in self.record.sent_mails:
            note_parts = [
                event_words(sent_mail.event),
                moment_in_words(sent_mail.minute, self.zone),
            ]
            yield self.writer.paper_line("Inputnote", " · ".join(note_parts))
            names = gettext(", ").join(sent_mail.delegation_names)
            values = {"who": names, "n": sent_mail.people_count}
            yield self.writer.paper_line("Inputwords", gettext("To %(n)s people: %(who)s") % values)


def event_words(event: SilenceEvent) -> str:
    """The event of an e-mail, as a line of the paper."""
    return {
        SilenceEvent.OPENED: gettext("Silence opened"),
        SilenceEvent.HALF_WAY: gettext("Reminder, half-way"),
        SilenceEvent.LAST_DAY: gettext("Reminder, one working day before the end"),
        SilenceEvent.UNREACHED: gettext("Who was not reached, to the facilitators"),
        SilenceEvent.EXTENDED: gettext("Silence extended"),
        SilenceEvent.BROKEN: gettext("Silence broken, to the facilitators"),
        SilenceEvent.SHOWN: gettext("Silence broken, shown to all"),
        SilenceEvent.ENDED: gettext("Silence ended"),
        SilenceEvent.DECLARED: gettext("Outcome declared"),
    }[event]
