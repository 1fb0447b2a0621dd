"""One paper in a process of its own, so that its memory is its own.

`python -m tests.tools.bench.paper`

Takes the format, the consultation's address and the facilitator's e-mail; prints JSON.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

FLOORED = {"csv", "xlsx"}
LONG = 10_000_000  # bytes of a paper that takes a second or more


def main(format_name: str, slug: str, email: str) -> dict[str, float]:
    """Seconds (the best of several), floor where there is one, and memory in MB."""
    from consultations.rules.access_factory import capacities_of, make_access
    from delegations.models import User
    from tests.tools.bench import clock, floors

    user = User.objects.get(email=email)
    capacity = capacities_of(user)[0].key
    access = make_access(user, slug, capacity)
    # A little of everything is loaded before what is called idle.
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"paper.{format_name}"
        make = _maker(format_name, access, path)
        idle = clock.memory_now()
        clock.forget_peak()
        make()
        found = {"idle": idle, "peak": clock.memory_peak(), "bytes": path.stat().st_size}
        if format_name not in FLOORED:
            return found | {"processor": clock.best_of_three(make)}
        floor = _floor(format_name, access, Path(folder))
        # A short work is done more often: a single hiccup would be most of it.
        turns = 3 if found["bytes"] > LONG else 9
        pairs = [
            (clock.walls(make, times=1)[0], clock.walls(floor, times=1)[0]) for _ in range(turns)
        ]
        found |= {"wall": min(ours for ours, _ in pairs), "floor": min(bare for _, bare in pairs)}
        if format_name == "csv":
            copied = Path(folder) / "copy.csv"
            copy = lambda: floors.copy_of_joined_rows(access.consultation.pk, copied)  # noqa: E731
            found["copy"] = min(clock.walls(copy, times=3))
        return found


def _maker(format_name: str, access: Any, path: Path) -> Callable[[], None]:
    from comments.table.compiled import compile_table
    from comments.table.files import write
    from comments.table.selection import revisions_asking_for_inputs

    def make() -> None:
        table = compile_table(
            access=access,
            revisions=revisions_asking_for_inputs(access),
            cut_off=access.moment,
            copy="facilitators",
        )
        with path.open("wb") as file:
            write(table, format_name, file)

    return make


def _floor(format_name: str, access: Any, folder: Path) -> Callable[[], None]:
    from comments.table.compiled import compile_table
    from comments.table.selection import revisions_asking_for_inputs
    from tests.tools.bench import floors

    path = folder / f"floor.{format_name}"
    if format_name == "csv":
        return lambda: floors.csv_of_joined_rows(access.consultation.pk, path)
    table = compile_table(
        access=access,
        revisions=revisions_asking_for_inputs(access),
        cut_off=access.moment,
        copy="facilitators",
    )
    cells = floors.cells_of(table)
    return lambda: floors.bare_workbook(cells, path)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.tools.bench.settings")
    django.setup()
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
