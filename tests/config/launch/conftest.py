"""The launcher in a house of its own, for the tests that start it."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.launch.small_house import LAUNCHER_FILES, ROOT, SMALL_HOUSE, call


@pytest.fixture
def _a_closed_terminal_ends_programs() -> Iterator[None]:
    """Where the tests themselves run under nohup, what they start must not inherit that."""
    inherited = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, inherited)


@pytest.fixture
def house(tmp_path: Path, _a_closed_terminal_ends_programs: None) -> Iterator[Path]:
    """A checkout with the real launcher in it; whatever a failed test left is stopped."""
    folder = tmp_path / "house"
    for name, text in SMALL_HOUSE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for name in LAUNCHER_FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    yield folder
    call(house=folder, verb="stop")
    for lock in (folder / ".local" / "throwaway").glob("*.lock"):
        shutil.rmtree(Path("/tmp") / lock.stem, ignore_errors=True)
