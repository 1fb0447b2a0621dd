"""The minutes of a meeting as a Word document, paragraph by paragraph."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.text import capfirst, slugify
from django.utils.translation import gettext

from comments.minutes.queries import MinutedParagraph, MinutesRecord
from comments.models import MinuteLine
from comments.papers.cells import Head
from comments.papers.record_docx import RecordWriter, changes_legend, record_paper
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK, moment_in_words
from drafts.models import StateAct
from drafts.printing.docx_elements import Element


def minutes_paper(access: Access, record: MinutesRecord) -> bytes:
    """The document, in the language that is active (domain, rule 21)."""
    writer = _MinutesDocxWriter(access)
    head, cut_off = _head(access, record), _cut_off(access, record)
    return record_paper(access.consultation.title, cut_off, head, writer.body(record))


def minutes_filename(record: MinutesRecord) -> str:
    """A name in ASCII with the meeting and its day: "minutes-first-reading-20100616.docx"."""
    day = record.meeting.starts_at.astimezone(NEW_YORK)
    return f"minutes-{slugify(record.meeting.title) or 'meeting'}-{day:%Y%m%d}.docx"


def _cut_off(access: Access, record: MinutesRecord) -> datetime:
    """When the minutes were ended; until then, the minute in which the paper is made."""
    minutes = record.minutes
    return minutes.ended_at or access.moment.replace(second=0, microsecond=0)


def _head(access: Access, record: MinutesRecord) -> Head:
    """What is printed around the minutes."""
    meeting, zone = record.meeting, access.consultation.zone
    labelled_values = [
        (gettext("Consultation"), access.consultation.title),
        (gettext("Meeting"), f"{meeting.title}, {meeting.get_kind_display()}"),
        (gettext("Begins"), moment_in_words(meeting.starts_at, zone)),
        (gettext("Place"), meeting.place),
        (gettext("Agenda"), "; ".join(record.agenda_lines)),
        (gettext("Cut-off"), moment_in_words(_cut_off(access, record), zone)),
        (
            gettext("Copy"),
            gettext("Facilitators’ copy") if record.is_full else gettext("Circulation copy"),
        ),
    ]
    return Head(
        title=gettext("Minutes of “%(meeting)s”") % {"meeting": meeting.title},
        handling=access.consultation.handling,
        labelled_values=tuple((label, value) for label, value in labelled_values if value),
        columns=(),
        legend=changes_legend(),
        disclaimer=gettext(
            "What was said is noted by the secretariat and is no input of a delegation. "
            "Designations and place names in it imply no opinion on the part of the "
            "co-facilitators or the Secretariat."
        ),
        page_number_template=gettext("Page %(page)s of %(pages)s")
        % {"page": "{page}", "pages": "{pages}"},
        empty_message=gettext("Nothing was noted."),
        rows_sheet="",
        about_sheet="",
    )


class _MinutesDocxWriter(RecordWriter):
    """Writes the record as elements of Word.

    Changes of words are tracked in the name of the working text: no delegation made them.
    """

    def __init__(self, access: Access) -> None:
        super().__init__(changes_author=gettext("Working text"))
        self.zone = access.consultation.zone

    def body(self, record: MinutesRecord) -> Iterator[Element]:
        """The whole body, a paragraph of the text at a time."""
        if record.general_lines:
            yield self.paper_line("Heading2", gettext("General"))
            for line in record.general_lines:
                yield from self._minute_lines(line)
        draft = None
        for minuted_paragraph in record.paragraphs:
            if minuted_paragraph.draft != draft:
                draft = minuted_paragraph.draft
                title = minuted_paragraph.draft_title or gettext(
                    "A text that is not circulated yet"
                )
                yield self.received_line("Heading2", title, draft.language)
            yield from self._paragraph_lines(minuted_paragraph)
        if not record.general_lines and not record.paragraphs:
            yield self.paper_line("Tabletext", gettext("Nothing was noted."))

    def _paragraph_lines(self, minuted_paragraph: MinutedParagraph) -> Iterator[Element]:
        """What was said and decided on one paragraph of a text."""
        yield self.received_line(
            "Heading3",
            minuted_paragraph.name or gettext("A paragraph that is not circulated yet"),
            minuted_paragraph.draft.language,
        )
        if minuted_paragraph.text:
            yield self.received_line(
                "Draftwords", minuted_paragraph.text, minuted_paragraph.draft.language
            )
        for line in minuted_paragraph.lines:
            yield from self._minute_lines(line)
        yield from map(self._state_line, minuted_paragraph.state_acts)
        if minuted_paragraph.change:
            yield self.paper_line("Inputlabel", gettext("Words changed on the desk"))
            yield self.changed_line(
                "Inputwords", minuted_paragraph.change.redline, minuted_paragraph.draft.language
            )

    def _minute_lines(self, line: MinuteLine) -> Iterator[Element]:
        """What somebody said, under who and when."""
        speaker = speaker_name(line)
        yield self.paper_line(
            "Inputnote", f"{speaker} · {moment_in_words(line.said_at, self.zone)}"
        )
        # The language of the words is not stored.
        yield self.paper_line("Inputwords", line.words)

    def _state_line(self, act: StateAct) -> Element:
        """The negotiation state that was set in the meeting, such as agreed ad referendum."""
        state = capfirst(str(act.get_state_display()))
        return self.paper_line("Inputlabel", f"{state} · {moment_in_words(act.made_at, self.zone)}")


def speaker_name(line: MinuteLine) -> str:
    """The speaker, and for which group. Needs `seat` and `spoke_for`."""
    if line.seat is None:
        return gettext("Co-facilitators")
    name = line.seat.name_for_reader
    if line.spoke_for is None:
        return name
    return gettext("%(delegation)s, on behalf of %(group)s") % {
        "delegation": name,
        "group": line.spoke_for.name_for_reader,
    }
