"""The numbers that Word does not write into the text but counts: lists, levels, restarts."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from drafts.readers.docx_styles import Form, ListPlace, Styles, is_on, whole
from drafts.readers.figures import in_figures
from drafts.readers.markers import BULLETS
from drafts.readers.proposal import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS: Final = 9
MOST_LISTS: Final = 10_000
_PLACEHOLDER: Final = re.compile(r"%([1-9])")
_HIGHEST: Final = 99_999  # what a list may start with
_BULLET: Final = "•"  # of a sign that is known in its own font alone


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list, as the file describes it."""

    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    restarts_after: int | None = None  # 0: never; 2: after the second level or one above it
    is_legal: bool = False  # all in decimal figures, whatever the levels above are written in
    style: str = ""


@dataclass(frozen=True, slots=True)
class DocxNumber:
    """A paragraph's number: as it is set, without counting the words."""

    label: str
    key: str  # the list that it counts in
    level: int
    is_bullet: bool
    is_known_form: bool = True


@dataclass(frozen=True)
class List:
    """A list with its levels. Lists of one key share their count, but for levels in `starts`."""

    num_id: str
    key: str
    levels: tuple[Level, ...]
    starts: frozenset[int]


@dataclass
class DocxNumbering:
    """The lists of one file, and how far each has counted. It counts what it is asked for."""

    _lists: dict[str, List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, part: "Element | None", styles: Styles) -> "DocxNumbering":
        """Out of the part word/numbering.xml; a file may have none."""
        return cls(_lists_in(part, styles) if part is not None else {})

    def count(self, form: Form) -> DocxNumber | None:
        """The number of the next paragraph; None where it counts in no list."""
        place = form.list_place
        found = self._lists.get(place.num_id) if place else None
        if place is None or found is None:
            return None
        level = min(max(self._level_in(found, form, place), 0), LEVELS - 1)
        described = found.levels[level]
        counts = self._counts.setdefault(found.key, [None] * LEVELS)
        self._step(found, counts, level)
        if described.form == "bullet":
            sign = described.pattern.strip()
            label = sign if sign and sign in BULLETS and sign.isprintable() else _BULLET
            return DocxNumber(label, found.key, level, is_bullet=True)
        if described.form == "none" and not described.pattern.strip():
            return None
        return self._written(found, counts, level)

    def _level_in(self, found: List, form: Form, place: ListPlace) -> int:
        """A style that counts in a list stands on the level that names it."""
        named = [n for n, level in enumerate(found.levels) if level.style == form.style != ""]
        return named[0] if named and place.level == 0 else place.level

    def _step(self, found: List, counts: list[int | None], level: int) -> None:
        # A list that shares its count with others, but starts anew, does so when it first comes.
        if level in found.starts and (found.num_id, level) not in self._begun:
            self._begun.add((found.num_id, level))
            counts[level] = None
        for above in range(level):
            if counts[above] is None:
                counts[above] = found.levels[above].start
        last = counts[level]
        counts[level] = found.levels[level].start if last is None else last + 1
        for below in range(level + 1, LEVELS):
            after = found.levels[below].restarts_after
            if after is None or level < after:
                counts[below] = None

    def _written(self, found: List, counts: list[int | None], level: int) -> DocxNumber:
        described = found.levels[level]
        is_known = True

        def figure(match: re.Match[str]) -> str:
            nonlocal is_known
            place = int(match[1]) - 1
            form = "decimal" if described.is_legal else found.levels[place].form
            number = counts[place]
            if number is None or form in {"none", "bullet"}:
                return ""
            written = in_figures(number, form)
            is_known = is_known and written is not None
            return str(number) if written is None else written

        label = _PLACEHOLDER.sub(figure, described.pattern)
        return DocxNumber(label.strip(), found.key, level, False, is_known)


def _lists_in(part: "Element", styles: Styles) -> dict[str, List]:
    shared = {
        element.get(f"{_W}abstractNumId", ""): element for element in part.iter(f"{_W}abstractNum")
    }
    instances = {element.get(f"{_W}numId", ""): element for element in part.iter(f"{_W}num")}
    if len(instances) > MOST_LISTS:
        raise Unreadable.because(
            _(
                "The file has more than %(most)d lists. Copy its text into a new document, "
                "and save that one."
            )
            % {"most": MOST_LISTS}
        )
    levels: dict[str, tuple[Level, ...]] = {}
    lists: dict[str, List] = {}
    for num_id, instance in instances.items():
        if num_id == "0":
            continue
        key = _shared_key(_value(instance, "abstractNumId"), shared, instances, styles)
        if key in shared:
            if key not in levels:
                levels[key] = _levels_of(shared[key])
            lists[num_id] = _list_of(num_id, key, levels[key], instance)
    return lists


def _shared_key(
    key: str, shared: "dict[str, Element]", instances: "dict[str, Element]", styles: Styles
) -> str:
    """The list that describes the levels; one may point to a style that names another."""
    for _turn in range(LEVELS):
        element = shared.get(key)
        style = _value(element, "numStyleLink") if element is not None else ""
        other = instances.get(styles.list_of_style(style)) if style else None
        if other is None:
            break
        key = _value(other, "abstractNumId")
    return key


def _levels_of(described: "Element") -> tuple[Level, ...]:
    levels = [Level()] * LEVELS
    for element in described.iterchildren(f"{_W}lvl"):
        _set_level(levels, element)
    return tuple(levels)


def _list_of(num_id: str, key: str, known: tuple[Level, ...], instance: "Element") -> List:
    """A list on the levels that it shares, with what it has of its own."""
    levels = list(known)
    starts: set[int] = set()
    for override in instance.iterchildren(f"{_W}lvlOverride"):
        level = whole(override.get(f"{_W}ilvl", ""), LEVELS)
        if not 0 <= level < LEVELS:
            continue
        for element in override.iterchildren(f"{_W}lvl"):
            _set_level(levels, element, level)
        if start := _value(override, "startOverride"):
            starts.add(level)
            levels[level] = replace(levels[level], start=min(whole(start, 1), _HIGHEST))
    return List(num_id, key, tuple(levels) if levels != list(known) else known, frozenset(starts))


def _set_level(levels: list[Level], element: "Element", place: int | None = None) -> None:
    place = whole(element.get(f"{_W}ilvl", ""), LEVELS) if place is None else place
    if not 0 <= place < LEVELS:
        return
    restart = _value(element, "lvlRestart")
    legal = element.find(f"{_W}isLgl")
    levels[place] = Level(
        start=min(whole(_value(element, "start"), 1), _HIGHEST),
        form=_form_of(element),
        pattern=_value(element, "lvlText"),
        restarts_after=whole(restart, place) if restart else None,
        is_legal=legal is not None and is_on(legal.get(f"{_W}val", "1")),
        style=_value(element, "pStyle"),
    )


def _form_of(level: "Element") -> str:
    """Of a format given twice, the copy for old programs is one that is known."""
    forms = [element.get(f"{_W}val", "") for element in level.iter(f"{_W}numFmt")]
    return forms[-1] if forms else "decimal"


def _value(element: "Element", name: str) -> str:
    found = element.find(f"{_W}{name}")
    return found.get(f"{_W}val", "") if found is not None else ""
