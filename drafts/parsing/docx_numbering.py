"""The numbers that Word does not write into the text but counts: lists, levels, restarts.

A list (w:num) points to an abstract list (w:abstractNum), which describes its levels and which it
may share with others.
"""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from drafts.parsing.docx_styles import (
    ListPlace,
    ParagraphFormat,
    Styles,
    is_switched_on,
    whole_number,
)
from drafts.parsing.file_text import Unreadable
from drafts.parsing.markers import BULLETS
from drafts.parsing.number_formats import format_number

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# The namespace of Word's elements, as lxml writes it before their names.
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_LEVELS: Final = 9  # that a list of Word has
MAX_LISTS: Final = 10_000
_MAX_LINKS: Final = 9
_PLACEHOLDER: Final = re.compile(r"%([1-9])")  # stands for the number of that level, from 1
_MAX_START: Final = 99_999  # what a list may start with
# For a sign that is none of BULLETS or not printable: most mean a bullet in their own font alone.
_DEFAULT_BULLET: Final = "•"


@dataclass(frozen=True, slots=True)
class DocxListLevel:
    """One level of a list, as the file describes it."""

    start: int = 1
    number_format: str = "decimal"
    label_pattern: str = ""  # "%1.%2": each figure is a level, from 1
    # When it counts from its start again. None: after any level above it; 0: never; 2: after the
    # second level or one above that.
    restarts_after: int | None = None
    is_all_decimal: bool = False  # also the numbers of the levels above, whatever their format
    style_id: str = ""  # of the paragraphs that count at this level


@dataclass(frozen=True, slots=True)
class DocxNumber:
    """The number that a list gives to a paragraph, as Word prints it."""

    label: str
    list_key: str  # id of the abstract list that it counts in
    level: int
    is_bullet: bool
    is_known_format: bool = True  # otherwise the label is written in plain figures


@dataclass(frozen=True)
class NumberedList:
    """A list with its levels.

    Lists of one `list_key`, the id of an abstract list, share their counts; but at the levels in
    `restarting_levels` this one begins anew.
    """

    list_id: str
    list_key: str
    levels: tuple[DocxListLevel, ...]
    restarting_levels: frozenset[int]


