"""Finds every sentence that code and templates pass to gettext, without the gettext tools."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath

from django.conf import settings
from django.utils.translation.template import templatize

# The arguments of each function, in order.
PARAMETERS_OF_FUNCTION: dict[str, tuple[str, ...]] = {
    "gettext": ("singular",),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
# The calls that Django's `templatize` writes in place of a template's tags; it blanks the rest.
GETTEXT_CALL = re.compile(r"(?<!\w)(_|n?p?gettext)\(")
# A string in either quotes, with the comma after it.
STRING_LITERAL = re.compile(r"""\s*(u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*,?""", re.DOTALL)


@dataclass(frozen=True, order=True)
class Sentence:
    """A sentence with one entry in the catalogues."""

    singular: str
    plural: str = ""
    context: str = ""


@cache
def first_file_by_sentence() -> dict[Sentence, str]:
    """Each sentence of the project, with the first file that has it, by which tests name it."""
    file_by_sentence: dict[Sentence, str] = {}
    for file_name, sentences in sentences_by_file().items():
        for sentence in sentences:
            file_by_sentence.setdefault(sentence, file_name)
    return file_by_sentence


@cache
def sentences_by_file() -> dict[str, list[Sentence]]:
    """Each file that has sentences, with them from top to bottom."""
    sentences_by_file_name: dict[str, list[Sentence]] = {}
    for path in _files():
        text = path.read_text(encoding="utf-8")
        found_sentences = (
            sentences_of_code(text) if path.suffix == ".py" else sentences_of_template(text)
        )
        if sentences := list(dict.fromkeys(found_sentences)):
            sentences_by_file_name[str(path.relative_to(settings.BASE_DIR))] = sentences
    return sentences_by_file_name


def reader_section_of(file_name: str) -> str:
    """The heading under which `collect_messages --by-page` lists the sentences of this file."""
    path = PurePath(file_name)
    path_parts = {*path.parts, *path.stem.split("_")}
    if path_parts & {"mail", "email", "outbox"}:
        return "Mails"
    if "templates" in path_parts:
        return "Pages"
    if path_parts & {"papers", "exports", "kit", "printing", "table", "rolling", "record"}:
        return "Papers"
    return "What pages are given by code"


def sentences_of_code(text: str) -> Iterator[Sentence]:
    """From calls like `gettext("…")`, under whatever name the module imports the function."""
    tree = ast.parse(text)
    function_by_alias = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            # `gettext_lazy` takes the same arguments as `gettext`.
            function = re.sub("_(lazy|noop)$", "", function_by_alias.get(node.func.id, ""))
            string_arguments = [
                argument.value for argument in node.args if isinstance(argument, ast.Constant)
            ]
            yield from _sentence(
                function, [value for value in string_arguments if isinstance(value, str)]
            )


def sentences_of_template(text: str) -> Iterator[Sentence]:
    """From the tags `translate` and `blocktranslate`, and from `_("…")`."""
    code = templatize(text)
    for call in GETTEXT_CALL.finditer(code):
        function = "gettext" if call[1] == "_" else call[1]
        string_arguments, position = [], call.end()
        while literal := STRING_LITERAL.match(code, position):
            string_arguments.append(ast.literal_eval(literal[1]))
            position = literal.end()
        yield from _sentence(function, string_arguments)


def _sentence(function: str, string_arguments: list[str]) -> Iterator[Sentence]:
    """The sentence of a call; none for other functions, or without literal strings."""
    parameters = PARAMETERS_OF_FUNCTION.get(function, ())
    if parameters and len(string_arguments) >= len(parameters):
        yield Sentence(**dict(zip(parameters, string_arguments, strict=False)))


def _files() -> Iterator[Path]:
    """All files of code and templates of the project, those of the tests left out."""
    for app in sorted(settings.BASE_DIR.glob("*/__init__.py")):
        if app.parent.name == "tests":
            continue
        for path in sorted(app.parent.rglob("*")):
            if path.suffix == ".py" or (
                path.suffix in {".html", ".txt"} and "templates" in path.parts
            ):
                yield path
