"""`./run faults` itself, with its cheapest faults."""

import subprocess
import sys
from pathlib import Path

import pytest

from consultations.models import MailKind
from tests.environment import environment_of_test
from tests.faults.acts import ACTS

# It brings servers of its own; of the tests' database it copies the tables.
pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[2]


def faults(*names: str) -> tuple[int, str]:
    """Run these faults; gives the status and the lines of the table."""
    asked, given = [word for name in names for word in ("--only", name)], environment_of_test()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *asked, "--tables-of", given["DATABASE_URL"]],
        cwd=PROJECT,
        env=given,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.usefixtures("django_db_setup")
def test_no_mail_is_lost_with_the_queue_nor_with_a_worker() -> None:
    status, output = faults("flushed", "killed")
    assert status == 0, output
    rows = [line for line in output.splitlines() if line.startswith("| ")]
    assert [row.split("| ")[-1] for row in rows[2:]] == ["held |", "held |"], output
    # For each kind an act; everybody who has to be told, once each.
    assert all("| 20 | 20 | 73 | 73 |" in row for row in rows[2:]), output


def test_every_kind_of_mail_has_an_act_that_is_told_by_it() -> None:
    assert {kind for act in ACTS for kind in act.tells} == set(MailKind)
