"""Labels: how a paragraph is cited, by the scheme of its text. Pure.

Inside a revision nothing is renumbered: what comes in between is bis, ter, … A whole text is
numbered when it is first circulated, and anew where its facilitators choose so.
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
from drafts.readers.figures import roman
from drafts.words.organs import names_organ
from drafts.words.quoting import opening_of

LATIN = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies")
# What stands below a paragraph, level by level: (a), (i), (A), (I), and from there again.
_LETTERED = ("a", "i", "A", "I")
# What people write before the number of a paragraph, in six languages; the longer words first.
_WORDS_BEFORE = (
    *("operativeparagraph", "preambularparagraph", "paragraphe", "paragraph", "párrafo", "пункт"),
    *("paras.", "para.", "para", "párr.", "par.", "الفقرة", "п."),
)
_KIND_PREFIX: dict[str, str] = {Kind.OPERATIVE: "op", Kind.PREAMBULAR: "pp"}
_PREFIXED = re.compile(r"(op|pp)\d")
# The number that a heading brings along: "II", "II. Prevention", "A) Scope"; not "I am".
_CHAPTER = re.compile(r"([IVX]{1,7}|[A-Z])(?:[.)](?:\s|$)|$)")


class Relabelling(TextChoices):
    """What becomes of the labels as a text goes out."""

    KEEP = "keep", _("keep the labels")
    RENUMBER = "renumber", _("renumber")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a text numbers its paragraphs, what stands below them, and its annexes."""

    numbering: str
    levels: str = Levels.LETTERS
    annexes: str = Annexes.RUNNING

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(draft.numbering, draft.levels, draft.annexes)

    @property
    def counts(self) -> bool:
        """Whether it gives numbers at all, and does not only keep what a file brought."""
        return self.numbering not in {Numbering.AS_GIVEN, Numbering.NONE}


