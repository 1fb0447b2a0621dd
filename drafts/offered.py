"""What authors of a file say beside its words: shown with its rows, and offered to be entered.

It is no input: nobody submitted it. It is kept for a while, for facilitators and the secretariat
alone, so that the secretariat can enter it for the delegation that sent it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, cast
from uuid import uuid4

from django.core.cache import cache

from drafts.differences import Redline, redline
from drafts.models import Draft, Paragraph
from drafts.readers.proposal import How, ReadText

KEPT_DAYS: Final = 30


@dataclass(frozen=True)
class Offer:
    """A proposal of one author, or what he says in the margin.

    `paragraph` and `after` are ids of the file, and once it was taken those of the paragraphs.
    """

    author: str
    made_at: datetime | None
    how: How | Literal["comment"]
    paragraph: str | None
    after: str | None = None
    base: str = ""
    proposed: str = ""
    words: str = ""
    key: str = ""

    @property
    def redline(self) -> Redline | None:
        """What changes in the words; None for a comment and a move."""
        return None if self.how in ("comment", "moved") else redline(self.base, self.proposed)


def offers_in(read: ReadText, *, with_changes: bool) -> list[Offer]:
    """What a file offers; its tracked changes only where they are read as proposals."""
    changes = read.proposals if with_changes else ()
    return [
        *(
            Offer(c.author, c.made_at, c.how, c.paragraph, c.after, c.base, c.proposed)
            for c in changes
        ),
        *(Offer(n.author, n.made_at, "comment", n.paragraph, words=n.words) for n in read.margin),
    ]


def by_paragraph(offers: Iterable[Offer]) -> dict[str, list[Offer]]:
    """Each paragraph's offers; those without a place under ""."""
    found: dict[str, list[Offer]] = {}
    for offer in offers:
        found.setdefault(offer.paragraph or "", []).append(offer)
    return found


def keep_offers(
    draft: Draft, read: ReadText, rows: Sequence[Paragraph], offers: Sequence[Offer]
) -> None:
    """Keep them with the paragraphs that the rows of the file became, in place of earlier ones."""
    ids = {
        row.file_id: str(paragraph.public_id)
        for row, paragraph in zip(read.paragraphs, rows, strict=True)
    }
    kept = [
        replace(
            offer,
            paragraph=ids.get(offer.paragraph or ""),
            after=ids.get(offer.after or ""),
            key=uuid4().hex,
        )
        for offer in offers
    ]
    if kept:
        cache.set(_address(draft), kept, KEPT_DAYS * 24 * 3600)


def offers_of(draft: Draft) -> list[Offer]:
    """What is kept for a text, in the order of its file."""
    return cast("list[Offer] | None", cache.get(_address(draft))) or []


def authors_of(read: ReadText) -> Mapping[str, int]:
    """Who changed something in a file, and how much."""
    counts: dict[str, int] = {}
    for change in read.proposals:
        counts[change.author] = counts.get(change.author, 0) + 1
    return counts


def _address(draft: Draft) -> str:
    return f"offered:{draft.pk}"
