"""A treaty of 1,400 paragraphs, as negotiated: what each page of its text weighs and takes.

Every third paragraph has brackets, one in ten was reworded for the second revision, and as many
again since on the desk. Of a page that is read by section the heaviest sections are measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from config.demo.large_seed import LargeSeed, SeedShape, create_large
from consultations.rules.access_factory import capacities_of, make_access
from drafts.brackets.pairs import brackets_in
from drafts.circulating.acts import circulate_revision
from drafts.models import Bracket, BracketAsker, DeskStep, Draft, Paragraph, ParagraphKind, StepKind
from tests.tools.bench.clock import processor_time
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import sign_in

SHAPE = SeedShape(
    "bench-treaty", "A long treaty", 20, 1_400, 45, people_count=193, words_per_rationale=20
)
MAX_HTML_KB, MAX_MS = 200, 150


@dataclass(frozen=True, slots=True)
class LongText:
    """A text of two revisions, changed again on the desk."""

    large: LargeSeed
    draft: Draft

    @property
    def addresses(self) -> dict[str, str]:
        """The pages that show this text to a facilitator, by name."""
        slug = self.large.consultation.slug
        return {
            "desk": reverse("desk", args=[slug, self.draft.slug]),
            "comparison": reverse("compare", args=[slug, self.draft.slug]),
            "comparison with the desk": reverse("compare", args=[slug, self.draft.slug])
            + "?to=desk",
            "circulation preview": reverse("circulate", args=[slug, self.draft.slug]),
            "concordance": reverse("concordance", args=[slug, self.draft.slug, 2]),
            "brackets of the desk": reverse("bracket_ledger", args=[slug, self.draft.slug]),
            "brackets": reverse("circulated_ledger", args=[slug, self.draft.slug, 2]),
        }


def long_text() -> LongText:
    """The treaty, in a consultation of its own. Needs the reference data."""
    large = create_large(SHAPE, timezone.now())
    draft = Draft.objects.select_related("consultation").get(pk=large.revision.draft_id)
    capacity = capacities_of(large.facilitator)[0].key
    access = make_access(large.facilitator, SHAPE.slug, capacity, moment=timezone.now())
    _put_brackets(large, draft)
    _reword(draft, start=5)
    circulate_revision(access=access, draft=draft, stage="Rev.1", names_askers=True)
    _reword(draft, start=7)
    return LongText(large, draft)


def _numbered(draft: Draft) -> list[Paragraph]:
    rows = draft.paragraphs.filter(kind=ParagraphKind.OPERATIVE).order_by("place")
    return list(rows.prefetch_related("brackets"))


@transaction.atomic
def _put_brackets(large: LargeSeed, draft: Draft) -> None:
    """Two in every third paragraph, each asked for by two delegations in turn."""
    step = DeskStep.objects.create(
        draft=draft,
        number=1,
        kind=StepKind.PUT_BRACKET,
        made_by=large.facilitator,
        made_at=timezone.now(),
        capacity="co-facilitator",
    )
    rows = _numbered(draft)[::3]
    for row in rows:
        words = row.text.split(" ")
        words[9], words[14] = f"[{words[9]}", f"{words[14]}]"
        words[20] = f"[{words[20]}]"
        row.text = " ".join(words)
    Paragraph.objects.bulk_update(rows, ["text"])
    brackets = [
        Bracket(paragraph=row, start=start, end=end, step=step, put_at=step.made_at)
        for row in rows
        for start, end in brackets_in(row.text).pairs
    ]
    Bracket.objects.bulk_create(brackets)
    seats = large.seats
    BracketAsker.objects.bulk_create(
        BracketAsker(
            bracket=bracket,
            seat=seats[(number * 7 + turn) % 40],
            step=step,
            asked_at=step.made_at,
        )
        for number, bracket in enumerate(brackets)
        for turn in range(2)
    )


def _reword(draft: Draft, *, start: int) -> None:
    """Another end for one paragraph in ten, behind its brackets."""
    rows = _numbered(draft)[start::10]
    for row in rows:
        row.text = f"{row.text[:-1]} in due time, as agreed."
    Paragraph.objects.bulk_update(rows, ["text"])


def long_texts() -> Iterator[Figure]:
    """Each page as it opens: kilobytes, and the least processor time of seven requests."""
    text = long_text()
    visitor = sign_in(text.large.facilitator)
    for name, address in text.addresses.items():
        ask = partial(visitor.follow, address)
        page = ask()
        spent = [processor_time(ask) for _turn in range(7)]
        work = f"1,400 paragraphs, {name}"
        yield Figure(f"{work}: size", len(page) / 1000, "kB", MAX_HTML_KB)
        yield Figure(f"{work}: processor", min(spent) * 1000, "ms", MAX_MS)
