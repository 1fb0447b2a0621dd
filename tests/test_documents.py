"""Paths, tests and links that the documents name exist."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
]
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
# There a name with a slash at its end is an address.
OF_ADDRESSES = ROOT / "docs" / "api.md"
AT_THE_TOP = {path.name for path in ROOT.iterdir()}
IN_BACKTICKS = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`")
A_FILE = re.compile(r".+\.(?:py|md|toml|ya?ml|css|js|html|po|sh)")


def _paths(document: Path) -> list[str]:
    """Names with a slash and something of ours in front of it, or with the ending of a file.

    What lies in .local is made by the launcher: it need not be there.
    """
    names = IN_BACKTICKS.findall(document.read_text(encoding="utf-8"))
    if document == OF_ADDRESSES:
        names = [name for name in names if not name.endswith("/")]
    return [
        name
        for name in names
        if not name.startswith(".local/")
        and (("/" in name and name.split("/")[0] in AT_THE_TOP) or A_FILE.fullmatch(name))
    ]


def _exists(name: str, beside: Path) -> bool:
    """As it stands, without its ending, as a migration's number, or as a bare name anywhere."""
    if (ROOT / name).exists() or (beside / name).exists() or (ROOT / f"{name}.py").exists():
        return True
    if "/migrations/" in name:
        return any(ROOT.glob(f"{name}_*.py"))
    return "/" not in name and any(
        path.name == name for room in ROOT.glob("*/__init__.py") for path in room.parent.rglob(name)
    )


def test_every_path_that_a_document_names_exists() -> None:
    gone = [
        (document.name, name)
        for document in DOCUMENTS
        for name in _paths(document)
        if not _exists(name, document.parent)
    ]
    assert gone == []


IN_A_FILE = re.compile(r"((?:`\w+`, )*`\w+`) in `([\w/]+\.py)`")
A_TEST = re.compile(r"`(test_[a-z0-9_]+)`")
OF_A_DATABASE = {"test_consultations_template"}


def test_what_a_document_points_to_in_a_file_stands_there() -> None:
    gone = [
        (document.name, file, name)
        for document in DOCUMENTS
        for names, file in IN_A_FILE.findall(document.read_text(encoding="utf-8"))
        for name in re.findall(r"\w+", names)
        if not re.search(rf"(?m)^ *(?:def |class )?{name}\b", (ROOT / file).read_text())
    ]
    assert gone == []


def test_every_test_that_a_document_names_exists() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in TESTS)
    known = {*re.findall(r"(?m)^def (test_\w+)", tests), *(path.stem for path in TESTS)}
    gone = [
        (document.name, name)
        for document in DOCUMENTS
        for name in A_TEST.findall(document.read_text(encoding="utf-8"))
        if name not in known | OF_A_DATABASE
    ]
    assert gone == []


def test_every_link_of_a_document_leads_to_a_file() -> None:
    gone = [
        (document.name, target)
        for document in DOCUMENTS
        for target in re.findall(
            r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")
        )
        if not (document.parent / target).exists()
    ]
    assert gone == []


def test_every_link_to_a_heading_leads_to_one() -> None:
    gone = [
        (document.name, target, heading)
        for document in DOCUMENTS
        for target, heading in re.findall(
            r"\]\(([^)#:]*\.md|)#([^)]+)\)", document.read_text(encoding="utf-8")
        )
        if heading not in _headings(document.parent / target if target else document)
    ]
    assert gone == []


def _headings(document: Path) -> set[str]:
    """As a link names them: small letters, no punctuation, hyphens for spaces."""
    headings = re.findall(r"(?m)^#+ (.+)$", document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def test_the_version_has_its_section_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"(?m)^## \[(.+)\]", changelog)
    assert next(name for name in sections if name != "Unreleased") == project["version"]


# --- Blocks of commands (tests/config/deploy/test_operations.py types them) -----------------------

OPENING = re.compile(r"(?m)^ *```(\S*)(?: (.+))?\n(?:.*\n)*? *```$")
NOT_RUN = {"not-run=docker", "not-run=kubernetes", "not-run=packages", "not-run=systemd"}
MAX_NOT_RUN = 6


@pytest.mark.parametrize("is_runbook", [False, True])
def test_a_block_of_commands_is_run_or_says_why_it_is_not_and_few_are_not(is_runbook: bool) -> None:
    """`sh` is typed by the test, `sh not-run=…` is not, `text` is no command."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    marks = OPENING.findall(page.split("## When something fails\n")[is_runbook])
    assert {language for language, _mark in marks} <= {"sh", "text"}
    not_run = [mark for _language, mark in marks if mark]
    assert set(not_run) <= NOT_RUN
    assert len(not_run) <= MAX_NOT_RUN < len(marks) / 2
