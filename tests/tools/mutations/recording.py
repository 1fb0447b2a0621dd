"""A plugin of pytest that records which tests run which lines of the product.

In the environment stands RECORD, a folder in which each worker leaves what it found. Only what
passes is recorded, with its seconds; of a module only the lines in its functions: the others run
once, on import, for whichever test comes first. What a function keeps (`@cache`) is forgotten
before each test, else the first alone would run it.
"""

import functools
import os
import pickle
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from tests.tools.mutations.record import PRODUCT, ROOT, WorkerRecord, product_paths

TOOL = sys.monitoring.COVERAGE_ID
PATH_BY_FILE = {str(ROOT / path): path for path in product_paths()}

keeping_functions: list[Any] = []
make_keeping_function: Any = functools._lru_cache_wrapper


def _make_noted_function(function: Any, *options: Any) -> Any:
    made = make_keeping_function(function, *options)
    if function.__module__.partition(".")[0] in PRODUCT:
        keeping_functions.append(made)
    return made


# Before any module of the product is imported.
functools._lru_cache_wrapper = _make_noted_function  # type: ignore
recorded = WorkerRecord([], [], defaultdict(lambda: array("H")))


def _line_is_run(code: CodeType, line: int) -> object:
    path = PATH_BY_FILE.get(code.co_filename)
    if path and recorded.tests and code.co_flags & CO_OPTIMIZED:
        recorded.numbers_by_line[path, line].append(len(recorded.tests) - 1)
    # Once a test is enough: the next one asks anew.
    return sys.monitoring.DISABLE


def pytest_sessionstart() -> None:
    from delegations.kept_statements import KeptStatement

    # Built for each test anew: else the first alone runs the lines that build a statement.
    KeptStatement._compiled = property(KeptStatement._compiled.func)  # type: ignore
    sys.monitoring.use_tool_id(TOOL, "recording")
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, _line_is_run)
    sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    recorded.tests.append(item.nodeid)
    recorded.seconds.append(0.0)
    for function in keeping_functions:
        function.cache_clear()
    sys.monitoring.restart_events()
    began = time.monotonic()
    result = yield
    recorded.seconds[-1] = time.monotonic() - began
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    # The process that hands out tests hears of them as well, but runs none.
    if recorded.tests and not report.passed:
        recorded.tests[-1] = ""


def pytest_sessionfinish() -> None:
    sys.monitoring.set_events(TOOL, 0)
    if recorded.tests:
        file = Path(os.environ["RECORD"], f"{os.getpid()}.pickle")
        lines = dict(recorded.numbers_by_line)
        file.write_bytes(pickle.dumps(WorkerRecord(recorded.tests, recorded.seconds, lines)))
