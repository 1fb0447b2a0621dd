"""The compiled table as files: time and memory, each in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from config.demo.large_seed import LargeSeed
from tests.tools.bench.figures import Aside, Figure

PEER_XLSX = {5_000: "34.5 s", 50_000: "371 s, 795 MB"}


def papers_at(large: LargeSeed, size: int, asides: list[Aside]) -> Iterator[Figure]:
    """The papers that are held to a bar at this size."""
    if size == 500:
        yield _pdf(large, size)
    if size >= 5_000:
        yield from _csv(large, size, asides)
        yield from _xlsx(large, size)
        yield from _docx(large, size)


def _pdf(large: LargeSeed, size: int) -> Figure:
    made = _made("pdf", large)
    work = f"table as PDF, {size:,} rows"
    return Figure(work, made["processor"], "s", 3, peer="none", memory=made["peak"])


def _csv(large: LargeSeed, size: int, asides: list[Aside]) -> Iterator[Figure]:
    made = _made("csv", large)
    asides.append(Aside(f"COPY TO STDOUT of {size:,} joined rows", made["copy"], "s"))
    yield Figure(
        f"table as CSV, {size:,} rows",
        made["wall"],
        "s",
        2,
        floor=made["floor"],
        floor_name="csv from one cursor",
        memory=made["peak"],
    )
    if size == 50_000:
        over = made["peak"] - made["idle"]
        yield Figure(f"table as CSV, {size:,} rows: memory over idle", over, "MB", 120)


def _xlsx(large: LargeSeed, size: int) -> Iterator[Figure]:
    made = _made("xlsx", large)
    yield Figure(
        f"table as XLSX, {size:,} rows",
        made["wall"],
        "s",
        1.7,
        floor=made["floor"],
        floor_name="bare XlsxWriter",
        peer=PEER_XLSX[size],
        memory=made["peak"],
    )
    if size == 50_000:
        yield Figure(f"table as XLSX, {size:,} rows: memory", made["peak"], "MB", 250)


def _docx(large: LargeSeed, size: int) -> Iterator[Figure]:
    made = _made("docx", large)
    bar = 12 if size == 50_000 else 1.5
    work = f"table as DOCX, {size:,} rows"
    yield Figure(work, made["processor"], "s", bar, peer="none", memory=made["peak"])
    if size == 50_000:
        yield Figure(f"table as DOCX, {size:,} rows: memory", made["peak"], "MB", 300)


def _made(format_name: str, large: LargeSeed) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.tools.bench.paper", format_name]
    command += [large.consultation.slug, large.facilitator.email]
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[3],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    made: dict[str, float] = json.loads(done.stdout)
    return made
