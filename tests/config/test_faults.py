"""`./run faults` itself: its cheapest faults, so that the script cannot rot."""

import os
import subprocess
import sys
from pathlib import Path

from consultations.models import MailKind
from tests.faults.acts import ACTS

# It brings servers of its own.

PROJECT = Path(__file__).resolve().parents[2]


def faults(*names: str) -> tuple[int, str]:
    """Run these faults; gives the status and the lines of the table."""
    asked = [word for name in names for word in ("--only", name)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *asked],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_no_mail_is_lost_with_the_queue_nor_with_a_worker() -> None:
    status, said = faults("flushed", "killed")
    assert status == 0, said
    rows = [line for line in said.splitlines() if line.startswith("| ")]
    assert [row.split("| ")[-1] for row in rows[2:]] == ["held |", "held |"], said
    # For each kind an act; everybody who has to be told, once each.
    assert all("| 20 | 20 | 73 | 73 |" in row for row in rows[2:]), said


def test_every_kind_of_mail_has_an_act_that_is_told_by_it() -> None:
    assert {kind for act in ACTS for kind in act.tells} == set(MailKind)
