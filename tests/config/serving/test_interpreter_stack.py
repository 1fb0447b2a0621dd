"""Calls at any depth of the stack do not allocate and free stack memory each time."""

import resource
from collections.abc import Callable
from threading import Thread

from config.serving.interpreter_stack import on_large_stack

CALLS = 1_000
# So deep that a small piece of the stack ends more than once on the way.
DEPTHS = range(400)


def _called() -> None:
    pass


def _pieces_taken(depth: int) -> int:
    """At this depth: how many pages of memory a thousand calls took anew."""
    if depth:
        return _pieces_taken(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _number in range(CALLS):
        _called()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def _at_worst() -> int:
    return max(_pieces_taken(depth) for depth in DEPTHS)


def _in_a_thread(ask: Callable[[], int]) -> int:
    """A thread has a stack of its own; that of this test is large already."""
    found: list[int] = []
    thread = Thread(target=lambda: found.append(ask()))
    thread.start()
    thread.join()
    return found[0]


def test_on_a_large_stack_no_depth_takes_memory_for_each_call() -> None:
    # What the interpreter does by itself; the day it no longer does, this file has served.
    assert _in_a_thread(_at_worst) >= CALLS
    assert _in_a_thread(on_large_stack(_at_worst)) < CALLS / 10


def test_the_function_is_called_as_it_was() -> None:
    @on_large_stack
    def added(one: int, *, other: int) -> int:
        """What comes of both."""
        return one + other

    assert added(1, other=2) == 3
    assert added.__name__ == "added"
    assert added.__doc__ == "What comes of both."
