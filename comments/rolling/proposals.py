"""The proposals that inputs still make on a later text, merged into its current words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comments.inputs.placement import descent_links_until, find_successors
from comments.models import CommentKind, Disposition, Incorporation, Review
from comments.table.compiled import TableRow
from consultations.rules.access import Access
from drafts.comparing.comparison import TEXT_SEPARATOR, parts_of_redline
from drafts.models import Revision, Wording
from drafts.words.differences import Redline, old_wording, redline
from drafts.words.hunks import AppliedChange, WantedChange, apply_change
from drafts.words.tokens import is_word, tokens
from drafts.words.typography import without_typography


@dataclass(frozen=True, slots=True)
class RollingProposal:
    """An input, and what it changes in the current words of one paragraph.

    `is_unmerged` if it cannot be merged, or only in part: it was made in another language, or
    on words that have changed since.
    """

    row: TableRow
    paragraph_id: int
    redline: Redline = ()  # empty where it changes no words inside the paragraph
    is_unmerged: bool = False


@dataclass(frozen=True, slots=True)
class BaseText:
    """The revision into which proposals are set, and which inputs it already reflects."""

    wordings: Sequence[Wording]
    language: str
    # For a split paragraph, the ids of the paragraphs that hold its words now.
    successor_ids_by_paragraph_id: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    # Inputs whose words were incorporated in full, and those that were answered as reflected.
    incorporated_comment_ids: frozenset[int] = frozenset()
    reflected_comment_ids: frozenset[int] = frozenset()

    def wordings_with_words_of(self, paragraph_id: int) -> list[Wording]:
        """The wordings that hold the words of a paragraph, in the order of the text."""
        # Of the paragraph itself, and of those that have its words since a split.
        holder_ids = {paragraph_id, *self.successor_ids_by_paragraph_id.get(paragraph_id, ())}
        return [wording for wording in self.wordings if wording.paragraph_id in holder_ids]


def read_base_text(access: Access, revision: Revision, cut_off: datetime) -> BaseText:
    """A revision as this reader sees it, with the inputs it reflects by the cut-off: four queries,
    three for the first revision. Needs `revision.draft`."""
    wordings = list(Wording.objects.visible_to(access).filter(revision=revision).order_by("place"))
    place_by_paragraph_id = {wording.paragraph_id: wording.place for wording in wordings}
    # Inputs whose words facilitators incorporated in full, in a revision circulated by the cut-off.
    incorporated = Incorporation.objects.visible_to(access).filter(
        is_whole=True,
        step__revision__draft=revision.draft_id,
        step__revision__number__lte=revision.number,
        step__revision__circulated_at__lte=cut_off,
    )
    published = Review.objects.visible_to(access).filter(published_at__lte=cut_off)
    # The last answer to each input: an earlier one no longer holds.
    last_published = published.order_by("comment_id", "-published_at", "-pk").distinct("comment_id")
    return BaseText(
        wordings,
        revision.draft.language,
        find_successors(place_by_paragraph_id, descent_links_until(revision)),
        frozenset(incorporated.in_force().values_list("comment_id", flat=True)),
        frozenset(
            comment_id
            for comment_id, disposition in last_published.values_list("comment_id", "disposition")
            if disposition == Disposition.REFLECTED
        ),
    )


def find_proposals(base_text: BaseText, rows: Iterable[TableRow]) -> Iterator[RollingProposal]:
    """The proposals of these inputs on the current text, without those that it already reflects.

    Uses no database.
    """
    paragraph_ids = {wording.paragraph_id for wording in base_text.wordings}
    current_texts = {without_typography(wording.text) for wording in base_text.wordings}
    for row in rows:
        if row.kind_value == CommentKind.REPLACE:
            yield from _merge_wording(row, base_text)
        elif row.kind_value == CommentKind.ADD_AFTER:
            if without_typography(row.proposed) not in current_texts:
                yield RollingProposal(row, row.paragraph_id)
        # A paragraph that has left the text need not be deleted any more.
        elif row.kind_value != CommentKind.DELETE or row.paragraph_id in paragraph_ids:
            yield RollingProposal(row, row.paragraph_id)


def _merge_wording(row: TableRow, base_text: BaseText) -> Iterator[RollingProposal]:
    """Merge a proposed wording into the current words; what conflicts is yielded as `is_unmerged`.

    A conflict: the words that it changes have been changed in the text since.
    """
    current_wordings = base_text.wordings_with_words_of(row.paragraph_id)
    if not current_wordings or row.language != base_text.language:
        yield RollingProposal(row, row.paragraph_id, is_unmerged=True)
        return
    wanted_redline = row.redline
    words_then = old_wording(wanted_redline)
    unchanged_wording = next(
        (wording for wording in current_wordings if wording.text == words_then), None
    )
    if unchanged_wording is not None:
        yield RollingProposal(row, unchanged_wording.paragraph_id, row.redline)
        return
    applied = apply_change(
        TEXT_SEPARATOR.join(wording.text for wording in current_wordings),
        WantedChange(wanted_redline),
    )
    if applied.conflicts and _is_already_reflected(row, base_text, applied):
        return
    redlines = _redlines_by_wording(applied, current_wordings)
    for wording, paragraph_redline in zip(current_wordings, redlines, strict=True):
        if any(mark != "=" for mark, _words in paragraph_redline):  # "=" marks kept words
            yield RollingProposal(row, wording.paragraph_id, paragraph_redline)
    if applied.conflicts:
        yield RollingProposal(row, row.paragraph_id, is_unmerged=True)


def _redlines_by_wording(applied: AppliedChange, wordings: Sequence[Wording]) -> Sequence[Redline]:
    """What a change does in each of the wordings over which its words are spread now."""
    if applied.text_after == applied.text_before:
        return [()] * len(wordings)
    # The wordings are the text before the change: its kept and deleted ("-") words.
    return parts_of_redline(redline(applied.text_before, applied.text_after), wordings, side="-")


def _is_already_reflected(row: TableRow, base_text: BaseText, applied: AppliedChange) -> bool:
    """Whether a proposal in conflict is in the text all the same: it was answered as reflected, or
    incorporated in full, and its words are still there among later changes."""
    if row.comment_id in base_text.reflected_comment_ids:
        return True
    stretches = (conflict.stretch for conflict in applied.conflicts)
    # Every word that the proposal (mine) adds to its base is in the current text (theirs) at least
    # as often.
    return row.comment_id in base_text.incorporated_comment_ids and all(
        _word_counts(stretch.mine) - _word_counts(stretch.base) <= _word_counts(stretch.theirs)
        for stretch in stretches
    )


def _word_counts(text: str) -> Counter[str]:
    """How often each word is in the text, typography aside."""
    return Counter(filter(is_word, tokens(without_typography(text))))
