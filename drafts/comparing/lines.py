"""A comparison as a page shows it: each change in words, unchanged paragraphs folded.

Uses no database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from django.utils.translation import gettext as _, ngettext, pgettext

from drafts.comparing.changes import notes_change, other_changes
from drafts.comparing.comparison import Comparison, ParagraphDifference
from drafts.comparing.concordance import (
    ConcordanceRow,
    ParagraphSnapshot,
    PositionMark,
    count_phrases,
)
from drafts.models import ParagraphKind
from drafts.text.labels import citation_below
from drafts.words.differences import Op, Redline, with_typography_flags
from drafts.words.quoting import first_words
from drafts.words.typography import with_own_direction, without_typography


@dataclass(frozen=True, slots=True)
class ChangedParagraph:
    """One paragraph on one side of a change."""

    paragraph: ParagraphSnapshot
    redline: Redline
    # The pieces that this side shows: what is done with the words, the words, and whether they
    # belong to a change of typography alone.
    pieces: tuple[tuple[Op, str, bool], ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change: the name of the paragraph, what happened to it, and the words of both sides."""

    number: int  # of this change on the page, from 1
    change_id: UUID  # the public id of its first paragraph
    difference: ParagraphDifference
    name: str
    description: str
    further_changes: tuple[str, ...]
    earlier_paragraphs: tuple[ChangedParagraph, ...]
    later_paragraphs: tuple[ChangedParagraph, ...]

    @property
    def kind(self) -> str:
        return self.difference.concordance_row.change

    @property
    def is_typographic(self) -> bool:
        """Whether nothing changed but typography: then it may be hidden."""
        concordance_row = self.difference.concordance_row
        if (
            not concordance_row.is_one_to_one
            or concordance_row.is_moved
            or concordance_row.is_relabelled
        ):
            return False
        earlier_fields, later_fields = map(_without_typography, concordance_row.all_paragraphs)
        return earlier_fields == later_fields


def _without_typography(paragraph: ParagraphSnapshot) -> tuple[str, ...]:
    """The fields of a paragraph without differences of typography."""
    return (
        paragraph.kind,
        *map(without_typography, (paragraph.opening, paragraph.text, *paragraph.notes)),
    )


@dataclass(frozen=True, slots=True)
class UnchangedLine:
    """A paragraph without a change, except perhaps of its label.

    `earlier_label` is then the one it had, or the word for none; else it is empty.
    """

    paragraph: ParagraphSnapshot
    earlier_label: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """A stretch of unchanged paragraphs: closed behind its title, or open if it is short."""

    lines: tuple[UnchangedLine, ...]
    title: str
    is_closed: bool = True


@dataclass(frozen=True, slots=True)
class PositionNote:
    """A sentence where a paragraph stood, or a part stands, that another change shows."""

    paragraph: ParagraphSnapshot  # as it was where `is_gone`, else as it is now
    sentence: str
    change_id: UUID  # of the line that shows it
    is_gone: bool


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """The items of the page of a comparison, in order, and the counts of changes in words.

    The counts are of the whole comparison, also where the page shows a section of it.
    """

    items: tuple[ChangeLine | Fold | PositionNote, ...]
    count_phrases: tuple[str, ...]
    change_count: int

    @property
    def shown_change_ids(self) -> frozenset[UUID]:
        return frozenset(item.change_id for item in self.items if isinstance(item, ChangeLine))


