"""What each change tries, and what is left to the night (`.ci/run night`)."""

import os
from collections import defaultdict
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import pytest

# Set by `.ci/run night`.
IS_NIGHT = "NIGHT" in os.environ
# A journey with one of these parameters is walked in several ways.
WAYS = frozenset({"way", "size", "scripts"})
# What a test without parameters has in place of them.
NO_PARAMETERS = SimpleNamespace(params={})


def others_at_night(cases: Iterable[Any], *, at_change: int = 1) -> list[Any]:
    """The cases of one test: each change tries the first `at_change`, the night all of them."""
    cases = list(cases)
    others = [pytest.param(case, marks=pytest.mark.night) for case in cases[at_change:]]
    return [*cases[:at_change], *others]


def examples(at_night: int) -> int:
    """How many made-up cases a test tries: each change a fifth of them, the night all."""
    return at_night if IS_NIGHT else at_night // 5


def leave_ways_to_the_night(items: Iterable[pytest.Item]) -> None:
    """Mark all ways of each journey but one for the night.

    Which one stays hangs on the sum of the journey's name: each change walks some on a desk and
    some on a telephone, some with scripts and some without, some by keys.
    """
    ways = defaultdict[str, list[pytest.Item]](list)
    for item in items:
        parameters = getattr(item, "callspec", NO_PARAMETERS).params
        if "journeys" not in item.path.parts or WAYS.isdisjoint(parameters):
            continue
        ways[item.nodeid.partition("[")[0]].append(item)
    for journey, items_of_journey in ways.items():
        kept = crc32(journey.encode()) % len(items_of_journey)
        for item in (*items_of_journey[:kept], *items_of_journey[kept + 1 :]):
            item.add_marker(pytest.mark.night)
