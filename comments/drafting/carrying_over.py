"""A comment made on earlier words, carried over to the present ones; nothing is written here."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from comments.inputs.unattributed import redline_to_show
from comments.models import Comment, CommentKind
from drafts.models import Wording
from drafts.words.differences import Redline, redline
from drafts.words.merging import merge_words


class CarryOutcome(StrEnum):
    """What became of the proposed words when they were carried over."""

    SAME = "same"  # the paragraph says what it said
    # Both changes are in one text; or it is no replacement, and was copied to the changed words.
    MERGED = "merged"
    ALREADY_IN_TEXT = "already_in_text"  # the paragraph says by now what was proposed
    CONFLICTS = "conflicts"  # both changed the same words


@dataclass(frozen=True, slots=True)
class CarriedComment:
    """The words for the form, what became of them, and both changes as redlines.

    `proposal_redline` is the change that was proposed, `text_redline` that of the text since.
    """

    proposed: str
    outcome: CarryOutcome
    proposal_redline: Redline
    text_redline: Redline

    @property
    def sentence(self) -> str:
        return {
            CarryOutcome.SAME: _("The paragraph is unchanged. Your words are unchanged too."),
            CarryOutcome.MERGED: _("Your words are now on the new text. Please check them."),
            CarryOutcome.ALREADY_IN_TEXT: _("The new text says what you proposed."),
            CarryOutcome.CONFLICTS: _(
                "The new text changes the same words as you do. The form has your old words. "
                "Adjust them by hand."
            ),
        }[self.outcome]


def carried_comment(comment: Comment, wording: Wording) -> CarriedComment:
    """The words of a comment merged into a later wording.

    Needs `comment.wording` and `wording.revision.draft`. Only replacements depend on the wording;
    all other kinds are copied as they are.
    """
    proposed, outcome = _carried_words(comment, wording)
    change_of_text = redline(comment.wording.text, wording.text)
    return CarriedComment(
        proposed=proposed,
        outcome=outcome,
        proposal_redline=redline_to_show(
            comment, comment.wording.text, wording.revision.draft.language
        ),
        text_redline=change_of_text if outcome is not CarryOutcome.SAME else (),
    )


def _carried_words(comment: Comment, wording: Wording) -> tuple[str, CarryOutcome]:
    """The words for the form, and what became of the proposed ones."""
    earlier_text, current_text, proposed = comment.wording.text, wording.text, comment.proposed
    if earlier_text == current_text:
        return proposed, CarryOutcome.SAME
    if comment.kind != CommentKind.REPLACE:
        return proposed, CarryOutcome.MERGED
    word_merge = merge_words(earlier_text, proposed, current_text)
    if not word_merge.is_clean:
        return proposed, CarryOutcome.CONFLICTS
    merged_text = word_merge.merged_text()
    return (
        merged_text,
        CarryOutcome.ALREADY_IN_TEXT if merged_text == current_text else CarryOutcome.MERGED,
    )
