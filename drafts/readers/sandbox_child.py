"""The process in which one uploaded file is read; a hostile file can end it, and nothing else.

A line of JSON and the file on standard input, JSON on standard output. Run by `sandbox.py`. The
limits are set before anything of the file is read.
"""

import json
import resource
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MAX_MEMORY = 1024 * 1024 * 1024  # bytes of addresses; the libraries alone take a fifth of it
MAX_CPU_SECONDS = 20
MAX_ANSWER_SIZE = 64 * 1024 * 1024  # bytes
MAX_OPEN_FILES = 64  # its modules among them


def main() -> None:
    """Write the answer to standard output, or end with a status other than 0 and no reason."""
    _set_limits()
    sys.path.insert(0, str(ROOT))
    request, _end, content = sys.stdin.buffer.read().partition(b"\n")
    answer = _answer(json.loads(request), content)
    sys.stdout.buffer.write(json.dumps(answer, default=_json_value).encode())
    sys.stdout.buffer.flush()


def _set_limits() -> None:
    """Limit memory, processor time, output and open files of this process."""
    maximum_by_resource = {
        resource.RLIMIT_AS: MAX_MEMORY,
        resource.RLIMIT_CPU: MAX_CPU_SECONDS,
        resource.RLIMIT_FSIZE: MAX_ANSWER_SIZE,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for resource_kind, maximum in maximum_by_resource.items():
        _soft, hard = resource.getrlimit(resource_kind)
        limit = maximum if hard == resource.RLIM_INFINITY else min(maximum, hard)
        resource.setrlimit(resource_kind, (limit, limit))


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    """What the reader made of the file, its problems, or the place of an error."""
    _set_language(request["language"])
    from drafts.readers.file_text import Unreadable

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
    """Translate messages into this language; nothing else of Django is set up."""
    from django.apps import apps
    from django.conf import settings
    from django.utils import translation

    settings.configure(USE_I18N=True, LOCALE_PATHS=[ROOT / "config" / "locale"])
    apps.populate(())
    translation.activate(language)


def _json_value(value: Any) -> str:
    """A value that JSON does not know: moments by ISO 8601, others as text."""
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


if __name__ == "__main__":
    main()
