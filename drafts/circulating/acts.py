"""The acts that circulate a revision, and adopt the last one."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.founding.acts import close_with_last_text
from consultations.models import Meeting, Round
from consultations.rules.access import Access, Act
from consultations.rules.phases import Phase, phase_of
from delegations.history import write
from drafts.brackets.circulated import freeze_brackets, repeat_brackets
from drafts.circulating.seal import checksum_of_revision, text_hash
from drafts.comparing.changes import levels_of
from drafts.desk.acts import TextChanged
from drafts.desk.steps import lock_for_editing, recorded_step, update_paragraphs
from drafts.models import Descent, DeskStep, Draft, Nature, Paragraph, Revision, StepKind, Wording
from drafts.text.labels import NumberingScheme, Relabelling, first_labels, renumbered_labels
from drafts.text.names import NamedRow, names_to_keep
from drafts.words.differences import redline


@transaction.atomic
def circulate_revision(
    *,
    access: Access,
    draft: Draft,
    stage: str,
    note: str = "",
    nature: str = Nature.DRAFT,
    round: Round | None = None,
    relabelling: str = Relabelling.KEEP,
    meeting: Meeting | None = None,
    names_askers: bool = False,
    shown_versions: Mapping[UUID, int] | None = None,
) -> Revision:
    """Freeze the working text as the next revision: no query for each paragraph.

    `round` is one that has not opened yet, or None; a corrigendum may join the open round of the
    text it corrects. Comments are not touched: they find the new revision when they are read.
    `relabelling` says whether the text is renumbered before it is frozen. An adopted text names the
    meeting that adopted it as orally revised. With `names_askers` delegations read who asked for
    its brackets. `shown_versions` are the versions of the paragraphs that a page showed, by public
    id; who was shown none gives None. Raises TextChanged where there are others by now, and
    ValidationError where nothing changed.
    """
    lock_for_editing(access, draft)
    access.require(Act.CIRCULATE, on=draft)
    previous_revision = _last_revision(draft)
    _require_round(access, nature, round, previous_revision)
    _require_meeting(access, nature, meeting)
    paragraphs = list(Paragraph.objects.filter(draft=draft).in_force().order_by("place", "pk"))
    if not paragraphs:
        raise ValidationError(_("The text is empty. Import a file, or write the first paragraph."))
    versions = {paragraph.public_id: paragraph.version for paragraph in paragraphs}
    if shown_versions is not None and shown_versions != versions:
        raise TextChanged
    _set_loaded_parents(paragraphs)
    _set_labels(access, draft, paragraphs, next_labels(draft, paragraphs, relabelling))
    previous_wording_by_paragraph_id = {
        wording.paragraph_id: wording for wording in _wordings_of(previous_revision)
    }
    revision = _next_revision(
        access,
        draft,
        previous_revision,
        stage=stage,
        note=note,
        nature=nature,
        round=round,
        meeting=meeting,
        names_askers=names_askers,
    )
    wordings = _frozen_wordings(revision, paragraphs, previous_wording_by_paragraph_id)
    if previous_revision and not _has_changed(wordings, previous_wording_by_paragraph_id):
        raise ValidationError(
            _("Nothing has changed since %(stage)s.") % {"stage": previous_revision.stage}
        )
    _seal(revision, wordings)
    freeze_brackets(draft, wordings)
    # All that was split, merged or edited since the last circulation belongs to this revision.
    Descent.objects.filter(paragraph__draft=draft, revision=None).update(revision=revision)
    DeskStep.objects.filter(draft=draft, revision=None).update(revision=revision)
    if nature == Nature.ADOPTED:
        _mark_adopted(access, draft)
    return revision


@transaction.atomic
def adopt(
    *,
    access: Access,
    draft: Draft,
    stage: str = "",
    note: str = "",
    meeting: Meeting | None = None,
    shown_number: int | None = None,
) -> Revision:
    """Adopt the last circulated text: a new revision, sealed in the same words.

    From then on the text no longer changes. Adopting the last text of a consultation closes its
    record. `shown_number` is that of the revision which a page showed as the last; who was shown
    none gives None. Raises ValidationError where it is not the last.
    """
    lock_for_editing(access, draft)
    access.require(Act.CIRCULATE, on=draft)
    previous_revision = _last_revision(draft)
    if previous_revision is None:
        raise ValidationError(_("Circulate the text before it is adopted."))
    if shown_number is not None and shown_number != previous_revision.number:
        raise ValidationError(circulated_meanwhile(previous_revision.stage))
    _require_meeting(access, Nature.ADOPTED, meeting)
    revision = _next_revision(
        access,
        draft,
        previous_revision,
        stage=stage or _("Adopted text"),
        note=note,
        nature=Nature.ADOPTED,
        meeting=meeting,
        names_askers=previous_revision.names_askers,
    )
    # In the order of the model, by place: the checksum depends on it.
    previous_wordings = previous_revision.wordings.select_related("paragraph", "parent")
    wordings = [_repeated_wording(revision, wording) for wording in previous_wordings]
    _seal(revision, wordings)
    repeat_brackets(previous_revision, wordings)
    _mark_adopted(access, draft)
    return revision


def circulated_meanwhile(stage: str) -> str:
    """The sentence for who adopts a text of which another revision is the last by now."""
    return _(
        "%(stage)s was circulated after this page was shown. Please review it again. "
        "Nothing was saved."
    ) % {"stage": stage}


def is_last_unadopted(draft: Draft) -> bool:
    """Whether no other circulated text of the consultation is still to be adopted."""
    unadopted_texts = Draft.objects.filter(consultation=draft.consultation_id, adopted_at=None)
    return not unadopted_texts.exclude(pk=draft.pk).filter(revisions__isnull=False).exists()


def _set_loaded_parents(paragraphs: Sequence[Paragraph]) -> None:
    """Give every paragraph the loaded row of its parent, so that nothing is fetched one by one.

    Raises ValidationError where a parent was deleted.
    """
    paragraph_by_id = {paragraph.pk: paragraph for paragraph in paragraphs}
    for paragraph in paragraphs:
        if paragraph.parent_id is not None:
            if paragraph.parent_id not in paragraph_by_id:
                raise ValidationError(
                    _("“%(text)s…” is below a deleted paragraph. Delete or move it first.")
                    % {"text": paragraph.text[:60]}
                )
            paragraph.parent = paragraph_by_id[paragraph.parent_id]


def _last_revision(draft: Draft) -> Revision | None:
    return draft.revisions.select_related("round").order_by("-number").first()


def _require_round(
    access: Access, nature: str, round: Round | None, previous_revision: Revision | None
) -> None:
    """Raise ValidationError unless the round is still to open, or the open one of a corrigendum.

    None is fine: the text then asks for no inputs.
    """
    if round is None:
        return
    # Its visibility says who will read inputs on this text. Refuses one of another consultation.
    access.require(Act.SET_VISIBILITY, on=round)
    if nature == Nature.ADOPTED:
        raise ValidationError(_("An adopted text cannot ask for inputs. Choose none."))
    if phase_of(round, access.moment) is Phase.NOT_OPEN:
        return
    is_round_of_previous = previous_revision is not None and previous_revision.round_id == round.pk
    is_open = phase_of(round, access.moment) is Phase.OPEN
    if nature != Nature.CORRIGENDUM or not is_round_of_previous or not is_open:
        raise ValidationError(_("That round has opened. Choose one that has not, or a new one."))


def _require_meeting(access: Access, nature: str, meeting: Meeting | None) -> None:
    """Raise ValidationError for a meeting that is cancelled, or of another consultation.

    Also for any meeting of a text that is not adopted.
    """
    if meeting is None:
        return
    if nature != Nature.ADOPTED:
        sentence = _("Only an adopted text has a meeting. Choose none, or choose adopted text.")
        raise ValidationError({"meeting": sentence})
    if meeting.consultation_id != access.consultation.pk or meeting.cancelled_at:
        raise ValidationError(
            {"meeting": _("Choose a meeting of this consultation that is not cancelled.")}
        )


def _next_revision(
    access: Access, draft: Draft, previous_revision: Revision | None, *, stage: str, **fields: Any
) -> Revision:
    """Store the next revision, still without wordings; `fields` are further fields of the model."""
    return Revision.objects.create(
        draft=draft,
        number=previous_revision.number + 1 if previous_revision else 1,
        stage=stage.strip() or _("Draft"),
        circulated_at=access.moment,
        circulated_by=access.user,
        capacity=access.capacity_words,
        **fields,
    )


def _seal(revision: Revision, wordings: Sequence[Wording]) -> None:
    """Write the wordings of the revision, and the checksum over all of them."""
    Wording.objects.bulk_create(wordings, batch_size=500)
    revision.checksum = checksum_of_revision(revision, wordings)
    Revision.objects.filter(pk=revision.pk).update(checksum=revision.checksum)


def _mark_adopted(access: Access, draft: Draft) -> None:
    """Record that the text is adopted; close the consultation where it was the last one."""
    stored_draft = Draft.objects.select_related("consultation").get(pk=draft.pk)
    stored_draft.adopted_at = access.moment
    write(stored_draft, by=access)
    if is_last_unadopted(stored_draft):
        close_with_last_text(access=access)


def next_labels(
    draft: Draft, paragraphs: Sequence[Paragraph], relabelling: str = Relabelling.KEEP
) -> dict[int, str]:
    """The labels of the next revision, by primary key of the paragraph: kept, or renumbered.

    Numbers are first given when a draft is first circulated. A call for inputs before it is no
    draft, and gives none.
    """
    scheme = NumberingScheme.of(draft)
    if relabelling == Relabelling.RENUMBER:
        if not scheme.gives_numbers:
            raise ValidationError(
                _("This text has no numbering scheme. Set one in its settings, or keep the labels.")
            )
        return renumbered_labels(scheme, paragraphs)
    if draft.revisions.exclude(nature=Nature.CALL).exists():
        return {paragraph.pk: paragraph.label for paragraph in paragraphs}
    return first_labels(scheme, paragraphs)


def _set_labels(
    access: Access, draft: Draft, paragraphs: Sequence[Paragraph], label_by_id: Mapping[int, str]
) -> None:
    """Write the labels that change, as a step of its own that belongs to the circulation."""
    changed_paragraphs = [
        paragraph for paragraph in paragraphs if paragraph.label != label_by_id[paragraph.pk]
    ]
    if not changed_paragraphs:
        return
    with recorded_step(access, draft, StepKind.RENUMBER):
        for paragraph in changed_paragraphs:
            paragraph.label = label_by_id[paragraph.pk]
            paragraph.version += 1
        update_paragraphs(access, changed_paragraphs, ["label", "version"])


def _wordings_of(revision: Revision | None) -> list[Wording]:
    return list(revision.wordings.all()) if revision else []


def _frozen_wordings(
    revision: Revision,
    paragraphs: Sequence[Paragraph],
    previous_wording_by_paragraph_id: Mapping[int, Wording],
) -> list[Wording]:
    """The wordings of the next revision, not stored yet."""
    levels = levels_of(paragraphs)
    name_by_id = names_to_keep([*map(NamedRow.of, paragraphs)])
    wordings = []
    for place, paragraph in enumerate(paragraphs, 1):
        previous_wording = previous_wording_by_paragraph_id.get(paragraph.pk)
        is_reworded = previous_wording is not None and previous_wording.text != paragraph.text
        wordings.append(
            Wording(
                revision=revision,
                paragraph=paragraph,
                parent=paragraph.parent,
                place=place,
                level=levels[paragraph.pk],
                kind=paragraph.kind,
                label=paragraph.label,
                name=name_by_id[paragraph.pk],
                opening=paragraph.opening,
                text=paragraph.text,
                notes=paragraph.notes,
                text_hash=text_hash(paragraph.text),
                previous=previous_wording,
                redline=redline(previous_wording.text, paragraph.text)
                if previous_wording and is_reworded
                else None,
            )
        )
    return wordings


# The fields by which a wording is compared with that of its paragraph in the last revision.
COMPARED_FIELDS = ("parent_id", "place", "kind", "label", "opening", "text", "notes")


def _repeated_wording(revision: Revision, previous_wording: Wording) -> Wording:
    """The same wording for another revision. Needs `paragraph` and `parent` for the checksum."""
    # `parent_id` is left out: `parent` is set instead, which the checksum reads.
    field_names = ("paragraph", "parent", *COMPARED_FIELDS[1:], "name", "level", "text_hash")
    same_values = {name: getattr(previous_wording, name) for name in field_names}
    return Wording(revision=revision, previous=previous_wording, **same_values)


def _has_changed(
    wordings: Sequence[Wording], previous_wording_by_paragraph_id: Mapping[int, Wording]
) -> bool:
    """Whether the wordings differ from the previous ones."""
    if len(wordings) != len(previous_wording_by_paragraph_id):
        return True
    return any(
        wording.paragraph_id not in previous_wording_by_paragraph_id
        or any(
            getattr(wording, name)
            != getattr(previous_wording_by_paragraph_id[wording.paragraph_id], name)
            for name in COMPARED_FIELDS
        )
        for wording in wordings
    )
