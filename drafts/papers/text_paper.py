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

from drafts.circulating.seal import in_groups
from drafts.labels import name_of
from drafts.models import Kind, Nature, NegotiationState, Wording
from drafts.readers.markers import printed_number
from drafts.shells.annex import Annex
from drafts.shells.conventions import (
    DELETED,
    INSERTED,
    KEPT,
    NEW_YORK,
)

# Words that are moved in one piece: from where they stood, to where they stand.
FROM, TO = "<>"


@dataclass(frozen=True, slots=True)
class PrintedParagraph:
    """One paragraph of the text; `opening` counts the characters at its start set in italics."""

    key: str
    kind: str
    label: str
    level: int
    text: str
    opening: int
    notes: tuple[str, ...]
    state: str = ""  # agreed, parked, for informals, reopened, as a word of the code

    @property
    def number(self) -> str:
        """Its label as it is printed: "12." of 12."""
        return printed_number(self.label, is_heading=self.is_heading)

    @property
    def is_heading(self) -> bool:
        return self.kind in {Kind.TITLE, Kind.HEADING}


@dataclass(frozen=True, slots=True)
class TextPaper:
    """A circulated revision with all that is printed on its paper."""

    consultation: str
    handling: str
    address: tuple[str, str, int]  # of the consultation, of the text, and the revision's number
    title: str
    symbol: str
    stage: str
    nature: str
    language: str
    circulated_at: datetime
    checksum: str
    seal_url: str
    paragraphs: tuple[PrintedParagraph, ...]
    meeting: str = ""  # that adopted it
    original: str = ""  # the authentic language, where this is a translation
    is_official: bool = True  # every paragraph of the translation is
    annexes: tuple[Annex, ...] = ()  # the open brackets, where requested


@dataclass(frozen=True, slots=True)
class PaperFrame:
    """What is printed around the text, in its language."""

    title: str  # "The plan, Rev.1"
    stage: str
    facts: tuple[str, ...]  # how it is handled, the day, the language
    seal: tuple[tuple[str, str], ...]  # (what, value): the checksum, and where to verify it
    page: str  # "Page {page} of {pages}"
    key: tuple[tuple[str, str], ...] = ()  # of a redline: what its marks mean
    since: str = ""  # "Changes since First draft"


def printed_paragraph(wording: Wording, state: str = "") -> PrintedParagraph:
    """A wording to print, with the state of its paragraph; needs its paragraph."""
    is_opened = bool(wording.opening) and wording.text.startswith(wording.opening)
    return PrintedParagraph(
        key=str(wording.paragraph.public_id),
        kind=wording.kind,
        label=wording.label,
        level=wording.level,
        text=wording.text,
        opening=len(wording.opening) if is_opened else 0,
        notes=tuple(wording.notes),
        state=state,
    )


def interface_language(language: str) -> str:
    """The language of the interface for the words around a text in this language."""
    try:
        return get_supported_language_variant(language)
    except LookupError:
        return "en"


def paper_frame(paper: TextPaper, since: TextPaper | None = None) -> PaperFrame:
    """The words around the text; with `since`, those around its redline against that revision."""
    with override(interface_language(paper.language)):
        return PaperFrame(
            title=f"{paper.title}, {paper.stage}",
            stage=paper.stage,
            facts=tuple(
                filter(
                    None,
                    (
                        paper.handling,
                        day_of(paper),
                        _adopted_line(paper),
                        _original_line(paper),
                        _translation_line(paper),
                        *_state_lines(paper),
                    ),
                )
            ),
            seal=tuple(_seal_lines(paper, since)),
            page=gettext("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
            key=_redline_key() if since else (),
            since=gettext("Changes since %(stage)s") % {"stage": since.stage} if since else "",
        )


def day_of(paper: TextPaper) -> str:
    """The day in New York on which the revision was circulated."""
    return date_format(paper.circulated_at.astimezone(NEW_YORK), gettext("j F Y"))


def text_filename(paper: TextPaper, format_name: str, since: TextPaper | None = None) -> str:
    """A name in ASCII: "plan-rev-1.docx", "plan-rev-1-since-first-draft.docx"."""
    parts = [paper.address[1], _stage_name(paper)]
    if paper.original:
        parts.append(paper.language)
    if since:
        parts += ["since", _stage_name(since)]
    if paper.annexes:
        parts.append("brackets")
    return f"{'-'.join(parts)}.{format_name}"


def _stage_name(paper: TextPaper) -> str:
    return slugify(paper.stage.replace(".", "-")) or str(paper.address[2])


def _adopted_line(paper: TextPaper) -> str:
    if paper.nature != Nature.ADOPTED:
        return ""
    return (
        gettext("Adopted at %(meeting)s") % {"meeting": paper.meeting}
        if paper.meeting
        else gettext("Adopted")
    )


def _original_line(paper: TextPaper) -> str:
    name = get_language_info(interface_language(paper.original or paper.language))[
        "name_translated"
    ]
    return gettext("Original: %(language)s") % {"language": name}


def _translation_line(paper: TextPaper) -> str:
    if not paper.original:
        return ""
    return gettext("Translation") if paper.is_official else gettext("Unofficial translation")


def _state_lines(paper: TextPaper) -> Iterable[str]:
    """Which paragraphs are agreed ad referendum, parked, for informals, reopened: a line each."""
    for state in NegotiationState:
        if runs := "; ".join(_paragraph_ranges(paper.paragraphs, state)):
            yield gettext("%(state)s: %(paragraphs)s") % {
                "state": capfirst(state.label),
                "paragraphs": runs,
            }


def _paragraph_ranges(rows: Sequence[PrintedParagraph], state: str) -> Iterator[str]:
    """The paragraphs of a state; those that follow one another as a range: "3–7"."""
    for is_so, run in groupby(rows, key=lambda row: row.state == state):
        if is_so:
            names = [name_of(row.label, row.kind, row.text) for row in run]
            yield names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"


def _seal_lines(paper: TextPaper, since: TextPaper | None) -> Iterable[tuple[str, str]]:
    if since:
        for each in (paper, since):
            yield (
                gettext("Checksum of %(stage)s") % {"stage": each.stage},
                in_groups(each.checksum),
            )
    else:
        yield gettext("Checksum"), in_groups(paper.checksum)
    yield gettext("To verify"), paper.seal_url


def _redline_key() -> tuple[tuple[str, str], ...]:
    return (
        (KEPT, gettext("Key: ")),
        (INSERTED, gettext("words inserted")),
        (KEPT, gettext(", ")),
        (DELETED, gettext("words deleted")),
        (KEPT, gettext(", ")),
        (FROM, gettext("words moved from here")),
        (KEPT, gettext(", ")),
        (TO, gettext("words moved to here")),
    )
