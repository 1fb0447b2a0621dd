"""What authors of a file say beside its words: shown with its rows, and offered to be entered.

It is no input: nobody submitted it. It is kept for facilitators and the secretariat alone, until
the secretariat enters it for the delegation that sent it, or a facilitator dismisses it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.models import Draft, FileOffer, Paragraph
from drafts.readers.proposal import How, ReadText
from drafts.words.differences import Redline, redline


@dataclass(frozen=True)
class Offer:
    """A proposal of one author, or what he says in the margin, before its file is taken.

    `paragraph` and `after` are ids of the file.
    """

    author: str
    made_at: datetime | None
    how: How | Literal["comment"]
    paragraph: str | None
    after: str | None = None
    base: str = ""
    proposed: str = ""
    words: str = ""

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
    """Each row's offers, by its id in the file; those without a place under ""."""
    found: dict[str, list[Offer]] = {}
    for offer in offers:
        found.setdefault(offer.paragraph or "", []).append(offer)
    return found


def authors_of(read: ReadText) -> Mapping[str, int]:
    """Who changed something in a file, and how much."""
    counts: dict[str, int] = {}
    for change in read.proposals:
        counts[change.author] = counts.get(change.author, 0) + 1
    return counts


# --- Kept, entered, dismissed ---------------------------------------------------------------------


@transaction.atomic
def keep_offers(
    *,
    access: Access,
    draft: Draft,
    read: ReadText,
    rows: Sequence[Paragraph],
    offers: Sequence[Offer],
) -> None:
    """Keep them with the paragraphs that the rows of their file became, beside earlier ones.

    The comments of a margin come back with each state of a file: what waits already is not kept
    twice.
    """
    access.require(Act.EDIT_TEXT, on=draft)
    became = {row.file_id: paragraph for row, paragraph in zip(read.paragraphs, rows, strict=True)}
    waiting = {_said(row) for row in FileOffer.objects.filter(draft=draft)}
    new = [
        FileOffer(
            draft=draft,
            paragraph=became.get(offer.paragraph or ""),
            after=became.get(offer.after or ""),
            how=offer.how,
            author=offer.author,
            made_at=offer.made_at,
            base=offer.base,
            proposed=offer.proposed,
            words=offer.words,
        )
        for offer in offers
    ]
    FileOffer.objects.bulk_create([row for row in new if _said(row) not in waiting], 500)


def _said(row: FileOffer) -> tuple[object, ...]:
    """Who says what, where: the same of two files is one offer."""
    place = (row.paragraph_id, row.after_id)
    return (row.author, row.made_at, row.how, *place, row.base, row.proposed, row.words)


@transaction.atomic
def enter_offer(*, access: Access, draft: Draft, offer: UUID) -> None:
    """What it says is entered for a delegation: from here on it is that delegation's alone.

    Raises ValidationError where somebody entered or dismissed it before.
    """
    access.require(Act.ENTER_RECEIVED)
    rows = FileOffer.objects.visible_to(access).filter(draft=draft, public_id=offer)
    if not rows.delete()[0]:
        raise ValidationError(
            _(
                "Somebody has entered or dismissed this. Check what is left. To enter your "
                "words anyway, press again."
            )
        )


@transaction.atomic
def dismiss_offers(*, access: Access, draft: Draft, offers: Sequence[FileOffer]) -> int:
    """Put offers of a text's files away for good; how many there were."""
    access.require(Act.EDIT_TEXT, on=draft)
    rows = FileOffer.objects.visible_to(access).filter(draft=draft)
    return rows.filter(pk__in=[offer.pk for offer in offers]).delete()[0]
