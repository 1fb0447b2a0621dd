"""Papers as tagged PDF, set by typst in a child process."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

TYPST_CHILD = Path(__file__).with_name("typst_child.py")
TIMEOUT = 300  # seconds for one paper, the five minutes of the sentence below
# What typst quotes: words of the paper, unless it is the code of a character.
_QUOTED_WORDS = re.compile(r"`(?!\"(?:\\u\{[0-9a-f]+\})+\"`)[^`]*`")


class PrintingError(RuntimeError):
    """The error raised when typst cannot set a paper. It is logged, without words of the paper."""

    def __init__(self, reason: str, *, took_too_long: bool = False) -> None:
        super().__init__(reason)
        self.took_too_long = took_too_long

    @property
    def sentence(self) -> str:
        """What who asked for the paper reads: why there is none, and what to do."""
        if self.took_too_long:
            return _(
                "The PDF could not be generated within five minutes. Choose another format or "
                "less text."
            )
        return _(
            "The PDF could not be generated: its layout failed. Choose another format or print the "
            "page, and tell the secretariat."
        )


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
        logger.error("a paper (%s) was not set in %d seconds", template.name, TIMEOUT)
        raise PrintingError("It took too long.", took_too_long=True) from error
    reason = _last_line(process.stderr)
    if process.returncode:
        logger.error("a paper (%s) could not be set: %s", template.name, reason)
        raise PrintingError(reason)
    if reason:
        logger.warning("a paper (%s) does not meet PDF/UA-1: %s", template.name, reason)
    return process.stdout


def _last_line(stderr: bytes) -> str:
    """What typst says last, after the lines that lead to it, without words of the paper."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    return _QUOTED_WORDS.sub("`…`", lines[-1])[:500] if lines else ""
