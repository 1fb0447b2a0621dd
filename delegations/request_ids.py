"""The id of the current request, or of the one that began the task: for logs and error pages.

It is in the app on which all others build, so that each of them can import it.
"""

import re
from contextvars import ContextVar
from uuid import uuid4

# As a proxy makes it: 32 hexadecimal digits, with hyphens or without.
REQUEST_ID = re.compile(r"[0-9a-f-]{32,36}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Empty outside of requests and tasks."""
    return _current.get()


def begin_request_id(proposed_id: object = "") -> str:
    """Set the id for this thread: the given one where it is an id, else a new one."""
    is_request_id = isinstance(proposed_id, str) and REQUEST_ID.fullmatch(proposed_id)
    request_id = str(proposed_id) if is_request_id else uuid4().hex
    _current.set(request_id)
    return request_id


def end_request_id() -> None:
    _current.set("")
