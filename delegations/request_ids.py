"""The id of the current request, or of the one that began the task: for logs and error pages.

It is in the app on which all others build, so that each of them can import it.
"""

import re
from contextvars import ContextVar
from uuid import uuid4

# As a proxy makes it: 32 hexadecimal digits, with hyphens or without.
REQUEST_ID_PATTERN = re.compile(r"[0-9a-f-]{32,36}")

_current_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request, or of the one that began the task; "" outside of both."""
    return _current_id.get()


def begin_request_id(proposed_id: object = "") -> str:
    """Set the id for this thread, and return it: the proposed one, or a new one.

    What is proposed comes from a header, which may hold anything: it is taken only where it looks
    like an id.
    """
    is_request_id = isinstance(proposed_id, str) and REQUEST_ID_PATTERN.fullmatch(proposed_id)
    request_id = str(proposed_id) if is_request_id else uuid4().hex
    _current_id.set(request_id)
    return request_id


def end_request_id() -> None:
    _current_id.set("")
