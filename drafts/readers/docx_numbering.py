"""The numbers that Word does not write into the text but counts: lists, levels, restarts."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from drafts.readers.docx_styles import Form, ListPlace, Styles, is_on, whole_number
from drafts.readers.figures import in_figures
from drafts.readers.markers import BULLETS
from drafts.readers.proposal import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS: Final = 9
MAX_LISTS: Final = 10_000
_PLACEHOLDER: Final = re.compile(r"%([1-9])")
_MAX_START: Final = 99_999  # what a list may start with
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
class NumberedList:
    """A list with its levels. Lists of one key share their count, but for levels in `starts`."""

    num_id: str
    key: str
    levels: tuple[Level, ...]
    starts: frozenset[int]


@dataclass
class DocxNumbering:
    """The lists of one file, and how far each has counted. `count` must see each paragraph once."""

    _lists: dict[str, NumberedList] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, part: "Element | None", styles: Styles) -> "DocxNumbering":
        """The lists of the part word/numbering.xml; a file may have none."""
        return cls(_lists_in(part, styles) if part is not None else {})

    def count(self, form: Form) -> DocxNumber | None:
        """The number of the next paragraph; None where it counts in no list."""
        place = form.list_place
        numbered_list = self._lists.get(place.num_id) if place else None
        if place is None or numbered_list is None:
            return None
        level = min(max(self._level_of(numbered_list, form, place), 0), LEVELS - 1)
        level_format = numbered_list.levels[level]
        counts = self._counts.setdefault(numbered_list.key, [None] * LEVELS)
        self._step(numbered_list, counts, level)
        if level_format.form == "bullet":
            sign = level_format.pattern.strip()
            label = sign if sign and sign in BULLETS and sign.isprintable() else _BULLET
            return DocxNumber(label, numbered_list.key, level, is_bullet=True)
        if level_format.form == "none" and not level_format.pattern.strip():
            return None
        return self._written_number(numbered_list, counts, level)

    def _level_of(self, numbered_list: NumberedList, form: Form, place: ListPlace) -> int:
        """The level of a paragraph: the one that names its style, else the one that it states."""
        named = [
            n for n, level in enumerate(numbered_list.levels) if level.style == form.style != ""
        ]
        return named[0] if named and place.level == 0 else place.level

    def _step(self, numbered_list: NumberedList, counts: list[int | None], level: int) -> None:
        # A list that shares its count with others, but starts anew, does so where it first appears.
        if level in numbered_list.starts and (numbered_list.num_id, level) not in self._begun:
            self._begun.add((numbered_list.num_id, level))
            counts[level] = None
        for above in range(level):
            if counts[above] is None:
                counts[above] = numbered_list.levels[above].start
        last = counts[level]
        counts[level] = numbered_list.levels[level].start if last is None else last + 1
        for below in range(level + 1, LEVELS):
            after = numbered_list.levels[below].restarts_after
            if after is None or level < after:
                counts[below] = None

    def _written_number(
        self, numbered_list: NumberedList, counts: list[int | None], level: int
    ) -> DocxNumber:
        level_format = numbered_list.levels[level]
        is_known = True

        def figure(match: re.Match[str]) -> str:
            nonlocal is_known
            place = int(match[1]) - 1
            form = "decimal" if level_format.is_legal else numbered_list.levels[place].form
            number = counts[place]
            if number is None or form in {"none", "bullet"}:
                return ""
            written = in_figures(number, form)
            is_known = is_known and written is not None
            return str(number) if written is None else written

        label = _PLACEHOLDER.sub(figure, level_format.pattern)
        return DocxNumber(label.strip(), numbered_list.key, level, False, is_known)


def _lists_in(part: "Element", styles: Styles) -> dict[str, NumberedList]:
    abstract_lists = {
        element.get(f"{_W}abstractNumId", ""): element for element in part.iter(f"{_W}abstractNum")
    }
    instances = {element.get(f"{_W}numId", ""): element for element in part.iter(f"{_W}num")}
    if len(instances) > MAX_LISTS:
        raise Unreadable.because(
            _(
                "The file has more than %(most)d lists. Copy its text into a new document, "
                "and save that one."
            )
            % {"most": MAX_LISTS}
        )
    levels: dict[str, tuple[Level, ...]] = {}
    lists: dict[str, NumberedList] = {}
    for num_id, instance in instances.items():
        if num_id == "0":
            continue
        key = _abstract_key(_value(instance, "abstractNumId"), abstract_lists, instances, styles)
        if key in abstract_lists:
            if key not in levels:
                levels[key] = _levels_of(abstract_lists[key])
            lists[num_id] = _list_of(num_id, key, levels[key], instance)
    return lists


def _abstract_key(
    key: str, abstract_lists: "dict[str, Element]", instances: "dict[str, Element]", styles: Styles
) -> str:
    """The key of the list that describes the levels; one may point to another by a style."""
    for _turn in range(LEVELS):
        element = abstract_lists.get(key)
        style = _value(element, "numStyleLink") if element is not None else ""
        other = instances.get(styles.list_of_style(style)) if style else None
        if other is None:
            break
        key = _value(other, "abstractNumId")
    return key


def _levels_of(abstract_list: "Element") -> tuple[Level, ...]:
    levels = [Level()] * LEVELS
    for element in abstract_list.iterchildren(f"{_W}lvl"):
        _set_level(levels, element)
    return tuple(levels)


def _list_of(num_id: str, key: str, known: tuple[Level, ...], instance: "Element") -> NumberedList:
    """A list on the levels that it shares, with what it has of its own."""
    levels = list(known)
    starts: set[int] = set()
    for override in instance.iterchildren(f"{_W}lvlOverride"):
        level = whole_number(override.get(f"{_W}ilvl", ""), LEVELS)
        if not 0 <= level < LEVELS:
            continue
        for element in override.iterchildren(f"{_W}lvl"):
            _set_level(levels, element, level)
        if start := _value(override, "startOverride"):
            starts.add(level)
            levels[level] = replace(levels[level], start=min(whole_number(start, 1), _MAX_START))
    return NumberedList(
        num_id, key, tuple(levels) if levels != list(known) else known, frozenset(starts)
    )


def _set_level(levels: list[Level], element: "Element", place: int | None = None) -> None:
    place = whole_number(element.get(f"{_W}ilvl", ""), LEVELS) if place is None else place
    if not 0 <= place < LEVELS:
        return
    restart = _value(element, "lvlRestart")
    legal = element.find(f"{_W}isLgl")
    levels[place] = Level(
        start=min(whole_number(_value(element, "start"), 1), _MAX_START),
        form=_form_of(element),
        pattern=_value(element, "lvlText"),
        restarts_after=whole_number(restart, place) if restart else None,
        is_legal=legal is not None and is_on(legal.get(f"{_W}val", "1")),
        style=_value(element, "pStyle"),
    )


def _form_of(level: "Element") -> str:
    """The number format of a level; of one given twice the last, a copy that old programs know."""
    forms = [element.get(f"{_W}val", "") for element in level.iter(f"{_W}numFmt")]
    return forms[-1] if forms else "decimal"


def _value(element: "Element", name: str) -> str:
    found = element.find(f"{_W}{name}")
    return found.get(f"{_W}val", "") if found is not None else ""
