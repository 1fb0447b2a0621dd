"""An uploaded file with all choices and corrections made on it, kept until it is imported."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction

from consultations.rules.access import Access
from drafts.importing.labels import labels_of_file
from drafts.importing.lineage import ProposedLineage
from drafts.importing.offers import OfferInFile, offers_in
from drafts.importing.preview import (
    ImportProposal,
    LineageDecisions,
    decisions_in_lineage_file,
    decisions_of_choices,
    infer_lineages,
    paragraphs_in_force,
    propose_import,
    with_page_decisions,
)
from drafts.models import Draft, Paragraph
from drafts.parsing.corrections import Correction, apply_corrections
from drafts.parsing.file_text import ReadParagraph, ReadText

KEPT_SECONDS = 2 * 3600  # two hours


@dataclass(frozen=True)
class KeptFile:
    """An upload, kept until it is confirmed: only for its sender, in the same capacity.

    `lineage_content` is a second file that says which paragraphs the rows continue, b"" if none.
    `choices` are those on the page: key of a row → public ids joined by a plus, or "new".
    `corrections` are by row number. `typed_fields` are the fields of a correction that is not saved
    yet. `tracked_changes_reading` says how its tracked changes are read: accept, refuse or propose.
    `numbering` is how the text is cited from the import on, empty where that stays as it is;
    `sets_states` says whether paragraphs get the states in the file.
    """

    name: str
    content: bytes
    lineage_content: bytes
    choices: Mapping[str, str]
    read_text: ReadText
    corrections: Mapping[int, Correction] = field(default_factory=dict)
    typed_fields: Mapping[str, str] = field(default_factory=dict)
    tracked_changes_reading: str = ""
    numbering: str = ""
    sets_states: bool = False

    @property
    def offers(self) -> list[OfferInFile]:
        """What its authors propose, or write in the margin."""
        return offers_in(self.read_text, with_changes=self.tracked_changes_reading == "propose")

    @property
    def corrected_text(self) -> ReadText:
        """What was read, as it was corrected."""
        return apply_corrections(self.read_text, self.corrections)

    def read_paragraph_of_row(self, row_number: str | None) -> ReadParagraph | None:
        """The row with this number, as posted, before its correction; None where there is none."""
        return next(
            (
                paragraph
                for paragraph in self.read_text.paragraphs
                if str(paragraph.row_number) == row_number
            ),
            None,
        )

    @property
    def omitted_paragraphs(self) -> list[ReadParagraph]:
        """The rows that a person left out or joined to the one above."""
        return [
            paragraph
            for paragraph in self.read_text.paragraphs
            if (correction := self.corrections.get(paragraph.row_number))
            and (correction.is_left_out or correction.joins_above)
        ]


def kept_file(cache_key: str) -> KeptFile | None:
    """The upload under this key (`upload_cache_key`); None where it has expired."""
    return cast(KeptFile | None, cache.get(cache_key))


@contextmanager
def locked_file(cache_key: str) -> Iterator[None]:
    """In the block nobody else changes the upload under this key.

    A page saves what is typed while its form is sent: of two requests that read the upload before
    either has kept it, the second would undo what the first has changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # A lock on a number, here the hash of the key; the end of the transaction releases it.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [cache_key])
        yield


def keep_file(cache_key: str, upload: KeptFile) -> None:
    """Keep an upload, or its next state, for two hours from now."""
    cache.set(cache_key, upload, KEPT_SECONDS)


def forget_file(cache_key: str) -> None:
    """Delete an upload that was imported or dropped."""
    cache.delete(cache_key)


def upload_cache_key(access: Access, draft: Draft, upload_key: UUID) -> str:
    """Where the cache keeps an upload: for one user in one capacity, and for one text."""
    return f"import:{access.user.pk}:{access.capacity.key}:{draft.pk}:{upload_key}"


def proposal_of(draft: Draft, upload: KeptFile) -> ImportProposal:
    """What an import of the upload would write, with the choices made. Raises Unreadable."""
    read_text = upload.corrected_text
    current_paragraphs = paragraphs_in_force(draft)
    file_decisions = (
        decisions_in_lineage_file(upload.lineage_content, current_paragraphs, read_text)
        if upload.lineage_content
        else LineageDecisions()
    )
    page_decisions = decisions_of_choices(upload.choices, current_paragraphs, read_text)
    label_by_file_id = labels_of_file(draft, read_text, upload.numbering)
    lineage = _cached_lineage(current_paragraphs, read_text)
    return propose_import(
        current_paragraphs,
        read_text,
        with_page_decisions(file_decisions, page_decisions),
        label_by_file_id,
        lineage,
    )


def _cached_lineage(
    current_paragraphs: Sequence[Paragraph], read_text: ReadText
) -> tuple[ProposedLineage, ...]:
    """The lineage inferred from the words, cached under their hash and without them."""
    digest = hashlib.sha256()
    # No text holds \0 or \1, so other paragraphs or other rows always give other bytes.
    for paragraph in current_paragraphs:
        digest.update(f"{paragraph.pk}\0{paragraph.kind}\0{paragraph.text}\0".encode())
    for read_paragraph in read_text.paragraphs:
        row = f"{read_paragraph.row_number}\0{read_paragraph.kind}\0{read_paragraph.text}\1"
        digest.update(row.encode())
    cache_key = f"lineage:{digest.hexdigest()}"
    lineage = cast(tuple[ProposedLineage, ...] | None, cache.get(cache_key))
    if lineage is None:
        lineage = infer_lineages(current_paragraphs, read_text)
        cache.set(cache_key, lineage, KEPT_SECONDS)
    return lineage
