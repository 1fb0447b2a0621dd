"""The process in which one uploaded file is read; a hostile file can end it, and nothing else.

It is forked by `sandbox_server.py`. The limits are set before anything of the file is read.
"""

import json
import resource
import signal
import socket
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final

from django.apps import apps
from django.conf import settings

from drafts.parsing.file_text import Unreadable

MAX_MEMORY: Final = 1024 * 1024 * 1024  # bytes of addresses; the libraries alone take a fifth of it
MAX_CPU_SECONDS: Final = 20
MAX_ANSWER_SIZE: Final = 64 * 1024 * 1024  # bytes
MAX_OPEN_FILES: Final = 64  # including the files of modules while they are loaded
WELL_DONE: Final = b"+"

_LOCALE_PATH: Final = Path(__file__).resolve().parents[2] / "config" / "locale"


def read_file(channel: int, output: int) -> None:
    """Read the file that comes through the channel, and write the answer to `output`.

    Both are open files of this process. The channel gives a line of JSON and the file, and gets
    WELL_DONE once the whole answer is written: whatever ends the process before leaves it out.
    """
    _set_limits()
    with socket.socket(fileno=channel) as channel_socket:
        request_line, _line_end, content = channel_socket.makefile("rb").read().partition(b"\n")
        request = json.loads(request_line)
        # The signal that is sent when this time is over ends the process.
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        answer = json.dumps(_answer(request, content), default=_json_value)
        with open(output, "wb") as file:
            file.write(answer.encode())
        channel_socket.sendall(WELL_DONE)


def _set_limits() -> None:
    """Limit memory, processor time, output and open files of this process."""
    maximum_by_resource = {
        resource.RLIMIT_AS: MAX_MEMORY,
        resource.RLIMIT_CPU: MAX_CPU_SECONDS,
        resource.RLIMIT_FSIZE: MAX_ANSWER_SIZE,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,  # no copy of its memory on the disk after a crash
    }
    for resource_kind, maximum in maximum_by_resource.items():
        # A process may not raise a limit that the system has set it for good, the hard one.
        _soft, hard = resource.getrlimit(resource_kind)
        limit = maximum if hard == resource.RLIM_INFINITY else min(maximum, hard)
        resource.setrlimit(resource_kind, (limit, limit))


def _answer(request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The fields of a `ChildAnswer`: the result, the problems, or the place of an error."""
    _set_language(request["language"])
    module_name, _colon, function_name = request["reader"].partition(":")
    reader = getattr(import_module(module_name), function_name)
    try:
        return {"result": asdict(reader(content=content, **request["arguments"]))}
    except Unreadable as error:
        return {"problems": [asdict(problem) for problem in error.problems]}
    except MemoryError:
        raise  # ends the process, which says that the file is too large
    except Exception as error:
        last_frame = extract_tb(error.__traceback__)[-1]
        file_name = Path(last_frame.filename).name
        return {"failure": f"{type(error).__name__} in {file_name}:{last_frame.lineno}"}


def _set_language(language: str) -> None:
    """Translate messages into this language; nothing else of Django is set up.

    The translations are read with the first message: most files are read without any.
    """
    settings.configure(USE_I18N=True, LANGUAGE_CODE=language, LOCALE_PATHS=[_LOCALE_PATH])
    apps.populate(())


def _json_value(value: Any) -> str:
    """A value that JSON does not know, as text: moments by ISO 8601."""
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
