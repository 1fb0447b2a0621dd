"""The tables of `./run scale`: what was measured, and apart from it what was reckoned."""

import os
from collections.abc import Sequence

from tests.tools.scale import reckoning
from tests.tools.scale.stages import Outcome, late, middle

HEAD = (
    "stage", "web processes", "reads a second", "writes a second", "read, median", "read, p95",
    "write, p95", "lag, p95", "errors", "lost", "doubled", "older", "most went to",
)  # fmt: skip
PARTS = ("web", "primary", "replicas", "PgBouncer", "Valkey")


def printed(outcomes: Sequence[Outcome], killed: Outcome, *, with_pooler: bool) -> str:
    """All of it, in Markdown."""
    by_name = {outcome.stage.name: outcome for outcome in outcomes}
    reads, alone = by_name["reads alone"], by_name["reads alone, no replica"]
    writes = by_name["writes alone"]
    read = reckoning.cost(_of_platform(reads), reads.reads)
    alone_read = reckoning.cost(_of_platform(alone), alone.reads)
    write = reckoning.cost(_of_platform(writes), writes.writes)
    costs = (("a read at the primary", alone_read), ("a read", read), ("a write", write))
    lines = [
        f"{os.cpu_count()} processors, {'with' if with_pooler else 'without'} PgBouncer.",
        "",
        *_table(HEAD, [_cells(outcome) for outcome in [*outcomes, killed]]),
        "",
        *_table(
            ("measured: milliseconds of the processor for", *PARTS),
            [(name, *(_ms(cost.get(part)) for part in PARTS)) for name, cost in costs],
        ),
        "",
        *_table(
            ("reckoned", "reads, writes a second", *PARTS),
            [_needed(load, read, write) for load in reckoning.LOADS],
        ),
        "",
    ]
    if killed.taken["errors"]:
        lines += [
            f"Errors while parts were killed, each tried again: {killed.taken['errors']}.",
            "",
        ]
    return "\n".join(lines)


def _of_platform(outcome: Outcome) -> dict[str, float]:
    return {part: spent for part, spent in outcome.spent.items() if part in PARTS}


def _cells(outcome: Outcome) -> tuple[str, ...]:
    taken, seconds = outcome.taken, outcome.seconds
    most, full = reckoning.limit(outcome.spent, seconds, os.cpu_count() or 1)
    return (
        outcome.stage.name,
        str(outcome.stage.processes),
        f"{outcome.reads / seconds:.0f}",
        f"{outcome.writes / seconds:.1f}",
        f"{middle(taken['read_ms']):.0f} ms" if outcome.reads else "–",
        f"{late(taken['read_ms']):.0f} ms" if outcome.reads else "–",
        f"{late(taken['write_ms']):.0f} ms" if outcome.writes else "–",
        f"{late(outcome.lags) * 1000:.0f} ms",
        str(sum(taken["errors"].values())),
        str(outcome.lost),
        str(outcome.doubled),
        str(taken["older"] + taken["unseen"]),
        f"{most} ({outcome.spent[most] / sum(outcome.spent.values()):.0%}), "
        f"processors {full:.0%} full",
    )


def _needed(
    load: reckoning.Load, read: dict[str, float], write: dict[str, float]
) -> tuple[str, ...]:
    found = {need.part: need for need in reckoning.needs(load, read, write)}
    return (
        load.name,
        f"{load.reads:.0f}, {load.writes:.0f}",
        *(_words(found[part]) if part in found else "–" for part in PARTS),
    )


def _words(need: reckoning.Need) -> str:
    words = f"{need.processors:.1f} processors"
    if need.part not in reckoning.MANY:
        return words
    return f"{words}: {need.machines} machine{'s' if need.machines > 1 else ''}"


def _ms(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds * 1000:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
