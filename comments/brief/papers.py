"""A brief as PDF: two pages of A4, the most relevant first, and a line for what did not fit.

A brief tells one delegation what became of its inputs, and what others ask for beside them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final
from unicodedata import bidirectional

from django.utils.text import slugify
from django.utils.translation import get_language, gettext, ngettext

from comments.brief.lines import (
    BriefDateLine,
    BriefInputLine,
    BriefLines,
    BriefOtherLine,
    BriefParagraph,
    BriefPart,
)
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK
from drafts.printing.conventions import DELETED, INSERTED, KEPT
from drafts.printing.pdf import print_paper
from drafts.words.differences import Redline
from drafts.words.quoting import words_at_end, words_at_start

TEMPLATE: Final = Path(__file__).with_name("brief.typ")
MAX_PAGES: Final = 2
# More than this never fits on two pages; the rest is only counted. The inputs are those on one
# paragraph: the own ones, and those of others.
MAX_PARAGRAPHS: Final = 60
MAX_DATES: Final = 8
MAX_INPUTS: Final = 4
MAX_OTHERS: Final = 4
# Maximum characters: of kept words beside a change; of one redline or reason; of one
# observation, or of what became of one phrase.
KEPT_LENGTH: Final = 60
MAX_REDLINE_LENGTH: Final = 700
MAX_OUTCOME_LENGTH: Final = 300
# The Unicode classes of letters that have a direction.
DIRECTED_CLASSES: Final = frozenset({"L", "R", "AL"})


def brief_paper(access: Access, brief_lines: BriefLines, page_url: str) -> bytes:
    """The PDF, in the language that is active; raises PrintingError where it could not be set.

    `page_url` is the full address of the page, which shows the rest.
    """
    return print_paper(_document(access, brief_lines, page_url), template=TEMPLATE)


def brief_filename(access: Access) -> str:
    """A name in ASCII with the delegation and the moment: "brief-cpv-20100616-1800.pdf"."""
    moment = access.moment.astimezone(NEW_YORK)
    return f"brief-{slugify(access.seat.code if access.seat else '')}-{moment:%Y%m%d-%H%M}.pdf"


def _document(access: Access, brief_lines: BriefLines, page_url: str) -> dict[str, Any]:
    """What brief.typ reads; `moment` from the year to the second, in UTC.

    `max_pages` is read by the child process, which tries how many of the items (one for each
    paragraph) fit.
    """
    all_items = [item for part in brief_lines.parts for item in _paragraph_items(part, brief_lines)]
    items = all_items[:MAX_PARAGRAPHS]
    paragraph_count = len(brief_lines.paragraphs) + brief_lines.hidden_count
    return {
        "consultation": access.consultation.title,
        "handling": access.consultation.handling,
        "language": get_language() or "en",
        "moment": access.moment.astimezone(UTC).timetuple()[:6],
        "title": brief_lines.title,
        "meeting_line": brief_lines.meeting_line,
        "as_of": brief_lines.as_of,
        "lead": brief_lines.lead_sentences,
        "dates_heading": gettext("Deadlines and meetings"),
        "dates": [_date_fields(line) for line in brief_lines.dates[:MAX_DATES]],
        "hidden_dates_message": _hidden_dates_message(brief_lines.dates[MAX_DATES:]),
        "legend": [
            (KEPT, gettext("Key: ")),
            (INSERTED, gettext("words inserted")),
            (KEPT, gettext(", ")),
            (DELETED, gettext("words deleted")),
        ],
        "page_number_template": gettext("Page %(page)s of %(pages)s")
        % {"page": "{page}", "pages": "{pages}"},
        "url": page_url,
        "revisions": (gettext("Revision"), "; ".join(brief_lines.sealed_revisions)),
        "max_pages": MAX_PAGES,
        "items": items,
        # The last line of the paper, by how many of the items are shown: 0 first.
        "hidden_paragraphs_messages": [
            _hidden_paragraphs_message(paragraph_count - shown_count)
            for shown_count in range(len(items) + 1)
        ],
    }


def _hidden_paragraphs_message(count: int) -> str:
    """How many paragraphs are shown online only; the address follows it."""
    if not count:
        return ""
    message = ngettext(
        "And %(n)d more paragraph online:", "And %(n)d more paragraphs online:", count
    )
    return message % {"n": count}


def _hidden_dates_message(hidden_lines: Sequence[BriefDateLine]) -> str:
    """How many deadlines and meetings are shown online only."""
    if not hidden_lines:
        return ""
    return ngettext("and %(n)d more online", "and %(n)d more online", len(hidden_lines)) % {
        "n": len(hidden_lines)
    }


def _date_fields(line: BriefDateLine) -> tuple[str, str]:
    """A deadline or meeting, as brief.typ reads it: what it is, and when and where."""
    return line.subject, " · ".join(filter(None, [line.time, line.details]))


def _paragraph_items(part: BriefPart, brief_lines: BriefLines) -> Iterable[dict[str, Any]]:
    """The paragraphs of one part, as brief.typ reads them; the first one has the part's heading."""
    for index, paragraph in enumerate(part.paragraphs):
        yield {
            "part": part.heading if index == 0 else "",
            "label": paragraph.label,
            "text_title": paragraph.draft_title if brief_lines.has_text_title else "",
            "change_sentence": paragraph.change_sentence,
            "redline": _language_and_short_redline(paragraph.language, paragraph.redline),
            "inputs": [_input_fields(line) for line in paragraph.inputs[:MAX_INPUTS]],
            "others_heading": paragraph.others_heading if paragraph.others else "",
            "others": [_other_fields(line) for line in paragraph.others[:MAX_OTHERS]],
            "hidden_inputs_message": _hidden_inputs_message(paragraph),
        }


