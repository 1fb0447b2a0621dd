"""Waiting for a process as long as it makes progress."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.launch import waiting
from config.launch.child_processes import Child, LauncherError, start, stop
from config.launch.waiting import processor_seconds_of, wait_for

pytestmark = pytest.mark.night

# Long enough to be seen at work on a busy machine, many times what is called still here.
AT_WORK = 4.0


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_STILL_SECONDS", 2.0)
    monkeypatch.setattr(waiting, "SECONDS_BETWEEN_LINES", 1.0)


@contextmanager
def running(tmp_path: Path, program: str) -> Iterator[Child]:
    log = tmp_path / "log"
    child = start(
        "the web server",
        [sys.executable, "-c", program],
        environment=os.environ,
        folder=tmp_path,
        log=log,
    )
    try:
        yield child
    finally:
        stop([child])


def after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


def test_a_process_at_work_is_waited_for_and_a_line_says_so(tmp_path: Path) -> None:
    messages: list[str] = []
    with running(tmp_path, "while True: pass") as child:
        wait_for(child, after(AT_WORK), say=messages.append)
    assert len(messages) >= 2
    assert re.match(r"  Waiting for the web server, which is at work \(\d+ s", messages[0])


def test_the_work_of_those_that_a_process_started_counts(tmp_path: Path) -> None:
    # The grandchild ends with its parent: nobody else would end it.
    program = (
        "import os, time\nmine = os.getpid()\nif os.fork() == 0:\n"
        "  while os.getppid() == mine: pass\n  os._exit(0)\ntime.sleep(60)"
    )
    with running(tmp_path, program) as child:
        wait_for(child, after(AT_WORK))


def test_a_process_that_writes_its_log_gets_on_though_it_needs_no_processor(tmp_path: Path) -> None:
    program = "import time\nwhile True: print('redo', flush=True); time.sleep(0.5)"
    with running(tmp_path, program) as child:
        wait_for(child, after(AT_WORK))


def test_a_process_that_does_nothing_is_said_with_its_last_word(tmp_path: Path) -> None:
    program = "import time; print('waiting for the disk', flush=True); time.sleep(60)"
    with running(tmp_path, program) as child, pytest.raises(LauncherError) as trouble:
        wait_for(child, lambda: False)
    assert str(trouble.value) == (
        "The web server has done nothing for 2 s: waiting for the disk"
        f" (the whole message is in {tmp_path}/log)"
    )


def test_a_process_that_ended_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before it would be called still."""
    monkeypatch.setattr(waiting, "MAX_STILL_SECONDS", 60.0)
    begun = time.monotonic()
    with (
        running(tmp_path, "raise SystemExit('no room')") as child,
        pytest.raises(LauncherError, match="The web server ended unasked: no room"),
    ):
        wait_for(child, lambda: False)
    assert time.monotonic() - begun < 60.0


def test_another_that_ended_is_said_too(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with (
        running(tmp_path, "while True: pass") as child,
        running(tmp_path / "other", "raise SystemExit('no broker')") as other,
        pytest.raises(LauncherError, match="no broker"),
    ):
        wait_for(child, lambda: False, others=[other])


def test_the_end_of_a_process_may_be_what_is_waited_for(tmp_path: Path) -> None:
    with running(tmp_path, "pass") as child:
        wait_for(child, lambda: child.has_ended)
        assert child.process.returncode == 0


def test_what_ended_processes_used_still_counts(tmp_path: Path) -> None:
    program = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "  until = time.process_time() + 0.3\n"
        "  while time.process_time() < until: pass\n"
        "  os._exit(0)\n"
        "os.wait(); print('done', flush=True); time.sleep(60)"
    )
    with running(tmp_path, program) as child:
        wait_for(child, lambda: "done" in (tmp_path / "log").read_text())
        assert (
            processor_seconds_of(child.process.pid) >= 0.2
        )  # measured in steps of ten milliseconds
