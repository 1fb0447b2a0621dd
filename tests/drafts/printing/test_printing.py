"""The separate process that makes a PDF."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.launch.child_processes import wait_until
from drafts.printing.pdf import TYPST_CHILD

PATIENCE = 120.0  # seconds, on a machine that is busy with other tests

# Starts the child, says its number, and waits: what a worker does while a paper is set.
WORKER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-I", sys.argv[1], "unread.typ"], stdin=sys.stdin)
print(child.pid, flush=True)
child.wait()
"""


def state_of(pid: int) -> str:
    """A letter, as the kernel names it; Z where it has ended."""
    try:
        return Path(f"/proc/{pid}/status").read_text().partition("State:\t")[2][:1]
    except FileNotFoundError:
        return "Z"


def is_alive(pid: int) -> bool:
    return state_of(pid) != "Z"


def waits_for_words(pid: int) -> bool:
    """It sleeps whenever one looks: a process that waits for the processor does not."""
    looks = []
    for _look in range(20):
        looks.append(state_of(pid))
        time.sleep(0.025)
    return set(looks) == {"S"}


def test_it_ends_with_whoever_asked_for_the_paper_also_where_that_is_killed() -> None:
    words, ours = os.pipe()  # no word ever comes, and no end
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(TYPST_CHILD)], stdin=words, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    with worker.stdout as output:
        child = int(output.readline())
    libraries = Path(f"/proc/{child}/maps")
    assert wait_until(lambda: "typst" in libraries.read_text(), patience=PATIENCE)
    assert wait_until(lambda: waits_for_words(child), patience=PATIENCE)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    has_ended = wait_until(lambda: not is_alive(child), patience=PATIENCE)
    os.close(words)
    os.close(ours)
    assert has_ended
