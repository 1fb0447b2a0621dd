"""The commands of “When something fails” are run as written on a running platform.

Those that ask systemd are left out.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from config.launch.local_services import THROWAWAY_SETTINGS, find_binaries, service_account
from tests.config.deploy.test_operations import (
    BLOCKS,
    WHEN_SOMETHING_FAILS,
    Terminal,
    blocks_of,
    bring_the_tables,
    settings_in,
    terminal,
)
from tests.replication import Standby, standby

pytestmark = [pytest.mark.long, pytest.mark.night]

RUNBOOK = blocks_of(WHEN_SOMETHING_FAILS)
__all__ = ["terminal"]  # the fixture


@contextmanager
def _replica(terminal: Terminal) -> Iterator[Standby]:
    """One that follows the servers of the terminal."""
    sockets, port = terminal.services.socket_folder, terminal.environment["PGPORT"]
    binaries = find_binaries(service_account(), copies=sockets / "of_replica")
    how = (*THROWAWAY_SETTINGS, f"hba_file={sockets / 'pg_hba.conf'}", f"port={port}")
    with standby(terminal.services, binaries, "replica", how, port) as found:
        yield found


def _read_there(replica: Standby) -> str:
    """The block of operations that an operator adds to the settings."""
    url = f"postgres://consultations@/consultations?host={replica.sockets}"
    return f"""
        echo "DATABASE_REPLICA_URLS='{url}'" >> "$CONFIGURATION/environment"
        set -a; . "$CONFIGURATION/environment"; set +a
    """


@pytest.mark.usefixtures("django_db_setup")
def test_every_command_of_the_runbook_does_what_it_says(terminal: Terminal) -> None:
    is_begun = ["gunicorn" in block for block in BLOCKS].index(True)
    is_ended = [block.startswith("kill") for block in BLOCKS].index(True)
    with _replica(terminal) as replica:
        for block in (*BLOCKS[:is_begun], _read_there(replica), *BLOCKS[is_begun:is_ended]):
            if "manage.py migrate" in block:
                bring_the_tables(terminal)
            terminal.type(block)
        before = settings_in(terminal.folder / "etc" / "environment")
        outputs = {block: terminal.type(block) for block in RUNBOOK}
        [ask_replicas] = [block for block in RUNBOOK if "for replica in" in block]
        replica.kill()
        terminal.type(f"DATABASE_REPLICA_URLS='{before['DATABASE_REPLICA_URLS']}'")
        without_it = terminal.type(ask_replicas)
        terminal.type(BLOCKS[is_ended])

    def printed(words: str) -> str:
        [found] = [text for block, text in outputs.items() if words in block]
        return found

    assert "mails that are due" in printed("'papers not made'")
    assert '"replica_1": true' in printed("for replica in")
    assert "not paused" in printed("for replica in")
    assert "streaming" in printed("pg_stat_replication")
    assert '"replica_1": false' in without_it and "This one does not answer." in without_it
    for queue in ("mails", "papers", "bells"):
        assert queue in printed("inspect active_queues")
    assert "longest" in printed("max(now() - state_change)")
    assert "oldest" not in printed("attempts, asked_at")
    assert "last_archived_time" in printed("pg_stat_archiver")
    assert "DELETE" in printed("DELETE FROM django_session")
    assert "None is missing." in printed("showmigrations")
    assert (terminal.folder / "var" / "backups" / "at-the-leak.dump").stat().st_size > 100_000
    after = settings_in(terminal.folder / "etc" / "environment")
    assert after["SECRET_KEY_FALLBACKS"] == before["SECRET_KEY"] != after["SECRET_KEY"]
    assert after["DATABASE_REPLICA_URLS"] == "" != before["DATABASE_REPLICA_URLS"]
    changed = {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_REPLICA_URLS"}
    assert {name: value for name, value in after.items() if name not in changed} == {
        name: value for name, value in before.items() if name not in changed
    }
