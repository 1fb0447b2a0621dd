"""A file that was sent, with all that was chosen and corrected on it, until it is taken."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from consultations.rules.access import Access
from drafts.intake.file_labels import labels_of_file
from drafts.intake.file_offers import Offer, offers_in
from drafts.intake.file_states import set_states_of_file
from drafts.intake.import_to_desk import import_first, import_next
from drafts.intake.importing import (
    Decided,
    ImportProposal,
    decided_by_choice,
    decided_by_file,
    lineage_of,
    paragraphs_in_force,
    propose,
    with_choices,
)
from drafts.models import Draft, Paragraph
from drafts.readers.corrections import Correction, corrected
from drafts.readers.lineage import Proposed
from drafts.readers.proposal import ReadParagraph, ReadText

KEPT_SECONDS = 2 * 3600


@dataclass(frozen=True)
class KeptFile:
    """What was sent, kept until it is confirmed: only for its sender, in the same capacity.

    `typed` are the fields of a correction that is not saved yet; `changes` says how changes that
    were tracked in it are read: accept, refuse or propose; `numbering` how the text is cited from
    then on, where that is chosen with it; `sets_states` whether paragraphs get the states that it
    says.
    """

    name: str
    content: bytes
    lineage: bytes
    choices: Mapping[str, str]
    read: ReadText
    corrections: Mapping[int, Correction] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    changes: str = ""
    numbering: str = ""
    sets_states: bool = False

    @property
    def offers(self) -> list[Offer]:
        """What its authors propose or say in the margin."""
        return offers_in(self.read, with_changes=self.changes == "propose")

    @property
    def text(self) -> ReadText:
        """What was read, as it was corrected."""
        return corrected(self.read, self.corrections)

    def paragraph(self, row: object) -> ReadParagraph | None:
        """The row of the file as it was read."""
        return next((one for one in self.read.paragraphs if str(one.row) == row), None)

    @property
    def put_aside(self) -> list[ReadParagraph]:
        """The rows that a person left out or joined to the one above."""
        return [
            paragraph
            for paragraph in self.read.paragraphs
            if (found := self.corrections.get(paragraph.row))
            and (found.is_left_out or found.joins_above)
        ]


def kept_file(address: str) -> KeptFile | None:
    """What was sent, by its address in the store; None where it is gone."""
    return cast(KeptFile | None, cache.get(address))


def keep_file(address: str, sent: KeptFile) -> None:
    cache.set(address, sent, KEPT_SECONDS)


def forget_file(address: str) -> None:
    cache.delete(address)


def address_of(access: Access, text: Draft, key: UUID) -> str:
    return f"import:{access.user.pk}:{access.capacity.key}:{text.pk}:{key}"


def proposal_of(text: Draft, sent: KeptFile) -> ImportProposal:
    """What stands, what was sent, and what was chosen, together. Raises Unreadable."""
    read = sent.text
    standing = paragraphs_in_force(text)
    decided = decided_by_file(sent.lineage, standing, read) if sent.lineage else Decided()
    chosen = decided_by_choice(sent.choices, standing, read)
    labels = labels_of_file(text, read, sent.numbering)
    found = _lineage(standing, read)
    return propose(standing, read, with_choices(decided, chosen), labels, found)


def _lineage(standing: Sequence[Paragraph], read: ReadText) -> tuple[Proposed, ...]:
    """What the words say, worked out once for the same words on both sides; it holds none."""
    words = hashlib.sha256()
    for paragraph in standing:
        words.update(f"{paragraph.pk}\0{paragraph.text}\0".encode())
    for row in read.paragraphs:
        words.update(f"{row.row}\0{row.text}\1".encode())
    address = f"lineage:{words.hexdigest()}"
    found = cast(tuple[Proposed, ...] | None, cache.get(address))
    if found is None:
        found = lineage_of(standing, read)
        cache.set(address, found, KEPT_SECONDS)
    return found


@transaction.atomic
def take_file(access: Access, text: Draft, proposal: ImportProposal, sent: KeptFile) -> None:
    """Write what the proposal says: the one act at the end of the preview."""
    read, offers, numbering = proposal.read, sent.offers, sent.numbering
    if text.paragraphs.kept().exists():
        rows = import_next(
            access=access,
            draft=text,
            read=read,
            follows=proposal.follows,
            offers=offers,
            numbering=numbering,
        )
    else:
        rows = import_first(
            access=access, draft=text, read=read, offers=offers, numbering=numbering
        )
    if sent.sets_states:
        set_states_of_file(access=access, draft=text, read=read, rows=rows)
