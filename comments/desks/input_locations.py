"""Where each standing input is read once a text goes out: with its paragraph, or apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comments.models import Comment, CommentKind
from comments.threads.homes import homes_in, steps_until
from consultations.rules.access import Access
from delegations.reader_names import name_for_reader
from drafts.circulating.outgoing import Outgoing
from drafts.comparing.concordance import How
from drafts.comparing.concordance import ParagraphState as Paragraph
from drafts.comparing.concordance_lines import Cited, ConcordanceLine, concordance_lines
from drafts.models import Descent, Revision


@dataclass(frozen=True, slots=True)
class LocatedInput:
    """An input as a list names it."""

    reference: str
    who: str
    kind: str
    # What the text that goes out holds of its words, where that is asked.
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class InputLocation:
    """The standing inputs on one paragraph of the last revision, and where they are read next."""

    then: Cited | None
    # None where they stand apart, below the text.
    home: Cited | None
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


def input_locations(access: Access, going: Outgoing) -> list[InputLocation]:
    """Paragraph by paragraph in the order of the next revision: three queries at any length."""
    if going.last is None or going.became is None:
        return []
    lines = concordance_lines(going.became)
    paired = list(zip(going.became.rows, lines, strict=True))
    then = dict(_by_key((row.then, line.then) for row, line in paired))
    now = dict(_by_key((row.now, line.now) for row, line in paired))
    at = {said.key: place for place, row in enumerate(going.became.rows) for said in row.then}
    said = _said_by_home(access, going, going.last, at)
    return [
        InputLocation(
            then.get(before),
            now.get(after),
            _sentence(lines[at[before]] if before in at else None, now.get(after)),
            tuple(said[before, after]),
            is_kept=before in at and lines[at[before]].how == "kept" and after in now,
        )
        for before, after in sorted(said, key=lambda homes: (at.get(homes[0], len(lines)), homes))
    ]


def _said_by_home(
    access: Access, going: Outgoing, last: Revision, before: Mapping[int, int]
) -> dict[tuple[int, int], list[LocatedInput]]:
    """The standing inputs by the paragraph under which they are read now, and will be."""
    descents = Descent.objects.filter(paragraph__draft=going.draft).order_by("pk")
    steps = list(descents.values_list("paragraph_id", "follows_id"))
    after = {paragraph.pk: place for place, paragraph in enumerate(going.paragraphs)}
    now, then = homes_in(after, steps).moved, homes_in(before, steps_until(last)).moved
    rows = Comment.objects.visible_to(access).in_force().filter(paragraph__draft=going.draft)
    said: dict[tuple[int, int], list[LocatedInput]] = {}
    for key, code, number, who, kind in rows.in_table_order().values_list(
        "paragraph_id", "seat__code", "number", "seat__name", "kind"
    ):
        homes = then.get(key, key), now.get(key, key)
        one = LocatedInput(f"{code}-{number}", name_for_reader(who), str(CommentKind(kind).label))
        said.setdefault(homes, []).append(one)
    return said


def _by_key(
    rows: Iterable[tuple[Sequence[Paragraph], Sequence[Cited]]],
) -> Iterator[tuple[int, Cited]]:
    for said, cited in rows:
        yield from zip((one.key for one in said), cited, strict=True)


def _sentence(line: ConcordanceLine | None, home: Cited | None) -> str:
    if line is None:
        return _("Already listed separately below the text, and they stay there.")
    if home is None:
        return _("The paragraph is deleted. The inputs stay on record, listed below the text.")
    sentences: dict[How, str] = {
        "kept": _("The words and the inputs stay as they were."),
        "typographic": _("Only typography changes. The inputs stay with their paragraph."),
        "reworded": _("Reworded. Each input shows its original words next to the current ones."),
        "moved": _("The paragraph moves with its inputs."),
        "split": _("Split. The inputs are under the first part. The others point to it."),
        "merged": _("Merged. The inputs are at the merged paragraph."),
    }
    return sentences.get(line.how, "")
