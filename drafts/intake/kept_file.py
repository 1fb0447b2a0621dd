"""An uploaded file with all choices and corrections made on it, kept until it is imported."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from consultations.rules.access import Access
from drafts.intake.file_labels import labels_of_file
from drafts.intake.file_offers import OfferInFile, offers_in
from drafts.intake.file_states import set_states_of_file
from drafts.intake.import_to_desk import import_first, import_next
from drafts.intake.importing import (
    ImportProposal,
    LineageDecisions,
    decided_by_choice,
    decided_by_file,
    lineage_of,
    paragraphs_in_force,
    propose,
    with_choices,
)
from drafts.models import Draft, Paragraph
from drafts.readers.corrections import Correction, apply_corrections
from drafts.readers.lineage import ProposedLineage
from drafts.readers.proposal import ReadParagraph, ReadText

KEPT_SECONDS = 2 * 3600


@dataclass(frozen=True)
class KeptFile:
    """An upload, kept until it is confirmed: only for its sender, in the same capacity.

    `typed` are the fields of a correction that is not saved yet; `changes` says how its tracked
    changes are read: accept, refuse or propose; `numbering` how the text is cited from then on,
    where that is chosen with it; `sets_states` whether paragraphs get the states in the file.
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
    def offers(self) -> list[OfferInFile]:
        """What its authors propose, or write in the margin."""
        return offers_in(self.read, with_changes=self.changes == "propose")

    @property
    def text(self) -> ReadText:
        """What was read, as it was corrected."""
        return apply_corrections(self.read, self.corrections)

    def paragraph(self, row: object) -> ReadParagraph | None:
        """The row of the file as it was read."""
        return next(
            (paragraph for paragraph in self.read.paragraphs if str(paragraph.row_number) == row),
            None,
        )

    @property
    def put_aside(self) -> list[ReadParagraph]:
        """The rows that a person left out or joined to the one above."""
        return [
            paragraph
            for paragraph in self.read.paragraphs
            if (correction := self.corrections.get(paragraph.row_number))
            and (correction.is_left_out or correction.joins_above)
        ]


def kept_file(address: str) -> KeptFile | None:
    """The upload with this address in the cache; None where it has expired."""
    return cast(KeptFile | None, cache.get(address))


def keep_file(address: str, upload: KeptFile) -> None:
    cache.set(address, upload, KEPT_SECONDS)


def forget_file(address: str) -> None:
    cache.delete(address)


def address_of(access: Access, text: Draft, key: UUID) -> str:
    return f"import:{access.user.pk}:{access.capacity.key}:{text.pk}:{key}"


def proposal_of(text: Draft, upload: KeptFile) -> ImportProposal:
    """What an import of the upload would write, with the choices made. Raises Unreadable."""
    read = upload.text
    current = paragraphs_in_force(text)
    by_file = (
        decided_by_file(upload.lineage, current, read) if upload.lineage else LineageDecisions()
    )
    by_choice = decided_by_choice(upload.choices, current, read)
    labels = labels_of_file(text, read, upload.numbering)
    lineage = _cached_lineage(current, read)
    return propose(current, read, with_choices(by_file, by_choice), labels, lineage)


def _cached_lineage(current: Sequence[Paragraph], read: ReadText) -> tuple[ProposedLineage, ...]:
    """The lineage inferred from the words, cached under their hash; the cache holds no words."""
    digest = hashlib.sha256()
    for paragraph in current:
        digest.update(f"{paragraph.pk}\0{paragraph.text}\0".encode())
    for row in read.paragraphs:
        digest.update(f"{row.row_number}\0{row.text}\1".encode())
    address = f"lineage:{digest.hexdigest()}"
    lineage = cast(tuple[ProposedLineage, ...] | None, cache.get(address))
    if lineage is None:
        lineage = lineage_of(current, read)
        cache.set(address, lineage, KEPT_SECONDS)
    return lineage


@transaction.atomic
def import_kept_file(
    access: Access, text: Draft, proposal: ImportProposal, upload: KeptFile
) -> None:
    """Write the proposal to the desk: the act at the end of the preview."""
    read, offers, numbering = proposal.read, upload.offers, upload.numbering
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
    if upload.sets_states:
        set_states_of_file(access=access, draft=text, read=read, rows=rows)