class Numbered(Protocol):
    """What is numbered: a paragraph of the desk, or a row of a file."""

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

    A row that its file left without a number among numbered ones has none: that is no gap.
    """
    numbered = {(row.kind, row.parent_id) for row in paragraphs if row.label and row.file_id}
    given = {
        row.pk: row.label
        for row in paragraphs
        if row.label or (row.file_id and (row.kind, row.parent_id) in numbered)
    }
    return _labels(scheme, paragraphs, given)


def renumbered(scheme: Scheme, paragraphs: Sequence[Numbered]) -> dict[int, str]:
    """The labels of a text numbered anew, by key: no bis, ter or alt is left.

    What the scheme does not count keeps the label it has.
    """
    return _labels(scheme, paragraphs, {})


def label_after(label: str, taken: Iterable[str]) -> str:
    """The label of a paragraph added after one labelled `label`: "OP3" gives "OP3 bis".

    Empty after an unlabelled paragraph; after the tenth addition, empty too: write one by hand.
    """
    if not label:
        return ""
    words = label.split()
    stem = " ".join(words[:-1]) if words[-1] in LATIN else label
    used = set(taken)
    return next((f"{stem} {word}" for word in LATIN if f"{stem} {word}" not in used), "")


def alternative_to(label: str, taken: Iterable[str]) -> str:
    """The label of a candidate to replace the paragraph labelled `label`: "OP5" gives "OP5 alt".

    Further ones are OP5 alt 2, OP5 alt 3. Empty for an unlabelled paragraph.
    """
    if not label:
        return ""
    words = label.split()
    stem = " ".join(words[: words.index("alt")]) if "alt" in words[1:] else label
    used = set(taken)
    names = (f"{stem} alt{f' {number}' if number > 1 else ''}" for number in count(1))
    return next(name for name in names if name not in used)


@dataclass(frozen=True)
class Coming:
    """How a paragraph would be called that is added after another; empty where nobody says."""

    addition: str = ""
    alternative: str = ""


def cited_below(above: str, label: str) -> str:
    """How one cites a paragraph below another that is cited so: "OP3(a)", but "OP3 bis (a)"."""
    if not label.startswith("("):
        return label
    gap = " " if above[-1:].isalpha() or above.endswith("”") else ""
    return f"{above}{gap}{label}"


def cited(rows: Iterable[tuple[int, int | None, str]]) -> dict[int, str]:
    """How one cites each paragraph of a text: "OP3(a)". Rows: its key, the one above, its label.

    What is above another comes before it.
    """
    whole: dict[int, str] = {}
    for key, above, label in rows:
        whole[key] = cited_below(whole.get(above or 0, ""), label)
    return whole


def name_of(label: str, kind: str, text: str) -> str:
    """How one calls a paragraph: by its label, or without one by its opening words."""
    if label or kind == Kind.TITLE:
        return label or str(capfirst(Kind.TITLE.label))
    return opening_of(text)


def names(rows: Iterable[tuple[int, int | None, str, str, str]]) -> dict[int, str]:
    """The name of each paragraph of a text, also of one without a label: "“Recalling …” (a)".

    Rows: its key, the one above, its label, its kind, its text. What is above comes before.
    """
    whole: dict[int, str] = {}
    for key, above, *own in rows:
        whole[key] = cited_below(whole.get(above or 0, ""), name_of(*own))
    return whole


def keys_cited_as(typed: str, rows: Sequence[tuple[int, int | None, str]]) -> list[int]:
    """The keys of the paragraphs that are cited as somebody typed; spaces and capitals do not
    matter, nor does "paragraph" before the number. Where none is, those that bear this label below
    another: "(a)"; then "OP 14" and "14" say the same. Rows as in `cited`.
    """
    wanted, whole = plain_label(typed), cited(rows)
    if not wanted:
        return []
    alone = [key for key, _above, label in rows if plain_label(label) == wanted]
    named = [key for key, label in whole.items() if plain_label(label) == wanted]
    return (
        named
        or alone
        or [
            key
            for key, label in whole.items()
            if _number_of(plain_label(label)) == _number_of(wanted)
        ]
    )


def plain_label(label: str) -> str:
    """A label as people write it: "para. 12.", "§ 12" and "12" say the same, "OP 3" and "op3"."""
    plain = "".join(label.casefold().split()).strip(".:§第段")
    for word in _WORDS_BEFORE:
        plain = plain.removeprefix(word)
    return plain.strip(".:")


def other_names(label: str, kind: str) -> set[str]:
    """What else a paragraph is called in a table: "14" also "OP 14", "PP3" also "3", "(a)" "a"."""
    plain, before = plain_label(label), _KIND_PREFIX.get(kind, "")
    number = _number_of(plain)
    return {number, f"{before}{number}", plain.strip("()")} - {plain, ""}


def _number_of(plain: str) -> str:
    return plain[2:] if _PREFIXED.match(plain) else plain


# --- Counting ------------------------------------------------------------------------------------


class _Series:
    """Running numbers, each series its own; a label that is given already is passed over."""

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


def _labels(
    scheme: Scheme, paragraphs: Sequence[Numbered], given: Mapping[int, str]
) -> dict[int, str]:
    labels = {row.pk: row.label for row in paragraphs}
    if not scheme.counts:
        return labels
    above = _above(paragraphs)
    chapters = _chapters(paragraphs) if scheme.numbering == Numbering.CHAPTERS else {}
    series = _Series((above.get(key, 0), label) for key, label in given.items())
    chapter = ""
    for row in paragraphs:
        chapter = chapters.get(row.pk, chapter)
        if row.pk in given:
            continue
        if row.kind in {Kind.TITLE, Kind.HEADING}:
            if row.pk in chapters:
                labels[row.pk] = "" if _CHAPTER.match(row.text) else chapter
        elif row.pk in above:
            depth = _depth(row.pk, above)
            labels[row.pk] = _below(scheme, series, above[row.pk], depth, labels)
        elif row.kind == Kind.PREAMBULAR and names_organ(row.text):
            labels[row.pk] = ""
        elif (prefix := _prefix(scheme, row.kind, chapter)) is not None:
            labels[row.pk] = series.next(0, prefix, _after(prefix))
    return labels


def _prefix(scheme: Scheme, kind: str, chapter: str) -> str | None:
    """What stands before the number of a paragraph that is below none; None: it has no number."""
    if kind == Kind.ANNEX and scheme.annexes == Annexes.OWN:
        return "A"
    if scheme.numbering == Numbering.PP_OP:
        return "PP" if kind == Kind.PREAMBULAR else "OP"
    if kind == Kind.PREAMBULAR:
        return None
    in_chapter = scheme.numbering == Numbering.CHAPTERS and chapter
    return f"{chapter}." if in_chapter else ""


def _below(
    scheme: Scheme, series: _Series, above: int, depth: int, labels: Mapping[int, str]
) -> str:
    if scheme.levels == Levels.LETTERS:
        style = _LETTERED[(depth - 1) % len(_LETTERED)]
        return series.next(above, style, lambda n: f"({_written(n, style)})")
    if scheme.levels == Levels.DECIMAL and labels[above]:
        return series.next(above, "decimal", _after(f"{labels[above]}."))
    return ""


def _above(paragraphs: Sequence[Numbered]) -> dict[int, int]:
    """The paragraph that each stands below, by key; a heading has nothing below it that counts."""
    kinds = {row.pk: row.kind for row in paragraphs}
    return {
        row.pk: row.parent_id
        for row in paragraphs
        if row.parent_id and kinds.get(row.parent_id) not in {None, Kind.TITLE, Kind.HEADING}
    }


def _depth(key: int, above: Mapping[int, int]) -> int:
    """1 for (a), 2 for (i)."""
    depth = 0
    while key in above:
        depth, key = depth + 1, above[key]
    return depth


def _chapters(paragraphs: Sequence[Numbered]) -> dict[int, str]:
    """The number of each heading that begins a chapter: its own where there are such, else I, II.

    Where the text numbers its chapters itself, a heading without a number, or with one of its
    parts (A. below I.), is no chapter. The heading of an annex is none either.
    """
    heads = [row for at, row in enumerate(paragraphs) if _may_be_chapter(paragraphs, at)]
    own = {row.pk: _own_number(row) for row in heads}
    first = next(filter(None, own.values()), "")
    if first in {"I", "A"}:
        return {key: number for key, number in own.items() if number and _is_like(number, first)}
    return {row.pk: roman(number).upper() for number, row in enumerate(heads, 1)}


def _may_be_chapter(paragraphs: Sequence[Numbered], at: int) -> bool:
    row = paragraphs[at]
    if row.kind != Kind.HEADING or row.parent_id:
        return False
    below = (other.kind for other in paragraphs[at + 1 :] if other.kind != Kind.HEADING)
    return next(below, "") != Kind.ANNEX


def _own_number(heading: Numbered) -> str:
    found = _CHAPTER.match(heading.label) or _CHAPTER.match(heading.text)
    return found[1] if found else ""


def _is_like(number: str, first: str) -> bool:
    """Whether a chapter is counted as the first one is: I, II, or A, B."""
    return len(number) == 1 if first == "A" else set(number) <= set("IVX")


def _after(prefix: str) -> Callable[[int], str]:
    return lambda number: f"{prefix}{number}"


def _written(number: int, style: str) -> str:
    word = _letters(number) if style in "aA" else roman(number)
    return word.upper() if style.isupper() else word


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
