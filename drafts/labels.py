"""Labels: how a paragraph is cited. Nothing is renumbered; what comes in between is bis, ter, …"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from drafts.models import Kind, Numbering, Paragraph

LATIN = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies")


def first_labels(numbering: str, paragraphs: Sequence[Paragraph]) -> None:
    """Give labels to a text that has none yet, in place. Labels already given are kept.

    Running numbers go through all sections; PP and OP are counted apart; subparagraphs get (a),
    (b) … and (i), (ii) … by their level.
    """
    if numbering in {Numbering.AS_GIVEN, Numbering.NONE}:
        return
    counts: dict[str, int] = {}
    for paragraph in paragraphs:
        if paragraph.label or paragraph.kind in {Kind.TITLE, Kind.HEADING}:
            continue
        if paragraph.parent is not None:
            key = f"under {paragraph.parent.public_id}"
            counts[key] = counts.get(key, 0) + 1
            paragraph.label = _sublabel(counts[key], depth_of(paragraph))
            continue
        prefix = _prefix(numbering, paragraph.kind)
        if prefix is None:
            continue
        counts[prefix] = counts.get(prefix, 0) + 1
        paragraph.label = f"{prefix}{counts[prefix]}"


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


def depth_of(paragraph: Paragraph) -> int:
    """0 for a paragraph that stands by itself, 1 for (a), 2 for (i)."""
    depth, parent = 0, paragraph.parent
    while parent is not None:
        depth, parent = depth + 1, parent.parent
    return depth


def _prefix(numbering: str, kind: str) -> str | None:
    if numbering == Numbering.PP_OP:
        return {Kind.PREAMBULAR: "PP", Kind.OPERATIVE: "OP"}.get(Kind(kind))
    return "" if kind in {Kind.OPERATIVE, Kind.ANNEX} else None


def _sublabel(number: int, depth: int) -> str:
    if depth == 1:
        return f"({_letters(number)})"
    return f"({_roman(number)})" if depth == 2 else ""


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    steps = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    roman = ""
    for value, letters in steps:
        while number >= value:
            roman, number = roman + letters, number - value
    return roman
