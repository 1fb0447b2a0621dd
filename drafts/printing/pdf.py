"""Papers as tagged PDF, set by typst in a child process."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

TYPST_CHILD = Path(__file__).with_name("typst_child.py")
TIMEOUT = 300  # seconds for one paper


class PrintingError(RuntimeError):
    """The error raised when Typst cannot set a paper; the message is its answer."""


def print_paper(document: dict[str, Any], *, template: Path) -> bytes:
    """A document set by a typst template, as PDF; raises PrintingError."""
    payload = json.dumps(document, ensure_ascii=False)
    try:
        process = subprocess.run(
            # -I: isolated from the environment and the working directory.
            [sys.executable, "-I", str(TYPST_CHILD), str(template)],
            input=payload.encode(),
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise PrintingError(f"Typst did not finish in {TIMEOUT} seconds.") from error
    if process.returncode:
        raise PrintingError(process.stderr.decode(errors="replace")[-2_000:])
    if process.stderr:
        reason = process.stderr.decode(errors="replace")[:2_000]
        logger.warning("a paper (%s) does not meet PDF/UA-1: %s", template.name, reason)
    return process.stdout
