"""The process in which one foreign file is read; a hostile file may end it, and nothing else.

A line of JSON and the file on standard input, JSON on standard output. Run by `sandbox.py`. The
limits stand before anything of the file is looked at.
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
MOST_MEMORY = 1024 * 1024 * 1024  # bytes of addresses; the libraries alone take a fifth of it
MOST_SECONDS = 20  # of the processor
MOST_SAID = 64 * 1024 * 1024  # bytes of the answer
MOST_OPEN = 64  # files, its modules among them


def main() -> None:
    """Answer, or end with a status that says nothing but that there is no answer."""
    _limit()
    sys.path.insert(0, str(ROOT))
    asked, _end, content = sys.stdin.buffer.read().partition(b"\n")
    answer = _answer(json.loads(asked), content)
    sys.stdout.buffer.write(json.dumps(answer, default=_plain).encode())
    sys.stdout.buffer.flush()


def _limit() -> None:
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_SECONDS,
        resource.RLIMIT_FSIZE: MOST_SAID,
        resource.RLIMIT_NOFILE: MOST_OPEN,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        _soft, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def _answer(asked: dict[str, Any], content: bytes) -> dict[str, Any]:
    _speak(asked["language"])
    from drafts.readers.proposal import Unreadable

    module, _colon, name = asked["reader"].partition(":")
    reader = getattr(import_module(module), name)
    try:
        return {"read": asdict(reader(content=content, **asked["facts"]))}
    except Unreadable as error:
        return {"problems": [asdict(problem) for problem in error.problems]}
    except MemoryError:
        raise
    except Exception as error:
        place = extract_tb(error.__traceback__)[-1]
        return {"failed": f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"}


def _speak(language: str) -> None:
    """Sentences in the reader's language, out of the catalogues and nothing else of Django."""
    from django.apps import apps
    from django.conf import settings
    from django.utils import translation

    settings.configure(USE_I18N=True, LOCALE_PATHS=[ROOT / "config" / "locale"])
    apps.populate(())
    translation.activate(language)


def _plain(value: Any) -> str:
    """Ids as they are written, moments as the standard has them."""
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


if __name__ == "__main__":
    main()
