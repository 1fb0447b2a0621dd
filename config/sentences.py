"""Finds every sentence that code and templates pass to gettext, without the gettext tools."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

# The arguments of each function, in order.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "gettext": ("one",),
    "ngettext": ("one", "many"),
    "pgettext": ("context", "one"),
    "npgettext": ("context", "one", "many"),
}
# The calls that `templatize` writes; it replaces everything else.
CALL = re.compile(r"(?<!\w)(_|n?p?gettext)\(")
LITERAL = re.compile(r"""\s*(u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*,?""", re.DOTALL)


@dataclass(frozen=True, order=True)
class Sentence:
    """A sentence with one entry in the catalogues."""

    one: str
    many: str = ""
    context: str = ""


@cache
def all_sentences() -> dict[Sentence, str]:
    """Each sentence of the project, with the first file that has it."""
    found: dict[Sentence, str] = {}
    for place, sentences in sentences_by_place().items():
        for sentence in sentences:
            found.setdefault(sentence, place)
    return found


@cache
def sentences_by_place() -> dict[str, list[Sentence]]:
    """Each file that has sentences, with them from top to bottom."""
    places: dict[str, list[Sentence]] = {}
    for path in _files():
        text = path.read_text(encoding="utf-8")
        found = sentences_of_code(text) if path.suffix == ".py" else sentences_of_template(text)
        if sentences := list(dict.fromkeys(found)):
            places[str(path.relative_to(settings.BASE_DIR))] = sentences
    return places


def kind_of_place(place: str) -> str:
    """Whether a reader meets the sentences of this file on a page, in a mail or in a paper."""
    parts = set(place.split("/"))
    if parts & {"mail", "email", "outbox"}:
        return "Mails"
    if parts & {"papers", "exports", "kit", "shells"}:
        return "Papers"
    return "Pages" if "templates" in parts else "What pages are given by code"


def sentences_of_code(text: str) -> Iterator[Sentence]:
    """From calls like `gettext("…")`, under whatever name the module imports the function."""
    tree = ast.parse(text)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            function = re.sub("_(lazy|noop)$", "", names.get(node.func.id, ""))
            words = [part.value for part in node.args if isinstance(part, ast.Constant)]
            yield from _sentence(function, [word for word in words if isinstance(word, str)])


def sentences_of_template(text: str) -> Iterator[Sentence]:
    """From `translate`, `blocktranslate` and `_("…")`."""
    code = templatize(text)
    for call in CALL.finditer(code):
        words, place = [], call.end()
        while literal := LITERAL.match(code, place):
            words.append(ast.literal_eval(literal[1]))
            place = literal.end()
        yield from _sentence("gettext" if call[1] == "_" else call[1], words)


def _sentence(function: str, words: list[str]) -> Iterator[Sentence]:
    """The sentence of a call; none for other functions, or without literal strings."""
    parameters = FUNCTIONS.get(function, ())
    if parameters and len(words) >= len(parameters):
        yield Sentence(**dict(zip(parameters, words, strict=False)))


def _files() -> Iterator[Path]:
    for app in sorted(settings.BASE_DIR.glob("*/__init__.py")):
        if app.parent.name == "tests":
            continue
        for path in sorted(app.parent.rglob("*")):
            if path.suffix == ".py" or (
                path.suffix in {".html", ".txt"} and "templates" in path.parts
            ):
                yield path
