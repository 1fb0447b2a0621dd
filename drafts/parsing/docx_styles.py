"""The styles of a Word file: outline, numbering, italics; each style builds on another."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from drafts.parsing.file_text import Kind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# The namespace of Word's elements, as lxml writes it before their names.
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY_TEXT_LEVEL: Final = 9  # "body text" among the levels of an outline, which count from 0
# Papers that this platform makes say by styles what a paragraph is, and what is its number.
NUMBER_STYLE: Final = "Paragraph number"
# "operative paragraph 2": its kind, and its level where it is a subparagraph.
_KIND_STYLE_NAME: Final = re.compile(r"(preambular|operative|annex) paragraph(?: ([1-8]))?")
_MAX_BASE_STYLES: Final = 30  # styles that build on each other; a circle of them ends here


@dataclass(frozen=True, slots=True)
class RunLook:
    """How the words of a run look: by this a heading, opening words or a number are found."""

    is_italic: bool = False
    is_bold: bool = False
    is_underlined: bool = False
    is_capital: bool = False
    is_hidden: bool = False
    is_paragraph_number: bool = False  # not a word of the paragraph but its number


PLAIN_LOOK: Final = RunLook()


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The list and the level, from 0, that a paragraph counts in; list "0" is none at all."""

    list_id: str
    level: int


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """How a paragraph is formatted, by its own properties and its style."""

    style_id: str = ""
    style_name: str = ""  # as files name it in every language, in small letters: title, toc 1
    outline_level: int | None = None  # of a heading, from 0; None for the words of the body
    list_place: ListPlace | None = None
    is_centred: bool = False
    look: RunLook = PLAIN_LOOK

    @property
    def is_title(self) -> bool:
        return self.style_name == "title"

    @property
    def stated_kind_and_level(self) -> tuple[Kind, int] | None:
        """Kind and level of a paragraph in a style of our own papers."""
        match = _KIND_STYLE_NAME.fullmatch(self.style_name)
        return (cast(Kind, match[1]), int(match[2] or 0)) if match else None

    @property
    def is_table_of_contents(self) -> bool:
        """Whether it is a line in a table of contents or of figures."""
        return self.style_name.startswith(("toc ", "table of figures"))


@dataclass
class Styles:
    """The styles of one file, each computed once."""

    _element_by_style_id: "dict[str, Element]" = field(default_factory=dict)
    _default_style_id: str = ""
    _format_by_style_id: dict[str, ParagraphFormat] = field(default_factory=dict)

    @classmethod
    def from_part(cls, part_tree: "Element | None") -> "Styles":
        """The styles of the part word/styles.xml; a file may have none."""
        styles = cls()
        for element in part_tree.iter(f"{_W}style") if part_tree is not None else ():
            style_id = element.get(f"{_W}styleId", "")
            styles._element_by_style_id.setdefault(style_id, element)
            if element.get(f"{_W}type") == "paragraph" and is_switched_on(
                element.get(f"{_W}default", "0")
            ):
                styles._default_style_id = styles._default_style_id or style_id
        return styles

    def paragraph_format(self, properties: "Element | None") -> ParagraphFormat:
        """The format of a paragraph: its own properties on top of its style's."""
        style_id = _child_value(properties, "pStyle") or self._default_style_id
        return self._with_properties(self.style_format(style_id), properties)

    def style_format(self, style_id: str) -> ParagraphFormat:
        """The format of a style with all styles that it builds on."""
        if style_id not in self._format_by_style_id:
            paragraph_format = ParagraphFormat()
            for element in reversed(self._style_and_its_bases(style_id)):
                paragraph_format = self._with_properties(paragraph_format, element.find(f"{_W}pPr"))
                paragraph_format = replace(
                    paragraph_format,
                    look=with_run_properties(paragraph_format.look, element.find(f"{_W}rPr")),
                )
            name = (
                _child_value(self._element_by_style_id.get(style_id), "name").casefold()
                or style_id.casefold()
            )
            self._format_by_style_id[style_id] = replace(
                paragraph_format, style_id=style_id, style_name=name
            )
        return self._format_by_style_id[style_id]

    def look_of_run(self, properties: "Element | None", look: RunLook) -> RunLook:
        """How a run looks: its own properties, on its style's, on the paragraph's."""
        if properties is None:
            return look
        for element in reversed(self._style_and_its_bases(_child_value(properties, "rStyle"))):
            look = with_run_properties(look, element.find(f"{_W}rPr"))
            if _child_value(element, "name").casefold() == NUMBER_STYLE.casefold():
                look = replace(look, is_paragraph_number=True)
        return with_run_properties(look, properties)

    def list_id_of_style(self, style_id: str) -> str:
        """The list that a style for lists names; "" if none."""
        element = self._element_by_style_id.get(style_id)
        numbering = element.find(f"{_W}pPr/{_W}numPr") if element is not None else None
        return _child_value(numbering, "numId")

    def _style_and_its_bases(self, style_id: str) -> "list[Element]":
        """The elements of a style and of those it builds on, the style itself first."""
        styles_and_bases: list[Element] = []
        while style_id in self._element_by_style_id and len(styles_and_bases) < _MAX_BASE_STYLES:
            styles_and_bases.append(self._element_by_style_id[style_id])
            style_id = _child_value(styles_and_bases[-1], "basedOn")
        return styles_and_bases

    def _with_properties(
        self, paragraph_format: ParagraphFormat, properties: "Element | None"
    ) -> ParagraphFormat:
        """The format with what these properties of a paragraph change in it."""
        if properties is None:
            return paragraph_format
        if outline_value := _child_value(properties, "outlineLvl"):
            level = whole_number(outline_value, _BODY_TEXT_LEVEL)
            paragraph_format = replace(
                paragraph_format, outline_level=level if 0 <= level < _BODY_TEXT_LEVEL else None
            )
        if alignment := _child_value(properties, "jc"):
            paragraph_format = replace(paragraph_format, is_centred=alignment == "center")
        return replace(
            paragraph_format, list_place=_list_place_with(paragraph_format.list_place, properties)
        )


