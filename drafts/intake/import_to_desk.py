"""A text that was read from a file, taken onto the desk: all of it in one step."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.desk.editing import checked_text, set_numbering
from drafts.desk.held_by_others import HeldByOthers
from drafts.desk.steps import FIELDS, STEP, create_paragraphs, recorded_step, update_paragraphs
from drafts.intake.file_labels import labels_of_file
from drafts.intake.file_offers import Offer, keep_offers
from drafts.intake.planning import planned
from drafts.models import Descent, Draft, Paragraph, StepKind
from drafts.readers.proposal import ReadParagraph, ReadText


@dataclass(frozen=True)
class _State:
    """Where a paragraph stands, and what it says."""

    place: tuple[int, int | None]
    said: tuple[Any, ...]

    @classmethod
    def of(cls, row: Paragraph) -> Self:
        return cls((row.place, row.parent_id), tuple(getattr(row, name) for name in FIELDS))


@transaction.atomic
def import_first(
    *,
    access: Access,
    draft: Draft,
    read: ReadText,
    offers: Sequence[Offer] = (),
    numbering: str = "",
) -> list[Paragraph]:
    """Take a read text onto an empty desk, and keep what its authors offer beside its words.

    With `numbering` the text is cited so from here on.
    """
    with recorded_step(access, draft, StepKind.IMPORT):
        if draft.paragraphs.kept().exists():
            raise ValidationError(
                _("This text already has paragraphs. Import the file as its next revision.")
            )
        return _take(access, draft, read, {}, offers, numbering)


@transaction.atomic
def import_next(
    *,
    access: Access,
    draft: Draft,
    read: ReadText,
    follows: Mapping[str, Sequence[Paragraph]],
    offers: Sequence[Offer] = (),
    numbering: str = "",
) -> list[Paragraph]:
    """Take the next state of a text onto the desk, and keep what its authors offer.

    `follows` says for each file id which paragraphs it follows: the first keeps its identity. A
    file id that is not named is new; a paragraph that nobody follows is struck. Where one
    paragraph is followed by several, the first of them keeps it and the others descend from it.
    """
    with _all_told(), recorded_step(access, draft, StepKind.IMPORT):
        strangers = [p for olds in follows.values() for p in olds if p.draft_id != draft.pk]
        if strangers:
            raise ValidationError(_("A paragraph of another text was named in the lineage."))
        return _take(access, draft, read, follows, offers, numbering)


@contextmanager
def _all_told() -> Iterator[None]:
    """Where rooms have what the file changes, the refusal names all of it, and what one can do."""
    try:
        yield
    except HeldByOthers as refused:
        first = _("The file changes paragraphs that are with others.")
        raise ValidationError([first, *refused.sentences]) from refused


def _take(
    access: Access,
    draft: Draft,
    read: ReadText,
    follows: Mapping[str, Sequence[Paragraph]],
    offers: Sequence[Offer],
    numbering: str,
) -> list[Paragraph]:
    if numbering and numbering != draft.numbering:
        if not (verdict := access.may(Act.SET_TEXTS, on=draft)):
            raise ValidationError(verdict.reason)
        draft = set_numbering(access=access, draft=draft, numbering=numbering)
    labels = labels_of_file(draft, read)
    known = Paragraph.objects.filter(draft=draft).kept().order_by("place", "pk")
    stored = {row.pk: row for row in known}
    stood = {key: _State.of(row) for key, row in stored.items()}
    placed: dict[str, Paragraph] = {}
    descents: list[tuple[Paragraph, Paragraph, str]] = []
    rows: list[Paragraph] = []
    for place, row in enumerate(planned(read, follows), 1):
        item = row.read
        paragraph = stored[row.head.pk] if row.head else Paragraph(draft=draft)
        descents += [(paragraph, stored[old.pk], how) for old, how in row.descents]
        _write_over(paragraph, item, place, placed.get(item.parent or ""), labels[item.file_id])
        placed[item.file_id] = paragraph
        rows.append(paragraph)
    _save_in_order(access, rows, stood)
    kept = {row.pk for row in rows}
    _strike_left(access, [p for p in stored.values() if p.pk not in kept], after=len(rows))
    for paragraph, old, how in descents:
        link: dict[str, Any] = {"paragraph": paragraph, "follows": old, "revision": None}
        Descent.objects.get_or_create(**link, defaults={"how": how})
    keep_offers(access=access, draft=draft, read=read, rows=rows, offers=offers)
    return rows


def _write_over(
    paragraph: Paragraph, item: ReadParagraph, place: int, parent: Paragraph | None, label: str
) -> None:
    paragraph.place = place * STEP
    paragraph.parent = parent
    paragraph.kind = item.kind
    paragraph.text = checked_text(item.text)
    paragraph.label = label
    paragraph.opening = item.opening
    paragraph.notes = list(item.notes)
    paragraph.file_id = item.file_id
    paragraph.struck_at = None


def _save_in_order(access: Access, rows: Sequence[Paragraph], stood: Mapping[int, _State]) -> None:
    """Write the rows level by level, since a parent needs its key before its children name it.

    `stood` is what was, by key: a row that is as it was is not written, and keeps its version; most
    of the others only move.
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
        known = [(row, _State.of(row), stood[row.pk]) for row in level if row.pk in stood]
        reworded = [row for row, now, then in known if now.said != then.said]
        moved = [row for row, now, then in known if now.said == then.said and now != then]
        _save_new_version(access, reworded, ["place", "parent", *FIELDS])
        _save_new_version(access, moved, ["place", "parent"])


def _save_new_version(access: Access, rows: Sequence[Paragraph], fields: Sequence[str]) -> None:
    for row in rows:
        row.version += 1
    update_paragraphs(access, rows, [*fields, "version"])


def _strike_left(access: Access, left: Sequence[Paragraph], *, after: int) -> None:
    """Paragraphs that nobody follows are struck; they stand behind the text, in their order."""
    for place, paragraph in enumerate(left, after + 1):
        paragraph.place = place * STEP
        paragraph.version += 1
        paragraph.struck_at = paragraph.struck_at or access.moment
    update_paragraphs(access, left, ["place", "version", "struck_at"])
