"""One large piece of the interpreter's stack, where calls go deep.

Python keeps the frames of its functions in pieces of 16 kB, takes the next piece from the system
when one is full, and gives it back as soon as the first frame in it returns. A loop that stands
just at the end of a piece does both for every call: hundreds of times slower, at random depths.
A frame that asks for more gets a larger piece, and what it calls has the rest of it.
"""

from collections.abc import Callable
from functools import wraps

# Entries of eight bytes that the frame asks for, 560 kB. Python then takes a megabyte, so that some
# 480 kB are left for what it calls.
STACK_ENTRIES = 70_000


def on_large_stack[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """The same function; what it calls has half a megabyte of stack in one piece."""

    @wraps(function)
    def call_function(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    call_function.__code__ = call_function.__code__.replace(co_stacksize=STACK_ENTRIES)  # type: ignore[attr-defined]
    return call_function
