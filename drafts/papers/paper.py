"""A circulated text to print: one frozen value, the same for every format, and the words around it.

The words around a text are in the language of the text, authentic or translated, whoever downloads
it: the same revision gives the same bytes to everybody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.dateformat import format as date_format
from django.utils.text import capfirst, slugify
from django.utils.translation import get_language_info, gettext, override
from django.utils.translation.trans_real import get_supported_language_variant

from consultations.time.wall_clock import NEW_YORK
from drafts.circulating.seal import checksum_in_groups
from drafts.models import Nature, NegotiationState, ParagraphKind, Wording
from drafts.parsing.markers import printed_number
from drafts.printing.annex import Annex
from drafts.printing.conventions import DELETED, INSERTED, KEPT
from drafts.text.names import name_of_wording

# Two more marks of a piece, of words that moved as one: at their old place, at their new one.
MOVED_AWAY, MOVED_HERE = "<>"


@dataclass(frozen=True, slots=True)
class PrintedParagraph:
    """One paragraph of the text; its first `opening_length` characters are set in italics.

    `negotiation_state` is a value of NegotiationState, "" where it has none.
    """

    public_id: str
    kind: str
    label: str
    level: int
    text: str
    opening_length: int
    notes: tuple[str, ...]
    negotiation_state: str = ""
    name: str = ""  # as `Wording.name`: see `name_of_wording`

    @property
    def number(self) -> str:
        """Its label as it is printed: "12." of 12."""
        return printed_number(self.label, is_heading=self.is_heading)

    @property
    def is_heading(self) -> bool:
        return self.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING}


@dataclass(frozen=True, slots=True)
class TextPaper:
    """A circulated revision with all that is printed on its paper."""

    consultation_title: str
    handling: str  # the handling mark: who may have the paper; may be empty
    consultation_slug: str
    draft_slug: str
    revision_number: int
    title: str
    symbol: str  # under which the United Nations files it; may be empty
    stage: str  # "First draft", "Rev.1"
    nature: str  # a value of Nature
    language: str
    circulated_at: datetime
    checksum: str
    seal_url: str  # where anybody verifies the checksum
    paragraphs: tuple[PrintedParagraph, ...]
    adopting_meeting_title: str = ""
    original_language: str = ""  # where this is a translation; else ""
    is_official: bool = True  # every paragraph of the translation is
    annexes: tuple[Annex, ...] = ()  # the open brackets, where requested


@dataclass(frozen=True, slots=True)
class PaperFrame:
    """What is printed around the text, in its language."""

    title: str  # "The plan, Rev.1"
    stage: str
    # Below the stage: handling mark, day, adoption, languages, states.
    masthead_lines: tuple[str, ...]
    seal_lines: tuple[tuple[str, str], ...]  # (what, value): the checksum, and where to verify it
    page_line: str  # "Page {page} of {pages}", for each format to fill in
    redline_key: tuple[tuple[str, str], ...] = ()  # of a redline: what its marks mean
    changes_since: str = ""  # "Changes since First draft"


def printed_paragraph(wording: Wording, negotiation_state: str = "") -> PrintedParagraph:
    """A wording to print, with the state of its paragraph; needs its paragraph."""
    has_opening = bool(wording.opening) and wording.text.startswith(wording.opening)
    return PrintedParagraph(
        public_id=str(wording.paragraph.public_id),
        kind=wording.kind,
        label=wording.label,
        level=wording.level,
        text=wording.text,
        opening_length=len(wording.opening) if has_opening else 0,
        notes=tuple(wording.notes),
        negotiation_state=negotiation_state,
        name=wording.name,
    )


def interface_language(language: str) -> str:
    """The language of the interface for the words around a text in this language."""
    try:
        return get_supported_language_variant(language)
    except LookupError:
        return "en"


def paper_frame(paper: TextPaper, earlier_paper: TextPaper | None = None) -> PaperFrame:
    """The words around the text; with `earlier_paper`, those around the redline against it."""
    with override(interface_language(paper.language)):
        return PaperFrame(
            title=f"{paper.title}, {paper.stage}",
            stage=paper.stage,
            masthead_lines=tuple(
                filter(
                    None,
                    (
                        paper.handling,
                        circulation_day(paper),
                        _adopted_line(paper),
                        _original_language_line(paper),
                        _translation_line(paper),
                        *_state_lines(paper),
                    ),
                )
            ),
            seal_lines=tuple(_seal_lines(paper, earlier_paper)),
            page_line=gettext("Page %(page)s of %(pages)s")
            % {"page": "{page}", "pages": "{pages}"},
            redline_key=_redline_key() if earlier_paper else (),
            changes_since=gettext("Changes since %(stage)s") % {"stage": earlier_paper.stage}
            if earlier_paper
            else "",
        )


def circulation_day(paper: TextPaper) -> str:
    """The day in New York on which the revision was circulated."""
    return date_format(paper.circulated_at.astimezone(NEW_YORK), gettext("j F Y"))


def text_filename(
    paper: TextPaper, file_ending: str, earlier_paper: TextPaper | None = None
) -> str:
    """A name in ASCII: "plan-rev-1.docx", "plan-rev-1-since-first-draft.docx"."""
    name_parts = [paper.draft_slug, _stage_name(paper)]
    if paper.original_language:
        name_parts.append(paper.language)
    if earlier_paper:
        name_parts += ["since", _stage_name(earlier_paper)]
    if paper.annexes:
        name_parts.append("brackets")
    return f"{'-'.join(name_parts)}.{file_ending}"


def _stage_name(paper: TextPaper) -> str:
    """The stage as a part of a file name; the revision number where no letter of it is ASCII."""
    return slugify(paper.stage.replace(".", "-")) or str(paper.revision_number)


def _adopted_line(paper: TextPaper) -> str:
    """ "Adopted at the 3rd meeting" for an adopted text; "" for others."""
    if paper.nature != Nature.ADOPTED:
        return ""
    return (
        gettext("Adopted at %(meeting)s") % {"meeting": paper.adopting_meeting_title}
        if paper.adopting_meeting_title
        else gettext("Adopted")
    )


def _original_language_line(paper: TextPaper) -> str:
    """The language of the authentic text: "Original: English"."""
    language_name = get_language_info(
        interface_language(paper.original_language or paper.language)
    )["name_translated"]
    return gettext("Original: %(language)s") % {"language": language_name}


def _translation_line(paper: TextPaper) -> str:
    """Says whether a translation is official; "" for an authentic text."""
    if not paper.original_language:
        return ""
    return gettext("Translation") if paper.is_official else gettext("Unofficial translation")


def _state_lines(paper: TextPaper) -> Iterable[str]:
    """Which paragraphs are agreed ad referendum, parked, for informals, reopened: a line each."""
    for state in NegotiationState:
        if paragraph_ranges := "; ".join(_paragraph_ranges(paper.paragraphs, state)):
            yield gettext("%(state)s: %(paragraphs)s") % {
                "state": capfirst(state.label),
                "paragraphs": paragraph_ranges,
            }


def _paragraph_ranges(
    paragraphs: Sequence[PrintedParagraph], negotiation_state: str
) -> Iterator[str]:
    """The paragraphs of a state; those that follow one another as a range: "3–7"."""
    for has_state, neighbours in groupby(
        paragraphs, key=lambda paragraph: paragraph.negotiation_state == negotiation_state
    ):
        if has_state:
            names = [name_of_wording(paragraph) for paragraph in neighbours]
            yield names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"


def _seal_lines(paper: TextPaper, earlier_paper: TextPaper | None) -> Iterable[tuple[str, str]]:
    """The checksum of the paper, or of both papers of a redline, and where to verify it."""
    if earlier_paper:
        for printed_paper in (paper, earlier_paper):
            yield (
                gettext("Checksum of %(stage)s") % {"stage": printed_paper.stage},
                checksum_in_groups(printed_paper.checksum),
            )
    else:
        yield gettext("Checksum"), checksum_in_groups(paper.checksum)
    yield gettext("To verify"), paper.seal_url


def _redline_key() -> tuple[tuple[str, str], ...]:
    """The key of a redline: pieces of text, each with the mark in whose style it is printed."""
    return (
        (KEPT, gettext("Key: ")),
        (INSERTED, gettext("words inserted")),
        (KEPT, gettext(", ")),
        (DELETED, gettext("words deleted")),
        (KEPT, gettext(", ")),
        (MOVED_AWAY, gettext("words moved from here")),
        (KEPT, gettext(", ")),
        (MOVED_HERE, gettext("words moved to here")),
    )
