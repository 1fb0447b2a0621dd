"""Reads an uploaded file in a process of its own, limited in time, memory and answer.

The process gets the file and nothing else: no database, no secret, no environment. It answers
with plain data, in the shape that the reader promises.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from drafts.readers.file_text import Problem, Unreadable

TIMEOUT: Final = 30
"""Seconds; a text of 300 pages takes about 5."""

_CHILD: Final = Path(__file__).with_name("sandbox_child.py")

log = logging.getLogger(__name__)


class ChildAnswer(msgspec.Struct):
    """The answer of the child: what the reader made of the file, or why it could not."""

    result: msgspec.Raw = msgspec.Raw(b"null")
    problems: tuple[Problem, ...] = ()
    failure: str = ""  # the kind of error, and where: never words of the file


def read_in_child[Read](
    result_type: type[Read], reader_path: str, content: bytes, **reader_arguments: Any
) -> Read:
    """What a reader makes of a file, read in a child process.

    `reader_path` is "module:function", called with `content` and the plain `reader_arguments`, so
    that this process imports no reader; `result_type` is the type of its answer, a dataclass of
    plain values.
    Raises Unreadable: with the reader's own problems, or with the one sentence that the file is
    too large or broken.
    """
    request = {
        "reader": reader_path,
        "language": get_language() or "en",
        "arguments": reader_arguments,
    }
    with TemporaryFile() as output:
        _run_child(json.dumps(request).encode() + b"\n" + content, output, reader_path)
        output.seek(0)
        answer = msgspec.json.decode(output.read(), type=ChildAnswer)
    if answer.failure:
        log.error("A file was not read by %s: %s", reader_path, answer.failure)
        raise Unreadable.because(_unreadable_message())
    if answer.problems:
        raise Unreadable(answer.problems)
    try:
        return msgspec.json.decode(answer.result, type=result_type)
    except msgspec.ValidationError as error:
        log.error("%s answered otherwise than it promised", reader_path)
        raise Unreadable.because(_unreadable_message()) from error


def _run_child(child_input: bytes, output: IO[bytes], reader_path: str) -> None:
    """Run the child. Raises Unreadable where it ends early, by a limit or a crash."""
    try:
        child = subprocess.run(
            # Isolated from the environment (-I), and without writing compiled files (-B).
            [sys.executable, "-I", "-B", str(_CHILD)],
            input=child_input,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            check=False,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable.because(_too_heavy_message()) from error
    if child.returncode:
        log.warning(
            "A file was not read by %s: the child ended with %s", reader_path, child.returncode
        )
        raise Unreadable.because(_too_heavy_message())


def _unreadable_message() -> str:
    """The sentence for a file whose inside cannot be read."""
    return _("The file is damaged. Open it in the program that made it, and save it again.")


def _too_heavy_message() -> str:
    return _(
        "The file is too large to read. Divide it, or save its text again, and choose that file."
    )
