"""Papers as tagged PDF, set by typst in a child process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("typst_child.py")
TIME_LIMIT = 300  # seconds for one paper


class PrintingError(RuntimeError):
    """Typst could not set the paper; the message says what it answered."""


def print_paper(document: dict[str, Any], *, template: Path) -> bytes:
    """A document set by a template, which stands beside its writer; raises PrintingError."""
    words = json.dumps(document, ensure_ascii=False)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), str(template)],
            input=words.encode(),
            capture_output=True,
            check=False,
            timeout=TIME_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise PrintingError(f"Typst did not finish in {TIME_LIMIT} seconds.") from error
    if done.returncode:
        raise PrintingError(done.stderr.decode(errors="replace")[-2_000:])
    return done.stdout