def comparison_page_of(
    comparison: Comparison,
    shown_items: Sequence[ParagraphDifference | PositionMark] | None = None,
) -> ComparisonPage:
    """The page of a comparison: changes one by one, unchanged stretches folded.

    Notes say where a paragraph stood, or where a part of one stands. `shown_items` are those that
    the page shows, in a row; None: all.
    """
    if shown_items is None:
        shown_items = comparison.items
    citations = ParagraphCitations.of(comparison)
    page_items: list[ChangeLine | Fold | PositionNote] = []
    unchanged_lines: list[UnchangedLine] = []
    items_before = takewhile(lambda item: item is not shown_items[0], comparison.items)
    number = sum(map(is_change, items_before))
    for difference_or_mark in shown_items:
        if (
            isinstance(difference_or_mark, ParagraphDifference)
            and difference_or_mark.concordance_row.is_unchanged
        ):
            unchanged_lines.append(_unchanged_line(difference_or_mark.concordance_row))
            continue
        page_items += _folds_before_change(unchanged_lines, citations)
        unchanged_lines = []
        if isinstance(difference_or_mark, PositionMark):
            page_items.append(_position_note(difference_or_mark, citations))
        else:
            number += 1
            page_items.append(_change_line(difference_or_mark, number, citations))
    return ComparisonPage(
        (*page_items, *_fold_of(unchanged_lines, citations)),
        tuple(count_phrases(difference.concordance_row for difference in comparison.differences)),
        change_count=sum(map(is_change, comparison.items)),
    )


def is_change(item: ParagraphDifference | PositionMark) -> bool:
    """Whether the page shows a change, with a number, for this item."""
    return isinstance(item, ParagraphDifference) and not item.concordance_row.is_unchanged


def change_id_of(difference: ParagraphDifference) -> UUID:
    """The public id of the first paragraph of a change: its anchor on the page."""
    concordance_row = difference.concordance_row
    return (concordance_row.later_paragraphs or concordance_row.earlier_paragraphs)[0].public_id


# --- How paragraphs are cited --------------------------------------------------------------------


# So many characters at most are quoted to name a paragraph without a label.
_MAX_QUOTED_LENGTH = 48


@dataclass(frozen=True, slots=True)
class ParagraphCitations:
    """How paragraphs are cited in each state, the change of each, and which one stands before it.

    All by paragraph id.
    """

    earlier_names: Mapping[int, str]
    later_names: Mapping[int, str]
    difference_by_paragraph_id: Mapping[int, ParagraphDifference]
    # The name of the paragraph before, "" for none. `stood_after` has it in the earlier state, of
    # each paragraph that a mark shows as gone; `stands_after` in the later state, of the first
    # paragraph of each row.
    stood_after: Mapping[int, str]
    stands_after: Mapping[int, str]

    @classmethod
    def of(cls, comparison: Comparison) -> "ParagraphCitations":
        """The citations for a comparison."""
        earlier_names = _names_by_paragraph_id(
            paragraph
            for difference in comparison.differences
            for paragraph in difference.concordance_row.earlier_paragraphs
        )
        later_names = _names_by_paragraph_id(
            paragraph
            for difference in comparison.differences
            for paragraph in difference.concordance_row.later_paragraphs
        )
        difference_by_paragraph_id = {
            paragraph.paragraph_id: difference
            for difference in comparison.differences
            for paragraph in (
                *difference.concordance_row.earlier_paragraphs,
                *difference.concordance_row.later_paragraphs,
            )
        }
        stood_after, stands_after = _names_before(comparison, earlier_names, later_names)
        return cls(
            earlier_names, later_names, difference_by_paragraph_id, stood_after, stands_after
        )


def _names_by_paragraph_id(paragraphs: Iterable[ParagraphSnapshot]) -> dict[int, str]:
    """The name of each paragraph: its label, with its parent's ("5(a)"), or its first words."""
    paragraph_by_id = {paragraph.paragraph_id: paragraph for paragraph in paragraphs}
    names: dict[int, str] = {}
    for paragraph_id, paragraph in paragraph_by_id.items():
        parent = paragraph_by_id.get(paragraph.parent_id or 0)
        if not paragraph.label:
            names[paragraph_id] = _("“%(words)s”") % {
                "words": with_own_direction(
                    first_words(paragraph.text, max_length=_MAX_QUOTED_LENGTH)
                )
            }
        elif parent is not None and parent.label:
            # A parent that comes later has no name yet: its label is used.
            names[paragraph_id] = citation_below(
                names.get(parent.paragraph_id, parent.label), paragraph.label
            )
        else:
            names[paragraph_id] = paragraph.label
    return names


