"""Which tests run which lines of the product, and which of them to ask about a change."""

import pickle
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

ROOT = Path(__file__).parents[3]
PRODUCT = ("consultations", "comments", "drafts", "delegations", "config")
# The workshop, and what runs once.
LEFT_OUT = ("config/launch/", "config/demo/", "config/style/")
# A change is asked about for so long, by the seconds that its tests took when they were recorded.
SECONDS_A_CHANGE = 90.0
TESTS_OF_A_DISTANT_FILE = 8


def product_paths() -> list[str]:
    """The path of each module of the product, as "comments/table/compiled.py"."""
    paths = [
        path.relative_to(ROOT).as_posix()
        for folder in PRODUCT
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]
    return [path for path in paths if "/migrations/" not in path and not path.startswith(LEFT_OUT)]


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """What one process recorded: its tests ("" for one that failed), their seconds, their lines."""

    tests: list[str]
    seconds: list[float]
    numbers_by_line: dict[tuple[str, int], array[int]]  # numbers of tests, by path and line


class Record:
    """What all processes of a run recorded."""

    def __init__(self, folder: Path) -> None:
        self.seconds_by_test: dict[str, float] = {}
        self._parts = [pickle.loads(file.read_bytes()) for file in folder.glob("*.pickle")]
        self._lines_by_path: defaultdict[str, set[int]] = defaultdict(set)
        self.failed_count = sum(part.tests.count("") for part in self._parts)
        for part in self._parts:
            self.seconds_by_test |= dict(zip(part.tests, part.seconds, strict=True))
            for path, line in part.numbers_by_line:
                self._lines_by_path[path].add(line)

    def tests_to_ask(self, path: str, lines: Iterable[int]) -> list[str]:
        """The tests that run one of the lines, the nearest first; not more than time allows.

        Where no test runs the lines themselves, as on import, those that run any of the module.
        """
        tests = self._running(path, lines) or self._running(path, self._lines_by_path[path])
        chosen: list[str] = []
        seconds = 0.0
        for test in _nearest_first(path, tests):
            seconds += self.seconds_by_test[test]
            if chosen and seconds > SECONDS_A_CHANGE:
                break
            chosen.append(test)
        return chosen

    def _running(self, path: str, lines: Iterable[int]) -> set[str]:
        return {
            part.tests[number]
            for line in lines
            for part in self._parts
            for number in part.numbers_by_line.get((path, line), ())
        } - {""}


def _nearest_first(path: str, tests: Iterable[str]) -> Iterator[str]:
    """Those in the folder of the same subject, then a few of each other file, then the rest."""
    by_file: defaultdict[str, list[str]] = defaultdict(list)
    for test in sorted(tests):
        by_file[test.split("::")[0]].append(test)
    distances = {file: _distance(path, file) for file in by_file}
    # In a browser a change is noticed as well, but late.
    files = sorted(
        by_file,
        key=lambda file: ("journeys" in file, distances[file], -len(by_file[file])),
    )
    counts = {
        file: len(by_file[file]) if distances[file] == 0 else TESTS_OF_A_DISTANT_FILE
        for file in files
    }
    for file in files:
        yield from by_file[file][: counts[file]]
    for file in files:
        yield from by_file[file][counts[file] :]


def _distance(path: str, test_file: str) -> int:
    """How many folders of a module are not among those of the test; 0 for its own subject."""
    folders = PurePath(path).parent.parts
    others = PurePath(test_file).parent.parts[1:]
    common = 0
    while common < min(len(folders), len(others)) and folders[common] == others[common]:
        common += 1
    return len(folders) - common
