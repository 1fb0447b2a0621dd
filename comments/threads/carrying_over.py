"""A comment of an earlier round, brought onto the words that stand now; nothing is written here."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from comments.models import Comment, CommentKind
from drafts.models import Wording
from drafts.words.differences import Redline, redline
from drafts.words.merging import merge


class Outcome(StrEnum):
    """What became of the proposed words on the way."""

    SAME = "same"  # the paragraph says what it said
    MERGED = "merged"  # both changes in one text
    SAID = "said"  # the paragraph says by now what was proposed
    COLLIDES = "collides"  # both changed the same words


@dataclass(frozen=True, slots=True)
class Carried:
    """The words for the form, what became of them, and both changes as redlines."""

    proposed: str
    outcome: Outcome
    as_proposed: Redline
    as_changed: Redline

    @property
    def sentence(self) -> str:
        return {
            Outcome.SAME: _("The paragraph says what it said; your words stand as they were."),
            Outcome.MERGED: _("Your words are brought onto the new text. Read them again."),
            Outcome.SAID: _("The new text says what you proposed."),
            Outcome.COLLIDES: _(
                "The new text changes the very words that you change. Your old words stand in the "
                "form; bring them onto the new text by hand."
            ),
        }[self.outcome]


def carried(comment: Comment, wording: Wording) -> Carried:
    """Bring what a comment proposes onto a later wording, word by word. Needs `comment.wording`.

    Only a proposal to replace words depends on the words; every other kind is copied as it is.
    """
    proposed, outcome = _brought(comment, wording)
    changed = redline(comment.wording.text, wording.text)
    return Carried(
        proposed=proposed,
        outcome=outcome,
        as_proposed=tuple((op, words) for op, words in comment.redline),
        as_changed=changed if outcome is not Outcome.SAME else (),
    )


def _brought(comment: Comment, wording: Wording) -> tuple[str, Outcome]:
    before, now, proposed = comment.wording.text, wording.text, comment.proposed
    if before == now:
        return proposed, Outcome.SAME
    if comment.kind != CommentKind.REPLACE:
        return proposed, Outcome.MERGED
    both = merge(before, proposed, now)
    if not both.is_clean:
        return proposed, Outcome.COLLIDES
    together = both.text()
    return together, Outcome.SAID if together == now else Outcome.MERGED
