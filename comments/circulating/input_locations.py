"""Where inputs are read once a text is circulated: with a paragraph, or below the text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.translation import gettext as _

from comments.inputs.placement import descent_links_until, place_inputs
from comments.models import Comment
from consultations.rules.access import Access
from drafts.circulating.outgoing import OutgoingRevision
from drafts.comparing.concordance import (
    CitedParagraph,
    ConcordanceChange,
    DisplayedConcordanceRow,
    ParagraphSnapshot,
    concordance_lines,
)
from drafts.comparing.sections import section_row_of_concordance
from drafts.models import Descent, ParagraphKind, Revision
from drafts.text.sections import SectionedText, SectionRow, cut_into_sections

# Of the inputs on one paragraph so many are listed; the others are counted.
MAX_LISTED = 20
# The bytes of mark-up of a paragraph with inputs, and of each input that is listed.
LOCATION_BYTES = 700
INPUT_BYTES = 240


@dataclass(frozen=True, slots=True)
class LocatedInput:
    """An input as a list names it."""

    reference: str  # "PRT-7"
    delegation_name: str
    kind: str  # in words
    # What becomes of its words in the text that goes out; "" where it proposes none.
    outcome: str


@dataclass(frozen=True, slots=True)
class InputLocation:
    """The inputs on one paragraph of the last revision, and where they are read in the next."""

    # None where the last revision no longer has the paragraph, and lists its inputs below the text.
    earlier_paragraph: CitedParagraph | None
    # None where the next revision lists them below the text.
    later_paragraph: CitedParagraph | None
    sentence: str  # that says where the next revision has them
    # The paragraphs that they were made on: it, and those that it followed.
    paragraph_ids: tuple[int, ...]
    input_count: int
    # The first of them, once they were read (`outcome_preview`).
    inputs: tuple[LocatedInput, ...] = ()
    # Whether the next revision has the paragraph with the same words, at the same place.
    is_kept: bool = False

    @property
    def further_count(self) -> int:
        """How many inputs there are beyond those listed."""
        return self.input_count - len(self.inputs)

    @property
    def is_relabelled(self) -> bool:
        """Whether the paragraph has another label in the next revision."""
        earlier, later = self.earlier_paragraph, self.later_paragraph
        return bool(earlier and later and earlier.name != later.name)

    @property
    def is_unchanged(self) -> bool:
        """Whether the inputs stay where they are, on the same words under the same label."""
        return self.is_kept and not self.is_relabelled


def input_locations(
    access: Access, outgoing: OutgoingRevision
) -> SectionedText[tuple[InputLocation, ...]]:
    """Where the inputs are read, by section in the order of the next revision: three queries.

    Counted, not listed. A section without inputs is left out; inputs listed below the last revision
    are in the last section.
    """
    if outgoing.last_revision is None or outgoing.concordance is None:  # none circulated yet
        return SectionedText((), is_long=False)
    rows = outgoing.concordance.rows
    lines = concordance_lines(outgoing.concordance)
    rows_and_lines = list(zip(rows, lines, strict=True))
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
        for row_index, row in enumerate(rows)
        for paragraph in row.earlier_paragraphs
    }
    counts_by_earlier_and_later_id = _counts_by_earlier_and_later_id(
        access, outgoing, outgoing.last_revision, row_index_by_earlier_id
    )
    locations_by_row_index: dict[int | None, list[InputLocation]] = {}
    for earlier_id, later_id in sorted(counts_by_earlier_and_later_id):
        count_by_paragraph_id = counts_by_earlier_and_later_id[earlier_id, later_id]
        row_index = row_index_by_earlier_id.get(earlier_id)
        line = None if row_index is None else lines[row_index]
        later_paragraph = cited_by_later_id.get(later_id)
        location = InputLocation(
            earlier_paragraph=cited_by_earlier_id.get(earlier_id),
            later_paragraph=later_paragraph,
            sentence=_location_sentence(line, later_paragraph),
            paragraph_ids=tuple(count_by_paragraph_id),
            input_count=sum(count_by_paragraph_id.values()),
            is_kept=line is not None and line.change == "kept" and later_paragraph is not None,
        )
        locations_by_row_index.setdefault(row_index, []).append(location)
    section_rows = []
    for row_index, row in enumerate(rows):
        locations = tuple(locations_by_row_index.get(row_index, ()))
        section_rows.append(section_row_of_concordance(locations, row, _weight_of(locations)))
    # Each by itself, so that a page that is full of them is cut.
    for location in locations_by_row_index.get(None, ()):
        weight = _weight_of([location])
        section_rows.append(
            SectionRow((location,), ParagraphKind.OPERATIVE, 0, "", "", weight, is_struck=True)
        )
    text = cut_into_sections(section_rows)
    return replace(text, sections=tuple(section for section in text.sections if any(section.items)))


def _weight_of(locations: Iterable[InputLocation]) -> int:
    return sum(
        LOCATION_BYTES + INPUT_BYTES * min(location.input_count, MAX_LISTED)
        for location in locations
    )


def _counts_by_earlier_and_later_id(
    access: Access,
    outgoing: OutgoingRevision,
    last_revision: Revision,
    row_index_by_earlier_id: Mapping[int, int],
) -> dict[tuple[int, int], dict[int, int]]:
    """How many inputs in force each paragraph has, by that under which they are read: now, and in
    the next text."""
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
    counts_by_earlier_and_later_id: dict[tuple[int, int], dict[int, int]] = {}
    for paragraph_id, count in (
        comments.order_by().values_list("paragraph_id").annotate(number=Count("*"))
    ):
        earlier_and_later_id = (
            current_id_before.get(paragraph_id, paragraph_id),
            current_id_after.get(paragraph_id, paragraph_id),
        )
        counts = counts_by_earlier_and_later_id.setdefault(earlier_and_later_id, {})
        counts[paragraph_id] = count
    return counts_by_earlier_and_later_id


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
