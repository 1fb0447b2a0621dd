"""The conventions of the styles: one sheet for each component; pages only place components."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

STATIC = Path(__file__).parents[1] / "config" / "static"
COMPONENTS = [STATIC / "base.css", STATIC / "layout.css", *sorted(STATIC.glob("components/*.css"))]
PAGES = sorted(STATIC.glob("pages/*.css"))

# What says where a thing stands and how much room it takes, and nothing of how it looks.
PLACING = re.compile(
    r"display|position|order|z-index|inset(-.*)?|margin(-.*)?|(row-|column-)?gap|grid(-.*)?|flex(-.*)?"
    r"|(align|justify|place)-.*|(min-|max-)?(inline|block)-size"
)
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
CONDITION = re.compile(r":(?:has|not)\((?:[^()]|\([^()]*\))*\)")


def _rules(css: str) -> Iterator[tuple[str, list[str]]]:
    """Each selector with the properties it sets, also inside @media and @supports."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for selectors, body in re.findall(r"([^{};]+)\{([^{}]*)\}", css):
        properties = [line.split(":")[0].strip() for line in body.split(";") if line.strip()]
        for selector in _split(selectors, ","):
            yield selector, properties


def _split(text: str, marks: str) -> list[str]:
    """Cut at these characters, but not inside brackets."""
    pieces, depth = [""], 0
    for character in text.strip():
        depth += (character in "([") - (character in ")]")
        if character in marks and not depth:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip() for piece in pieces if piece.strip()]


def _styled(selector: str) -> set[str]:
    """The classes of what a selector styles; of a bare element those of what it stands in.

    States (`is-open`) belong to what they are a state of.
    """
    for compound in reversed(_split(selector, " >+~")):
        classes = set(CLASS.findall(CONDITION.sub("", compound)))
        if classes:
            return {name for name in classes if not name.startswith("is-")}
    return set()


def styled_in(sheet: Path) -> set[str]:
    """Every class that a sheet styles."""
    rules = _rules(sheet.read_text(encoding="utf-8"))
    return {name for selector, _properties in rules for name in _styled(selector)}


def test_the_reader_of_selectors_knows_what_is_styled() -> None:
    assert _styled(".card > .card__head a:hover") == {"card__head"}
    assert _styled(".paragraph:has(.who:not(:empty)) > .paragraph__body") == {"paragraph__body"}
    assert _styled(".a:is(.b, .c).is-open") == {"a", "b", "c"}
    assert list(_rules("@media print { .a, .b:is(.c, .d) { gap: 0; color: red; } }")) == [
        (".a", ["gap", "color"]),
        (".b:is(.c, .d)", ["gap", "color"]),
    ]


def test_each_component_has_one_sheet() -> None:
    sheets: dict[str, set[str]] = defaultdict(set)
    for sheet in COMPONENTS:
        for name in styled_in(sheet):
            sheets[name].add(sheet.name)

    assert {"wording", "acts", "paragraph"} <= set(sheets)
    assert {name: found for name, found in sheets.items() if len(found) > 1} == {}


def test_a_page_places_components_and_never_restyles_them() -> None:
    properties = {
        (sheet.name, name)
        for sheet in PAGES
        for _selector, names in _rules(sheet.read_text(encoding="utf-8"))
        for name in names
    }

    assert {sheet for sheet, _name in properties} == {sheet.name for sheet in PAGES}
    assert [found for found in sorted(properties) if not PLACING.fullmatch(found[1])] == []


def test_no_colour_hangs_on_the_language_or_the_direction() -> None:
    by_language = re.compile(r":lang\(|\[(lang|dir)\b|:dir\(")
    of_colour = re.compile(
        r"(.*-)?color|background.*|opacity|(backdrop-)?filter|mix-blend-mode|text-shadow|--(?!line-).*"
    )
    sheets = [*STATIC.glob("*.css"), *COMPONENTS, *PAGES]
    found = [
        (selector, name)
        for sheet in sheets
        for selector, names in _rules(sheet.read_text(encoding="utf-8"))
        for name in names
        if by_language.search(selector)
    ]

    assert (":lang(ar)", "--line-text") in found
    assert [(selector, name) for selector, name in found if of_colour.fullmatch(name)] == []


def test_the_sheet_of_all_pages_loads_every_component_once() -> None:
    loaded = re.findall(r'@import url\("([\w/.-]+)"\);', (STATIC / "site.css").read_text())
    components = [path.relative_to(STATIC).as_posix() for path in COMPONENTS]

    assert sorted(loaded) == sorted(["fonts.css", "tokens.css", *components])


def test_a_page_sheet_is_loaded_by_a_page() -> None:
    rooms = list(STATIC.parents[1].glob("*/templates/**/*.html"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in rooms)

    assert [sheet.name for sheet in PAGES if f"pages/{sheet.name}" not in text] == []
