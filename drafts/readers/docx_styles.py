"""The styles of a Word file: outline, numbering, italics; each style builds on another."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from drafts.readers.proposal import Kind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NO_OUTLINE: Final = 9  # "body text" among the levels of an outline, which count from 0
# The styles of our own papers say what a paragraph is, and which of its words are its number.
NUMBER_STYLE: Final = "Paragraph number"
_STATED: Final = re.compile(r"(preambular|operative|annex) paragraph(?: ([1-8]))?")
_MAX_BASE_STYLES: Final = 30  # styles that build on each other; a circle of them ends here


@dataclass(frozen=True, slots=True)
class Look:
    """How words look, as far as it says what they are."""

    is_italic: bool = False
    is_bold: bool = False
    is_underlined: bool = False
    is_capital: bool = False
    is_hidden: bool = False
    is_number: bool = False  # not a word of the paragraph but its number


PLAIN: Final = Look()


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The list and the level, from 0, that a paragraph counts in; list "0" is none at all."""

    num_id: str
    level: int


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a paragraph, by its own properties and its style."""

    style: str = ""  # id
    name: str = ""  # as Word names it in every language: heading 1, Title, toc 1
    outline: int | None = None
    list_place: ListPlace | None = None
    is_centred: bool = False
    look: Look = PLAIN

    @property
    def is_title(self) -> bool:
        return self.name == "title"

    @property
    def stated(self) -> tuple[Kind, int] | None:
        """Kind and level of a paragraph in a style of our own papers."""
        found = _STATED.fullmatch(self.name)
        return (cast(Kind, found[1]), int(found[2] or 0)) if found else None

    @property
    def is_contents(self) -> bool:
        """A line of the table of contents, or its heading."""
        return self.name.startswith(("toc ", "table of figures"))


@dataclass
class Styles:
    """The styles of one file, each computed once."""

    _elements: "dict[str, Element]" = field(default_factory=dict)
    _default: str = ""
    _forms: dict[str, Form] = field(default_factory=dict)

    @classmethod
    def of(cls, part: "Element | None") -> "Styles":
        """The styles of the part word/styles.xml; a file may have none."""
        styles = cls()
        for element in part.iter(f"{_W}style") if part is not None else ():
            key = element.get(f"{_W}styleId", "")
            styles._elements.setdefault(key, element)
            if element.get(f"{_W}type") == "paragraph" and is_on(element.get(f"{_W}default", "0")):
                styles._default = styles._default or key
        return styles

    def form_of(self, properties: "Element | None") -> Form:
        """The form of a paragraph: its own properties on top of its style's."""
        key = _value(properties, "pStyle") or self._default
        return self._over(self.form_of_style(key), properties)

    def form_of_style(self, key: str) -> Form:
        """The form of a style with all styles that it builds on."""
        if key not in self._forms:
            form = Form()
            for element in reversed(self._chain(key)):
                form = self._over(form, element.find(f"{_W}pPr"))
                form = replace(form, look=look_over(form.look, element.find(f"{_W}rPr")))
            name = _value(self._elements.get(key), "name").casefold() or key.casefold()
            self._forms[key] = replace(form, style=key, name=name)
        return self._forms[key]

    def look_of_run(self, properties: "Element | None", inherited: Look) -> Look:
        """How a run looks: its own properties, on its style's, on the paragraph's."""
        if properties is None:
            return inherited
        for element in reversed(self._chain(_value(properties, "rStyle"))):
            inherited = look_over(inherited, element.find(f"{_W}rPr"))
            if _value(element, "name").casefold() == NUMBER_STYLE.casefold():
                inherited = replace(inherited, is_number=True)
        return look_over(inherited, properties)

    def list_of_style(self, key: str) -> str:
        """The list that a style for lists names; "" if none."""
        element = self._elements.get(key)
        found = element.find(f"{_W}pPr/{_W}numPr") if element is not None else None
        return _value(found, "numId")

    def _chain(self, key: str) -> "list[Element]":
        chain: list[Element] = []
        while key in self._elements and len(chain) < _MAX_BASE_STYLES:
            chain.append(self._elements[key])
            key = _value(chain[-1], "basedOn")
        return chain

    def _over(self, form: Form, properties: "Element | None") -> Form:
        if properties is None:
            return form
        if outline := _value(properties, "outlineLvl"):
            level = whole_number(outline, _NO_OUTLINE)
            form = replace(form, outline=level if 0 <= level < _NO_OUTLINE else None)
        if centring := _value(properties, "jc"):
            form = replace(form, is_centred=centring == "center")
        return replace(form, list_place=_list_over(form.list_place, properties))


def _list_over(of_style: ListPlace | None, properties: "Element") -> ListPlace | None:
    """The list of a paragraph; what it leaves out, list or level, comes from its style."""
    numbered = properties.find(f"{_W}numPr")
    if numbered is None:
        return of_style
    num_id = _value(numbered, "numId") or (of_style.num_id if of_style else "")
    level = whole_number(_value(numbered, "ilvl"), of_style.level if of_style else 0)
    return ListPlace(num_id, level) if num_id else None


def look_over(look: Look, properties: "Element | None") -> Look:
    """A look with what these properties of a run change in it."""
    if properties is None or len(properties) == 0:
        return look
    # Arabic and Hebrew have switches of their own.
    is_complex = _switch(properties, "rtl") or _switch(properties, "cs")
    italic = _switch(properties, "iCs" if is_complex else "i")
    bold = _switch(properties, "bCs" if is_complex else "b")
    underline = _value(properties, "u")
    capital = _switch(properties, "caps")
    hidden = _switch(properties, "vanish")
    return Look(
        look.is_italic if italic is None else italic,
        look.is_bold if bold is None else bold,
        underline != "none" if underline else look.is_underlined,
        look.is_capital if capital is None else capital,
        look.is_hidden if hidden is None else hidden,
        look.is_number,
    )


def is_on(value: str) -> bool:
    """A switch of the file format: on unless it says that it is off."""
    return value.lower() not in {"0", "false", "off", "none"}


def whole_number(value: str, default: int) -> int:
    """The value as a whole number of at most nine digits, else the default."""
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else default


def _switch(properties: "Element", name: str) -> bool | None:
    found = properties.find(f"{_W}{name}")
    return None if found is None else is_on(found.get(f"{_W}val", "1"))


def _value(element: "Element | None", name: str) -> str:
    """The value of a child; "" where there is none."""
    found = element.find(f"{_W}{name}") if element is not None else None
    return found.get(f"{_W}val", "") if found is not None else ""
