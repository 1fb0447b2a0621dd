"""Incorporate words of inputs into the working text, with the record of whose they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.models import Comment, CommentKind, Incorporation
from consultations.models import Seat
from consultations.rules.access import Access, Act
from consultations.rules.consent import attributed_filter
from consultations.rules.phases import readable_by_all_filter
from drafts.desk.bracket_objects import name_askers_of_step
from drafts.desk.editing import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    is_nested,
    move_paragraph,
    require_same_draft,
    stored_subtree_keys,
    strike_paragraph,
)
from drafts.desk.steps import lock_for_editing
from drafts.models import DeskStep, Kind, Paragraph, StepKind
from drafts.words.brackets import brackets_in, has_brackets
from drafts.words.differences import Redline, redline, restored
from drafts.words.hunks import AppliedChange, WantedChange, apply_changes
from drafts.words.merging import Choice


@dataclass(frozen=True, slots=True)
class ChosenWords:
    """An input whose words are to be incorporated: all its changes, or some by number.

    `choices` say whose words are kept in each conflict, by the key of the conflict.
    """

    comment: Comment
    hunks: frozenset[int] | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)


@transaction.atomic
def incorporate_words(
    *, access: Access, paragraph: Paragraph, chosen: Sequence[ChosenWords], version: int
) -> list[Incorporation]:
    """Incorporate proposed wordings into a paragraph of the desk, one after the other, in one step.

    Each is merged by word into the text that those before it made. Raises ValidationError where a
    conflict was not decided, or where the text has all of it already; `StaleVersion` where
    somebody saved since `version`. Needs `paragraph.draft`.
    """
    lock_for_editing(access, paragraph.draft)
    rows = _inputs_in_force(access, paragraph, [wanted.comment for wanted in chosen])
    if not rows or any(row.kind != CommentKind.REPLACE for row in rows):
        raise ValidationError(_("Choose at least one change to incorporate."))
    for row in rows:
        _require_language(paragraph, row)
    stored = _stored_paragraph(paragraph)
    if stored.version != version:  # asked first: a conflict may be with words nobody saw yet
        raise StaleVersion(stored)
    changes = [
        WantedChange(restored(row.redline), wanted.hunks, wanted.choices)
        for row, wanted in zip(rows, chosen, strict=True)
    ]
    applied = apply_changes(stored.text, changes)
    _require_decided(applied)
    edit_paragraph(
        access=access,
        paragraph=stored,
        version=version,
        text=applied[-1].after,
        kind=stored.kind,
        label=stored.label,
        opening=stored.opening,
        notes=stored.notes,
        step=StepKind.TAKE,
    )
    _name_askers(access, paragraph, rows)
    return [
        _record_incorporation(row, stored, change.is_whole, redline(change.before, change.after))
        for row, change in zip(rows, applied, strict=True)
        if not change.changes_nothing
    ]


@transaction.atomic
def incorporate_whole(*, access: Access, comment: Comment, paragraph: Paragraph) -> Incorporation:
    """Do what an input asks of a whole paragraph: add one after it, strike it, or move it.

    `paragraph` is the one on the desk that the input speaks of. Raises ValidationError where it
    was done already. Needs `paragraph.draft`.
    """
    lock_for_editing(access, paragraph.draft)
    [row] = _inputs_in_force(access, paragraph, [comment])
    stored = _stored_paragraph(paragraph)
    if stored.struck_at or stored.discarded_at:
        raise ValidationError(
            _("This paragraph was deleted in the working text. Restore it there.")
        )
    if row.kind == CommentKind.ADD_AFTER:
        _require_language(paragraph, row)
        added = _add_after(access, stored, row)
        _name_askers(access, added, [row])
        return _record_incorporation(row, added, True, (("+", added.text),))
    if row.kind == CommentKind.DELETE:
        strike_paragraph(access=access, paragraph=stored, step=StepKind.TAKE)
        return _record_incorporation(row, stored, True, (("-", stored.text),))
    if row.kind == CommentKind.MOVE:
        _move_as_asked(access, stored, row)
        return _record_incorporation(row, stored, True, ())
    raise ValidationError(_("This input proposes nothing to incorporate."))


def _inputs_in_force(
    access: Access, paragraph: Paragraph, comments: Sequence[Comment]
) -> list[Comment]:
    """The stored inputs. Raises ValidationError where one was withdrawn or replaced."""
    keys = [comment.pk for comment in comments]
    inputs = Comment.objects.visible_to(access).in_force().filter(pk__in=keys)
    full = inputs.select_related("paragraph", "move_after__parent", "round", "seat")
    rows = {row.pk: row for row in full}
    if len(rows) < len(set(keys)):
        raise ValidationError(
            _("An input that you chose was withdrawn or replaced. Please reload the page.")
        )
    for row in rows.values():
        access.require(Act.READ_COMMENT, on=row)
        require_same_draft(paragraph.draft, row.paragraph)
    return [rows[key] for key in keys]


def _stored_paragraph(paragraph: Paragraph) -> Paragraph:
    return Paragraph.objects.select_related("draft", "parent").get(pk=paragraph.pk)


def _require_language(paragraph: Paragraph, row: Comment) -> None:
    """Raise ValidationError where the words are in another language than the text."""
    if row.language != paragraph.draft.language:
        raise ValidationError(
            _("%(number)s is in %(language)s. Translate its words in the working text.")
            % {"number": row.reference, "language": row.get_language_display()}
        )


def _require_decided(applied: Sequence[AppliedChange]) -> None:
    undecided = [conflict for change in applied for conflict in change.undecided]
    if undecided:
        raise ValidationError(
            _("Where two changes conflict, choose which words to keep. Nothing was saved."),
            code="undecided",
        )
    if applied[-1].after == applied[0].before:
        raise ValidationError(_("The text already has all of it."))


def _add_after(access: Access, stored: Paragraph, row: Comment) -> Paragraph:
    is_general = stored.kind in {Kind.TITLE, Kind.HEADING}
    return add_paragraph(
        access=access,
        draft=stored.draft,
        kind=_kind_after(stored) if is_general else stored.kind,
        text=row.proposed,
        after=stored,
        parent=None if is_general else stored.parent,
        step=StepKind.TAKE,
    )


def _name_askers(access: Access, paragraph: Paragraph, rows: Sequence[Comment]) -> None:
    """Name the delegations of these inputs as askers of the brackets in their words."""
    if wanted := _askers_by_words(access, rows):
        name_askers_of_step(access, _latest_step(paragraph), wanted)


def _askers_by_words(access: Access, rows: Sequence[Comment]) -> dict[str, list[Seat]]:
    """The delegations that ask for each bracket, by the words in it.

    The names of askers may be circulated: for an input that other delegations do not read, or
    read without a name, nobody is named.
    """
    bracketed = [row.pk for row in rows if has_brackets(row.proposed)]
    if not bracketed:
        return {}
    open_to_all = Comment.objects.filter(readable_by_all_filter(access.moment), attributed_filter())
    readable = set(open_to_all.filter(pk__in=bracketed).values_list("pk", flat=True))
    askers: dict[str, list[Seat]] = {}
    for row in rows:
        if row.pk in readable:
            for start, end in brackets_in(row.proposed).pairs:
                seats = askers.setdefault(row.proposed[start + 1 : end].strip(), [])
                if row.seat not in seats:
                    seats.append(row.seat)
    return askers


def _kind_after(stored: Paragraph) -> str:
    """The kind of a paragraph added after a title or heading: that of the first one below it."""
    below = stored.draft.paragraphs.in_force().filter(place__gt=stored.place)
    kinds = below.order_by("place", "pk").values_list("kind", flat=True)
    return next((kind for kind in kinds if is_nested(kind)), Kind.OPERATIVE)


def _move_as_asked(access: Access, stored: Paragraph, row: Comment) -> None:
    target = row.move_after
    if target is None or target.struck_at or target.discarded_at:
        raise ValidationError(
            _("The paragraph to place it after was deleted. Move it in the working text.")
        )
    below = stored_subtree_keys(target) - stored_subtree_keys(stored)
    subtree = stored.draft.paragraphs.in_force().filter(pk__in=below)
    count = stored.draft.steps.count()
    move_paragraph(
        access=access,
        paragraph=stored,
        after=subtree.order_by("-place", "-pk").first(),
        parent=target.parent,
        step=StepKind.TAKE,
    )
    if stored.draft.steps.count() == count:
        raise ValidationError(_("It is already there."))


def _record_incorporation(
    row: Comment, paragraph: Paragraph, is_whole: bool, pieces: Redline
) -> Incorporation:
    """Record that the step made just now, under the lock of the text, has words of this input."""
    return Incorporation.objects.create(
        comment=row,
        step=_latest_step(paragraph),
        paragraph=paragraph,
        is_whole=is_whole,
        redline=[list(piece) for piece in pieces] or None,
    )


def _latest_step(paragraph: Paragraph) -> DeskStep:
    steps = DeskStep.objects.select_related("draft")
    return steps.filter(draft=paragraph.draft_id).latest("number")
