"""The digest of a meeting for everybody at once: queries by delegations, not by people."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from comments.digests.acts import write_due_digests
from config.demo.large_seed import LargeSeed
from tests.mails import digests
from tests.tools.bench.clock import best_of_three
from tests.tools.bench.figures import Aside, Figure
from tests.tools.bench.visitor import counted_queries

# Beside one query a delegation: the claim, the readers, what they were told, the rows in batches.
ROUND_IT = 25


def digests_of(large: LargeSeed, asides: list[Aside]) -> Iterator[Figure]:
    """Gathers for every reader with everything new, as before a first meeting."""
    with counted_queries() as sent:
        written = _gather_and_forget(large)
    asides.append(Aside("digests gathered", written, "mails"))
    asides.append(Aside("delegations with readers", len(large.seats), "delegations"))
    yield Figure(
        f"digest for {written:,} people: queries", len(sent), "queries", len(large.seats) + ROUND_IT
    )
    spent = best_of_three(lambda: _gather_and_forget(large))
    yield Figure(f"digest for {written:,} people: gathered", spent, "s", 10)


def _gather_and_forget(large: LargeSeed) -> int:
    """How many were written; all of it is undone, so that it can be done again."""
    with transaction.atomic():
        written = sum(
            1 for _key in write_due_digests(timezone.now(), consultation=large.consultation)
        )
        assert digests().count() == written
        transaction.set_rollback(True)
    return written
