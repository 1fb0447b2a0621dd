"""Whoever leads the small consultation that the desk is tested in."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.drafts.desk.leading import Browser, Leading


@pytest.fixture
def leading() -> "Leading":
    from tests.drafts.desk.leading import build_leading  # only here: pure tests load no acts

    return build_leading()


@pytest.fixture
def leader(leading: "Leading") -> "Browser":
    from tests.drafts.desk.leading import Browser

    return Browser(leading.leader)
