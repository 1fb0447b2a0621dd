"""Proposals beside the working text: how each fits it, hunk by hunk. Uses no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models import PROPOSING_KINDS, Comment, CommentKind
from drafts.models import Paragraph
from drafts.words.differences import Redline, old_wording, redline, redline_from_stored
from drafts.words.hunks import WantedChange, apply_change, hunks_of, last_words
from drafts.words.typography import without_typography


class Fit(models.TextChoices):
    """How a proposal fits the working text."""

    CLEAN = "clean", _("fits the current text")
    ALREADY = "already", _("already in the text")
    CONFLICT = "conflict", _("conflicts with the current text")
    ELSEWHERE = "elsewhere", _("in another piece of the paragraph")
    COMPARE = "compare", _("fits, but its author read a translation: compare before incorporating")


@dataclass(frozen=True, slots=True)
class HunkView:
    """One change of a proposal, with some of the words before it, and how it fits."""

    name: str
    before: str
    gone: str
    come: str
    fit: Fit
    # The piece of a split paragraph to which it belongs, where that is not this one.
    beside: Paragraph | None = None

    @property
    def pieces(self) -> Redline:
        """The change alone, as a redline."""
        return tuple((op, words) for op, words in (("-", self.gone), ("+", self.come)) if words)  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class DeskProposal:
    """An input that asks for something of a paragraph, and how that fits it now."""

    comment: Comment
    kind: CommentKind
    changes: Redline
    fit: Fit
    hunks: tuple[HunkView, ...] = ()
    # In another language than the text: its words are not compared with it.
    is_foreign: bool = False
    # It is foreign, or its author read a translation of the text.
    is_apart: bool = False

    @property
    def takeable(self) -> tuple[str, ...]:
        """The names of its changes, where all can be incorporated at once; else none."""
        if self.fit != Fit.CLEAN or self.is_apart or self.is_scattered:
            return ()
        return tuple(hunk.name for hunk in self.hunks if hunk.fit != Fit.ALREADY)

    @property
    def is_scattered(self) -> bool:
        """Whether some of what it changes belongs in another piece of the paragraph."""
        return any(hunk.beside for hunk in self.hunks)


def proposals_on(
    rows: Sequence[Comment],
    paragraph: Paragraph | None,
    standing: Sequence[Paragraph],
    translations: Mapping[int, str],
    others: Mapping[int, Sequence[Paragraph]],
) -> list[DeskProposal]:
    """Each input compared with `paragraph`, the one it is on or which followed it; None if none.

    `standing` is the whole text of the desk in order, with parents. `translations` say, by the key
    of an input in another language, what its wording says in that language; `others`, by the key
    of a paragraph that was split, its other pieces. A proposal that changes only those is left
    out. Needs `seat` of each row and `draft` of the paragraph.
    """
    proposals = []
    for row in rows:
        other_parts = others.get(row.paragraph_id, ())
        proposal = _proposal(row, paragraph, standing, translations.get(row.pk, ""), other_parts)
        if not proposal.hunks or any(hunk.fit != Fit.ELSEWHERE for hunk in proposal.hunks):
            proposals.append(proposal)
    return proposals


def fit_of(text: str, pieces: Redline, hunks: frozenset[int] | None = None) -> Fit:
    """How a change of wording, or some of it, fits a text that was changed since."""
    applied = apply_change(text, WantedChange(pieces, hunks))
    if applied.conflicts:
        return Fit.CONFLICT
    return Fit.ALREADY if applied.changes_nothing else Fit.CLEAN


def _proposal(
    row: Comment,
    paragraph: Paragraph | None,
    standing: Sequence[Paragraph],
    translation: str,
    other_parts: Sequence[Paragraph],
) -> DeskProposal:
    kind, pieces = CommentKind(row.kind), redline_from_stored(row.redline)
    if paragraph is None:
        fit = Fit.ALREADY if kind == CommentKind.DELETE else Fit.CONFLICT
        return DeskProposal(row, kind, pieces, fit)
    if kind in PROPOSING_KINDS and row.language != paragraph.draft.language:
        words = redline(translation, row.proposed)  # against the authentic words it says nothing
        return DeskProposal(row, kind, words, Fit.CONFLICT, is_foreign=True, is_apart=True)
    if kind == CommentKind.REPLACE:
        hunks = _hunk_views(row, paragraph, pieces, other_parts)
        own = frozenset(n for n, hunk in enumerate(hunks) if hunk.beside is None)
        fit = _fit_for_author(row, paragraph, fit_of(paragraph.text, pieces, own))
        is_apart = row.read_in != paragraph.draft.language
        return DeskProposal(row, kind, pieces, fit, hunks, is_apart=is_apart)
    return DeskProposal(row, kind, pieces, _paragraph_fit(row, paragraph, standing))


def _fit_for_author(row: Comment, paragraph: Paragraph, fit: Fit) -> Fit:
    """The fit, but COMPARE instead of CLEAN where the author read a translation."""
    is_clean = fit == Fit.CLEAN
    return Fit.COMPARE if is_clean and row.read_in != paragraph.draft.language else fit


def _hunk_views(
    row: Comment, paragraph: Paragraph, pieces: Redline, other_parts: Sequence[Paragraph]
) -> tuple[HunkView, ...]:
    old_text = old_wording(pieces)
    views = []
    for number, hunk in enumerate(hunks_of(pieces)):
        fit, piece = _hunk_fit(paragraph, pieces, number, other_parts)
        view = HunkView(
            name=f"{row.reference}.{number}",
            before=last_words(old_text[: hunk.start]),
            gone=hunk.deleted,
            come=hunk.inserted,
            fit=_fit_for_author(row, paragraph, fit),
            beside=piece,
        )
        views.append(view)
    return tuple(views)


def _hunk_fit(
    paragraph: Paragraph, pieces: Redline, number: int, other_parts: Sequence[Paragraph]
) -> tuple[Fit, Paragraph | None]:
    """How one change fits, and the other piece to which it belongs if it fits only there."""
    hunk = frozenset({number})
    fit = fit_of(paragraph.text, pieces, hunk)
    if fit != Fit.CONFLICT:
        return fit, None
    fitting = (other for other in other_parts if fit_of(other.text, pieces, hunk) != Fit.CONFLICT)
    piece = next(fitting, None)
    return (Fit.ELSEWHERE, piece) if piece else (fit, None)


def _paragraph_fit(row: Comment, paragraph: Paragraph, standing: Sequence[Paragraph]) -> Fit:
    """How it fits to add, delete or move a paragraph."""
    if row.kind == CommentKind.ADD_AFTER:
        words = without_typography(row.proposed)
        is_there = any(without_typography(other.text) == words for other in standing)
        return Fit.ALREADY if is_there else Fit.CLEAN
    if row.kind == CommentKind.DELETE:
        return Fit.CLEAN
    target = next((other for other in standing if other.pk == row.move_after_id), None)
    if target is None:
        return Fit.CONFLICT
    return Fit.ALREADY if _stands_after(paragraph, target, standing) else Fit.CLEAN


def _stands_after(paragraph: Paragraph, target: Paragraph, standing: Sequence[Paragraph]) -> bool:
    """Whether `here` comes after `target`, with nothing between but what is below `target`."""
    if paragraph.parent_id != target.parent_id:
        return False
    between = standing[standing.index(target) + 1 : standing.index(paragraph)]
    below = {target.pk}
    for other in between:
        if other.parent_id not in below:
            return False
        below.add(other.pk)
    return target.place < paragraph.place
