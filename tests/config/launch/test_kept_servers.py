"""The servers of the tests are kept from one call of the launcher to the next."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.config.launch.small_house import (
    ROOT,
    begin,
    call,
    family_of,
    programs,
    stat_of,
    those_left,
    wait_until,
)

# Long, and on servers of its own: it begins early and runs in the first round alone.
pytestmark = pytest.mark.night


def keeper_of(house: Path) -> tuple[int, Path]:
    """The process that keeps the servers of the tests, and the folder of their sockets."""
    claim = json.loads((house / ".local" / "tests" / "servers.lock").read_bytes())
    return claim["pid"], Path(claim["sockets"])


def with_its_family(keeper: int) -> dict[int, str]:
    stat = stat_of(keeper)
    assert stat is not None
    return {keeper: stat[2], **family_of(keeper)}


def test_the_servers_of_the_tests_are_kept_until_stop(house: Path) -> None:
    assert "run 1\n" in call(house, "test", "-s", "test_servers.py")[1]
    # The database is kept; what lay in Valkey is not: the test asks for an empty one.
    status, output = call(house, "test", "-s", "test_servers.py")
    assert (status, "run 2\n" in output) == (0, True), output
    keeper, folder = keeper_of(house)
    family = with_its_family(keeper)
    assert "postgres" in programs(family) and "valkey" in programs(family)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert call(house, "stop") == (0, "Stopped the servers kept for tests.\n")
    assert those_left(family) == []
    assert not folder.exists()
    assert call(house, "stop") == (0, "Nothing is running.\n")


def test_a_second_run_beside_the_first_has_servers_of_its_own(house: Path) -> None:
    call(house, "test", "test_servers.py")
    running = begin(house, "test", "test_long.py")
    wait_until((house / "started").exists)
    status, output = call(house, "test", "-s", "test_servers.py")
    assert status == 0, output
    assert output.startswith("Another ./run test is under way: this one has servers of its own.\n")
    assert "run 1\n" in output
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=180)
    assert "run 2\n" in call(house, "test", "-s", "test_servers.py")[1]


def test_a_killed_run_leaves_the_kept_servers_to_the_next(house: Path) -> None:
    running = begin(house, "test", "test_long.py")
    wait_until((house / "started").exists)
    keeper, _ = keeper_of(house)
    running.kill()
    running.communicate()
    assert "1 passed" in call(house, "test", "test_servers.py")[1]
    assert keeper_of(house)[0] == keeper


@pytest.mark.parametrize("victim", ["keeper", "postgres"])
def test_kept_servers_that_died_are_started_anew(house: Path, victim: str) -> None:
    call(house, "test", "test_servers.py")
    keeper, folder = keeper_of(house)
    family = with_its_family(keeper)
    dead = keeper
    if victim == "postgres":
        # Its children bear the same name for a moment.
        below = {pid: stat for pid in family if (stat := stat_of(pid)) and stat[0] == keeper}
        (dead,) = (pid for pid in below if "bin/postgres -D" in programs({pid: ""}))
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: dead not in those_left(family))
    status, output = call(house, "test", "-s", "test_servers.py")
    assert status == 0, output
    assert "run 1\n" in output
    assert not folder.exists()
    wait_until(lambda: not those_left(family))


def test_the_kept_servers_end_where_their_folder_is_removed(house: Path) -> None:
    call(house, "test", "test_servers.py")
    keeper, folder = keeper_of(house)
    family = with_its_family(keeper)
    shutil.rmtree(house / ".local")
    wait_until(lambda: not those_left(family))
    assert not folder.exists()


SMALL_PROJECT = {
    "small_settings.py": (
        "import environ\n"
        "DATABASES = {'default': environ.Env().db('DATABASE_URL')}\n"
        "INSTALLED_APPS = ['shelf']\n"
        "USE_TZ = True\n"
    ),
    "conftest.py": (
        "import pytest\n"
        "from small_database import drop_copy, make_copy\n"
        "@pytest.fixture(scope='session')\n"
        "def django_db_setup(django_db_modify_db_settings, django_db_blocker):\n"
        "    with django_db_blocker.unblock():\n"
        "        make_copy(anew=False)\n"
        "    yield\n"
        "    with django_db_blocker.unblock():\n"
        "        drop_copy()\n"
    ),
    "shelf/__init__.py": "",
    "shelf/migrations/__init__.py": "",
    "shelf/migrations/0001_initial.py": (
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        "    operations = [migrations.RunSQL('CREATE TABLE book (title text)')]\n"
    ),
    "test_shelf.py": (
        "import pytest\n"
        "from django.db import connection\n"
        "@pytest.mark.django_db(transaction=True)\n"
        "def test_shelf():\n"
        "    with connection.cursor() as cursor:\n"
        "        cursor.execute('INSERT INTO book VALUES (%s)', ['Charter'])\n"
        "        cursor.execute('SELECT * FROM book')\n"
        "        print('books', cursor.fetchall())\n"
        "        cursor.execute('SELECT oid FROM pg_database WHERE datname = %s',\n"
        "                       ['test_consultations_template'])\n"
        "        print('template', cursor.fetchone()[0])\n"
    ),
}


def test_the_database_is_migrated_once_and_anew_when_a_migration_changed(house: Path) -> None:
    for name, text in SMALL_PROJECT.items():
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(text)
    shutil.copy(ROOT / "tests" / "database.py", house / "small_database.py")

    def run(*more: str) -> tuple[str, str]:
        status, output = call(
            house, "test", "-s", *more, "test_shelf.py", DJANGO_SETTINGS_MODULE="small_settings"
        )
        assert status == 0, output
        return output.split("template ")[1].split()[0], output

    first, output = run()
    # Each run has a copy of its own: what the one before wrote is not there.
    again, output_again = run()
    assert again == first
    assert "books [('Charter',)]\n" in output and "books [('Charter',)]\n" in output_again
    (house / "shelf" / "migrations" / "0002_year.py").write_text(
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('shelf', '0001_initial')]\n"
        "    operations = [migrations.RunSQL('ALTER TABLE book ADD year int')]\n"
    )
    changed, output = run()
    assert changed != first
    assert "books [('Charter', None)]\n" in output


def test_one_file_of_tests_has_one_worker_and_several_have_four(house: Path) -> None:
    (house / "test_worker.py").write_text(
        "import os\n"
        "def test_worker():\n"
        "    assert os.environ.get('PYTEST_XDIST_WORKER_COUNT', '0') == os.environ['WORKERS']\n"
    )
    given = {"DATABASE_URL": "postgres://given/x", "REDIS_URL": "redis://given"}
    one = call(house, "test", "test_worker.py::test_worker", WORKERS="0", **given)
    four = call(house, "test", "test_worker.py", "test_short.py", WORKERS="4", **given)
    assert (one[0], four[0]) == (0, 0), one[1] + four[1]
