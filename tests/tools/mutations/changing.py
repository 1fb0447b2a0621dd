"""A plugin of pytest: this run imports one module with one change made, in memory alone.

In the environment stand CHANGED, the path of the module; CHANGE, the number of the change; and
ASKED, a file of the tests to ask, in their order.
"""

import importlib.abc
import importlib.machinery
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.tools.mutations.changes import changed_source
from tests.tools.mutations.record import ROOT

CHANGED = ROOT / os.environ["CHANGED"]


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads a file as if the change stood in it; nothing of it is kept."""

    def get_code(self, fullname: str) -> CodeType:
        source = changed_source(CHANGED.read_text(), int(os.environ["CHANGE"]))
        return compile(source, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    module = CHANGED.relative_to(ROOT).with_suffix("")
    is_package = module.name == "__init__"
    name = ".".join((module.parent if is_package else module).parts)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(
            fullname, CHANGED, loader=_Changed(fullname, str(CHANGED))
        )


sys.meta_path.insert(0, _Finder())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only what is asked, in that order."""
    asked = json.loads(Path(os.environ["ASKED"]).read_text(encoding="utf-8"))
    place_by_test = {test: place for place, test in enumerate(asked)}
    left_out = [item for item in items if item.nodeid not in place_by_test]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(
        (item for item in items if item.nodeid in place_by_test),
        key=lambda item: place_by_test[item.nodeid],
    )
