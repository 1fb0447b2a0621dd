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

from drafts.models import Annexes, Draft, Kind, Levels, Numbering
from drafts.readers.number_formats import roman_figures
from drafts.words.organs import names_organ
from drafts.words.quoting import opening_of

LATIN = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies")
# The labels of subparagraphs, level by level: (a), (i), (A), (I), and then again.
_LETTERED = ("a", "i", "A", "I")
# What people write before the number of a paragraph, in six languages; the longer words first.
_WORDS_BEFORE = (
    *("operativeparagraph", "preambularparagraph", "paragraphe", "paragraph", "párrafo", "пункт"),
    *("paras.", "para.", "para", "párr.", "par.", "الفقرة", "п."),
)
_KIND_PREFIX: dict[str, str] = {Kind.OPERATIVE: "op", Kind.PREAMBULAR: "pp"}
_PREFIXED = re.compile(r"(op|pp)\d")
# The number at the start of a heading: "II", "II. Prevention", "A) Scope"; not "I am".
_CHAPTER = re.compile(r"([IVX]{1,7}|[A-Z])(?:[.)](?:\s|$)|$)")


class Relabelling(TextChoices):
    """What happens to the labels when a text is circulated."""

    KEEP = "keep", _("keep the labels")
    RENUMBER = "renumber", _("renumber")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a text numbers its paragraphs, subparagraphs and annexes."""

    numbering: str
    levels: str = Levels.LETTERS
    annexes: str = Annexes.RUNNING

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(draft.numbering, draft.levels, draft.annexes)

    @property
    def counts(self) -> bool:
        """Whether it gives numbers at all, and not only keeps those of a file."""
        return self.numbering not in {Numbering.AS_GIVEN, Numbering.NONE}


class Numbered(Protocol):
    """The fields of whatever is numbered: a paragraph of the desk, or a row of a file."""

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


def first_labels(scheme: Scheme, paragraphs: Sequence[Numbered]) -> dict[int, str]:
    """The labels of a text that has none yet, by key. Labels already given are kept.

    A row that has no number in its file, among numbered ones, gets none.
    """
    numbered = {(row.kind, row.parent_id) for row in paragraphs if row.label and row.file_id}
    given = {
        row.pk: row.label
        for row in paragraphs
        if row.label or (row.file_id and (row.kind, row.parent_id) in numbered)
    }
    return _numbered_labels(scheme, paragraphs, given)


def renumbered(scheme: Scheme, paragraphs: Sequence[Numbered]) -> dict[int, str]:
    """The labels of a renumbered text, by key: no bis, ter or alt is left.

    Paragraphs that the scheme does not number keep their labels.
    """
    return _numbered_labels(scheme, paragraphs, {})


def label_after(label: str, taken_labels: Iterable[str]) -> str:
    """The label of a paragraph added after one labelled `label`: "OP3" gives "OP3 bis".

    Empty after an unlabelled paragraph; after the tenth addition, empty too: write one by hand.
    """
    if not label:
        return ""
    words = label.split()
    stem = " ".join(words[:-1]) if words[-1] in LATIN else label
    used = set(taken_labels)
    return next((f"{stem} {word}" for word in LATIN if f"{stem} {word}" not in used), "")


def alternative_to(label: str, taken_labels: Iterable[str]) -> str:
    """The label of a candidate to replace the paragraph labelled `label`: "OP5" gives "OP5 alt".

    Further ones are OP5 alt 2, OP5 alt 3. Empty for an unlabelled paragraph.
    """
    if not label:
        return ""
    words = label.split()
    stem = " ".join(words[: words.index("alt")]) if "alt" in words[1:] else label
    used = set(taken_labels)
    names_by_key = (f"{stem} alt{f' {number}' if number > 1 else ''}" for number in count(1))
    return next(name for name in names_by_key if name not in used)


@dataclass(frozen=True)
class NextLabels:
    """The labels that a paragraph added after another would get; empty where it would get none."""

    addition: str = ""
    alternative: str = ""


def cited_below(citation: str, label: str) -> str:
    """The citation of a subparagraph below this citation: "OP3(a)", but "OP3 bis (a)"."""
    if not label.startswith("("):
        return label
    gap = " " if citation[-1:].isalpha() or citation.endswith("”") else ""
    return f"{citation}{gap}{label}"


def citations_by_key(rows: Iterable[tuple[int, int | None, str]]) -> dict[int, str]:
    """The citation of each paragraph of a text: "OP3(a)". Rows: its key, its parent, its label.

    A parent comes before its children.
    """
    citations: dict[int, str] = {}
    for key, parent, label in rows:
        citations[key] = cited_below(citations.get(parent or 0, ""), label)
    return citations


def name_of(label: str, kind: str, text: str) -> str:
    """The name of a paragraph: its label, or without one its opening words."""
    if label or kind == Kind.TITLE:
        return label or str(capfirst(Kind.TITLE.label))
    return opening_of(text)


def names_by_key(rows: Iterable[tuple[int, int | None, str, str, str]]) -> dict[int, str]:
    """The name of each paragraph of a text, also of one without a label: "“Recalling …” (a)".

    Rows: its key, its parent, its label, its kind, its text. A parent comes before its children.
    """
    names: dict[int, str] = {}
    for key, parent, *own in rows:
        names[key] = cited_below(names.get(parent or 0, ""), name_of(*own))
    return names


def keys_cited_as(typed: str, rows: Sequence[tuple[int, int | None, str]]) -> list[int]:
    """The keys of the paragraphs cited as somebody typed. Rows as in `citations_by_key`.

    Spaces and capitals do not matter, nor does "paragraph" before the number. Where none is cited
    so, those with this label below any parent: "(a)"; then those with this number, "14" for OP14.
    """
    wanted, citations = plain_label(typed), citations_by_key(rows)
    if not wanted:
        return []
    by_label = [key for key, _parents, label in rows if plain_label(label) == wanted]
    by_citation = [key for key, label in citations.items() if plain_label(label) == wanted]
    return (
        by_citation
        or by_label
        or [
            key
            for key, label in citations.items()
            if _number_of(plain_label(label)) == _number_of(wanted)
        ]
    )


def plain_label(label: str) -> str:
    """A label in one spelling: "12" for "para. 12.", "§ 12" and "12"; "op3" for "OP 3"."""
    stripped = "".join(label.casefold().split()).strip(".:§第段")
    for word in _WORDS_BEFORE:
        stripped = stripped.removeprefix(word)
    return stripped.strip(".:")


def other_names(label: str, kind: str) -> set[str]:
    """Other names of a paragraph in tables: "OP 14" for "14", "3" for "PP3", "a" for "(a)"."""
    stripped, prefix = plain_label(label), _KIND_PREFIX.get(kind, "")
    number = _number_of(stripped)
    return {number, f"{prefix}{number}", stripped.strip("()")} - {stripped, ""}


def _number_of(stripped: str) -> str:
    return stripped[2:] if _PREFIXED.match(stripped) else stripped


# --- Counting ------------------------------------------------------------------------------------


class _Series:
    """Running numbers of several series; labels that are given already are skipped."""

    def __init__(self, taken: Iterable[tuple[int, str]]) -> None:
        self._taken = set(taken)
        self._counts: Counter[tuple[int, str]] = Counter()

    def next(self, below: int, series: str, written: Callable[[int], str]) -> str:
        """The next label of a series among those below one paragraph (0: below none)."""
        label = ""
        while not label or (below, label) in self._taken:
            self._counts[below, series] += 1
            label = written(self._counts[below, series])
        return label


def _numbered_labels(
    scheme: Scheme, paragraphs: Sequence[Numbered], given: Mapping[int, str]
) -> dict[int, str]:
    labels = {row.pk: row.label for row in paragraphs}
    if not scheme.counts:
        return labels
    parents = _parents(paragraphs)
    chapters = _chapters(paragraphs) if scheme.numbering == Numbering.CHAPTERS else {}
    series = _Series((parents.get(key, 0), label) for key, label in given.items())
    chapter = ""
    for row in paragraphs:
        chapter = chapters.get(row.pk, chapter)
        if row.pk in given:
            continue
        if row.kind in {Kind.TITLE, Kind.HEADING}:
            if row.pk in chapters:
                labels[row.pk] = "" if _CHAPTER.match(row.text) else chapter
        elif row.pk in parents:
            depth = _depth(row.pk, parents)
            labels[row.pk] = _sublabel(scheme, series, parents[row.pk], depth, labels)
        elif row.kind == Kind.PREAMBULAR and names_organ(row.text):
            labels[row.pk] = ""
        elif (prefix := _prefix(scheme, row.kind, chapter)) is not None:
            labels[row.pk] = series.next(0, prefix, _after_prefix(prefix))
    return labels


def _prefix(scheme: Scheme, kind: str, chapter: str) -> str | None:
    """The prefix of the number of a top-level paragraph; None: it has no number."""
    if kind == Kind.ANNEX and scheme.annexes == Annexes.OWN:
        return "A"
    if scheme.numbering == Numbering.PP_OP:
        return "PP" if kind == Kind.PREAMBULAR else "OP"
    if kind == Kind.PREAMBULAR:
        return None
    in_chapter = scheme.numbering == Numbering.CHAPTERS and chapter
    return f"{chapter}." if in_chapter else ""


def _sublabel(
    scheme: Scheme, series: _Series, parent: int, depth: int, labels: Mapping[int, str]
) -> str:
    if scheme.levels == Levels.LETTERS:
        style = _LETTERED[(depth - 1) % len(_LETTERED)]
        return series.next(parent, style, lambda n: f"({_in_style(n, style)})")
    if scheme.levels == Levels.DECIMAL and labels[parent]:
        return series.next(parent, "decimal", _after_prefix(f"{labels[parent]}."))
    return ""


def _parents(paragraphs: Sequence[Numbered]) -> dict[int, int]:
    """The parent of each subparagraph, by key; below a heading all count as top-level."""
    kinds = {row.pk: row.kind for row in paragraphs}
    return {
        row.pk: row.parent_id
        for row in paragraphs
        if row.parent_id and kinds.get(row.parent_id) not in {None, Kind.TITLE, Kind.HEADING}
    }


def _depth(key: int, parents: Mapping[int, int]) -> int:
    """1 for (a), 2 for (i)."""
    depth = 0
    while key in parents:
        depth, key = depth + 1, parents[key]
    return depth


def _chapters(paragraphs: Sequence[Numbered]) -> dict[int, str]:
    """The number of each heading that begins a chapter: its own where it has one, else I, II, III.

    Where the text numbers its chapters itself, a heading without a number, or with that of a
    section (A. below I.), is no chapter. The heading of an annex is none either.
    """
    headings = [row for index, row in enumerate(paragraphs) if _may_be_chapter(paragraphs, index)]
    own = {row.pk: _own_number(row) for row in headings}
    first = next(filter(None, own.values()), "")
    if first in {"I", "A"}:
        return {key: number for key, number in own.items() if number and _is_like(number, first)}
    return {row.pk: roman_figures(number).upper() for number, row in enumerate(headings, 1)}


def _may_be_chapter(paragraphs: Sequence[Numbered], index: int) -> bool:
    row = paragraphs[index]
    if row.kind != Kind.HEADING or row.parent_id:
        return False
    below = (other.kind for other in paragraphs[index + 1 :] if other.kind != Kind.HEADING)
    return next(below, "") != Kind.ANNEX


def _own_number(heading: Numbered) -> str:
    match = _CHAPTER.match(heading.label) or _CHAPTER.match(heading.text)
    return match[1] if match else ""


def _is_like(number: str, first: str) -> bool:
    """Whether a chapter is counted as the first one is: I, II, or A, B."""
    return len(number) == 1 if first == "A" else set(number) <= set("IVX")


def _after_prefix(prefix: str) -> Callable[[int], str]:
    return lambda number: f"{prefix}{number}"


def _in_style(number: int, style: str) -> str:
    word = _letters(number) if style in "aA" else roman_figures(number)
    return word.upper() if style.isupper() else word


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
