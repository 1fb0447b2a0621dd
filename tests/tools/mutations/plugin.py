"""A plugin of pytest: this run imports one module with one change made, in memory alone.

In the environment stand CHANGED, the path of the module; CHANGE, the number of the change, or
nothing where none is made; REACHED, a file, in which a run without a change writes which tests
reach which line; ASKED, a file of the tests that a run with a change asks, none for all; and ROOM,
a file with the rows of a room that the code without a change has made.
"""

import importlib.abc
import importlib.machinery
import json
import os
import pickle
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.tools.mutations.changes import NO_CHANGE, changed_source

ROOT = Path(__file__).parents[3]
CHANGED = ROOT / os.environ["CHANGED"]
CHANGE = os.environ.get("CHANGE", "")
REACHED, ROOM = Path(os.environ["REACHED"]), Path(os.environ["ROOM"])
TOOL = sys.monitoring.COVERAGE_ID


# --- The change ----------------------------------------------------------------------------------


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads a file as if the change stood in it; nothing of it is kept."""

    def get_code(self, fullname: str) -> CodeType:
        source = CHANGED.read_text()
        if CHANGE != NO_CHANGE:
            source = changed_source(source, int(CHANGE))
        return compile(source, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    name = ".".join(CHANGED.relative_to(ROOT).with_suffix("").parts)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        loader = _Changed(fullname, str(CHANGED))
        return importlib.machinery.ModuleSpec(fullname, loader, origin=str(CHANGED))


if CHANGE:
    sys.meta_path.insert(0, _Finder())


# --- The tests that reach it ---------------------------------------------------------------------


class _Lines:
    """Which tests reached which line."""

    def __init__(self) -> None:
        self.tests: defaultdict[int, set[str]] = defaultdict(set)
        self.test = ""  # no test yet: the module is being imported

    def reached(self, code: CodeType, line: int) -> object:
        if code.co_filename == str(CHANGED):
            self.tests[line].add(self.test)
        # Once a test is enough: the next one asks anew.
        return sys.monitoring.DISABLE


LINES = _Lines()
if not CHANGE:
    sys.monitoring.use_tool_id(TOOL, "reached")
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, LINES.reached)
    sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if not CHANGE:
        LINES.test = item.nodeid
        sys.monitoring.restart_events()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the order in which they pass without a change."""
    if not CHANGE:
        return
    wanted = set(json.loads(Path(os.environ["ASKED"]).read_text(encoding="utf-8")))
    left_out = [item for item in items if wanted and item.nodeid not in wanted]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not wanted or item.nodeid in wanted]


# --- From one run to the next --------------------------------------------------------------------


def pytest_sessionstart() -> None:
    from django.test import utils

    from delegations.kept_statements import KeptStatement
    from tests.kept_room import KEPT

    if not CHANGE:
        # Built for each test anew: else the first alone reaches the lines that build a statement.
        KeptStatement._compiled = property(KeptStatement._compiled.func)  # type: ignore
        return
    utils.setup_databases = _database_that_is_there  # type: ignore[assignment]
    if ROOM.exists():
        KEPT.rows = pickle.loads(ROOM.read_bytes())


def _database_that_is_there(*_given: object, **_more: object) -> list[object]:
    """The run without a change migrated it; to ask anew takes longer than most tests."""
    from django.db import connection

    connection.settings_dict["NAME"] = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    return []


def pytest_sessionfinish() -> None:
    from tests.kept_room import KEPT

    if CHANGE:
        return
    sys.monitoring.set_events(TOOL, 0)
    REACHED.write_text(json.dumps({line: sorted(tests) for line, tests in LINES.tests.items()}))
    if KEPT.rows:
        ROOM.write_bytes(pickle.dumps(KEPT.rows))
