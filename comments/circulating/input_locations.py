"""Where each input is read once a text is circulated: with a paragraph, or below the text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comments.inputs.placement import descent_links_until, place_inputs
from comments.models import Comment, CommentKind
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader
from drafts.circulating.outgoing import OutgoingRevision
from drafts.comparing.concordance import (
    CitedParagraph,
    ConcordanceChange,
    DisplayedConcordanceRow,
    ParagraphSnapshot,
    concordance_lines,
)
from drafts.models import Descent, Revision


@dataclass(frozen=True, slots=True)
class LocatedInput:
    """An input as a list names it."""

    reference: str  # "PRT-7"
    delegation_name: str
    kind: str  # in words
    # What became of its words in the text that goes out, where that is asked; else "".
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class InputLocation:
    """The inputs on one paragraph of the last revision, and where they are read in the next."""

    # None where the last revision no longer has the paragraph, and lists its inputs below the text.
    earlier_paragraph: CitedParagraph | None
    # None where the next revision lists them below the text.
    later_paragraph: CitedParagraph | None
    sentence: str  # that says where the next revision has them
    inputs: tuple[LocatedInput, ...]
    # Whether the next revision has the paragraph with the same words, at the same place.
    is_kept: bool = False

    @property
    def is_relabelled(self) -> bool:
        """Whether the paragraph has another label in the next revision."""
        earlier, later = self.earlier_paragraph, self.later_paragraph
        return bool(earlier and later and earlier.name != later.name)

    @property
    def is_unchanged(self) -> bool:
        """Whether the inputs stay where they are, on the same words under the same label."""
        return self.is_kept and not self.is_relabelled


def input_locations(access: Access, outgoing: OutgoingRevision) -> list[InputLocation]:
    """Where the inputs are read, by paragraph in the order of the next revision: three queries."""
    if outgoing.last_revision is None or outgoing.concordance is None:  # none circulated yet
        return []
    lines = concordance_lines(outgoing.concordance)
    rows_and_lines = list(zip(outgoing.concordance.rows, lines, strict=True))
    cited_by_earlier_id = dict(
        _citations_by_paragraph_id(
            (row.earlier_paragraphs, line.earlier_citations) for row, line in rows_and_lines
        )
    )
    cited_by_later_id = dict(
        _citations_by_paragraph_id(
            (row.later_paragraphs, line.later_citations) for row, line in rows_and_lines
        )
    )
    row_index_by_earlier_id = {
        paragraph.paragraph_id: row_index
        for row_index, row in enumerate(outgoing.concordance.rows)
        for paragraph in row.earlier_paragraphs
    }
    inputs_by_earlier_and_later_id = _inputs_by_earlier_and_later_id(
        access, outgoing, outgoing.last_revision, row_index_by_earlier_id
    )
    locations = []
    index_after_all_rows = len(lines)
    ids_in_order = sorted(
        inputs_by_earlier_and_later_id,
        key=lambda earlier_and_later_id: (
            row_index_by_earlier_id.get(earlier_and_later_id[0], index_after_all_rows),
            earlier_and_later_id,
        ),
    )
    for earlier_id, later_id in ids_in_order:
        row_index = row_index_by_earlier_id.get(earlier_id)
        line = None if row_index is None else lines[row_index]
        later_paragraph = cited_by_later_id.get(later_id)
        location = InputLocation(
            earlier_paragraph=cited_by_earlier_id.get(earlier_id),
            later_paragraph=later_paragraph,
            sentence=_location_sentence(line, later_paragraph),
            inputs=tuple(inputs_by_earlier_and_later_id[earlier_id, later_id]),
            is_kept=line is not None and line.change == "kept" and later_paragraph is not None,
        )
        locations.append(location)
    return locations


def _inputs_by_earlier_and_later_id(
    access: Access,
    outgoing: OutgoingRevision,
    last_revision: Revision,
    row_index_by_earlier_id: Mapping[int, int],
) -> dict[tuple[int, int], list[LocatedInput]]:
    """The inputs in force by the paragraph under which they are read: now, and in the next text."""
    # Which paragraph followed which, up to the text that goes out.
    descents = Descent.objects.filter(paragraph__draft=outgoing.draft).order_by("pk")
    links = list(descents.values_list("paragraph_id", "follows_id"))
    place_by_later_id = {paragraph.pk: place for place, paragraph in enumerate(outgoing.paragraphs)}
    current_id_after = place_inputs(place_by_later_id, links).current_id_by_earlier_id
    # The order of these paragraphs is that of their rows in the concordance.
    current_id_before = place_inputs(
        row_index_by_earlier_id, descent_links_until(last_revision)
    ).current_id_by_earlier_id
    comments = Comment.objects.visible_to(access).in_force().filter(paragraph__draft=outgoing.draft)
    inputs_by_earlier_and_later_id: dict[tuple[int, int], list[LocatedInput]] = {}
    for paragraph_id, seat_code, number, seat_name, kind in comments.in_table_order().values_list(
        "paragraph_id", "seat__code", "number", "seat__name", "kind"
    ):
        earlier_and_later_id = (
            current_id_before.get(paragraph_id, paragraph_id),
            current_id_after.get(paragraph_id, paragraph_id),
        )
        kind_label = str(CommentKind(kind).label)
        located_input = LocatedInput(
            f"{seat_code}-{number}", name_for_reader(seat_name), kind_label
        )
        inputs_by_earlier_and_later_id.setdefault(earlier_and_later_id, []).append(located_input)
    return inputs_by_earlier_and_later_id


def _citations_by_paragraph_id(
    pairs: Iterable[tuple[Sequence[ParagraphSnapshot], Sequence[CitedParagraph]]],
) -> Iterator[tuple[int, CitedParagraph]]:
    """Each paragraph's id with how it is cited."""
    for paragraphs, cited in pairs:
        yield from zip((paragraph.paragraph_id for paragraph in paragraphs), cited, strict=True)


def _location_sentence(
    line: DisplayedConcordanceRow | None, later_paragraph: CitedParagraph | None
) -> str:
    """Where the inputs on a paragraph are read next, as a sentence."""
    if line is None:
        return _("Already listed separately below the text, and they stay there.")
    if later_paragraph is None:
        return _("The paragraph is deleted. The inputs stay on record, listed below the text.")
    sentences: dict[ConcordanceChange, str] = {
        "kept": _("The words and the inputs stay as they were."),
        "typographic": _("Only typography changes. The inputs stay with their paragraph."),
        "reworded": _("Reworded. Each input shows its original words next to the current ones."),
        "moved": _("The paragraph moves with its inputs."),
        "split": _("Split. The inputs are under the first part. The others point to it."),
        "merged": _("Merged. The inputs are at the merged paragraph."),
    }
    # A dropped paragraph has no later one, and on a new one there are no inputs yet.
    return sentences.get(line.change, "")