def _hidden_inputs_message(paragraph: BriefParagraph) -> str:
    """How many inputs of this paragraph are shown online only."""
    count = max(0, len(paragraph.inputs) - MAX_INPUTS) + max(0, len(paragraph.others) - MAX_OTHERS)
    count += paragraph.more_inputs + paragraph.more_others
    if not count:
        return ""
    return ngettext("and %(n)d more input online", "and %(n)d more inputs online", count) % {
        "n": count
    }


def _input_fields(line: BriefInputLine) -> dict[str, Any]:
    """An input of the own delegation, as brief.typ reads it."""
    return {
        "heading": line.heading,
        "details": line.details,
        "outcome": line.outcome,
        "words": _proposed_words(line),
        "facts": [
            (name, _shorten(words, MAX_OUTCOME_LENGTH)) for name, words in line.phrase_outcomes
        ],
        "language": line.language,
        "answer": line.answer,
        "observation": _language_and_short_redline(
            _language_by_direction(line.observation), _short_words_as_redline(line.observation)
        ),
        "stance": line.stance,
    }


def _short_words_as_redline(words: str) -> Redline:
    """Words without a change as a redline, which brief.typ sets; empty without words."""
    # "=" is KEPT, written out because a Redline takes literal marks.
    return (("=", _shorten(words, MAX_OUTCOME_LENGTH)),) if words else ()


def _language_by_direction(words: str) -> str:
    """A language with the direction of these words: the language of an answer is not stored."""
    directions = (bidirectional(letter) for letter in words)
    first_direction = next(
        (direction for direction in directions if direction in DIRECTED_CLASSES), "L"
    )
    return "en" if first_direction == "L" else "ar"


def _other_fields(line: BriefOtherLine) -> dict[str, Any]:
    """An input of another delegation, as brief.typ reads it."""
    return {"heading": line.heading, "details": line.details, "words": _proposed_words(line)}


def _proposed_words(line: BriefInputLine | BriefOtherLine) -> Any:
    """The proposed wording around its changes, else the reason; None where there is neither."""
    if line.redline:
        return _language_and_short_redline(line.language, line.redline)
    return (
        _language_and_short_redline(line.language, (("=", line.rationale),))
        if line.rationale
        else None
    )


def _language_and_short_redline(language: str, redline: Redline) -> Any:
    """Words as brief.typ reads them: language and pieces; None without any."""
    return (language, shorten_redline(redline)) if redline else None


def shorten_redline(redline: Redline) -> list[tuple[str, str]]:
    """A redline with few words around its changes; an ellipsis marks what is left out."""
    short_pieces: list[tuple[str, str]] = []
    remaining_length, is_cut = MAX_REDLINE_LENGTH, False
    for index, (mark, words) in enumerate(redline):
        if remaining_length <= 0:
            return short_pieces if is_cut else [*short_pieces, (KEPT, " […]")]
        is_beside_change = mark == KEPT and len(redline) > 1
        near_words = _near_change(words, index, len(redline)) if is_beside_change else words
        max_length = remaining_length
        if mark == DELETED and redline[index + 1 : index + 2]:
            next_mark, next_words = redline[index + 1]
            if next_mark == INSERTED:  # what replaces the words gets half, or all that it needs
                max_length = max(remaining_length // 2, remaining_length - len(next_words))
        short_words = _shorten(near_words, max_length)
        is_cut = short_words != near_words
        short_pieces.append((mark, short_words))
        remaining_length -= min(max_length, len(near_words))  # the mark of a cut is not counted
    return short_pieces


def _near_change(words: str, index: int, count: int) -> str:
    """The part of kept words that stands next to a change: their end, beginning, or both.

    They are piece number `index` of `count` pieces of a redline.
    """
    last_words = words_at_end(words, KEPT_LENGTH)
    first_words = words_at_start(words, KEPT_LENGTH)
    if index == 0:
        return words if len(words) <= KEPT_LENGTH else f"… {last_words}"
    if index == count - 1:
        return words if len(words) <= KEPT_LENGTH else f"{first_words} …"
    return words if len(words) <= 2 * KEPT_LENGTH else f"{first_words} … {last_words}"


def _shorten(words: str, max_length: int) -> str:
    """Words up to a length, with a mark where they were cut."""
    return words if len(words) <= max_length else f"{words[:max_length].rstrip()} […]"
