"""Proposals beside the working text: how each fits it, change by change (hunk). Uses no database.

A piece is one of the paragraphs into which a paragraph was split.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import PROPOSING_KINDS, Comment, CommentKind
from drafts.models import Paragraph
from drafts.words.differences import Redline, old_wording, redline, redline_from_stored
from drafts.words.hunks import WantedChange, apply_change, hunks_of
from drafts.words.merging import CONTEXT_LENGTH
from drafts.words.quoting import words_at_end
from drafts.words.typography import without_typography


class Fit(models.TextChoices):
    """How a proposal fits the working text."""

    CLEAN = "clean", _("fits the current text")
    ALREADY = "already", _("already in the text")
    CONFLICT = "conflict", _("conflicts with the current text")
    ELSEWHERE = "elsewhere", _("in another piece of the paragraph")
    COMPARE = "compare", _("fits, but its author read a translation: compare before incorporating")


@dataclass(frozen=True, slots=True)
class ShownHunk:
    """One change of a proposal, with some of the words before it, and how it fits."""

    name: str  # the number of the input, and of the change from 0: "PRT-6.0"
    words_before: str
    deleted: str
    inserted: str
    fit: Fit
    # The piece of a split paragraph to which it belongs, where that is not this one.
    other_piece: Paragraph | None = None

    @property
    def redline(self) -> Redline:
        """The change alone, as a redline."""
        change: Redline = (("-", self.deleted), ("+", self.inserted))
        return tuple((op, words) for op, words in change if words)


@dataclass(frozen=True, slots=True)
class DeskProposal:
    """An input that asks for a change of a paragraph, and how this change fits the text now."""

    comment: Comment
    kind: CommentKind
    redline: Redline
    fit: Fit
    hunks: tuple[ShownHunk, ...] = ()
    # In another language than the text: its words are not compared with it, so `fit` is CONFLICT.
    # False where the paragraph has left the text.
    is_foreign: bool = False
    # In another language; or it rewords the paragraph, and its author read a translation.
    must_compare_languages: bool = False

    @property
    def incorporable_hunk_names(self) -> tuple[str, ...]:
        """The names of its changes, where all can be incorporated at once; else none."""
        # A proposal that must be compared with a translation is never CLEAN, so it has none.
        if self.fit != Fit.CLEAN or self.is_scattered:
            return ()
        return tuple(hunk.name for hunk in self.hunks if hunk.fit != Fit.ALREADY)

    @property
    def is_scattered(self) -> bool:
        """Whether some of what it changes belongs in another piece of the paragraph."""
        return any(hunk.other_piece for hunk in self.hunks)


def proposals_on(
    comments: Sequence[Comment],
    paragraph: Paragraph | None,
    paragraphs_in_text: Sequence[Paragraph],
    translation_by_comment_id: Mapping[int, str],
    other_pieces_by_paragraph_id: Mapping[int, Sequence[Paragraph]],
) -> list[DeskProposal]:
    """Each input compared with `paragraph`: the one that it is on, or that followed it.

    `paragraph` is None where that one left the text and none followed it.
    `paragraphs_in_text` is the whole text of the desk in order, with parents.
    `translation_by_comment_id`: for an input in another language, what its wording says in that
    language. `other_pieces_by_paragraph_id`: for a paragraph that was split, its other pieces; a
    proposal that changes only those is left out. Needs `seat` of each comment and `draft` of the
    paragraph.
    """
    proposals = []
    for comment in comments:
        other_pieces = other_pieces_by_paragraph_id.get(comment.paragraph_id, ())
        proposal = _proposal(
            comment,
            paragraph,
            paragraphs_in_text,
            translation_by_comment_id.get(comment.pk, ""),
            other_pieces,
        )
        if not proposal.hunks or any(hunk.fit != Fit.ELSEWHERE for hunk in proposal.hunks):
            proposals.append(proposal)
    return proposals


def fit_of(text: str, changes: Redline, hunk_numbers: frozenset[int] | None = None) -> Fit:
    """How a change of wording, or some of it, fits a text that was changed since."""
    applied_change = apply_change(text, WantedChange(changes, hunk_numbers))
    if applied_change.conflicts:
        return Fit.CONFLICT
    return Fit.ALREADY if applied_change.changes_nothing else Fit.CLEAN


def _proposal(
    comment: Comment,
    paragraph: Paragraph | None,
    paragraphs_in_text: Sequence[Paragraph],
    translation: str,
    other_pieces: Sequence[Paragraph],
) -> DeskProposal:
    """An input beside the paragraph of the desk that it is on now (None: it was deleted).

    `translation` is what the wording that it was made on says in the language of the input, or "".
    """
    kind, changes = CommentKind(comment.kind), redline_from_stored(comment.redline)
    if paragraph is None:
        fit = Fit.ALREADY if kind == CommentKind.DELETE else Fit.CONFLICT
        return DeskProposal(comment, kind, changes, fit)
    if kind in PROPOSING_KINDS and comment.language != paragraph.draft.language:
        # Words in another language are compared with the translation only, never with the text.
        changes_of_translation = redline(translation, comment.proposed)
        return DeskProposal(
            comment,
            kind,
            changes_of_translation,
            Fit.CONFLICT,
            is_foreign=True,
            must_compare_languages=True,
        )
    if kind == CommentKind.REPLACE:
        hunks = _shown_hunks(comment, paragraph, changes, other_pieces)
        # The changes that belong in another piece do not count for the fit here.
        own_hunk_numbers = frozenset(
            number for number, hunk in enumerate(hunks) if hunk.other_piece is None
        )
        fit = _fit_for_author(comment, paragraph, fit_of(paragraph.text, changes, own_hunk_numbers))
        must_compare_languages = comment.read_in != paragraph.draft.language
        return DeskProposal(
            comment, kind, changes, fit, hunks, must_compare_languages=must_compare_languages
        )
    return DeskProposal(
        comment, kind, changes, _paragraph_fit(comment, paragraph, paragraphs_in_text)
    )


def _fit_for_author(comment: Comment, paragraph: Paragraph, fit: Fit) -> Fit:
    """The fit, but COMPARE instead of CLEAN where the author read a translation."""
    is_clean = fit == Fit.CLEAN
    return Fit.COMPARE if is_clean and comment.read_in != paragraph.draft.language else fit


def _shown_hunks(
    comment: Comment, paragraph: Paragraph, changes: Redline, other_pieces: Sequence[Paragraph]
) -> tuple[ShownHunk, ...]:
    """Each change of a proposal, with how it fits the paragraph or another of its pieces."""
    old_text = old_wording(changes)
    shown_hunks = []
    for number, hunk in enumerate(hunks_of(changes)):
        fit, other_piece = _hunk_fit(paragraph, changes, number, other_pieces)
        shown_hunk = ShownHunk(
            name=f"{comment.reference}.{number}",
            words_before=words_at_end(old_text[: hunk.start].strip(), CONTEXT_LENGTH),
            deleted=hunk.deleted,
            inserted=hunk.inserted,
            fit=_fit_for_author(comment, paragraph, fit),
            other_piece=other_piece,
        )
        shown_hunks.append(shown_hunk)
    return tuple(shown_hunks)


def _hunk_fit(
    paragraph: Paragraph, changes: Redline, number: int, other_pieces: Sequence[Paragraph]
) -> tuple[Fit, Paragraph | None]:
    """How one change fits, and the other piece to which it belongs if it fits only there."""
    hunk_numbers = frozenset({number})
    fit = fit_of(paragraph.text, changes, hunk_numbers)
    if fit != Fit.CONFLICT:
        return fit, None
    fitting_pieces = (
        other_piece
        for other_piece in other_pieces
        if fit_of(other_piece.text, changes, hunk_numbers) != Fit.CONFLICT
    )
    fitting_piece = next(fitting_pieces, None)
    return (Fit.ELSEWHERE, fitting_piece) if fitting_piece else (fit, None)


def _paragraph_fit(
    comment: Comment, paragraph: Paragraph, paragraphs_in_text: Sequence[Paragraph]
) -> Fit:
    """How a proposal to add, delete or move a paragraph fits the text."""
    if comment.kind == CommentKind.ADD_AFTER:
        words = without_typography(comment.proposed)
        is_there = any(
            without_typography(paragraph_in_text.text) == words
            for paragraph_in_text in paragraphs_in_text
        )
        return Fit.ALREADY if is_there else Fit.CLEAN
    if comment.kind == CommentKind.DELETE:
        return Fit.CLEAN
    # What is left is a move.
    target = next(
        (
            paragraph_in_text
            for paragraph_in_text in paragraphs_in_text
            if paragraph_in_text.pk == comment.move_after_id
        ),
        None,
    )
    if target is None:
        return Fit.CONFLICT
    return Fit.ALREADY if _stands_after(paragraph, target, paragraphs_in_text) else Fit.CLEAN


def _stands_after(
    paragraph: Paragraph, target: Paragraph, paragraphs_in_text: Sequence[Paragraph]
) -> bool:
    """Whether the paragraph follows `target`, with nothing between but what is below `target`."""
    if paragraph.parent_id != target.parent_id:
        return False
    paragraphs_between = paragraphs_in_text[
        paragraphs_in_text.index(target) + 1 : paragraphs_in_text.index(paragraph)
    ]
    ids_below_target = {target.pk}
    for paragraph_between in paragraphs_between:
        if paragraph_between.parent_id not in ids_below_target:
            return False
        ids_below_target.add(paragraph_between.pk)
    # Where `target` comes later there is nothing between: the paragraph does not follow it.
    return target.place < paragraph.place
