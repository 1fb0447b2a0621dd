"""docs/runbook.md, typed as it stands on a running platform; what asks systemd is left out."""

import pytest

from tests.config.test_operations import (
    BLOCKS,
    ROOT,
    Terminal,
    blocks_of,
    open_account_of_colleague,
    settings_in,
    terminal,
)

pytestmark = pytest.mark.once

RUNBOOK = blocks_of((ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"))
__all__ = ["terminal"]  # the fixture


def test_every_command_of_the_runbook_does_what_it_says(terminal: Terminal) -> None:
    is_ended = [block.startswith("kill") for block in BLOCKS].index(True)
    for block in BLOCKS[:is_ended]:
        terminal.type(block)
    before = settings_in(terminal.folder / "etc" / "environment")
    open_account_of_colleague(terminal.folder / "etc")
    said = {block: terminal.type(block) for block in RUNBOOK}
    terminal.type(BLOCKS[is_ended])

    def printed(words: str) -> str:
        [found] = [text for block, text in said.items() if words in block]
        return found

    assert "mails that are due" in printed("'papers not made'")
    for queue in ("mails", "papers", "bells"):
        assert queue in printed("inspect active_queues")
    assert "longest" in printed("max(now() - state_change)")
    assert "oldest" not in printed("attempts, asked_at")
    assert "/sign-in/" in printed("help_person")
    assert "Maria Moss" in printed("erase_person")
    assert "is now shown as “Erased person" in printed("erase_person")
    assert "last_archived_time" in printed("pg_stat_archiver")
    assert "DELETE" in printed("DELETE FROM django_session")
    assert "None is missing." in printed("showmigrations")
    assert (terminal.folder / "var" / "backups" / "at-the-leak.dump").stat().st_size > 100_000
    after = settings_in(terminal.folder / "etc" / "environment")
    assert after["SECRET_KEY_FALLBACKS"] == before["SECRET_KEY"] != after["SECRET_KEY"]
    assert {name: value for name, value in after.items() if "SECRET" not in name} == {
        name: value for name, value in before.items() if "SECRET" not in name
    }
