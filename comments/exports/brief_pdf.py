"""A brief as PDF: two pages of A4, the most relevant first, and a line for what did not fit."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final
from unicodedata import bidirectional

from django.utils.text import slugify
from django.utils.translation import get_language, gettext, ngettext

from comments.outcomes.brief_lines import (
    BriefDateLine,
    BriefInputLine,
    BriefLines,
    BriefOtherLine,
    BriefParagraph,
    BriefPart,
)
from consultations.rules.access import Access
from drafts.shells.conventions import (
    DELETED,
    INSERTED,
    KEPT,
    NEW_YORK,
)
from drafts.shells.printing import print_paper
from drafts.words.differences import Redline

TEMPLATE: Final = Path(__file__).with_name("brief.typ")
MAX_PAGES: Final = 2
# More than this never fits on two pages; the rest is only counted.
MAX_BLOCKS: Final = 60
MAX_DATES: Final = 8
MAX_INPUTS: Final = 4
MAX_OTHERS: Final = 4
# Maximum characters: of kept words beside a change, of one redline, of one answer.
KEPT_LENGTH: Final = 60
MAX_REDLINE_LENGTH: Final = 700
MAX_ANSWER_LENGTH: Final = 300
# The Unicode classes of letters that have a direction.
STRONG: Final = frozenset({"L", "R", "AL"})


def brief_paper(access: Access, lines: BriefLines, page_url: str) -> bytes:
    """The PDF, in the language that is active; raises PrintingError where it could not be set.

    `page_url` is the full address of the page, which shows the rest.
    """
    return print_paper(_document(access, lines, page_url), template=TEMPLATE)


def brief_filename(access: Access) -> str:
    """A name in ASCII with the delegation and the moment: "brief-cpv-20100616-1800.pdf"."""
    moment = access.moment.astimezone(NEW_YORK)
    return f"brief-{slugify(access.seat.code if access.seat else '')}-{moment:%Y%m%d-%H%M}.pdf"


def _document(access: Access, lines: BriefLines, page_url: str) -> dict[str, Any]:
    items = [item for part in lines.parts for item in _items(part, lines)][:MAX_BLOCKS]
    total = len(lines.blocks) + lines.more
    return {
        "consultation": access.consultation.title,
        "handling": access.consultation.handling,
        "language": get_language() or "en",
        "moment": access.moment.astimezone(UTC).timetuple()[:6],
        "title": lines.title,
        "before": lines.before,
        "as_of": lines.as_of,
        "lead": lines.lead,
        "dates_heading": gettext("Deadlines and meetings"),
        "dates": [_date(line) for line in lines.dates[:MAX_DATES]],
        "more_dates": _more_dates_message(lines.dates[MAX_DATES:]),
        "key": [
            (KEPT, gettext("Key: ")),
            (INSERTED, gettext("words inserted")),
            (KEPT, gettext(", ")),
            (DELETED, gettext("words deleted")),
        ],
        "page": gettext("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "url": page_url,
        "sealed": (gettext("Revision"), "; ".join(lines.sealed)),
        "max_pages": MAX_PAGES,
        "items": items,
        # The last line, by how many of the items are shown.
        "more": [_more_message(total - count) for count in range(len(items) + 1)],
    }


def _more_message(count: int) -> str:
    if not count:
        return ""
    message = ngettext(
        "And %(n)d more paragraph online:", "And %(n)d more paragraphs online:", count
    )
    return message % {"n": count}


def _more_dates_message(rest: Sequence[BriefDateLine]) -> str:
    if not rest:
        return ""
    return ngettext("and %(n)d more online", "and %(n)d more online", len(rest)) % {"n": len(rest)}


def _date(line: BriefDateLine) -> tuple[str, str]:
    return line.what, " · ".join(filter(None, [line.when, line.details]))


def _items(part: BriefPart, lines: BriefLines) -> Iterable[dict[str, Any]]:
    for place, block in enumerate(part.blocks):
        yield {
            "part": part.heading if place == 0 else "",
            "label": block.label,
            "text": block.text if lines.names_text else "",
            "said": block.change,
            "change": _language_and_redline(block.language, block.redline),
            "inputs": [_input_fields(row) for row in block.inputs[:MAX_INPUTS]],
            "others_heading": block.others_heading if block.others else "",
            "others": [_other_fields(row) for row in block.others[:MAX_OTHERS]],
            "rest": _rest_message(block),
        }


def _rest_message(block: BriefParagraph) -> str:
    """How many inputs of this paragraph are shown online only."""
    count = max(0, len(block.inputs) - MAX_INPUTS) + max(0, len(block.others) - MAX_OTHERS)
    count += block.more_inputs + block.more_others
    if not count:
        return ""
    return ngettext("and %(n)d more input online", "and %(n)d more inputs online", count) % {
        "n": count
    }


def _input_fields(row: BriefInputLine) -> dict[str, Any]:
    return {
        "heading": row.heading,
        "details": row.details,
        "outcome": row.outcome,
        "words": _words_of(row),
        "facts": [(name, _shorten(words, MAX_ANSWER_LENGTH)) for name, words in row.facts],
        "language": row.language,
        "answer": row.answer,
        "observation": _language_and_redline(
            _language_by_direction(row.observation), _unchanged_line(row.observation)
        ),
        "stance": row.stance,
    }


def _unchanged_line(words: str) -> Redline:
    return (("=", _shorten(words, MAX_ANSWER_LENGTH)),) if words else ()


def _language_by_direction(words: str) -> str:
    """A language with the direction of these words: the language of an answer is not stored."""
    directions = (bidirectional(letter) for letter in words)
    first = next((direction for direction in directions if direction in STRONG), "L")
    return "en" if first == "L" else "ar"


def _other_fields(row: BriefOtherLine) -> dict[str, Any]:
    return {"heading": row.heading, "details": row.details, "words": _words_of(row)}


def _words_of(row: BriefInputLine | BriefOtherLine) -> Any:
    """The proposed change near its changes, or the reason where no words are proposed."""
    if row.redline:
        return _language_and_redline(row.language, row.redline)
    return _language_and_redline(row.language, (("=", row.rationale),)) if row.rationale else None


def _language_and_redline(language: str, redline: Redline) -> Any:
    return (language, shortened(redline)) if redline else None


def shortened(redline: Redline) -> list[tuple[str, str]]:
    """A redline with few words around its changes; an ellipsis marks what is left out."""
    short_pieces: list[tuple[str, str]] = []
    room = MAX_REDLINE_LENGTH
    for place, (op, words) in enumerate(redline):
        if room <= 0:
            return [*short_pieces, (KEPT, " […]")]
        kept = (
            _near_change(words, place, len(redline)) if op == KEPT and len(redline) > 1 else words
        )
        short = _shorten(kept, room)
        short_pieces.append((op, short))
        room -= len(short)
    return short_pieces


def _near_change(words: str, place: int, count: int) -> str:
    """The beginning and end of kept words, next to a change."""
    first, last = words[:KEPT_LENGTH].rpartition(" ")[0], words[-KEPT_LENGTH:].partition(" ")[2]
    if place == 0:
        return words if len(words) <= KEPT_LENGTH else f"… {last or words[-KEPT_LENGTH:]}"
    if place == count - 1:
        return words if len(words) <= KEPT_LENGTH else f"{first or words[:KEPT_LENGTH]} …"
    if len(words) <= 2 * KEPT_LENGTH:
        return words
    return f"{first or words[:KEPT_LENGTH]} … {last or words[-KEPT_LENGTH:]}"


def _shorten(words: str, max_length: int) -> str:
    """Words up to a length, with a mark where they were cut."""
    return words if len(words) <= max_length else f"{words[:max_length].rstrip()} […]"
