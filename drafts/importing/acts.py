"""Writes a text that was read from a file to the desk: all of it in one step, which can be undone.

The desk is where a text is edited. A struck paragraph is no longer in the text, but is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from drafts.desk.acts import TextChanged, require_printable, set_numbering, valid_paragraph_text
from drafts.desk.steps import (
    PLACE_GAP,
    RECORDED_FIELDS,
    create_paragraphs,
    lock_for_editing,
    recorded_step,
    update_paragraphs,
)
from drafts.importing.kept_file import KeptFile, proposal_of
from drafts.importing.labels import labels_of_file
from drafts.importing.offers import OfferInFile, keep_offers
from drafts.importing.planning import planned_rows
from drafts.importing.preview import ImportProposal
from drafts.models import Descent, Draft, NegotiationState, Paragraph, StateAct, StepKind
from drafts.parsing.file_text import ReadParagraph, ReadText, Unreadable
from drafts.rooms.guard import HeldByOthers, require_may_set_states
from drafts.states.recording import record_state


@transaction.atomic
def import_kept_file(
    access: Access, draft: Draft, proposal: ImportProposal, upload: KeptFile
) -> None:
    """Write the proposal to the desk: the act at the end of the preview.

    Raises TextChanged where the proposal would be another one by now.
    """
    lock_for_editing(access, draft)
    try:
        current_fingerprint = proposal_of(draft, upload).fingerprint
    except Unreadable:  # the lineage file no longer fits the text on the desk
        current_fingerprint = ""
    if current_fingerprint != proposal.fingerprint:
        raise TextChanged
    imported_paragraphs = import_proposed(
        access=access,
        draft=draft,
        proposal=proposal,
        offers=upload.offers,
        numbering=upload.numbering,
    )
    if upload.sets_states:
        set_states_of_file(
            access=access,
            draft=draft,
            read_text=proposal.read_text,
            imported_paragraphs=imported_paragraphs,
        )


def import_proposed(
    *,
    access: Access,
    draft: Draft,
    proposal: ImportProposal,
    offers: Sequence[OfferInFile],
    numbering: str,
) -> list[Paragraph]:
    """Write the rows of a proposal: as the first text on the desk, or as the next state of it."""
    arguments: dict[str, Any] = {
        "access": access,
        "draft": draft,
        "read_text": proposal.read_text,
        "offers": offers,
        "numbering": numbering,
    }
    # Struck paragraphs count: a text that has only these is no new one.
    if not draft.paragraphs.kept().exists():
        return import_first(**arguments)
    return import_next(
        **arguments, followed_paragraphs_by_file_id=proposal.followed_paragraphs_by_file_id
    )


@transaction.atomic
def import_first(
    *,
    access: Access,
    draft: Draft,
    read_text: ReadText,
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
        return _import_rows(access, draft, read_text, {}, offers, numbering)


@transaction.atomic
def import_next(
    *,
    access: Access,
    draft: Draft,
    read_text: ReadText,
    followed_paragraphs_by_file_id: Mapping[str, Sequence[Paragraph]],
    offers: Sequence[OfferInFile] = (),
    numbering: str = "",
) -> list[Paragraph]:
    """Write the next state of a text to the desk, and keep what its authors offer.

    `followed_paragraphs_by_file_id` gives for each file id the paragraphs it follows; it continues
    the first that no row before it continues, and descends from the others. A file id that is not
    in it is new; a paragraph that no row follows is struck.
    """
    with _naming_all_refusals(), recorded_step(access, draft, StepKind.IMPORT):
        paragraphs_of_other_texts = [
            paragraph
            for followed_paragraphs in followed_paragraphs_by_file_id.values()
            for paragraph in followed_paragraphs
            if paragraph.draft_id != draft.pk
        ]
        if paragraphs_of_other_texts:
            raise ValidationError(_("A paragraph of another text was named in the lineage."))
        return _import_rows(
            access, draft, read_text, followed_paragraphs_by_file_id, offers, numbering
        )


@contextmanager
def _naming_all_refusals() -> Iterator[None]:
    """Make a refusal name all paragraphs that are with others, and what one can do."""
    try:
        yield
    except HeldByOthers as error:
        first_sentence = _("The file changes paragraphs that are with others.")
        raise ValidationError([first_sentence, *error.sentences]) from error


@dataclass(frozen=True)
class _PlaceAndContent:
    """The place and the content of a paragraph, for comparing it before and after the import."""

    place_and_parent_id: tuple[int, int | None]
    content: tuple[Any, ...]

    @classmethod
    def of(cls, paragraph: Paragraph) -> Self:
        return cls(
            (paragraph.place, paragraph.parent_id),
            tuple(getattr(paragraph, name) for name in RECORDED_FIELDS),
        )


def _import_rows(
    access: Access,
    draft: Draft,
    read_text: ReadText,
    followed_paragraphs_by_file_id: Mapping[str, Sequence[Paragraph]],
    offers: Sequence[OfferInFile],
    numbering: str,
) -> list[Paragraph]:
    """Write the rows of a file to the desk, inside a step that is already open."""
    if numbering and numbering != draft.numbering:
        # To change how the text is cited needs a right that an import alone does not.
        if not (verdict := access.may(Act.SET_TEXTS, on=draft)):
            raise ValidationError(verdict.reason)
        draft = set_numbering(access=access, draft=draft, numbering=numbering)
    label_by_file_id = labels_of_file(draft, read_text)
    kept_paragraphs = Paragraph.objects.filter(draft=draft).kept().order_by("place", "pk")
    stored_paragraph_by_id = {paragraph.pk: paragraph for paragraph in kept_paragraphs}
    before_by_paragraph_id = {
        paragraph_id: _PlaceAndContent.of(paragraph)
        for paragraph_id, paragraph in stored_paragraph_by_id.items()
    }
    paragraph_by_file_id: dict[str, Paragraph] = {}
    # (paragraph, the earlier one that it follows, how).
    descents: list[tuple[Paragraph, Paragraph, str]] = []
    imported_paragraphs: list[Paragraph] = []
    for place, planned_row in enumerate(planned_rows(read_text, followed_paragraphs_by_file_id), 1):
        read_paragraph = planned_row.read_paragraph
        paragraph = (
            stored_paragraph_by_id[planned_row.continued_paragraph.pk]
            if planned_row.continued_paragraph
            else Paragraph(draft=draft)
        )
        descents += [
            (paragraph, stored_paragraph_by_id[followed.pk], how)
            for followed, how in planned_row.descents
        ]
        _set_fields(
            paragraph,
            read_paragraph,
            place,
            paragraph_by_file_id.get(read_paragraph.parent_file_id or ""),
            label_by_file_id[read_paragraph.file_id],
        )
        paragraph_by_file_id[read_paragraph.file_id] = paragraph
        imported_paragraphs.append(paragraph)
    _save_in_order(access, imported_paragraphs, before_by_paragraph_id)
    imported_ids = {paragraph.pk for paragraph in imported_paragraphs}
    _strike_unfollowed(
        access,
        [
            stored_paragraph
            for stored_paragraph in stored_paragraph_by_id.values()
            if stored_paragraph.pk not in imported_ids
        ],
        last_place=len(imported_paragraphs),
    )
    # An earlier import since the last circulation may have recorded the same split or merge. Until
    # the text is circulated, a descent has no revision.
    for paragraph, followed, how in descents:
        link: dict[str, Any] = {"paragraph": paragraph, "follows": followed, "revision": None}
        Descent.objects.get_or_create(**link, defaults={"how": how})
    keep_offers(
        access=access,
        draft=draft,
        read_text=read_text,
        imported_paragraphs=imported_paragraphs,
        offers=offers,
    )
    return imported_paragraphs


def _set_fields(
    paragraph: Paragraph,
    read_paragraph: ReadParagraph,
    place: int,
    parent: Paragraph | None,
    label: str,
) -> None:
    """Give a paragraph the fields of a row of the file; `place` counts from 1."""
    require_printable(
        label=label, opening=read_paragraph.opening, notes="".join(read_paragraph.notes)
    )
    paragraph.place = place * PLACE_GAP
    paragraph.parent = parent
    paragraph.kind = read_paragraph.kind
    paragraph.text = valid_paragraph_text(read_paragraph.text)
    paragraph.label = label
    paragraph.opening = read_paragraph.opening
    paragraph.notes = list(read_paragraph.notes)
    paragraph.file_id = read_paragraph.file_id
    paragraph.struck_at = None


def _save_in_order(
    access: Access,
    imported_paragraphs: Sequence[Paragraph],
    before_by_paragraph_id: Mapping[int, _PlaceAndContent],
) -> None:
    """Write the rows level by level, since a parent needs its key before its children name it.

    An unchanged row is not written, and keeps its version. Most of the others only move: of these
    the content is not written.
    """
    paragraphs_by_depth: dict[int, list[Paragraph]] = {}
    depth_by_identity: dict[int, int] = {}  # by `id()`: new paragraphs have no key yet
    for paragraph in imported_paragraphs:
        depth = depth_by_identity[id(paragraph.parent)] + 1 if paragraph.parent is not None else 0
        depth_by_identity[id(paragraph)] = depth
        paragraphs_by_depth.setdefault(depth, []).append(paragraph)
    for _depth, paragraphs in sorted(paragraphs_by_depth.items()):
        for paragraph in paragraphs:
            paragraph.parent = paragraph.parent  # sets `parent_id`: the parent is stored by now
        create_paragraphs(access, [paragraph for paragraph in paragraphs if paragraph.pk is None])
        stored_with_after_and_before = [
            (paragraph, _PlaceAndContent.of(paragraph), before_by_paragraph_id[paragraph.pk])
            for paragraph in paragraphs
            if paragraph.pk in before_by_paragraph_id
        ]
        changed_paragraphs = [
            paragraph
            for paragraph, after, before in stored_with_after_and_before
            if after.content != before.content
        ]
        moved_paragraphs = [
            paragraph
            for paragraph, after, before in stored_with_after_and_before
            if after.content == before.content and after != before
        ]
        _save_new_version(access, changed_paragraphs, ["place", "parent", *RECORDED_FIELDS])
        _save_new_version(access, moved_paragraphs, ["place", "parent"])


def _save_new_version(
    access: Access, paragraphs: Sequence[Paragraph], fields: Sequence[str]
) -> None:
    """Store these fields with a new version: a form opened before is refused when it is sent."""
    for paragraph in paragraphs:
        paragraph.version += 1
    update_paragraphs(access, paragraphs, [*fields, "version"])


def _strike_unfollowed(
    access: Access, unfollowed_paragraphs: Sequence[Paragraph], *, last_place: int
) -> None:
    """Strike paragraphs that no row follows; they stand behind the text, in their order.

    Those struck before keep their date.
    """
    for place, paragraph in enumerate(unfollowed_paragraphs, last_place + 1):
        paragraph.place = place * PLACE_GAP
        paragraph.version += 1
        paragraph.struck_at = paragraph.struck_at or access.moment
    update_paragraphs(access, unfollowed_paragraphs, ["place", "version", "struck_at"])


@transaction.atomic
def set_states_of_file(
    *, access: Access, draft: Draft, read_text: ReadText, imported_paragraphs: Sequence[Paragraph]
) -> int:
    """Give the imported paragraphs the states that the file states; returns how many changed.

    Nothing is set where the file has no state, or the same one; nothing is reopened that has no
    state. Raises ValidationError where this person may not set one of the states, such as the state
    of a paragraph that a working room has.
    """
    access.require(Act.SET_STATE, on=draft)
    lock_for_editing(access, draft)
    state_by_paragraph_id = {
        act.paragraph_id: act.state for act in StateAct.objects.current_in(draft)
    }
    changes = [
        (paragraph, read_paragraph.negotiation_state, state_by_paragraph_id.get(paragraph.pk))
        for read_paragraph, paragraph in zip(read_text.paragraphs, imported_paragraphs, strict=True)
        if read_paragraph.negotiation_state
        and _is_change(state_by_paragraph_id.get(paragraph.pk), read_paragraph.negotiation_state)
    ]
    require_may_set_states(access, draft, changes)
    for paragraph, state, _last_state in changes:
        record_state(access, paragraph, state)
    return len(changes)


def _is_change(last_state: str | None, state: str) -> bool:
    """Whether a state from a file is to be set on a paragraph.

    `last_state` is None where it has no state: then there is nothing to reopen.
    """
    return last_state != state and not (last_state is None and state == NegotiationState.REOPENED)
