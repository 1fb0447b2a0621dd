"""The open brackets of a text as its pages show them, with who asks for each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from consultations.models import Seat
from consultations.rules.access import Access
from drafts.brackets.alternatives import BracketChoice, choice_in_bracket
from drafts.brackets.pairs import BracketPair, brackets_in, nesting_depth
from drafts.models import Bracket, BracketAsker, Draft, Paragraph


@dataclass(frozen=True, slots=True)
class AskerWithWords:
    """A delegation or group, and the words it asks for; "" where it asks for the bracket itself."""

    seat: Seat
    words: str


@dataclass(frozen=True, slots=True)
class BracketLine:
    """One bracket: the words it holds, its depth, its alternatives, who asks for it."""

    bracket: Bracket
    held_words: str
    depth: int  # in how many other brackets it stands
    alternatives: tuple[str, ...]
    askers: tuple[AskerWithWords, ...]

    @property
    def asker_names(self) -> tuple[str, ...]:
        """Who asks, each once, in table order."""
        return tuple(dict.fromkeys(asker.seat.name_for_reader for asker in self.askers))


# The order of delegations in a Table of Inputs.
TABLE_ORDER = ("seat__rank", "seat__sort_key", "pk")

type LinesByParagraphId = Mapping[int, Sequence[BracketLine]]


def bracket_lines_on_desk(
    access: Access, draft: Draft, paragraph_ids: Collection[int] | None = None
) -> LinesByParagraphId:
    """The brackets of these paragraphs of the working text, None: of all; three queries."""
    open_brackets = Bracket.objects.visible_to(access).open_in(draft)
    if paragraph_ids is not None:
        open_brackets = open_brackets.filter(paragraph__in=paragraph_ids)
    return _bracket_lines_by_paragraph_id(open_brackets)


def bracket_lines_of(access: Access, paragraph: Paragraph) -> Sequence[BracketLine]:
    """The open brackets of one paragraph: three queries."""
    open_brackets = Bracket.objects.visible_to(access).filter(paragraph=paragraph, is_open=True)
    lines_by_paragraph_id = _bracket_lines_by_paragraph_id(open_brackets.order_by("start"))
    return lines_by_paragraph_id.get(paragraph.pk, ())


def _bracket_lines_by_paragraph_id(brackets: QuerySet[Bracket]) -> LinesByParagraphId:
    """The lines of these brackets, each with its paragraph, and its meeting for the pages."""
    # The same few delegations ask for many brackets: each is read once.
    askers_in_force = (
        BracketAsker.objects.in_force().prefetch_related("seat").order_by(*TABLE_ORDER)
    )
    brackets_by_paragraph_id: dict[int, list[Bracket]] = defaultdict(list)
    for bracket in brackets.select_related("paragraph", "meeting").prefetch_related(
        Prefetch("askers", askers_in_force, to_attr="askers_now")
    ):
        brackets_by_paragraph_id[bracket.paragraph_id].append(bracket)
    return {
        paragraph_id: tuple(_lines_of_paragraph(paragraph_brackets))
        for paragraph_id, paragraph_brackets in brackets_by_paragraph_id.items()
    }


def _lines_of_paragraph(brackets: Sequence[Bracket]) -> list[BracketLine]:
    """The lines of the brackets of one paragraph."""
    text = brackets[0].paragraph.text
    pairs = brackets_in(text).pairs
    return [_bracket_line(text, pairs, bracket) for bracket in brackets]


def _bracket_line(text: str, pairs: Sequence[BracketPair], bracket: Bracket) -> BracketLine:
    """One bracket as its pages show it; `pairs` are all pairs of signs in the text."""
    pair = (bracket.start, bracket.end)
    return BracketLine(
        bracket=bracket,
        held_words=text[bracket.start + 1 : bracket.end],
        depth=nesting_depth(pairs, pair),
        alternatives=alternatives_in(text, choice_in_bracket(text, pairs, pair)),
        askers=tuple(AskerWithWords(asker.seat, asker.words) for asker in bracket.askers_now),  # type: ignore[attr-defined]
    )


def alternatives_in(text: str, choice: BracketChoice | None) -> tuple[str, ...]:
    """The words of each alternative; none where a bracket offers no choice."""
    return (
        tuple(text[alternative.start : alternative.end] for alternative in choice.alternatives)
        if choice
        else ()
    )
