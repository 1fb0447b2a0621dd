"""The acts that circulate a revision, and adopt the last one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.acts.closing import close_with_last_text
from consultations.models import Meeting, Round
from consultations.rules.access import Access, Act
from consultations.rules.phases import Phase, phase_of
from delegations.history import write
from drafts.circulating.frozen_brackets import freeze_brackets, repeat_brackets
from drafts.circulating.seal import seal_of, text_hash
from drafts.desk.steps import lock_for_editing, recorded_step, update_paragraphs
from drafts.labels import Relabelling, Scheme, first_labels, renumbered
from drafts.models import (
    Descent,
    DeskStep,
    Draft,
    Nature,
    Paragraph,
    Revision,
    StepKind,
    Wording,
)
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
    labels: str = Relabelling.KEEP,
    meeting: Meeting | None = None,
    names_askers: bool = False,
) -> Revision:
    """Freeze the working text as the next revision: a fixed number of queries at any length.

    `round` is one that has not opened yet, or None; a corrigendum may join the open round of the
    text it corrects. Comments are not touched: they find the new revision when they are read.
    `labels` says whether the text is renumbered before it is frozen. An adopted text names the
    meeting that adopted it as orally revised. With `names_askers` delegations read who asked for
    its brackets. Raises ValidationError where nothing changed.
    """
    lock_for_editing(access, draft)
    access.require(Act.CIRCULATE, on=draft)
    previous = _last_revision(draft)
    _require_round(access, nature, round, previous)
    _require_meeting(access, nature, meeting)
    paragraphs = list(Paragraph.objects.filter(draft=draft).in_force().order_by("place", "pk"))
    if not paragraphs:
        raise ValidationError(_("The text is empty. Import a file, or write the first paragraph."))
    _set_loaded_parents(paragraphs)
    _set_labels(access, draft, paragraphs, next_labels(draft, paragraphs, labels))
    before = {wording.paragraph_id: wording for wording in _wordings_of(previous)}
    revision = _next_revision(
        access,
        draft,
        previous,
        stage=stage,
        note=note,
        nature=nature,
        round=round,
        meeting=meeting,
        names_askers=names_askers,
    )
    wordings = _frozen_wordings(revision, paragraphs, before)
    if previous and not _has_changed(wordings, before):
        raise ValidationError(_("Nothing has changed since %(stage)s.") % {"stage": previous.stage})
    _seal(revision, wordings)
    freeze_brackets(draft, wordings)
    Descent.objects.filter(paragraph__draft=draft, revision=None).update(revision=revision)
    DeskStep.objects.filter(draft=draft, revision=None).update(revision=revision)
    if nature == Nature.ADOPTED:
        _mark_adopted(access, draft)
    return revision


@transaction.atomic
def adopt(
    *, access: Access, draft: Draft, stage: str = "", note: str = "", meeting: Meeting | None = None
) -> Revision:
    """Adopt the last circulated text: a new revision, sealed in the same words.

    From then on it no longer changes. Adopting its last text closes the record of a consultation.
    """
    lock_for_editing(access, draft)
    access.require(Act.CIRCULATE, on=draft)
    previous = _last_revision(draft)
    if previous is None:
        raise ValidationError(_("Circulate the text before it is adopted."))
    _require_meeting(access, Nature.ADOPTED, meeting)
    revision = _next_revision(
        access,
        draft,
        previous,
        stage=stage or _("Adopted text"),
        note=note,
        nature=Nature.ADOPTED,
        meeting=meeting,
        names_askers=previous.names_askers,
    )
    rows = previous.wordings.select_related("paragraph", "parent")
    wordings = [_repeated_wording(revision, wording) for wording in rows]
    _seal(revision, wordings)
    repeat_brackets(previous, wordings)
    _mark_adopted(access, draft)
    return revision


def is_last_unadopted(draft: Draft) -> bool:
    """Whether no other circulated text of the consultation is still to be adopted."""
    others = Draft.objects.filter(consultation=draft.consultation_id, adopted_at=None)
    return not others.exclude(pk=draft.pk).filter(revisions__isnull=False).exists()


def _set_loaded_parents(paragraphs: Sequence[Paragraph]) -> None:
    """Give every paragraph the loaded row of its parent, so that nothing is fetched one by one."""
    by_key = {paragraph.pk: paragraph for paragraph in paragraphs}
    for paragraph in paragraphs:
        if paragraph.parent_id is not None:
            if paragraph.parent_id not in by_key:
                raise ValidationError(
                    _("“%(text)s…” is below a deleted paragraph. Delete or move it first.")
                    % {"text": paragraph.text[:60]}
                )
            paragraph.parent = by_key[paragraph.parent_id]


def _last_revision(draft: Draft) -> Revision | None:
    return draft.revisions.select_related("round").order_by("-number").first()


def _require_round(
    access: Access, nature: str, round: Round | None, previous: Revision | None
) -> None:
    """Raise ValidationError unless the round is still to open, or the open one of a corrigendum."""
    if round is None:
        return
    access.require(Act.SET_VISIBILITY, on=round)
    if nature == Nature.ADOPTED:
        raise ValidationError(_("An adopted text cannot ask for inputs. Choose none."))
    if phase_of(round, access.moment) is Phase.NOT_OPEN:
        return
    is_its_own = previous is not None and previous.round_id == round.pk
    is_open = phase_of(round, access.moment) is Phase.OPEN
    if nature != Nature.CORRIGENDUM or not is_its_own or not is_open:
        raise ValidationError(_("That round has opened. Choose one that has not, or a new one."))


def _require_meeting(access: Access, nature: str, meeting: Meeting | None) -> None:
    if meeting is None:
        return
    if nature != Nature.ADOPTED:
        sentence = _("Only an adopted text has a meeting. Choose none, or choose adopted text.")
        raise ValidationError({"meeting": sentence})
    if meeting.consultation_id != access.consultation.pk or meeting.cancelled_at:
        raise ValidationError({"meeting": _("Choose a meeting of this consultation.")})


def _next_revision(
    access: Access, draft: Draft, previous: Revision | None, *, stage: str, **fields: Any
) -> Revision:
    return Revision.objects.create(
        draft=draft,
        number=previous.number + 1 if previous else 1,
        stage=stage.strip() or _("Draft"),
        circulated_at=access.moment,
        circulated_by=access.user,
        capacity=access.capacity_words,
        **fields,
    )


def _seal(revision: Revision, wordings: Sequence[Wording]) -> None:
    """Write the wordings of the revision, and the checksum over all of them."""
    Wording.objects.bulk_create(wordings, batch_size=500)
    revision.checksum = seal_of(revision, wordings)
    Revision.objects.filter(pk=revision.pk).update(checksum=revision.checksum)


def _mark_adopted(access: Access, draft: Draft) -> None:
    stored = Draft.objects.select_related("consultation").get(pk=draft.pk)
    stored.adopted_at = access.moment
    write(stored, by=access)
    if is_last_unadopted(stored):
        close_with_last_text(access=access)


def next_labels(
    draft: Draft, paragraphs: Sequence[Paragraph], labels: str = Relabelling.KEEP
) -> dict[int, str]:
    """The labels of the next revision, by key of the paragraph: kept, or renumbered.

    Numbers are first given when a draft is first circulated. A call for inputs before it is no
    draft, and gives none.
    """
    scheme = Scheme.of(draft)
    if labels == Relabelling.RENUMBER:
        if not scheme.counts:
            raise ValidationError(
                _("This text has no numbering scheme. Set one in its settings, or keep the labels.")
            )
        return renumbered(scheme, paragraphs)
    if draft.revisions.exclude(nature=Nature.CALL).exists():
        return {paragraph.pk: paragraph.label for paragraph in paragraphs}
    return first_labels(scheme, paragraphs)


def _set_labels(
    access: Access, draft: Draft, paragraphs: Sequence[Paragraph], labels: Mapping[int, str]
) -> None:
    """Write new labels as a step of its own, which belongs to the circulation."""
    changed = [row for row in paragraphs if row.label != labels[row.pk]]
    if not changed:
        return
    with recorded_step(access, draft, StepKind.RENUMBER):
        for row in changed:
            row.label = labels[row.pk]
            row.version += 1
        update_paragraphs(access, changed, ["label", "version"])


def _wordings_of(revision: Revision | None) -> list[Wording]:
    return list(revision.wordings.all()) if revision else []


def _frozen_wordings(
    revision: Revision, paragraphs: Sequence[Paragraph], before: Mapping[int, Wording]
) -> list[Wording]:
    levels: dict[int, int] = {}
    wordings = []
    for place, paragraph in enumerate(paragraphs, 1):
        level = levels.get(paragraph.parent_id, -1) + 1 if paragraph.parent_id else 0
        levels[paragraph.pk] = level
        previous = before.get(paragraph.pk)
        changed = previous is not None and previous.text != paragraph.text
        wordings.append(
            Wording(
                revision=revision,
                paragraph=paragraph,
                parent=paragraph.parent,
                place=place,
                level=level,
                kind=paragraph.kind,
                label=paragraph.label,
                opening=paragraph.opening,
                text=paragraph.text,
                notes=paragraph.notes,
                text_hash=text_hash(paragraph.text),
                previous=previous,
                redline=redline(previous.text, paragraph.text) if previous and changed else None,
            )
        )
    return wordings


FROZEN = ("parent_id", "place", "kind", "label", "opening", "text", "notes")


def _repeated_wording(revision: Revision, previous: Wording) -> Wording:
    """The same wording for another revision. Needs `paragraph` and `parent` for the checksum."""
    names = ("paragraph", "parent", *FROZEN[1:], "level", "text_hash")
    same = {name: getattr(previous, name) for name in names}
    return Wording(revision=revision, previous=previous, **same)


def _has_changed(wordings: Sequence[Wording], before: Mapping[int, Wording]) -> bool:
    if len(wordings) != len(before):
        return True
    return any(
        wording.paragraph_id not in before
        or any(
            getattr(wording, name) != getattr(before[wording.paragraph_id], name) for name in FROZEN
        )
        for wording in wordings
    )
