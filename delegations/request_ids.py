"""The id of the request that is answered, or that began the task: for logs, and told to people.

On the ground, so that every room can say it.
"""

import re
from contextvars import ContextVar
from uuid import uuid4

# As a proxy makes it: 32 hexadecimal digits, with hyphens or without.
FORM = re.compile(r"[0-9a-f-]{32,36}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Empty outside of requests and tasks."""
    return _current.get()


def begin_request_id(given: object = "") -> str:
    """From now on in this thread: the given one, where it has the form of one; else a new one."""
    is_one = isinstance(given, str) and FORM.fullmatch(given)
    request_id = str(given) if is_one else uuid4().hex
    _current.set(request_id)
    return request_id


def end_request_id() -> None:
    _current.set("")
