"""`./run bench`: seeds, measures, prints the table; non-zero where a bar is missed.

Needs DATABASE_URL and REDIS_URL of services that hold nothing: the launcher gives throw-away ones.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django

from tests.scripts import leave_by, say

# Each part, and what it measures.
PARTS = {
    "pages": "the main pages at each size: times, and queries that do not grow",
    "front": "every page that a role's front page leads to: no growth with the inputs",
    "submit": "one input over the API, drafted and submitted in one request",
    "papers": "the compiled table as files: time and memory",
    "digest": "the digest of a meeting for everybody at once",
    "search": "search among all inputs: words, phrases, Chinese, filters, misspellings",
    "differences": "differences by word and by paragraph, and a long text as files",
    "compare": "the comparison of two revisions of 600 paragraphs",
    "long-texts": "the pages that show a text of 1,400 paragraphs: size and processor time",
    "kits": "the kit of 600 paragraphs: download, upload and preview",
    "workspace": "the workspace of a delegation as it fills",
    "map": "the map of a long text with inputs of all delegations",
    "real-texts": "the longest real text, at 5,000 and 50,000 inputs; needs REAL_DATA_DIR",
    "storm": "the last minute before a deadline: 193 delegations submit, 200 people type",
    "screen": "300 people follow the screen of a meeting",
    "hops": "function calls of our code for one draft comment, from form to page",
    "slow-lines": "ten pages in a browser over a slow connection of 400 kbit/s",
    "idle": "memory and processor time of web, worker and clock without requests",
}


def main(arguments: Sequence[str]) -> int:
    """Runs the parts that were asked for, all by default; gives the exit status."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        _set_up(Path(folder))
        from tests.tools.bench.figures import printed
        from tests.tools.bench.stages import SIZES, run

        begun = time.monotonic()
        figures, asides = run(asked.only or tuple(PARTS), say, asked.size or SIZES)
        spent = time.monotonic() - begun
    sys.stdout.write(f"\n{printed(figures, asides)}\n\n{_machine()}; {spent / 60:.1f} minutes.\n")
    if asked.json:
        records: dict[str, Any] = {
            "machine": _machine(),
            "figures": [figure.record() for figure in figures],
            "asides": [str(aside) for aside in asides],
        }
        asked.json.write_text(json.dumps(records, indent=2, ensure_ascii=False) + "\n")
    missed = [figure.work for figure in figures if not figure.is_met]
    if missed:
        sys.stdout.write(f"Missed: {'; '.join(missed)}.\n")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description=__doc__,
        epilog="parts:\n" + "".join(f"  {name:<12} {what}\n" for name, what in PARTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        metavar="PART",
        help="only this part, see below; may be given again",
    )
    parser.add_argument(
        "--size", action="append", type=int, help="inputs of A, by and by; 500, 5000 and 50000"
    )
    return parser


def _set_up(folder: Path) -> None:
    """Settings as in production but for plain HTTP; tables and static files of our own."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.tools.bench.settings",
        "DEBUG": "0",
        "SECURE": "0",
        "LOG_LEVEL": "ERROR",
        "FILES_DIR": str(folder / "files"),
        "STATIC_ROOT": str(folder / "static"),
    }
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from consultations.models import Consultation

    if Consultation.objects.exists():
        raise SystemExit("This database holds a consultation: give the benchmark an empty one.")


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    leave_by(main)
