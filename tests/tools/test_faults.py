"""`./run faults` itself, with its cheapest faults."""

import subprocess
import sys
from pathlib import Path

import pytest

from consultations.models import MailKind
from tests.environment import environment_of_test
from tests.nights import others_at_night
from tests.tools.faults.acts import ACTS

# It brings servers of its own; of the tests' database it copies the tables.
pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[2]


def faults(name: str) -> tuple[int, str]:
    """Run this fault; gives the status and the lines of the table."""
    given = environment_of_test()
    tables = ("--tables-of", given["DATABASE_URL"])
    done = subprocess.run(
        [sys.executable, "-m", "tests.tools.faults", "--only", name, *tables],
        cwd=PROJECT,
        env=given,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize("fault", others_at_night(["flushed", "killed"], at_change=0))
def test_no_mail_is_lost_with_the_queue_nor_with_a_worker(fault: str) -> None:
    status, output = faults(fault)
    assert status == 0, output
    [row] = [line for line in output.splitlines() if line.startswith("| ")][2:]
    assert row.endswith("| held |"), output
    # For each kind an act; everybody who has to be told, once each.
    assert "| 20 | 20 | 73 | 73 |" in row, output


def test_every_kind_of_mail_has_an_act_that_is_told_by_it() -> None:
    assert {kind for act in ACTS for kind in act.tells} == set(MailKind)