def _names_before(
    comparison: Comparison, earlier_names: Mapping[int, str], later_names: Mapping[int, str]
) -> tuple[dict[int, str], dict[int, str]]:
    """`stood_after` and `stands_after` of `ParagraphCitations`."""
    stood_after: dict[int, str] = {}
    stands_after: dict[int, str] = {}
    last_earlier_name = last_later_name = ""
    for difference_or_mark in comparison.items:
        if isinstance(difference_or_mark, PositionMark):
            if difference_or_mark.is_gone:
                stood_after[difference_or_mark.paragraph.paragraph_id] = last_earlier_name
                last_earlier_name = earlier_names[difference_or_mark.paragraph.paragraph_id]
            else:
                last_later_name = later_names[difference_or_mark.paragraph.paragraph_id]
            continue
        concordance_row = difference_or_mark.concordance_row
        # A row stands where its paragraphs stand now; where a moved one stood, there is a mark.
        if concordance_row.later_paragraphs:
            stands_after[concordance_row.later_paragraphs[0].paragraph_id] = last_later_name
            last_later_name = later_names[concordance_row.later_paragraphs[-1].paragraph_id]
        if concordance_row.earlier_paragraphs and not concordance_row.is_moved:
            last_earlier_name = earlier_names[concordance_row.earlier_paragraphs[-1].paragraph_id]
    return stood_after, stands_after


# --- What changed --------------------------------------------------------------------------------


def _change_line(
    difference: ParagraphDifference, number: int, citations: ParagraphCitations
) -> ChangeLine:
    """The change as the page shows it, with its running number."""
    concordance_row = difference.concordance_row
    names = [
        citations.later_names[paragraph.paragraph_id]
        for paragraph in concordance_row.later_paragraphs
    ] or [
        citations.earlier_names[paragraph.paragraph_id]
        for paragraph in concordance_row.earlier_paragraphs
    ]
    return ChangeLine(
        number=number,
        change_id=change_id_of(difference),
        difference=difference,
        name=_name_list(names),
        description=_change_description(difference, citations),
        further_changes=tuple(_further_changes(difference, citations)),
        earlier_paragraphs=_changed_paragraphs(
            concordance_row.earlier_paragraphs,
            difference.redlines_by_paragraph("-"),
            hidden_op="+",
        ),
        later_paragraphs=_changed_paragraphs(
            concordance_row.later_paragraphs,
            difference.redlines_by_paragraph("+"),
            hidden_op="",
        ),
    )


def _name_list(names: Sequence[str]) -> str:
    """The names as a list in words: "3"; "3 and 4"; "3, 4 and 5"."""
    if len(names) == 1:
        return names[0]
    values = {"before": _(", ").join(names[:-1]), "last": names[-1]}
    return _("%(before)s and %(last)s") % values


def _change_description(difference: ParagraphDifference, citations: ParagraphCitations) -> str:
    """What happened to the paragraphs, as the heading of the change says it."""
    concordance_row = difference.concordance_row
    if concordance_row.change == "split":
        return _lineage_sentence(
            concordance_row,
            citations,
            _("%(then)s split into %(now)s"),
            pgettext("what became of it", "Split"),
        )
    if concordance_row.change == "merged":
        return _lineage_sentence(
            concordance_row,
            citations,
            _("%(then)s merged into %(now)s"),
            pgettext("what became of it", "Merged"),
        )
    if concordance_row.change == "reworded":
        return _("Moved and reworded") if concordance_row.is_moved else _("Reworded")
    if concordance_row.change == "typographic":
        return (
            _("Moved, typography changed") if concordance_row.is_moved else _("Typography changed")
        )
    return {
        "dropped": _("Deleted"),
        "new": _("New"),
        "moved": _("Moved"),
        "kept": _("Words unchanged"),
    }[concordance_row.change]


