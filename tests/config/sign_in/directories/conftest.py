"""Who signs in by a directory, whichever way it speaks."""

from collections.abc import Iterator

import pytest

from delegations.models import User
from tests.conftest import lazy_loads_allowed


@pytest.fixture(autouse=True)
def _sign_in_loads_as_it_likes() -> Iterator[None]:
    with lazy_loads_allowed():
        yield


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("Ana@example.org", "an old secret here", name="Ana")