def _list_place_with(style_place: ListPlace | None, properties: "Element") -> ListPlace | None:
    """The list of a paragraph; what it leaves out, list or level, comes from its style."""
    numbering = properties.find(f"{_W}numPr")
    if numbering is None:
        return style_place
    list_id = _child_value(numbering, "numId") or (style_place.list_id if style_place else "")
    level = whole_number(_child_value(numbering, "ilvl"), style_place.level if style_place else 0)
    return ListPlace(list_id, level) if list_id else None


def with_run_properties(look: RunLook, properties: "Element | None") -> RunLook:
    """A look with what these properties of a run change in it."""
    if properties is None or len(properties) == 0:
        return look
    # Arabic and Hebrew have switches of their own, iCs and bCs.
    is_complex = _child_switch(properties, "rtl") or _child_switch(properties, "cs")
    italic = _child_switch(properties, "iCs" if is_complex else "i")
    bold = _child_switch(properties, "bCs" if is_complex else "b")
    underline = _child_value(properties, "u")
    capital = _child_switch(properties, "caps")
    hidden = _child_switch(properties, "vanish")
    return RunLook(
        is_italic=look.is_italic if italic is None else italic,
        is_bold=look.is_bold if bold is None else bold,
        is_underlined=underline != "none" if underline else look.is_underlined,
        is_capital=look.is_capital if capital is None else capital,
        is_hidden=look.is_hidden if hidden is None else hidden,
        is_paragraph_number=look.is_paragraph_number,
    )


def is_switched_on(value: str) -> bool:
    """A switch of the file format: on unless it says that it is off."""
    return value.lower() not in {"0", "false", "off", "none"}


def whole_number(value: str, default: int) -> int:
    """The value as a whole number of at most nine digits, else the default."""
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else default


def _child_switch(properties: "Element", name: str) -> bool | None:
    """Whether a child switches something on or off; None where there is none of this name."""
    child = properties.find(f"{_W}{name}")
    return None if child is None else is_switched_on(child.get(f"{_W}val", "1"))


def _child_value(element: "Element | None", name: str) -> str:
    """The value of a child; "" where there is none."""
    child = element.find(f"{_W}{name}") if element is not None else None
    return child.get(f"{_W}val", "") if child is not None else ""
