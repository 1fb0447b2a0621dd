"""Proposals and margin comments in a file: shown with its rows, and offered to be entered.

They are no inputs: nobody submitted them. They are kept for facilitators and the secretariat
alone, until the secretariat enters them for the delegation that sent the file, or a facilitator
dismisses them.
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
from drafts.parsing.file_text import ReadText, TrackedChangeKind
from drafts.words.differences import Redline, redline


@dataclass(frozen=True)
class OfferInFile:
    """A proposal or margin comment of one author, before the file is imported.

    `how` is what the author did. `paragraph_file_id` is the id of the row that it is about, or
    after which it adds one; `after_file_id` that of the row after which a move puts it. Of a
    proposal, `base` has the words before it and `proposed` those that it asks for; of a comment,
    `words` are what it says.
    """

    author: str
    made_at: datetime | None
    how: TrackedChangeKind | Literal["comment"]
    paragraph_file_id: str | None
    after_file_id: str | None = None
    base: str = ""
    proposed: str = ""
    words: str = ""

    @property
    def redline(self) -> Redline | None:
        """What changes in the words; None for a comment and a move."""
        return None if self.how in ("comment", "moved") else redline(self.base, self.proposed)


def offers_in(read_text: ReadText, *, with_changes: bool) -> list[OfferInFile]:
    """What a file offers; its tracked changes only where they are read as proposals."""
    changes = read_text.tracked_changes if with_changes else ()
    return [
        *(
            OfferInFile(
                change.author,
                change.made_at,
                change.kind,
                change.paragraph_file_id,
                change.after_file_id,
                change.original_words,
                change.proposed_words,
            )
            for change in changes
        ),
        *(
            OfferInFile(
                note.author, note.made_at, "comment", note.paragraph_file_id, words=note.words
            )
            for note in read_text.margin_notes
        ),
    ]


def group_by_file_id(offers: Iterable[OfferInFile]) -> dict[str, list[OfferInFile]]:
    """The offers on each row, by its id in the file; those without a place under ""."""
    offers_by_file_id: dict[str, list[OfferInFile]] = {}
    for offer in offers:
        offers_by_file_id.setdefault(offer.paragraph_file_id or "", []).append(offer)
    return offers_by_file_id


def change_count_by_author(read_text: ReadText) -> Mapping[str, int]:
    """The authors of tracked changes in a file, each with the number of changes."""
    counts: dict[str, int] = {}
    for change in read_text.tracked_changes:
        counts[change.author] = counts.get(change.author, 0) + 1
    return counts


# --- Kept, entered, dismissed ---------------------------------------------------------------------


@transaction.atomic
def keep_offers(
    *,
    access: Access,
    draft: Draft,
    read_text: ReadText,
    imported_paragraphs: Sequence[Paragraph],
    offers: Sequence[OfferInFile],
) -> None:
    """Keep offers with the paragraphs that the rows of their file became.

    A later version of a file brings the same margin comments again: none is kept twice.
    """
    access.require(Act.EDIT_TEXT, on=draft)
    paragraph_by_file_id = {
        read_paragraph.file_id: paragraph
        for read_paragraph, paragraph in zip(read_text.paragraphs, imported_paragraphs, strict=True)
    }
    kept_identities = {_identity_of(offer) for offer in FileOffer.objects.filter(draft=draft)}
    new_offers = [
        FileOffer(
            draft=draft,
            paragraph=paragraph_by_file_id.get(offer.paragraph_file_id or ""),
            after=paragraph_by_file_id.get(offer.after_file_id or ""),
            how=offer.how,
            author=offer.author,
            made_at=offer.made_at,
            base=offer.base,
            proposed=offer.proposed,
            words=offer.words,
        )
        for offer in offers
    ]
    FileOffer.objects.bulk_create(
        [offer for offer in new_offers if _identity_of(offer) not in kept_identities],
        batch_size=500,
    )


def _identity_of(offer: FileOffer) -> tuple[object, ...]:
    """Author, moment, kind, place and words of an offer: two files may hold the same one."""
    paragraph_ids = (offer.paragraph_id, offer.after_id)
    return (
        offer.author,
        offer.made_at,
        offer.how,
        *paragraph_ids,
        offer.base,
        offer.proposed,
        offer.words,
    )


@transaction.atomic
def delete_entered_offer(*, access: Access, draft: Draft, offer_public_id: UUID) -> None:
    """Delete an offer that is entered for a delegation: from now on only that delegation has it.

    Raises ValidationError where somebody entered or dismissed it before.
    """
    access.require(Act.ENTER_RECEIVED)
    offers = FileOffer.objects.visible_to(access).filter(draft=draft, public_id=offer_public_id)
    deleted_count, _count_by_model = offers.delete()
    if not deleted_count:
        raise ValidationError(
            _(
                "Somebody has entered or dismissed this. Check what is left. To enter your "
                "words anyway, press again."
            )
        )


@transaction.atomic
def dismiss_offers(*, access: Access, draft: Draft, offers: Sequence[FileOffer]) -> int:
    """Delete these offers of a text's files; returns how many were left to delete."""
    access.require(Act.EDIT_TEXT, on=draft)
    visible_offers = FileOffer.objects.visible_to(access).filter(draft=draft)
    chosen_offers = visible_offers.filter(pk__in=[offer.pk for offer in offers])
    deleted_count, _count_by_model = chosen_offers.delete()
    return deleted_count
