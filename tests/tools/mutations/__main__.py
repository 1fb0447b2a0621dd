"""Draw changes of the product, run each against the tests that reach it, print what none noticed.

The first run asks every test once and records which lines it runs; the record stands in
`.local/mutations/` and serves until a file changes.
"""

import argparse
import ast
import hashlib
import json
import os
import random
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from config.launch.demo_processes import LOCAL, are_servers_given
from config.launch.local_services import THROWAWAY_SETTINGS, throwaway_services
from tests.tools.mutations.changes import Change, changes_in
from tests.tools.mutations.equivalents import EQUIVALENT
from tests.tools.mutations.record import ROOT, Record, product_paths

# A change that makes a loop endless is noticed when its tests take so long.
PATIENCE = 300.0
MAX_FAILED = 5  # a few that fail on a busy machine spoil no record
NOTHING_ASKED = 5  # the status of pytest where none of the tests is there
WHY = re.compile(r"^E +(.+)", re.MULTILINE)
NOTICED_BY = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
PYTEST = ("-m", "pytest", "-x", "-n0", "-p", "no:cacheprovider")
PLUGIN = "tests.tools.mutations.changing"
RECORDED = ("-p", "tests.tools.mutations.recording", "-m", "not again and not night")


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
    asked_count: int
    seconds: float

    def __str__(self) -> str:
        word = "noticed" if self.by else "MISSED "
        asked = f"{self.asked_count} tests"
        return f"{word} {self.seconds:5.1f} s  {self.mutant}  {self.by or asked}"


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    mutants = _drawn(options.count, options.seed, options.only)
    if options.list:
        print(*mutants, sep="\n")
        return 0
    to_try = [mutant for mutant in mutants if mutant.name not in EQUIVALENT]
    outcomes = []
    record = _record()
    with _servers() as environment, ThreadPoolExecutor(options.beside) as pool:
        # Each that runs beside the others has a database of its own.
        free: SimpleQueue[Mapping[str, str]] = SimpleQueue()
        for number in range(options.beside):
            free.put(_with_own_database(environment, number))
        tried = pool.map(lambda mutant: _try_out(mutant, record, free), to_try)
        for turn, outcome in enumerate(tried, 1):
            outcomes.append(outcome)
            print(f"{turn}/{len(to_try)} {outcome}", flush=True)
    return _told(len(mutants), outcomes)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutations", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many changes are drawn")
    parser.add_argument("--seed", type=int, default=1, help="what the draw begins from")
    parser.add_argument("--only", nargs="*", help="of these, only changes with this in their name")
    parser.add_argument("--beside", type=int, default=2, help="how many run beside one another")
    parser.add_argument("--list", action="store_true", help="print the drawn changes, run none")
    return parser.parse_args(arguments)


def _drawn(count: int, seed: int, only: Sequence[str] | None) -> list[Mutant]:
    """So many of all changes, in the order of the modules; the same for the same seed."""
    everything = [
        Mutant(path, number, change)
        for path in product_paths()
        for number, change in enumerate(changes_in(ast.parse((ROOT / path).read_text())))
        if not _is_of_a_table(path, change)
    ]
    chosen = random.Random(seed).sample(range(len(everything)), min(count, len(everything)))
    drawn = [everything[place] for place in sorted(chosen)]
    return [mutant for mutant in drawn if not only or any(word in str(mutant) for word in only)]


def _is_of_a_table(path: str, change: Change) -> bool:
    """Whether it changes a field or a constraint: `./run check` compares these with migrations."""
    is_in_class = change.where.rpartition(".")[2][0].isupper()
    return Path(path).name == "models.py" and is_in_class


def _record() -> Record:
    """What an earlier run recorded of the same files, else what every test runs."""
    digest = hashlib.sha256()
    for path in (*map(ROOT.joinpath, product_paths()), *sorted(ROOT.glob("tests/**/*.py"))):
        digest.update(path.read_bytes())
    folder = LOCAL / "mutations" / digest.hexdigest()[:16]
    if not folder.exists():
        making = folder.with_suffix(".part")
        making.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "RECORD": str(making)}
        # A test that fails is not asked.
        subprocess.run([ROOT / "run", "test", *RECORDED], cwd=ROOT, env=environment, check=False)
        if Record(making).failed_count > MAX_FAILED:
            sys.exit("The tests fail before anything is changed.")
        making.rename(folder)
    return Record(folder)


@contextmanager
def _servers() -> Iterator[Mapping[str, str]]:
    """Servers of our own, as `./run test` has them, or those that the environment names."""
    environment = {"SECRET_KEY": secrets.token_urlsafe(48), **os.environ}
    if are_servers_given():
        yield environment
        return
    with throwaway_services(
        lock_folder=LOCAL / "throwaway", postgres_settings=THROWAWAY_SETTINGS
    ) as services:
        yield environment | services.environment


def _with_own_database(environment: Mapping[str, str], number: int) -> Mapping[str, str]:
    address = urlsplit(environment["DATABASE_URL"])
    own = address._replace(path=f"{address.path}_{number}")
    # Not geturl(): it drops the empty host of an address with a folder of sockets.
    url = f"{own.scheme}://{own.netloc}{own.path}" + (f"?{own.query}" if own.query else "")
    return {**environment, "DATABASE_URL": url}


def _try_out(mutant: Mutant, record: Record, free: "SimpleQueue[Mapping[str, str]]") -> Outcome:
    """Ask the tests that run the change until one of them notices it."""
    lines = range(mutant.change.line, mutant.change.last_line + 1)
    asked = record.tests_to_ask(mutant.path, lines)
    if not asked:
        return Outcome(mutant, "", 0, 0.0)
    environment = free.get()
    began = time.monotonic()
    try:
        by = _noticed_by(mutant, asked, environment)
    finally:
        free.put(environment)
    return Outcome(mutant, by, len(asked), time.monotonic() - began)


def _noticed_by(mutant: Mutant, asked: Sequence[str], environment: Mapping[str, str]) -> str:
    """The test that noticed it, and why; "" for none."""
    files = list(dict.fromkeys(test.split("::")[0] for test in asked))
    with TemporaryDirectory() as folder:
        # Hundreds of names are more than an environment holds.
        file = Path(folder, "asked.json")
        file.write_text(json.dumps(asked), encoding="utf-8")
        given = {"CHANGED": mutant.path, "CHANGE": str(mutant.number), "ASKED": str(file)}
        try:
            done = subprocess.run(
                [sys.executable, *PYTEST, "-p", PLUGIN, *files],
                cwd=ROOT,
                env={**environment, **given},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "took too long"
    if done.returncode in {0, NOTHING_ASKED}:
        return ""
    found, why = NOTICED_BY.search(done.stdout), WHY.search(done.stdout)
    by = found[1] if found else f"status {done.returncode}"
    return f"{by}  ({why[1][:100]})" if why else by


def _told(drawn_count: int, outcomes: Sequence[Outcome]) -> int:
    missed = [outcome for outcome in outcomes if not outcome.by]
    noticed = len(outcomes) - len(missed)
    print(f"\n{noticed} of {len(outcomes)} noticed: {noticed / max(1, len(outcomes)):.1%}")
    print(f"{drawn_count - len(outcomes)} more are equivalent (equivalents.py says why)")
    print(*missed, sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