@dataclass
class DocxNumbering:
    """The lists of one file, and how far each has counted. `count` must see each paragraph once."""

    _list_by_id: dict[str, NumberedList] = field(default_factory=dict)
    # The last number at each level; None where it begins, or begins again.
    _counts_by_list_key: dict[str, list[int | None]] = field(default_factory=dict)
    _begun_levels: set[tuple[str, int]] = field(default_factory=set)  # of lists that restart

    @classmethod
    def from_part(cls, part_tree: "Element | None", styles: Styles) -> "DocxNumbering":
        """The lists of the part word/numbering.xml; a file may have none."""
        return cls(_read_lists(part_tree, styles) if part_tree is not None else {})

    def count(self, paragraph_format: ParagraphFormat) -> DocxNumber | None:
        """The number of the next paragraph; None where it counts in no list."""
        list_place = paragraph_format.list_place
        numbered_list = self._list_by_id.get(list_place.list_id) if list_place else None
        if list_place is None or numbered_list is None:
            return None
        level = min(
            max(self._level_of_paragraph(numbered_list, paragraph_format, list_place), 0),
            MAX_LEVELS - 1,
        )
        level_format = numbered_list.levels[level]
        counts = self._counts_by_list_key.setdefault(numbered_list.list_key, [None] * MAX_LEVELS)
        self._advance(numbered_list, counts, level)
        if level_format.number_format == "bullet":
            # Of BULLETS, the sign of Word's own font cannot be printed in another.
            bullet = level_format.label_pattern.strip()
            label = (
                bullet if bullet and bullet in BULLETS and bullet.isprintable() else _DEFAULT_BULLET
            )
            return DocxNumber(label, numbered_list.list_key, level, is_bullet=True)
        if level_format.number_format == "none" and not level_format.label_pattern.strip():
            return None
        return self._formatted_number(numbered_list, counts, level)

    def _level_of_paragraph(
        self, numbered_list: NumberedList, paragraph_format: ParagraphFormat, list_place: ListPlace
    ) -> int:
        """The level that a paragraph states.

        Where that is the top one, also by default: the level that names its style, if there is one.
        """
        levels_of_style = [
            level
            for level, level_format in enumerate(numbered_list.levels)
            if paragraph_format.style_id and level_format.style_id == paragraph_format.style_id
        ]
        return levels_of_style[0] if levels_of_style and list_place.level == 0 else list_place.level

    def _advance(self, numbered_list: NumberedList, counts: list[int | None], level: int) -> None:
        """Count one paragraph at this level; lower levels restart where the list says so."""
        # A list that shares its count with others, but starts anew, does so where it first appears.
        if (
            level in numbered_list.restarting_levels
            and (numbered_list.list_id, level) not in self._begun_levels
        ):
            self._begun_levels.add((numbered_list.list_id, level))
            counts[level] = None
        # A level above that has no number yet gets its first one: "1.1" needs both.
        for upper_level in range(level):
            if counts[upper_level] is None:
                counts[upper_level] = numbered_list.levels[upper_level].start
        previous_count = counts[level]
        counts[level] = (
            numbered_list.levels[level].start if previous_count is None else previous_count + 1
        )
        for lower_level in range(level + 1, MAX_LEVELS):
            # `restarts_after` counts levels from 1, `level` from 0.
            restarting_level = numbered_list.levels[lower_level].restarts_after
            if restarting_level is None or level < restarting_level:
                counts[lower_level] = None

    def _formatted_number(
        self, numbered_list: NumberedList, counts: list[int | None], level: int
    ) -> DocxNumber:
        """The number of a paragraph as its level prints it, such as "2.1" or "(a)"."""
        level_format = numbered_list.levels[level]
        is_known_format = True

        def replace_placeholder(match: re.Match[str]) -> str:
            """The number of the level that a placeholder names, "" where that has none."""
            nonlocal is_known_format
            placeholder_level = int(match[1]) - 1
            number_format = (
                "decimal"
                if level_format.is_all_decimal
                else numbered_list.levels[placeholder_level].number_format
            )
            number = counts[placeholder_level]
            if number is None or number_format in {"none", "bullet"}:
                return ""
            formatted = format_number(number, number_format)
            is_known_format = is_known_format and formatted is not None
            return str(number) if formatted is None else formatted

        label = _PLACEHOLDER.sub(replace_placeholder, level_format.label_pattern)
        return DocxNumber(
            label.strip(),
            numbered_list.list_key,
            level,
            is_bullet=False,
            is_known_format=is_known_format,
        )


def _read_lists(part: "Element", styles: Styles) -> dict[str, NumberedList]:
    """The lists of the part word/numbering.xml by their id; raises Unreadable for too many."""
    abstract_list_by_id = {
        element.get(f"{_W}abstractNumId", ""): element for element in part.iter(f"{_W}abstractNum")
    }
    instance_by_list_id = {
        element.get(f"{_W}numId", ""): element for element in part.iter(f"{_W}num")
    }
    if len(instance_by_list_id) > MAX_LISTS:
        raise Unreadable.because(
            _(
                "The file has more than %(most)d lists. Copy its text into a new document, "
                "and save that one."
            )
            % {"most": MAX_LISTS}
        )
    levels_by_list_key: dict[str, tuple[DocxListLevel, ...]] = {}
    list_by_id: dict[str, NumberedList] = {}
    for list_id, instance in instance_by_list_id.items():
        if list_id == "0":  # says of a paragraph that it counts in no list
            continue
        list_key = _abstract_list_id(
            _child_value(instance, "abstractNumId"),
            abstract_list_by_id,
            instance_by_list_id,
            styles,
        )
        if list_key in abstract_list_by_id:
            if list_key not in levels_by_list_key:
                levels_by_list_key[list_key] = _read_levels(abstract_list_by_id[list_key])
            list_by_id[list_id] = _read_list(
                list_id, list_key, levels_by_list_key[list_key], instance
            )
    return list_by_id


