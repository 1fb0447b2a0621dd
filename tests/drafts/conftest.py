"""Whoever leads the small consultation that the desk is tested in."""

import pytest

from tests.drafts.leading import Browser, Leading, build_leading


@pytest.fixture
def leading() -> Leading:
    return build_leading()


@pytest.fixture
def leader(leading: Leading) -> Browser:
    return Browser(leading.leader)