def _lineage_sentence(
    concordance_row: ConcordanceRow,
    citations: ParagraphCitations,
    sentence: str,
    short_sentence: str,
) -> str:
    """The sentence "3 split into 3 and 4"; a single word where a label is missing."""
    if not all(paragraph.label for paragraph in concordance_row.all_paragraphs):
        return short_sentence
    earlier_names = _name_list(
        [
            citations.earlier_names[paragraph.paragraph_id]
            for paragraph in concordance_row.earlier_paragraphs
        ]
    )
    return sentence % {
        "then": earlier_names,
        "now": _name_list(
            [
                citations.later_names[paragraph.paragraph_id]
                for paragraph in concordance_row.later_paragraphs
            ]
        ),
    }


def _further_changes(
    difference: ParagraphDifference, citations: ParagraphCitations
) -> Iterator[str]:
    """Sentences under the heading: the move, the count of words, label, kind, footnotes."""
    concordance_row = difference.concordance_row
    if concordance_row.is_moved:
        yield _move_sentence(
            concordance_row.earlier_paragraphs[0].paragraph_id,
            concordance_row.later_paragraphs[0].paragraph_id,
            citations,
        )
    # Of a new or deleted paragraph all words are shown as such; typography changes no word.
    if concordance_row.change not in ("dropped", "new", "typographic"):
        yield from _word_count_phrases(difference)
    if concordance_row.is_one_to_one:
        yield from other_changes(
            concordance_row.earlier_paragraphs[0], concordance_row.later_paragraphs[0]
        )
    # Several that were split or merged: of their fields only the footnotes are compared.
    elif (
        difference.notes_redline
        and concordance_row.earlier_paragraphs
        and concordance_row.later_paragraphs
    ):
        yield notes_change(
            _all_notes(concordance_row.earlier_paragraphs),
            _all_notes(concordance_row.later_paragraphs),
        )


def _move_sentence(earlier_id: int, later_id: int, citations: ParagraphCitations) -> str:
    """After which paragraphs a moved one stood, and stands; takes its ids on both sides."""
    stood_after, stands_after = (
        citations.stood_after.get(earlier_id, ""),
        citations.stands_after.get(later_id, ""),
    )
    values = {"then": stood_after, "now": stands_after}
    if stood_after and stands_after:
        return _("from after %(then)s to after %(now)s") % values
    if stood_after:
        return _("from after %(then)s to the beginning") % values
    return _("from the beginning to after %(now)s") % values


def _word_count_phrases(difference: ParagraphDifference) -> Iterator[str]:
    """How many words were inserted and deleted, a phrase each."""
    inserted, deleted = difference.word_counts.inserted, difference.word_counts.deleted
    if inserted:
        yield ngettext("%(n)d word inserted", "%(n)d words inserted", inserted) % {"n": inserted}
    if deleted:
        yield ngettext("%(n)d word deleted", "%(n)d words deleted", deleted) % {"n": deleted}


def _all_notes(paragraphs: Iterable[ParagraphSnapshot]) -> list[str]:
    return [note for paragraph in paragraphs for note in paragraph.notes]


def _changed_paragraphs(
    paragraphs: Sequence[ParagraphSnapshot], redlines: Sequence[Redline], hidden_op: str
) -> tuple[ChangedParagraph, ...]:
    """Each paragraph of one side, without the pieces of `hidden_op`.

    The earlier side hides insertions; the later one shows also what was deleted.
    """
    changed_paragraphs = []
    for paragraph, redline in zip(paragraphs, redlines, strict=True):
        pieces = tuple(piece for piece in with_typography_flags(redline) if piece[0] != hidden_op)
        changed_paragraphs.append(
            ChangedParagraph(
                paragraph, tuple((op, text) for op, text, _is_typographic in pieces), pieces
            )
        )
    return tuple(changed_paragraphs)


