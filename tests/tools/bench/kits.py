"""The kit for the capital: 600 paragraphs and as many drafts, out, and back to the preview."""

from collections.abc import Iterator
from functools import partial

from django.urls import reverse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from comments.models import Comment, CommentKind
from config.demo.large_seed import REASON, LargeSeed, SeedShape, create_large
from drafts.words.differences import redline
from tests.comments.kit.as_word import Word
from tests.tools.bench.clock import best_of_three
from tests.tools.bench.figures import Figure
from tests.tools.bench.visitor import Visitor, counted_queries, sign_in

C = SeedShape("bench-c", "A long plan", 20, 600, 60, people_count=200, words_per_rationale=60)
MAX_QUERIES = 12
OUT, BACK = 1.5, 2.0  # seconds of processor time


def kits() -> Iterator[Figure]:
    """Every row of the Word file is changed by the capital: nothing is left out of the preview."""
    large = create_large(C, timezone.now())
    _draft_everywhere(large)
    delegate = sign_in(large.focal_points[0])
    args = [large.consultation.slug, "plan", 1]
    for form in ("docx", "xlsx"):
        address = reverse("kit_file", args=[*args, form])
        content = delegate.get(address)
        with counted_queries() as sent:
            delegate.get(address)
        work = f"kit of 600 paragraphs and 600 drafts as {form}"
        yield Figure(f"{work}: queries", len(sent), "queries", MAX_QUERIES)
        spent = best_of_three(partial(delegate.get, address))
        yield Figure(f"{work}, out", spent, "s", OUT)
        if form == "docx":
            yield from _back(delegate, args, f"{work}, every row changed", _changed(content), form)
        else:
            yield from _back(delegate, args, f"{work}, unchanged", content, form)


def _back(
    delegate: Visitor, args: list[object], work: str, content: bytes, form: str
) -> Iterator[Figure]:
    def bring() -> bytes:
        fields = {"language": "en"}
        shown = delegate.upload(reverse("kit", args=args), fields, f"kit.{form}", content)
        return delegate.get(shown)

    page = bring()
    changed = page.count(b'class="work__state"')
    if changed != (600 if form == "docx" else 0):
        raise RuntimeError(f"The preview shows {changed} rows.")
    with counted_queries() as sent:
        bring()
    yield Figure(f"{work}, sent and shown: queries", len(sent), "queries", 2 * MAX_QUERIES)
    yield Figure(f"{work}, back to the preview", best_of_three(bring), "s", BACK)


def _draft_everywhere(large: LargeSeed) -> None:
    """A draft of the first delegation on every paragraph, with a wording of its own."""
    rows = []
    for wording in large.wordings:
        proposed = wording.text.replace(" and ", " and also ", 2) + " in due time"
        rows.append(
            Comment(
                consultation=large.consultation,
                wording=wording,
                paragraph_id=wording.paragraph_id,
                round=large.round,
                seat=large.seats[0],
                filed_by=large.seats[0],
                author=large.focal_points[0],
                kind=CommentKind.REPLACE,
                proposed=proposed,
                redline=[list(piece) for piece in redline(wording.text, proposed)],
                rationale="We should like to see this paragraph strengthened. " * 8,
            )
        )
    bulk_create_with_history(rows, Comment, batch_size=1000, default_change_reason=REASON)


def _changed(content: bytes) -> bytes:
    """The kit as the capital sends it back: the wording and the reason of every draft reworked."""
    word = Word(content)
    for number, row in enumerate(word.rows()):
        control = word.control(row, "proposed").find("w:sdtPr/w:showingPlcHdr", word.names)
        if control is None:
            word.fill(row, proposed=f"To consider instead, as proposal {number}.", rationale="New.")
    return word.saved()
