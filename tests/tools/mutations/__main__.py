"""Draw changes, run each against its own tests, and print which of them nobody noticed."""

import argparse
import ast
import json
import os
import random
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from config.launch.demo_processes import LOCAL, ROOT, are_servers_given
from config.launch.local_services import THROWAWAY_SETTINGS, throwaway_services
from tests.tools.mutations.changes import NO_CHANGE, Change, changes_in
from tests.tools.mutations.rooms import SAME, TESTS

# A change that makes a loop endless is noticed when its tests take so long.
PATIENCE = 300.0
# The rows of a room are good for five minutes (tests/kept_room.py); a mutant may take one.
YOUNG = 200.0
IN_A_ROOM = "tests/comments/drafting/test_versions.py"
WHY = re.compile(r"^E +(.+)", re.MULTILINE)
NOTICED_BY = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
PYTEST = (
    *("-m", "pytest", "-x", "-n0", "--reuse-db"),
    *("-p", "no:cacheprovider", "-p", "tests.tools.mutations.plugin"),
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module, by its number there."""

    path: str
    number: int
    change: Change

    @property
    def name(self) -> str:
        return f"{self.path} {self.change.name}"

    def __str__(self) -> str:
        return f"{self.path}:{self.change.line} {self.change.name}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which test noticed a change; empty where none did."""

    mutant: Mutant
    by: str
    seconds: float

    def __str__(self) -> str:
        word = "noticed" if self.by else "MISSED "
        return f"{word} {self.seconds:5.1f} s  {self.mutant}  {self.by}"


@dataclass
class Runner:
    """Runs tests against one module after the other, and remembers what they reach."""

    environment: Mapping[str, str]
    folder: Path
    reached: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def try_out(self, mutant: Mutant) -> Outcome:
        """Run what reaches the change until a test notices it."""
        if mutant.path not in self.reached:
            self._run_unchanged(mutant.path, TESTS[mutant.path], self._reached_file(mutant.path))
            self.reached[mutant.path] = json.loads(self._reached_file(mutant.path).read_bytes())
        asked = self._reaching(mutant)
        if not asked:
            return Outcome(mutant, "", 0.0)
        if "" in asked:
            asked = []  # all
        self._keep_room_young(mutant.path)
        files = [file for file in TESTS[mutant.path] if any(t.startswith(file) for t in asked)]
        named = {"CHANGE": str(mutant.number), "ASKED": self._written(asked)}
        began = time.monotonic()
        try:
            done = self._run(mutant.path, files or TESTS[mutant.path], **named)
        except subprocess.TimeoutExpired:
            return Outcome(mutant, "took too long", time.monotonic() - began)
        found, why = NOTICED_BY.search(done.stdout), WHY.search(done.stdout)
        by = found[1] if found else f"status {done.returncode}"
        by += f"  ({why[1][:100]})" if why else ""
        return Outcome(mutant, by if done.returncode else "", time.monotonic() - began)

    def _reaching(self, mutant: Mutant) -> list[str]:
        """The tests that run a line of the change; "" where it is run on import."""
        lines = range(mutant.change.line, mutant.change.last_line + 1)
        found = (self.reached[mutant.path].get(str(line), ()) for line in lines)
        return sorted({test for tests in found for test in tests})

    def _run_unchanged(self, path: str, files: Sequence[str], reached: Path) -> None:
        """Without a change all tests pass; they leave the database and the room for the others."""
        anew = () if self.reached else ("--create-db",)
        self._require_passing(self._run(path, files, *anew, REACHED=str(reached)))
        if anew:  # what the others find is enough: a change alone may fail a test
            self._require_passing(
                self._run(path, [IN_A_ROOM], CHANGE=NO_CHANGE, ASKED=self._written([]))
            )

    def _require_passing(self, done: subprocess.CompletedProcess[str]) -> None:
        if done.returncode != 0:
            sys.exit(f"The tests fail before anything is changed:\n{done.stdout[-3000:]}")

    def _keep_room_young(self, path: str) -> None:
        room = self.folder / "room"
        if not room.exists() or time.time() - room.stat().st_mtime > YOUNG:
            self._run_unchanged(path, [IN_A_ROOM], self.folder / "nothing")

    def _written(self, asked: Sequence[str]) -> str:
        """Thousands of names are more than an environment holds."""
        file = self.folder / "asked"
        file.write_text(json.dumps(asked), encoding="utf-8")
        return str(file)

    def _reached_file(self, path: str) -> Path:
        return self.folder / path.replace("/", ".")

    def _run(
        self, path: str, files: Sequence[str], *more: str, **named: str
    ) -> subprocess.CompletedProcess[str]:
        named = {"CHANGED": path, "REACHED": "", "ROOM": str(self.folder / "room")} | named
        return subprocess.run(
            [sys.executable, *PYTEST, *more, *files],
            cwd=ROOT,
            env={**self.environment, **named},
            capture_output=True,
            text=True,
            timeout=PATIENCE if "CHANGE" in named else None,
            check=False,
        )


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    mutants = _drawn(options.count, options.seed, options.only)
    if options.list:
        print(*mutants, sep="\n")
        return 0
    outcomes = []
    with _servers() as environment, TemporaryDirectory() as folder:
        runner = Runner(environment, Path(folder))
        for turn, mutant in enumerate(mutants, 1):
            if mutant.name in SAME:
                continue
            outcomes.append(runner.try_out(mutant))
            print(f"{turn}/{len(mutants)} {outcomes[-1]}", flush=True)
    return _told(len(mutants), outcomes)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutations", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many changes are drawn")
    parser.add_argument("--seed", type=int, default=1, help="what the draw begins from")
    parser.add_argument("--only", nargs="*", help="of these, only changes with this in their name")
    parser.add_argument("--list", action="store_true", help="print the drawn changes, run none")
    return parser.parse_args(arguments)


def _drawn(count: int, seed: int, only: Sequence[str]) -> list[Mutant]:
    """So many of all changes, in the order of the modules; the same for the same seed."""
    everything = [
        Mutant(path, number, change)
        for path in TESTS
        for number, change in enumerate(changes_in(ast.parse((ROOT / path).read_text())))
    ]
    chosen = random.Random(seed).sample(range(len(everything)), min(count, len(everything)))
    drawn = [everything[place] for place in sorted(chosen)]
    return [mutant for mutant in drawn if not only or any(word in str(mutant) for word in only)]


@contextmanager
def _servers() -> Iterator[Mapping[str, str]]:
    """Servers of our own, as `./run test` has them, or those that the environment names."""
    environment = {"SECRET_KEY": secrets.token_urlsafe(48), "NIGHT": "1", **os.environ}
    if are_servers_given():
        yield environment
        return
    with throwaway_services(
        lock_folder=LOCAL / "throwaway", postgres_settings=THROWAWAY_SETTINGS
    ) as services:
        yield environment | services.environment


def _told(drawn: int, outcomes: Sequence[Outcome]) -> int:
    missed = [outcome for outcome in outcomes if not outcome.by]
    noticed = len(outcomes) - len(missed)
    print(f"\n{noticed} of {len(outcomes)} noticed: {noticed / max(1, len(outcomes)):.1%}")
    print(f"{drawn - len(outcomes)} more change nothing that anybody can tell (rooms.py says why)")
    print(*missed, sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
