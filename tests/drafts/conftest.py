"""Where the real texts are; tests on them are skipped where they are not."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def real_data() -> Path:
    """The folder of real drafts, tables and delegations."""
    beside_project = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("REAL_DATA_DIR", beside_project))
    if not folder.is_dir():
        pytest.skip(f"The real data is not here: {folder}. Name its folder in REAL_DATA_DIR.")
    return folder
