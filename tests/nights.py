"""What each change tries, and what is left to the night (`.ci/run night`)."""

from collections.abc import Iterable
from typing import Any

import pytest


def others_at_night(cases: Iterable[Any]) -> list[Any]:
    """The cases of one test: each change tries the first, the night all of them."""
    first, *others = cases
    return [first, *(pytest.param(case, marks=pytest.mark.night) for case in others)]
