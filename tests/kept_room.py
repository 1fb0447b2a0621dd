"""The room as rows, laid out for every test that stands in it."""

from datetime import timedelta

from tests.kept_rows import Kept
from tests.room import build_room

KEPT = Kept(build_room, lasts=timedelta(minutes=5))