def _abstract_list_id(
    abstract_list_id: str,
    abstract_list_by_id: "dict[str, Element]",
    instance_by_list_id: "dict[str, Element]",
    styles: Styles,
) -> str:
    """The key of the list that describes the levels; one may point to another by a style."""
    # Lists may point to each other in a circle: stop after so many links.
    for _turn in range(_MAX_LINKS):
        element = abstract_list_by_id.get(abstract_list_id)
        linked_style_id = _child_value(element, "numStyleLink") if element is not None else ""
        linked_instance = (
            instance_by_list_id.get(styles.list_id_of_style(linked_style_id))
            if linked_style_id
            else None
        )
        if linked_instance is None:
            break
        abstract_list_id = _child_value(linked_instance, "abstractNumId")
    return abstract_list_id


def _read_levels(abstract_list: "Element") -> tuple[DocxListLevel, ...]:
    """The levels of a list as its abstract definition describes them."""
    levels = [DocxListLevel()] * MAX_LEVELS
    for element in abstract_list.iterchildren(f"{_W}lvl"):
        _set_level(levels, element)
    return tuple(levels)


def _read_list(
    list_id: str, list_key: str, shared_levels: tuple[DocxListLevel, ...], instance: "Element"
) -> NumberedList:
    """A list on the levels that it shares, with what it has of its own."""
    levels = list(shared_levels)
    restarting_levels: set[int] = set()
    for override in instance.iterchildren(f"{_W}lvlOverride"):
        # What is no number counts as a level that no list has.
        level = whole_number(override.get(f"{_W}ilvl", ""), MAX_LEVELS)
        if not 0 <= level < MAX_LEVELS:
            continue
        for element in override.iterchildren(f"{_W}lvl"):
            _set_level(levels, element, level)
        if start_value := _child_value(override, "startOverride"):
            restarting_levels.add(level)
            levels[level] = replace(
                levels[level], start=min(whole_number(start_value, 1), _MAX_START)
            )
    return NumberedList(
        list_id,
        list_key,
        tuple(levels) if levels != list(shared_levels) else shared_levels,
        frozenset(restarting_levels),
    )


def _set_level(
    levels: list[DocxListLevel], element: "Element", level_number: int | None = None
) -> None:
    """Set one of the levels as this element describes it: `level_number`, else the one it names."""
    level_number = (
        whole_number(element.get(f"{_W}ilvl", ""), MAX_LEVELS)
        if level_number is None
        else level_number
    )
    if not 0 <= level_number < MAX_LEVELS:
        return
    # What is no number counts as no value: it restarts after any level above.
    restart_value = _child_value(element, "lvlRestart")
    legal_element = element.find(f"{_W}isLgl")
    levels[level_number] = DocxListLevel(
        start=min(whole_number(_child_value(element, "start"), 1), _MAX_START),
        number_format=_number_format_of(element),
        label_pattern=_child_value(element, "lvlText"),
        restarts_after=whole_number(restart_value, level_number) if restart_value else None,
        is_all_decimal=legal_element is not None
        and is_switched_on(legal_element.get(f"{_W}val", "1")),
        style_id=_child_value(element, "pStyle"),
    )


def _number_format_of(level_element: "Element") -> str:
    """The number format of a level; where Word gives two, the last, which is for old programs."""
    number_formats = [element.get(f"{_W}val", "") for element in level_element.iter(f"{_W}numFmt")]
    return number_formats[-1] if number_formats else "decimal"


def _child_value(element: "Element", name: str) -> str:
    """The value of the first child of this name; "" where there is none."""
    child = element.find(f"{_W}{name}")
    return child.get(f"{_W}val", "") if child is not None else ""
