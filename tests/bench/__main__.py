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

PARTS = (
    "pages",
    "front",
    "submit",
    "papers",
    "digest",
    "search",
    "differences",
    "compare",
    "kits",
    "workspace",
    "map",
    "real-texts",
    "storm",
    "screen",
    "hops",
    "slow-lines",
    "idle",
)


def main(arguments: Sequence[str]) -> int:
    """Runs the parts that were asked for, all by default; gives the exit status."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        _set_up(Path(folder))
        from tests.bench.figures import printed
        from tests.bench.stages import SIZES, run

        begun = time.monotonic()
        figures, asides = run(asked.only or PARTS, say, asked.size or SIZES)
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
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="only this part; may be given again"
    )
    parser.add_argument(
        "--size", action="append", type=int, help="inputs of A, by and by; 500, 5000 and 50000"
    )
    return parser


def _set_up(folder: Path) -> None:
    """Settings as in production but for plain HTTP; tables and static files of our own."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
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
