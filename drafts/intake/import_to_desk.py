"""Writes a text that was read from a file to the desk: all of it in one step."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.desk.editing import set_numbering, valid_paragraph_text
from drafts.desk.held_by_others import HeldByOthers
from drafts.desk.steps import PLACE_GAP, create_paragraphs, recorded_step, update_paragraphs
from drafts.desk.text_snapshot import RECORDED_FIELDS
from drafts.intake.file_labels import labels_of_file
from drafts.intake.file_offers import OfferInFile, keep_offers
from drafts.intake.planning import planned_rows
from drafts.models import Descent, Draft, Paragraph, StepKind
from drafts.readers.proposal import ReadParagraph, ReadText


@dataclass(frozen=True)
class _State:
    """The place and the content of a paragraph."""

    place: tuple[int, int | None]
    content: tuple[Any, ...]

    @classmethod
    def of(cls, row: Paragraph) -> Self:
        return cls(
            (row.place, row.parent_id), tuple(getattr(row, name) for name in RECORDED_FIELDS)
        )


@transaction.atomic
def import_first(
    *,
    access: Access,
    draft: Draft,
    read: ReadText,
    offers: Sequence[OfferInFile] = (),
    numbering: str = "",
) -> list[Paragraph]:
    """Write a read text to an empty desk, and keep what its authors offer beside its words.

    With `numbering` the text is cited so from then on.
    """
    with recorded_step(access, draft, StepKind.IMPORT):
        if draft.paragraphs.kept().exists():
            raise ValidationError(
                _("This text already has paragraphs. Import the file as its next revision.")
            )
        return _import_rows(access, draft, read, {}, offers, numbering)


@transaction.atomic
def import_next(
    *,
    access: Access,
    draft: Draft,
    read: ReadText,
    follows: Mapping[str, Sequence[Paragraph]],
    offers: Sequence[OfferInFile] = (),
    numbering: str = "",
) -> list[Paragraph]:
    """Write the next state of a text to the desk, and keep what its authors offer.

    `follows` gives for each file id the paragraphs it follows: the first keeps its identity. A
    file id that is not in it is new; a paragraph that no row follows is struck. Where several rows
    follow one paragraph, the first of them keeps its identity and the others descend from it.
    """
    with _naming_all_refusals(), recorded_step(access, draft, StepKind.IMPORT):
        strangers = [
            paragraph
            for followed in follows.values()
            for paragraph in followed
            if paragraph.draft_id != draft.pk
        ]
        if strangers:
            raise ValidationError(_("A paragraph of another text was named in the lineage."))
        return _import_rows(access, draft, read, follows, offers, numbering)


@contextmanager
def _naming_all_refusals() -> Iterator[None]:
    """Make the refusal name all paragraphs that rooms have, and what one can do."""
    try:
        yield
    except HeldByOthers as refused:
        first = _("The file changes paragraphs that are with others.")
        raise ValidationError([first, *refused.sentences]) from refused


def _import_rows(
    access: Access,
    draft: Draft,
    read: ReadText,
    follows: Mapping[str, Sequence[Paragraph]],
    offers: Sequence[OfferInFile],
    numbering: str,
) -> list[Paragraph]:
    if numbering and numbering != draft.numbering:
        if not (verdict := access.may(Act.SET_TEXTS, on=draft)):
            raise ValidationError(verdict.reason)
        draft = set_numbering(access=access, draft=draft, numbering=numbering)
    labels = labels_of_file(draft, read)
    kept_rows = Paragraph.objects.filter(draft=draft).kept().order_by("place", "pk")
    stored = {row.pk: row for row in kept_rows}
    states_before = {key: _State.of(row) for key, row in stored.items()}
    by_file_id: dict[str, Paragraph] = {}
    descents: list[tuple[Paragraph, Paragraph, str]] = []
    rows: list[Paragraph] = []
    for place, planned in enumerate(planned_rows(read, follows), 1):
        item = planned.read
        paragraph = stored[planned.head.pk] if planned.head else Paragraph(draft=draft)
        descents += [(paragraph, stored[old.pk], how) for old, how in planned.descents]
        _set_fields(
            paragraph, item, place, by_file_id.get(item.parent_file_id or ""), labels[item.file_id]
        )
        by_file_id[item.file_id] = paragraph
        rows.append(paragraph)
    _save_in_order(access, rows, states_before)
    kept = {row.pk for row in rows}
    _strike_unclaimed(access, [p for p in stored.values() if p.pk not in kept], after=len(rows))
    for paragraph, old, how in descents:
        link: dict[str, Any] = {"paragraph": paragraph, "follows": old, "revision": None}
        Descent.objects.get_or_create(**link, defaults={"how": how})
    keep_offers(access=access, draft=draft, read=read, rows=rows, offers=offers)
    return rows


def _set_fields(
    paragraph: Paragraph, item: ReadParagraph, place: int, parent: Paragraph | None, label: str
) -> None:
    paragraph.place = place * PLACE_GAP
    paragraph.parent = parent
    paragraph.kind = item.kind
    paragraph.text = valid_paragraph_text(item.text)
    paragraph.label = label
    paragraph.opening = item.opening
    paragraph.notes = list(item.notes)
    paragraph.file_id = item.file_id
    paragraph.struck_at = None


def _save_in_order(
    access: Access, rows: Sequence[Paragraph], states_before: Mapping[int, _State]
) -> None:
    """Write the rows level by level, since a parent needs its key before its children name it.

    An unchanged row is not written, and keeps its version; most of the others only move.
    """
    levels: dict[int, list[Paragraph]] = {}
    depths: dict[int, int] = {}
    for row in rows:
        depth = depths[id(row.parent)] + 1 if row.parent is not None else 0
        depths[id(row)] = depth
        levels.setdefault(depth, []).append(row)
    for _depth, level in sorted(levels.items()):
        for row in level:
            row.parent = row.parent  # the parent's key is known by now
        create_paragraphs(access, [row for row in level if row.pk is None])
        stored = [
            (row, _State.of(row), states_before[row.pk]) for row in level if row.pk in states_before
        ]
        reworded = [row for row, now, then in stored if now.content != then.content]
        moved = [row for row, now, then in stored if now.content == then.content and now != then]
        _save_new_version(access, reworded, ["place", "parent", *RECORDED_FIELDS])
        _save_new_version(access, moved, ["place", "parent"])


def _save_new_version(access: Access, rows: Sequence[Paragraph], fields: Sequence[str]) -> None:
    for row in rows:
        row.version += 1
    update_paragraphs(access, rows, [*fields, "version"])


def _strike_unclaimed(access: Access, unclaimed: Sequence[Paragraph], *, after: int) -> None:
    """Strike paragraphs that no row follows; they stand behind the text, in their order."""
    for place, paragraph in enumerate(unclaimed, after + 1):
        paragraph.place = place * PLACE_GAP
        paragraph.version += 1
        paragraph.struck_at = paragraph.struck_at or access.moment
    update_paragraphs(access, unclaimed, ["place", "version", "struck_at"])
