"""Labels: how a paragraph is cited, by the scheme of its text. Uses no database.

Inside a revision nothing is renumbered: additions in between are bis, ter, … A whole text is
numbered when it is first circulated, and renumbered where its facilitators choose so.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol, Self

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from drafts.models import AnnexNumbering, Draft, Numbering, ParagraphKind, SubparagraphLabels
from drafts.parsing.number_formats import roman_figures
from drafts.words.organs import names_organ
from drafts.words.quoting import quoted_beginning

# What follows the label of a paragraph that was inserted after another one.
LATIN_SUFFIXES = (
    "bis",
    "ter",
    "quater",
    "quinquies",
    "sexies",
    "septies",
    "octies",
    "novies",
    "decies",
)
# The style of the labels of subparagraphs, level by level: (a), (i), (A), (I), and then again.
_LETTER_STYLES = ("a", "i", "A", "I")
# What people write before the number of a paragraph, in six languages, without spaces. The longer
# words are removed first: "para" alone would leave "graph" of "paragraph".
_WORDS_BEFORE_NUMBER = (
    *("operativeparagraph", "preambularparagraph", "paragraphe", "paragraph", "párrafo", "пункт"),
    *("paras.", "para.", "para", "párr.", "par.", "الفقرة", "п."),
)
# The letters before the number where it is cited as OP14 or PP3.
_KIND_PREFIX: dict[str, str] = {ParagraphKind.OPERATIVE: "op", ParagraphKind.PREAMBULAR: "pp"}
# A normalized label such as "op14".
_PREFIX_AND_NUMBER = re.compile(r"(op|pp)\d")
# The number at the start of a heading: "II", "II. Prevention", "A) Scope"; not "I am".
_CHAPTER_NUMBER = re.compile(r"([IVX]{1,7}|[A-Z])(?:[.)](?:\s|$)|$)")


class Relabelling(TextChoices):
    """What happens to the labels when a text is circulated."""

    KEEP = "keep", _("keep the labels")
    RENUMBER = "renumber", _("renumber")


@dataclass(frozen=True, slots=True)
class NumberingScheme:
    """How a text numbers its paragraphs, subparagraphs and annexes."""

    numbering: str
    levels: str = SubparagraphLabels.LETTERS  # how subparagraphs are labelled
    annexes: str = AnnexNumbering.RUNNING

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(draft.numbering, draft.levels, draft.annexes)

    @property
    def gives_numbers(self) -> bool:
        """Whether it gives numbers at all, and not only keeps those of a file."""
        return self.numbering not in {Numbering.AS_GIVEN, Numbering.NONE}


class NumberedParagraph(Protocol):
    """The fields of whatever is numbered: a paragraph of the desk, or a row of a file.

    `file_id` is its id in the file that it was read from; empty where it was read from none.
    """

    @property
    def pk(self) -> int: ...

    @property
    def parent_id(self) -> int | None: ...

    @property
    def kind(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def file_id(self) -> str: ...


def first_labels(
    scheme: NumberingScheme, paragraphs: Sequence[NumberedParagraph]
) -> dict[int, str]:
    """The labels of a text that has none yet, by paragraph id. Labels already given are kept.

    A paragraph that has no number in its file gets none where the file numbers others of its kind
    below the same parent.
    """
    # The kinds of siblings of which the file numbers some.
    kinds_and_parents_numbered = {
        (paragraph.kind, paragraph.parent_id)
        for paragraph in paragraphs
        if paragraph.label and paragraph.file_id
    }
    # An empty label counts as given, too: such a paragraph gets no number.
    given_label_by_id = {
        paragraph.pk: paragraph.label
        for paragraph in paragraphs
        if paragraph.label
        or (
            paragraph.file_id
            and (paragraph.kind, paragraph.parent_id) in kinds_and_parents_numbered
        )
    }
    return _numbered_labels(scheme, paragraphs, given_label_by_id)


def renumbered_labels(
    scheme: NumberingScheme, paragraphs: Sequence[NumberedParagraph]
) -> dict[int, str]:
    """The labels of a renumbered text, by paragraph id: no bis, ter or alt is left.

    Paragraphs that the scheme does not number keep their labels.
    """
    return _numbered_labels(scheme, paragraphs, {})


def label_after(label: str, taken_labels: Iterable[str]) -> str:
    """The label of a paragraph added after one labelled `label`: "OP3" gives "OP3 bis".

    Empty after an unlabelled paragraph, and from the tenth addition on: write one by hand.
    """
    if not label:
        return ""
    words = label.split()
    base_label = " ".join(words[:-1]) if words[-1] in LATIN_SUFFIXES else label
    used_labels = set(taken_labels)
    return next(
        (
            f"{base_label} {suffix}"
            for suffix in LATIN_SUFFIXES
            if f"{base_label} {suffix}" not in used_labels
        ),
        "",
    )


def alternative_label(label: str, taken_labels: Iterable[str]) -> str:
    """The label of a candidate to replace the paragraph labelled `label`: "OP5" gives "OP5 alt".

    Further ones are OP5 alt 2, OP5 alt 3. Empty for an unlabelled paragraph.
    """
    if not label:
        return ""
    words = label.split()
    base_label = " ".join(words[: words.index("alt")]) if "alt" in words[1:] else label
    used_labels = set(taken_labels)
    candidates = (f"{base_label} alt{f' {number}' if number > 1 else ''}" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in used_labels)


@dataclass(frozen=True)
class NextLabels:
    """The labels that a paragraph added after another would get: "OP3 bis"; "OP3 alt".

    Empty where it would get none.
    """

    addition: str = ""
    alternative: str = ""


def citation_below(citation: str, label: str) -> str:
    """The citation of a subparagraph below this citation: "OP3(a)", but "OP3 bis (a)"."""
    if not label.startswith("("):
        return label
    space = " " if citation[-1:].isalpha() or citation.endswith(("”", "”)")) else ""
    return f"{citation}{space}{label}"


def citations_by_paragraph_id(rows: Iterable[tuple[int, int | None, str]]) -> dict[int, str]:
    """The citation of each paragraph of a text: "OP3(a)". Rows: its id, its parent's, its label.

    A parent comes before its children.
    """
    citations: dict[int, str] = {}
    for paragraph_id, parent_id, label in rows:
        citations[paragraph_id] = citation_below(citations.get(parent_id or 0, ""), label)
    return citations


def name_of_paragraph(label: str, kind: str, text: str) -> str:
    """The name of a paragraph: its label; without one "Title" for a title, else its first words.

    By itself: `names` tells the paragraphs of a text from each other.
    """
    if label or kind == ParagraphKind.TITLE:
        return label or str(capfirst(ParagraphKind.TITLE.label))
    return quoted_beginning(text)


# A paragraph as one cites it: its id, its parent's, its label, and its name (`text/names`).
CitedRow = tuple[int, int | None, str, str]
# The columns of a wording that make one.
CITED_COLUMNS = ("paragraph", "parent", "label", "name")


def paragraph_ids_cited_as(typed_label: str, rows: Sequence[CitedRow]) -> list[int]:
    """The ids of the paragraphs cited as somebody typed; a parent comes before its children.

    Spaces and capitals do not matter, nor does "paragraph" before the number. Where none has this
    name, those cited so: "1" of the text and of its annex; then those with this label below any
    parent: "(a)"; then those with this number, "14" for OP14.
    """
    wanted_label = normalized_label(typed_label)
    if not wanted_label:
        return []
    citation_by_id = citations_by_paragraph_id(row[:3] for row in rows)
    ids_with_name = [
        paragraph_id
        for paragraph_id, _parent_id, _label, name in rows
        if normalized_label(name) == wanted_label
    ]
    ids_with_label = [
        paragraph_id
        for paragraph_id, _parent_id, label, _name in rows
        if normalized_label(label) == wanted_label
    ]
    ids_with_citation = [
        paragraph_id
        for paragraph_id, citation in citation_by_id.items()
        if normalized_label(citation) == wanted_label
    ]
    return (
        ids_with_name
        or ids_with_citation
        or ids_with_label
        or [
            paragraph_id
            for paragraph_id, citation in citation_by_id.items()
            if _without_prefix(normalized_label(citation)) == _without_prefix(wanted_label)
        ]
    )


def normalized_label(label: str) -> str:
    """A label in one spelling: "12" for "para. 12.", "§ 12" and "第12段"; "op3" for "OP 3"."""
    normalized = "".join(label.casefold().split()).strip(".:§第段")
    for word in _WORDS_BEFORE_NUMBER:
        normalized = normalized.removeprefix(word)
    return normalized.strip(".:")


def other_names(label: str, kind: str) -> set[str]:
    """Its other names in tables, normalized: "op14" for "14", "3" for "PP3", "a" for "(a)"."""
    normalized, prefix = normalized_label(label), _KIND_PREFIX.get(kind, "")
    number = _without_prefix(normalized)
    return {number, f"{prefix}{number}", normalized.strip("()")} - {normalized, ""}


def _without_prefix(normalized: str) -> str:
    """A normalized label without "op" or "pp", two letters, before its number."""
    return normalized[2:] if _PREFIX_AND_NUMBER.match(normalized) else normalized


# --- Counting ------------------------------------------------------------------------------------


class _LabelSeries:
    """Running numbers of several series; labels that are given already are skipped.

    `given_labels` are pairs: the id of the parent (0: none), the label.
    """

    def __init__(self, given_labels: Iterable[tuple[int, str]]) -> None:
        self._given_labels = set(given_labels)
        self._counts: Counter[tuple[int, str]] = Counter()

    def next(self, parent_id: int, series: str, label_of_number: Callable[[int], str]) -> str:
        """The next label of a series among those below one paragraph (0: below none)."""
        label = ""
        while not label or (parent_id, label) in self._given_labels:
            self._counts[parent_id, series] += 1
            label = label_of_number(self._counts[parent_id, series])
        return label


def _numbered_labels(
    scheme: NumberingScheme,
    paragraphs: Sequence[NumberedParagraph],
    given_label_by_id: Mapping[int, str],
) -> dict[int, str]:
    """The label of each paragraph by id; those given already stay."""
    label_by_id = {paragraph.pk: paragraph.label for paragraph in paragraphs}
    if not scheme.gives_numbers:
        return label_by_id
    parent_id_by_id = _parent_id_by_id(paragraphs)
    chapter_number_by_id = (
        _chapter_number_by_id(paragraphs) if scheme.numbering == Numbering.CHAPTERS else {}
    )
    label_series = _LabelSeries(
        (parent_id_by_id.get(paragraph_id, 0), label)
        for paragraph_id, label in given_label_by_id.items()
    )
    current_chapter = ""
    for paragraph in paragraphs:
        current_chapter = chapter_number_by_id.get(paragraph.pk, current_chapter)
        if paragraph.pk in given_label_by_id:
            continue
        if paragraph.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING}:
            if paragraph.pk in chapter_number_by_id:
                # No label where its words begin with a number already.
                label_by_id[paragraph.pk] = (
                    "" if _CHAPTER_NUMBER.match(paragraph.text) else current_chapter
                )
        elif paragraph.pk in parent_id_by_id:
            depth = _depth(paragraph.pk, parent_id_by_id)
            label_by_id[paragraph.pk] = _subparagraph_label(
                scheme, label_series, parent_id_by_id[paragraph.pk], depth, label_by_id
            )
        # "The General Assembly," opens the preamble, and is not numbered.
        elif paragraph.kind == ParagraphKind.PREAMBULAR and names_organ(paragraph.text):
            label_by_id[paragraph.pk] = ""
        elif (prefix := _number_prefix(scheme, paragraph.kind, current_chapter)) is not None:
            label_by_id[paragraph.pk] = label_series.next(0, prefix, _prefixed_number(prefix))
    return label_by_id


def _number_prefix(scheme: NumberingScheme, kind: str, chapter: str) -> str | None:
    """The prefix of the number of a top-level paragraph; None: it has no number."""
    if kind == ParagraphKind.ANNEX and scheme.annexes == AnnexNumbering.OWN:
        return "A"
    if scheme.numbering == Numbering.PP_OP:
        return "PP" if kind == ParagraphKind.PREAMBULAR else "OP"
    if kind == ParagraphKind.PREAMBULAR:
        return None
    has_chapter_number = scheme.numbering == Numbering.CHAPTERS and bool(chapter)
    return f"{chapter}." if has_chapter_number else ""


def _subparagraph_label(
    scheme: NumberingScheme,
    label_series: _LabelSeries,
    parent_id: int,
    depth: int,
    label_by_id: Mapping[int, str],
) -> str:
    """The next label below a paragraph, in the style of this depth (from 1)."""
    if scheme.levels == SubparagraphLabels.LETTERS:
        style = _LETTER_STYLES[(depth - 1) % len(_LETTER_STYLES)]
        return label_series.next(
            parent_id, style, lambda number: f"({_number_in_style(number, style)})"
        )
    if scheme.levels == SubparagraphLabels.DECIMAL and label_by_id[parent_id]:
        return label_series.next(
            parent_id, "decimal", _prefixed_number(f"{label_by_id[parent_id]}.")
        )
    return ""


def _parent_id_by_id(paragraphs: Sequence[NumberedParagraph]) -> dict[int, int]:
    """Id of each subparagraph → id of its parent, where that is given and no title or heading."""
    kind_by_id = {paragraph.pk: paragraph.kind for paragraph in paragraphs}
    return {
        paragraph.pk: paragraph.parent_id
        for paragraph in paragraphs
        if paragraph.parent_id
        and kind_by_id.get(paragraph.parent_id)
        not in {None, ParagraphKind.TITLE, ParagraphKind.HEADING}
    }


def _depth(paragraph_id: int, parent_id_by_id: Mapping[int, int]) -> int:
    """How deep a subparagraph stands: 1 for (a), 2 for (i)."""
    depth = 0
    while paragraph_id in parent_id_by_id:
        depth, paragraph_id = depth + 1, parent_id_by_id[paragraph_id]
    return depth


def _chapter_number_by_id(paragraphs: Sequence[NumberedParagraph]) -> dict[int, str]:
    """The number of each heading that begins a chapter: its own where it has one, else I, II, III.

    Where the text numbers its chapters itself, a heading without a number, or with that of a
    section (A. below I.), is no chapter. The heading of an annex is none either.
    """
    headings = [
        heading for index, heading in enumerate(paragraphs) if _may_begin_chapter(paragraphs, index)
    ]
    own_number_by_id = {heading.pk: _number_in_heading(heading) for heading in headings}
    first_number = next(filter(None, own_number_by_id.values()), "")
    # The text numbers its chapters itself.
    if first_number in {"I", "A"}:
        return {
            heading_id: number
            for heading_id, number in own_number_by_id.items()
            if number and _is_counted_like(number, first_number)
        }
    return {heading.pk: roman_figures(number).upper() for number, heading in enumerate(headings, 1)}


def _may_begin_chapter(paragraphs: Sequence[NumberedParagraph], index: int) -> bool:
    """Whether this index is that of a heading, below no other paragraph and not of an annex."""
    heading = paragraphs[index]
    if heading.kind != ParagraphKind.HEADING or heading.parent_id:
        return False
    kinds_below = (
        paragraph.kind
        for paragraph in paragraphs[index + 1 :]
        if paragraph.kind != ParagraphKind.HEADING
    )
    return next(kinds_below, "") != ParagraphKind.ANNEX


def _number_in_heading(heading: NumberedParagraph) -> str:
    """The number with which the label or the words of a heading begin: "II", "A"; empty if none."""
    match = _CHAPTER_NUMBER.match(heading.label) or _CHAPTER_NUMBER.match(heading.text)
    return match[1] if match else ""


def _is_counted_like(number: str, first_number: str) -> bool:
    """Whether a chapter is counted as the first one is: I, II, or A, B."""
    return len(number) == 1 if first_number == "A" else set(number) <= set("IVX")


def _prefixed_number(prefix: str) -> Callable[[int], str]:
    return lambda number: f"{prefix}{number}"


def _number_in_style(number: int, style: str) -> str:
    """A number as a letter (style “a”, “A”) or Roman numeral (“i”, “I”)."""
    formatted = _letters(number) if style in "aA" else roman_figures(number)
    return formatted.upper() if style.isupper() else formatted


def _letters(number: int) -> str:
    """A number in letters: a for 1, z for 26, aa for 27."""
    letters = ""
    while number:
        number, letter_index = divmod(number - 1, 26)
        letters = chr(ord("a") + letter_index) + letters
    return letters
