"""`./run faults`: takes parts away while people act, counts, prints the table.

Status 1 where anything was lost. It starts servers of its own, and needs nothing but loopback.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import StringIO
from pathlib import Path

import django
import psycopg

from tests.copied_tables import copy_tables
from tests.scripts import leave_by, say
from tests.tools.faults.outcome import Outcome, printed
from tests.tools.faults.platform import Platform, servers


def main(arguments: Sequence[str]) -> int:
    """Run the faults that were asked for, all by default; gives the exit status."""
    asked = _parser().parse_args(arguments)
    os.umask(0o022)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, servers(Path(folder)) as platform:
        _set_up(platform, asked.tables_of)
        known = _faults()
        unknown = set(asked.only or ()) - known.keys()
        if unknown:
            raise SystemExit(f"No such fault: {', '.join(unknown)}. Known: {', '.join(known)}.")
        outcomes = list(_outcomes(platform, {name: known[name] for name in asked.only or known}))
    spent = (time.monotonic() - begun) / 60
    sys.stdout.write(f"\n{printed(outcomes)}\n\n{len(outcomes)} faults, {spent:.1f} minutes.\n")
    return 1 if any(outcome.verdict == "LOST" for outcome in outcomes) else 0


Run = Callable[[Platform], Outcome]


def _outcomes(platform: Platform, faults: Mapping[str, Run]) -> Iterator[Outcome]:
    for name, run in faults.items():
        begun = time.monotonic()
        outcome = run(platform)
        say(f"{name}: {outcome.verdict} ({time.monotonic() - begun:.0f} s)")
        yield outcome


def _faults() -> dict[str, Run]:
    """Every fault by its name. Imported late: the models need the settings."""
    from tests.tools.faults import mail_faults, outage_faults

    mails = {fault.name: partial(mail_faults.run, fault) for fault in mail_faults.FAULTS}
    outages = {fault.name: partial(fault.run, fault) for fault in outage_faults.FAULTS}
    return {**mails, **outages}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="FAULT", help="only this fault; may be given again"
    )
    parser.add_argument(
        "--tables-of",
        metavar="URL",
        help="a database without rows whose tables are copied, which is faster than to migrate",
    )
    return parser


def _set_up(platform: Platform, tables_of: str | None) -> None:
    """Tables, static files and reference data; then everything is started."""
    # The processes log in full; this one prints a table.
    os.environ |= {**platform.environment, "LOG_LEVEL": "ERROR"}
    django.setup()
    from django.core.management import call_command

    say("Making the tables ...")
    if tables_of:
        copy_tables(psycopg.conninfo.conninfo_to_dict(tables_of), platform.sockets)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_delegations", verbosity=0, stdout=StringIO())
    platform.start_web()
    platform.start_worker()
    platform.start_clock()


if __name__ == "__main__":
    leave_by(main)
