"""The process in which a paper is set."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from drafts.shells.printing import CHILD

# Starts the child, says its number, and waits: what a worker does while a paper is set.
WORKER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-I", sys.argv[1], "unread.typ"], stdin=sys.stdin)
print(child.pid, flush=True)
child.wait()
"""


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_it_ends_with_whoever_asked_for_the_paper_also_where_that_is_killed() -> None:
    words, ours = os.pipe()  # no word ever comes, and no end
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(CHILD)], stdin=words, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    with worker.stdout as said:
        child = int(said.readline())
    libraries = Path(f"/proc/{child}/maps")
    end = time.monotonic() + 30
    while "typst" not in libraries.read_text() and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.5)  # from its last library to its first line
    assert is_alive(child)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    while is_alive(child) and time.monotonic() < end:
        time.sleep(0.02)
    was_alive = is_alive(child)
    os.close(words)
    os.close(ours)
    assert not was_alive
