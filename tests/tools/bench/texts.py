"""Differences by word and by paragraph, and a long text as files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from random import Random
from statistics import median

from config.demo.large_seed_words import VOCABULARY
from drafts.papers.files import TextRedline, make_text_file
from drafts.papers.paper import PrintedParagraph, TextPaper
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.redline import mark_changes
from drafts.words.alignment import align_paragraphs
from drafts.words.change_places import align_changes
from drafts.words.decisive import read_decisive_words
from drafts.words.decisive_lists import DEFAULT_DECISIVE_WORDS
from drafts.words.differences import redline
from drafts.words.gathering import ComparableProposal, gather_proposals
from tests.tools.bench.clock import best_of_three, processor_time, walls
from tests.tools.bench.figures import Figure

PAIRS = 200
WORDS = 300
PARAGRAPHS = 600
LONG_PARAGRAPHS = 1_400


def differences() -> Iterator[Figure]:
    """The median of 200 pairs of 300 words, and the best of three alignments of whole texts."""
    words = Random("differences")
    pairs = [_reworded(_text(words, WORDS), words) for _turn in range(PAIRS)]
    spent = [walls(partial(redline, *pair), times=1)[0] for pair in [*pairs[:20], *pairs]]
    yield Figure("difference of two 300-word wordings", median(spent[20:]) * 1000, "ms", 0.4)
    before, after = _texts(words)
    best = min(walls(lambda: align_paragraphs(before, after), times=3)) * 1000
    yield Figure("two texts of 600 paragraphs aligned", best, "ms", 50)


def files() -> Iterator[Figure]:
    """A text of 600 paragraphs and its redline as files, the best of three."""
    before, after = _texts(Random("files"))
    earlier, later = (_paper(texts) for texts in (before, after))
    matches = [
        ParagraphMatch((match.old_index,), (match.new_index,))
        for match in align_paragraphs(before, after)
        if match.old_index is not None and match.new_index is not None
    ]
    rows = mark_changes(earlier.paragraphs, later.paragraphs, matches)
    redlined = TextRedline(earlier, rows)
    spent = {
        "redline of two texts of 600 paragraphs": (
            lambda: mark_changes(earlier.paragraphs, later.paragraphs, matches),
            300,
        ),
        "600 paragraphs as Word": (lambda: make_text_file(later, "docx"), 1_500),
        "600 paragraphs as a redline in Word": (
            lambda: make_text_file(later, "docx", redlined),
            1_500,
        ),
        "600 paragraphs as Akoma Ntoso": (lambda: make_text_file(later, "akn"), 200),
        "600 paragraphs as PDF": (lambda: make_text_file(later, "pdf"), 5_000),
    }
    for work, (make, bar) in spent.items():
        yield Figure(work, min(walls(make, times=3)) * 1000, "ms", bar)
    yield from _long_files()


def _long_files() -> Iterator[Figure]:
    """A treaty of 1,400 paragraphs, as negotiated: brackets in each, a note in every third."""
    words = Random("long files")
    texts = [_bracketed(_text(words, 60), words) for _turn in range(LONG_PARAGRAPHS)]
    reworded = [text.replace(" and ", " and also ", 2) for text in texts]
    earlier, later = (_paper(of, note_every=3) for of in (texts, reworded))
    matches = [ParagraphMatch((index,), (index,)) for index in range(LONG_PARAGRAPHS)]
    redlined = TextRedline(earlier, mark_changes(earlier.paragraphs, later.paragraphs, matches))
    for work, given in (("as PDF", None), ("as a redline in PDF", redlined)):
        spent = processor_time(partial(make_text_file, later, "pdf", given))
        yield Figure(f"1,400 paragraphs, 3,500 brackets {work}: processor", spent, "s", 10)


def _bracketed(text: str, words: Random) -> str:
    """Brackets around two or three words."""
    parts = text.split(" ")
    for place in words.sample(range(len(parts)), words.choice((2, 3))):
        parts[place] = f"[{parts[place]}]"
    return " ".join(parts)


def _paper(texts: list[str], *, note_every: int = 0) -> TextPaper:
    """A circulated text of these paragraphs, numbered through; one in so many has a note."""
    return TextPaper(
        consultation_title="Talks",
        handling="",
        consultation_slug="talks",
        draft_slug="plan",
        revision_number=2,
        title="The plan",
        symbol="",
        stage="Rev.1",
        nature="draft",
        language="en",
        circulated_at=datetime(2026, 6, 16, tzinfo=UTC),
        checksum="0" * 64,
        seal_url="https://talks.example.org/seal/",
        paragraphs=tuple(
            PrintedParagraph(
                *(str(number), "operative", str(number), 0, text, 0),
                ("See the annex.",) if note_every and number % note_every == 0 else (),
            )
            for number, text in enumerate(texts, 1)
        ),
    )


def _text(words: Random, count: int) -> str:
    return " ".join(words.choices(VOCABULARY, k=count))


def _reworded(text: str, words: Random) -> tuple[str, str]:
    """Six edits of known kinds: a word and a clause put in, taken out, put in another's place."""
    parts = text.split(" ")
    for start in sorted(words.sample(range(0, WORDS - 20, 20), 6), reverse=True):
        length = words.choice((1, 8))
        kind = words.choice(("in", "out", "instead"))
        fresh = [] if kind == "out" else words.choices(("new", "other", "further", "due"), k=length)
        parts[start : start if kind == "in" else start + length] = fresh
    return text, " ".join(parts)