def _position_note(mark: PositionMark, citations: ParagraphCitations) -> PositionNote:
    """The note at the place of a paragraph whose change is shown elsewhere."""
    concordance_row = citations.difference_by_paragraph_id[
        mark.paragraph.paragraph_id
    ].concordance_row
    # A paragraph whose change is shown elsewhere is never a dropped one.
    shown_paragraph = concordance_row.later_paragraphs[0]
    names = citations.earlier_names if mark.is_gone else citations.later_names
    values = {
        "name": names[mark.paragraph.paragraph_id],
        "other": citations.later_names[shown_paragraph.paragraph_id],
        "place": citations.stands_after.get(shown_paragraph.paragraph_id, ""),
    }
    sentence = _position_sentence(mark, concordance_row, values) % values
    return PositionNote(mark.paragraph, sentence, shown_paragraph.public_id, mark.is_gone)


def _position_sentence(
    mark: PositionMark, concordance_row: ConcordanceRow, values: Mapping[str, str]
) -> str:
    """The sentence of a note, with placeholders for `values`."""
    if not mark.is_gone:
        return _("%(name)s is here. It is shown with %(other)s.")
    if mark.paragraph.paragraph_id not in {
        paragraph.paragraph_id for paragraph in concordance_row.later_paragraphs
    }:
        return _("%(name)s was here. Its words are now in %(other)s.")
    if not values["place"]:
        return _("%(name)s was here. It moved to the beginning.")
    return _("%(name)s was here. It moved to after %(place)s.")


# --- What did not change -------------------------------------------------------------------------


# So many unchanged paragraphs in a row are shown open; more are folded.
_MAX_UNFOLDED = 1


def _unchanged_line(concordance_row: ConcordanceRow) -> UnchangedLine:
    return UnchangedLine(
        concordance_row.later_paragraphs[0],
        concordance_row.earlier_paragraphs[0].label or _("none")
        if concordance_row.is_relabelled
        else "",
    )


def _folds_before_change(
    unchanged_lines: Sequence[UnchangedLine], citations: ParagraphCitations
) -> list[Fold]:
    """The folds before a change; the heading of its section is left in sight."""
    heading_indexes = [
        index
        for index, line in enumerate(unchanged_lines)
        if line.paragraph.kind == ParagraphKind.HEADING
    ]
    if not heading_indexes:
        return _fold_of(unchanged_lines, citations)
    last_heading_index = heading_indexes[-1]
    heading = Fold((unchanged_lines[last_heading_index],), "", is_closed=False)
    return [
        *_fold_of(unchanged_lines[:last_heading_index], citations),
        heading,
        *_fold_of(unchanged_lines[last_heading_index + 1 :], citations),
    ]


def _fold_of(unchanged_lines: Sequence[UnchangedLine], citations: ParagraphCitations) -> list[Fold]:
    """The fold of these paragraphs, closed where they are many; no fold for none."""
    if not unchanged_lines:
        return []
    is_closed = len(unchanged_lines) > _MAX_UNFOLDED
    return [
        Fold(
            tuple(unchanged_lines),
            _fold_title(unchanged_lines, citations) if is_closed else "",
            is_closed,
        )
    ]


def _fold_title(unchanged_lines: Sequence[UnchangedLine], citations: ParagraphCitations) -> str:
    """How many unchanged paragraphs a closed fold holds, and from which to which."""
    count = len(unchanged_lines)
    phrases = [
        ngettext("%(n)d unchanged paragraph", "%(n)d unchanged paragraphs", count) % {"n": count}
    ]
    names = [
        citations.later_names[line.paragraph.paragraph_id]
        for line in unchanged_lines
        if line.paragraph.label
    ]
    if len(names) > 1:
        phrases.append(_("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]})
    if renumbered := sum(bool(line.earlier_label) for line in unchanged_lines):
        phrases.append(
            ngettext("%(n)d renumbered", "%(n)d renumbered", renumbered) % {"n": renumbered}
        )
    return " · ".join(phrases)
