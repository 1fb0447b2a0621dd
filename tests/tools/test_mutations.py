"""The mutation tool changes one thing in a module at a time (docs/testing.md)."""

import ast
import pickle
from array import array
from pathlib import Path

import pytest

from tests.tools.mutations.changes import changed_source, changes_in
from tests.tools.mutations.equivalents import EQUIVALENT
from tests.tools.mutations.record import ROOT, Record, WorkerRecord, product_paths


def names(source: str) -> list[str]:
    return [change.name for change in changes_in(ast.parse(source))]


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("x = a <= b", ["module: a <= b → a < b"]),
        ("x = a and b", ["module: a and b → a or b", "module: a and b → b", "module: a and b → a"]),
        ("x = not a", ["module: not a → a"]),
        ("x = 3", ["module: 3 → 4"]),
        ("x = True", ["module: True → False"]),
        ("x = {1: a, 2: b}", ["module: {1: a, 2: b} → {2: b}", "module: {1: a, 2: b} → {1: a}"]),
        ("row.sent_at = now", ["module: row.sent_at = now → pass"]),
        ("def f():\n    g(a)", ["f: g(a) → pass"]),
        ("def f():\n    return a", ["f: return a → return None"]),
        ("if a: x = b", ["module: if a → if not a"]),
        ("x = rows.filter(a=b)", ["module: rows.filter(a=b) → rows"]),
        ("x = rows.get(a=b, c=d)", ["module: rows.get(a=b, c=d) → rows.get(c=d)"]),
        ("x = [a for a in b if c]", ["module: for a in b if c → for a in b"]),
    ],
)
def test_a_change_is_one_operator_condition_return_or_call(source: str, changes: list[str]) -> None:
    found = names(source)
    assert found[: len(changes)] == changes


@pytest.mark.parametrize(
    "source",
    [
        '"""The words of a module."""',
        "import a",
        "def f(a: int = b) -> int | None:\n    pass",
        'x = _("Write your reply.")',
        "@atomic(1)\ndef f():\n    pass",
        'x = "words"',
        "if TYPE_CHECKING:\n    x = a < b",
    ],
)
def test_words_annotations_decorators_and_imports_are_left_alone(source: str) -> None:
    assert names(source) == []


def test_each_change_gives_another_source_that_still_compiles() -> None:
    source = (ROOT / "consultations/rules/phases.py").read_text()
    plain = ast.unparse(ast.parse(source))
    count = len(names(source))
    assert count > 20
    made = [changed_source(source, number) for number in range(count)]
    for other in made:
        compile(other, "phases.py", "exec")
        assert other != plain
    assert changed_source(source, 0) == made[0]


def test_every_equivalent_names_a_change_that_can_be_made() -> None:
    made = {
        f"{path} {name}" for path in product_paths() for name in names((ROOT / path).read_text())
    }
    assert sorted(EQUIVALENT.keys() - made) == []


def test_the_tests_that_run_a_line_are_asked_about_it_the_nearest_first(tmp_path: Path) -> None:
    far, failed, near, beside = "tests/comments/table/test_a.py::test_far", "", NEAR, BESIDE
    lines = {("drafts/text/labels.py", 7): array("H", [0, 1, 2]), ("other.py", 7): array("H", [3])}
    record_of(tmp_path, "1", [far, failed, near, "tests/test_b.py::test_other"], lines)
    record_of(tmp_path, "2", [beside], {("drafts/text/labels.py", 9): array("H", [0])})
    record = Record(tmp_path)
    assert record.tests_to_ask("drafts/text/labels.py", [7]) == [near, far]
    assert record.tests_to_ask("drafts/text/labels.py", [7, 8, 9]) == [near, beside, far]
    # What runs on import is asked of whoever runs the module.
    assert record.tests_to_ask("drafts/text/labels.py", [1]) == [near, beside, far]
    assert record.tests_to_ask("drafts/text/levels.py", [1]) == []


NEAR = "tests/drafts/text/test_labels.py::test_near[one]"
BESIDE = "tests/drafts/desk/test_editing.py::test_beside"


def record_of(
    folder: Path, name: str, tests: list[str], lines: dict[tuple[str, int], "array[int]"]
) -> None:
    record = WorkerRecord(tests, [1.0] * len(tests), lines)
    (folder / f"{name}.pickle").write_bytes(pickle.dumps(record))
