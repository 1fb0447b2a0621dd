"""Where each input is read once a text is circulated: with its paragraph, or apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comments.models import Comment, CommentKind
from comments.threads.input_placement import descent_links_until, place_inputs
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader
from drafts.circulating.outgoing import OutgoingRevision
from drafts.comparing.concordance import ConcordanceChange
from drafts.comparing.concordance import ParagraphState as Paragraph
from drafts.comparing.concordance_lines import (
    CitedParagraph,
    DisplayedConcordanceRow,
    concordance_lines,
)
from drafts.models import Descent, Revision


@dataclass(frozen=True, slots=True)
class LocatedInput:
    """An input as a list names it."""

    reference: str
    who: str
    kind: str
    # What became of its words in the text that goes out, where that is asked.
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class InputLocation:
    """The inputs on one paragraph of the last revision, and where they are read in the next."""

    then: CitedParagraph | None
    # None where they are listed below the text.
    home: CitedParagraph | None
    sentence: str
    said: tuple[LocatedInput, ...]
    is_kept: bool = False

    @property
    def is_renamed(self) -> bool:
        return bool(self.then and self.home and self.then.label != self.home.label)

    @property
    def is_quiet(self) -> bool:
        """Whether the inputs stay where they are, on the same words under the same label."""
        return self.is_kept and not self.is_renamed


def input_locations(access: Access, outgoing: OutgoingRevision) -> list[InputLocation]:
    """Paragraph by paragraph in the order of the next revision: three queries at any length."""
    if outgoing.last_revision is None or outgoing.concordance is None:
        return []
    lines = concordance_lines(outgoing.concordance)
    paired = list(zip(outgoing.concordance.rows, lines, strict=True))
    cited_then = dict(
        _cited_by_key((row.earlier_paragraphs, line.earlier_citations) for row, line in paired)
    )
    cited_now = dict(
        _cited_by_key((row.later_paragraphs, line.later_citations) for row, line in paired)
    )
    places = {
        paragraph.paragraph_id: place
        for place, row in enumerate(outgoing.concordance.rows)
        for paragraph in row.earlier_paragraphs
    }
    inputs = _inputs_by_home(access, outgoing, outgoing.last_revision, places)
    locations = []
    for before, after in sorted(inputs, key=lambda pair: (places.get(pair[0], len(lines)), pair)):
        line, home = lines[places[before]] if before in places else None, cited_now.get(after)
        location = InputLocation(
            then=cited_then.get(before),
            home=home,
            sentence=_location_sentence(line, home),
            said=tuple(inputs[before, after]),
            is_kept=line is not None and line.change == "kept" and home is not None,
        )
        locations.append(location)
    return locations


def _inputs_by_home(
    access: Access, outgoing: OutgoingRevision, last: Revision, places_before: Mapping[int, int]
) -> dict[tuple[int, int], list[LocatedInput]]:
    """The inputs in force by the two paragraphs under which they are read: now, and in the next."""
    descents = Descent.objects.filter(paragraph__draft=outgoing.draft).order_by("pk")
    steps = list(descents.values_list("paragraph_id", "follows_id"))
    places_after = {paragraph.pk: place for place, paragraph in enumerate(outgoing.paragraphs)}
    homes_after = place_inputs(places_after, steps).current_id_by_earlier_id
    homes_before = place_inputs(places_before, descent_links_until(last)).current_id_by_earlier_id
    rows = Comment.objects.visible_to(access).in_force().filter(paragraph__draft=outgoing.draft)
    inputs: dict[tuple[int, int], list[LocatedInput]] = {}
    for key, code, number, who, kind in rows.in_table_order().values_list(
        "paragraph_id", "seat__code", "number", "seat__name", "kind"
    ):
        homes = homes_before.get(key, key), homes_after.get(key, key)
        kind_label = str(CommentKind(kind).label)
        located = LocatedInput(f"{code}-{number}", name_for_reader(who), kind_label)
        inputs.setdefault(homes, []).append(located)
    return inputs


def _cited_by_key(
    pairs: Iterable[tuple[Sequence[Paragraph], Sequence[CitedParagraph]]],
) -> Iterator[tuple[int, CitedParagraph]]:
    for paragraphs, cited in pairs:
        yield from zip((paragraph.paragraph_id for paragraph in paragraphs), cited, strict=True)


def _location_sentence(line: DisplayedConcordanceRow | None, home: CitedParagraph | None) -> str:
    if line is None:
        return _("Already listed separately below the text, and they stay there.")
    if home is None:
        return _("The paragraph is deleted. The inputs stay on record, listed below the text.")
    sentences: dict[ConcordanceChange, str] = {
        "kept": _("The words and the inputs stay as they were."),
        "typographic": _("Only typography changes. The inputs stay with their paragraph."),
        "reworded": _("Reworded. Each input shows its original words next to the current ones."),
        "moved": _("The paragraph moves with its inputs."),
        "split": _("Split. The inputs are under the first part. The others point to it."),
        "merged": _("Merged. The inputs are at the merged paragraph."),
    }
    return sentences.get(line.change, "")
