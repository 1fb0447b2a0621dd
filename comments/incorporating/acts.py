"""Incorporate words of inputs into the working text, with the record of whose they were.

The working text is on the facilitators' desk; each act there is a step, which can be undone.
"""

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
from drafts.brackets.objects import name_askers_of_step
from drafts.brackets.pairs import brackets_in, has_brackets
from drafts.desk.acts import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    fetch_stored,
    may_be_nested,
    move_paragraph,
    require_same_draft,
    stored_subtree_ids,
    strike_paragraph,
)
from drafts.desk.steps import lock_for_editing
from drafts.models import DeskStep, Paragraph, ParagraphKind, StepKind
from drafts.words.differences import Redline, redline, redline_from_stored
from drafts.words.hunks import AppliedChange, WantedChange, apply_changes
from drafts.words.merging import MergeChoice


@dataclass(frozen=True, slots=True)
class ChosenProposal:
    """An input whose words are to be incorporated: all its changes, or those with `hunk_numbers`.

    A hunk is one of the places that its redline changes, numbered from 0. `choice_by_key` says
    whose words are kept in each conflict, by the key of the conflict.
    """

    comment: Comment
    hunk_numbers: frozenset[int] | None = None
    choice_by_key: Mapping[str, MergeChoice] = field(default_factory=dict)


@transaction.atomic
def incorporate_words(
    *,
    access: Access,
    paragraph: Paragraph,
    chosen_proposals: Sequence[ChosenProposal],
    version: int,
) -> list[Incorporation]:
    """Incorporate proposed wordings into a paragraph of the desk, one after the other, in one step.

    Each is merged by word into the text that those before it made. Raises ValidationError where a
    conflict was not decided, or where the text has all of it already; `StaleVersion` where
    somebody saved since `version`. Needs `paragraph.draft`.
    """
    lock_for_editing(access, paragraph.draft)
    comments = _inputs_in_force(
        access, paragraph, [proposal.comment for proposal in chosen_proposals]
    )
    if not comments or any(comment.kind != CommentKind.REPLACE for comment in comments):
        raise ValidationError(_("Choose at least one change to incorporate."))
    for comment in comments:
        _require_language(paragraph, comment)
    stored_paragraph = fetch_stored(paragraph)
    # Checked before the merge: a conflict may be with words nobody saw yet.
    if stored_paragraph.version != version:
        raise StaleVersion(stored_paragraph)
    wanted_changes = [
        WantedChange(
            redline_from_stored(comment.redline), proposal.hunk_numbers, proposal.choice_by_key
        )
        for comment, proposal in zip(comments, chosen_proposals, strict=True)
    ]
    applied_changes = apply_changes(stored_paragraph.text, wanted_changes)
    _require_decided(applied_changes)
    edit_paragraph(
        access=access,
        paragraph=stored_paragraph,
        version=version,
        text=applied_changes[-1].text_after,
        kind=stored_paragraph.kind,
        label=stored_paragraph.label,
        opening=stored_paragraph.opening,
        notes=stored_paragraph.notes,
        step_kind=StepKind.INCORPORATE,
    )
    _name_askers(access, paragraph, comments)
    return [
        _record_incorporation(
            comment,
            stored_paragraph,
            redline(applied_change.text_before, applied_change.text_after),
            is_whole=applied_change.is_whole,
        )
        for comment, applied_change in zip(comments, applied_changes, strict=True)
        if not applied_change.changes_nothing
    ]


@transaction.atomic
def incorporate_paragraph_act(
    *, access: Access, comment: Comment, paragraph: Paragraph
) -> Incorporation:
    """Do what an input asks of a whole paragraph: add one after it, strike it, or move it.

    It always counts as incorporated whole. `paragraph` is the one on the desk that the input speaks
    of. Raises ValidationError where it was done already. Needs `paragraph.draft`.
    """
    lock_for_editing(access, paragraph.draft)
    [stored_comment] = _inputs_in_force(access, paragraph, [comment])
    stored_paragraph = fetch_stored(paragraph)
    if stored_paragraph.struck_at or stored_paragraph.discarded_at:
        raise ValidationError(
            _("This paragraph was deleted in the working text. Restore it there.")
        )
    if stored_comment.kind == CommentKind.ADD_AFTER:
        _require_language(paragraph, stored_comment)
        added_paragraph = _add_after(access, stored_paragraph, stored_comment)
        _name_askers(access, added_paragraph, [stored_comment])
        return _record_incorporation(
            stored_comment, added_paragraph, (("+", added_paragraph.text),), is_whole=True
        )
    if stored_comment.kind == CommentKind.DELETE:
        strike_paragraph(access=access, paragraph=stored_paragraph, step_kind=StepKind.INCORPORATE)
        return _record_incorporation(
            stored_comment, stored_paragraph, (("-", stored_paragraph.text),), is_whole=True
        )
    if stored_comment.kind == CommentKind.MOVE:
        _move_as_asked(access, stored_paragraph, stored_comment)
        return _record_incorporation(stored_comment, stored_paragraph, (), is_whole=True)
    raise ValidationError(_("This input proposes nothing to incorporate."))


def _inputs_in_force(
    access: Access, paragraph: Paragraph, comments: Sequence[Comment]
) -> list[Comment]:
    """The stored inputs, in the given order. Raises ValidationError where one is no longer there.

    That is one that was withdrawn or replaced, or that may not be read.
    """
    comment_ids = [comment.pk for comment in comments]
    inputs = Comment.objects.visible_to(access).in_force().filter(pk__in=comment_ids)
    inputs_with_relations = inputs.select_related(
        "paragraph", "move_after__parent", "round", "seat"
    )
    input_by_id = {input.pk: input for input in inputs_with_relations}
    if len(input_by_id) < len(set(comment_ids)):
        raise ValidationError(
            _("An input that you chose was withdrawn or replaced. Please reload the page.")
        )
    for input in input_by_id.values():
        access.require(Act.READ_COMMENT, on=input)  # again, on purpose: `visible_to` did already
        # `paragraph` is on the desk; the input may be on an earlier one of the same text.
        require_same_draft(paragraph.draft, input.paragraph)
    return [input_by_id[comment_id] for comment_id in comment_ids]