def _texts(words: Random) -> tuple[list[str], list[str]]:
    """One text, and the next: one paragraph in ten reworded, some moved, dropped and added."""
    before = [_text(words, 60) for _turn in range(PARAGRAPHS)]
    after = list(before)
    for place in range(5, PARAGRAPHS, 10):
        after[place] = after[place].replace(" and ", " and also ", 2) + " in due time"
    for place in range(95, PARAGRAPHS - 10, 100):
        after.append(after.pop(place))
        after.pop(place - 40)
        after.insert(place - 60, _text(words, 60))
    return before, after


def likenesses() -> Iterator[Figure]:
    """300 proposals gathered, of 120 words: many alike, and all unlike; of 300: all far apart."""
    words = Random("likenesses")
    base = _text(words, 120)
    lists = {
        language: read_decisive_words(text) for language, text in DEFAULT_DECISIVE_WORDS.items()
    }
    changed = [_reworded_once(base, words) for _turn in range(300)]
    for work, some in (("like by tens", changed[:30]), ("all of them unlike", changed)):
        asked = [ComparableProposal(key, "replace", some[key % len(some)]) for key in range(300)]
        spent = best_of_three(partial(gather_proposals, {"en": base}, asked, lists)) * 1000
        yield Figure(f"300 proposals gathered, {work}", spent, "ms", 150)
    long = _text(words, 300)
    for share in (0.1, 0.5):
        far = [_changed_in(long, share, words) for _turn in range(300)]
        asked = [ComparableProposal(key, "replace", text) for key, text in enumerate(far)]
        spent = best_of_three(partial(gather_proposals, {"en": long}, asked, lists)) * 1000
        work = f"300 proposals of 300 words gathered, {share:.0%} of their words changed"
        yield Figure(work, spent, "ms", 150)
    asked = [
        ComparableProposal(key, "replace", text)
        for key, text in enumerate(_with_a_word_in(long, words))
    ]
    spent = best_of_three(partial(gather_proposals, {"en": long}, asked, lists)) * 1000
    yield Figure("300 proposals of 300 words gathered, “shall” at another place", spent, "ms", 150)
    redlines = [redline(base, _reworded_often(base, words)) for _turn in range(300)]
    spent = best_of_three(partial(align_changes, base, redlines)) * 1000
    yield Figure("300 proposals side by side, all of them unlike", spent, "ms", 150)


def _reworded_once(text: str, words: Random) -> str:
    """Two or three words put in at one of a few places, with a decisive one now and then."""
    parts = text.split(" ")
    fresh = words.choices(("new", "other", "further", "due", "shall", "5", *VOCABULARY), k=3)
    at = words.choice((10, 40, 80))
    return " ".join([*parts[:at], *fresh, *parts[at + words.choice((0, 1)) :]])


def _changed_in(text: str, share: float, words: Random) -> str:
    """A share of the words replaced, wherever it falls."""
    parts = text.split(" ")
    return " ".join(words.choice(VOCABULARY) if words.random() < share else word for word in parts)


def _with_a_word_in(text: str, words: Random) -> list[str]:
    """The same word put in before each word of a text, shuffled: the most that are like."""
    parts = text.split(" ")
    texts = [" ".join([*parts[:at], "shall", *parts[at:]]) for at in range(len(parts))]
    words.shuffle(texts)
    return texts


def _reworded_often(text: str, words: Random) -> str:
    """Words exchanged, put in or taken out at five places."""
    parts = text.split(" ")
    for at in sorted(words.sample(range(len(parts)), 5), reverse=True):
        fresh = words.choices(VOCABULARY, k=words.choice((0, 1, 2)))
        parts[at : at + words.choice((0, 1, 1, 3))] = fresh
    return " ".join(parts)