def _require_language(paragraph: Paragraph, comment: Comment) -> None:
    """Raise ValidationError where the words are in another language than the text."""
    if comment.language != paragraph.draft.language:
        raise ValidationError(
            _("%(number)s is in %(language)s. Translate its words in the working text.")
            % {"number": comment.reference, "language": comment.get_language_display()}
        )


def _require_decided(applied_changes: Sequence[AppliedChange]) -> None:
    """Raise ValidationError where a conflict is undecided, or where nothing would change."""
    undecided_conflicts = [conflict for change in applied_changes for conflict in change.undecided]
    if undecided_conflicts:
        raise ValidationError(
            _("Where two changes conflict, choose which words to keep. Nothing was saved."),
            code="undecided",
        )
    if applied_changes[-1].text_after == applied_changes[0].text_before:
        raise ValidationError(_("The text already has all of it."))


def _add_after(access: Access, paragraph: Paragraph, comment: Comment) -> Paragraph:
    """Add the paragraph that an input proposes after the one it was made on.

    Added after a title or heading it stands on the first level, as paragraphs under a heading do.
    """
    is_after_heading = paragraph.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING}
    return add_paragraph(
        access=access,
        draft=paragraph.draft,
        kind=_kind_after(paragraph) if is_after_heading else paragraph.kind,
        text=comment.proposed,
        after=paragraph,
        parent=None if is_after_heading else paragraph.parent,
        step_kind=StepKind.INCORPORATE,
    )


def _name_askers(access: Access, paragraph: Paragraph, comments: Sequence[Comment]) -> None:
    """Record the delegations of these inputs as those that ask for the brackets in their words."""
    if seats_by_bracket_words := _seats_by_bracket_words(access, comments):
        name_askers_of_step(access, _latest_step(paragraph), seats_by_bracket_words)


def _seats_by_bracket_words(access: Access, comments: Sequence[Comment]) -> dict[str, list[Seat]]:
    """The delegations that ask for each bracket, by the words in it.

    Who asks for a bracket may be circulated: for an input that other delegations do not read, or
    read without a name, nobody is named.
    """
    bracketed_comment_ids = [comment.pk for comment in comments if has_brackets(comment.proposed)]
    if not bracketed_comment_ids:
        return {}
    attributed_and_readable = Comment.objects.filter(
        readable_by_all_filter(access.moment), attributed_filter()
    )
    nameable_comment_ids = set(
        attributed_and_readable.filter(pk__in=bracketed_comment_ids).values_list("pk", flat=True)
    )
    seats_by_bracket_words: dict[str, list[Seat]] = {}
    for comment in comments:
        if comment.pk in nameable_comment_ids:
            for start, end in brackets_in(comment.proposed).pairs:
                seats = seats_by_bracket_words.setdefault(
                    comment.proposed[start + 1 : end].strip(), []
                )
                if comment.seat not in seats:
                    seats.append(comment.seat)
    return seats_by_bracket_words


def _kind_after(heading: Paragraph) -> str:
    """The kind of a paragraph added after a heading: that of the next which is no heading."""
    below = heading.draft.paragraphs.in_force().filter(place__gt=heading.place)
    kinds = below.order_by("place", "pk").values_list("kind", flat=True)
    return next((kind for kind in kinds if may_be_nested(kind)), ParagraphKind.OPERATIVE)


def _move_as_asked(access: Access, paragraph: Paragraph, comment: Comment) -> None:
    """Move a paragraph behind the one that the input names and all that stands below that one.

    Raises ValidationError where that one was deleted, or the paragraph is there already.
    """
    target = comment.move_after
    if target is None or target.struck_at or target.discarded_at:
        raise ValidationError(
            _("The paragraph to place it after was deleted. Move it in the working text.")
        )
    # The paragraph may be below the target itself, and cannot be moved behind itself.
    target_subtree_ids = stored_subtree_ids(target) - stored_subtree_ids(paragraph)
    target_subtree = paragraph.draft.paragraphs.in_force().filter(pk__in=target_subtree_ids)
    # A move that changes nothing makes no step.
    step_count = paragraph.draft.steps.count()
    move_paragraph(
        access=access,
        paragraph=paragraph,
        after=target_subtree.order_by("-place", "-pk").first(),
        parent=target.parent,
        step_kind=StepKind.INCORPORATE,
    )
    if paragraph.draft.steps.count() == step_count:
        raise ValidationError(_("It is already there."))


def _record_incorporation(
    comment: Comment, paragraph: Paragraph, changes: Redline, *, is_whole: bool
) -> Incorporation:
    """Record that the step made just now, under the lock of the text, did what this input asks.

    `changes` are the words that it changed in the paragraph; empty for a move.
    """
    return Incorporation.objects.create(
        comment=comment,
        step=_latest_step(paragraph),
        paragraph=paragraph,
        is_whole=is_whole,
        redline=[list(piece) for piece in changes] or None,
    )


def _latest_step(paragraph: Paragraph) -> DeskStep:
    """The latest step on the desk of the paragraph's text."""
    steps = DeskStep.objects.select_related("draft")
    return steps.filter(draft=paragraph.draft_id).latest("number")
