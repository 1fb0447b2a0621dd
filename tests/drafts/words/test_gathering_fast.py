"""Grouping compares few pairs, with the same result as comparing all."""

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from drafts.words.asked_edits import EditsReader, share_in_common
from drafts.words.decisive import (
    DecisiveProfile,
    DecisiveProfileReader,
    PresenceMarkedText,
    WordDifference,
    choice_differences,
    presence_changes,
    read_decisive_words,
)
from drafts.words.decisive_lists import DEFAULT_DECISIVE_WORDS
from drafts.words.gathering import (
    MAX_SIMILAR_SETS,
    MIN_NEAR_SHARE,
    MIN_SIMILAR_SHARE,
    ComparableProposal,
    SimilarSet,
    differences_between,
    gather_proposals,
    normal_form,
)
from drafts.words.normal_words import CutWordsCache, plain_tokens
from tests.nights import others_at_night

LISTS = {language: read_decisive_words(text) for language, text in DEFAULT_DECISIVE_WORDS.items()}
WORDS = (
    "the all States shall should may and or women girls and not 2 3 30 [ ] measures, persons "
    "territory as appropriate within years (new) other further due report; letters State’s"
).split()
PARAGRAPHS = range(12)


class PlainGathering:
    """The same question asked of every two proposals in turn, and no pair left out."""

    def __init__(self, base: str) -> None:
        self.sets: list[list[ComparableProposal]] = []
        self.apart: list[list[SimilarSet]] = []
        self._base = normal_form(base, "en", LISTS)
        self._reader = EditsReader(self._base)

    def add(self, asked: ComparableProposal) -> None:
        """Into the first set that it is near to, or one of its own."""
        apart: list[SimilarSet] = []
        for members in self.sets:
            if any(self._normal(each) == self._normal(asked) for each in members):
                members.append(asked)
                return
        for members in self.sets:
            first = members[0]
            decided = self._decided(members, asked)
            likeness = self._share(first, asked)
            is_decided = self._profile(first).presence_words != self._profile(asked).presence_words
            if likeness < (MIN_SIMILAR_SHARE if is_decided else MIN_NEAR_SHARE):
                continue
            is_reordered = Counter(self._normal(first)) == Counter(self._normal(asked))
            if not decided and not is_reordered:
                members.append(asked)
                return
            shown = decided or differences_between(first.words, asked.words)
            apart.append(SimilarSet(first.key, shown, is_decisive=bool(decided)))
        self.sets.append([asked])
        self.apart.append(apart[:MAX_SIMILAR_SETS])

    def _decided(
        self, members: list[ComparableProposal], asked: ComparableProposal
    ) -> tuple[WordDifference, ...]:
        first = PresenceMarkedText(self._marked(members[0]), LISTS["en"])
        come = presence_changes(first, PresenceMarkedText(self._marked(asked), LISTS["en"]))
        chosen = (
            choice_differences(self._profile(each), self._profile(asked))
            for each in members
            if each is members[0] or self._normal(each) != self._normal(members[0])
        )
        return come + next(filter(None, chosen), ())

    def _share(self, one: ComparableProposal, other: ComparableProposal) -> float:
        ours, theirs = (self._reader.read(self._normal(each)) for each in (one, other))
        return share_in_common(ours, theirs, min_share=0.01)

    def _marked(self, asked: ComparableProposal) -> list[str]:
        return LISTS["en"].with_joined_phrases(plain_tokens(asked.words))

    def _profile(self, asked: ComparableProposal) -> DecisiveProfile:
        return DecisiveProfileReader(LISTS["en"]).read(self._marked(asked))

    def _normal(self, asked: ComparableProposal) -> tuple[str, ...]:
        return normal_form(asked.words, "en", LISTS)


def _proposals(words: Random, base: list[str], count: int) -> Iterator[str]:
    """The paragraph with a few of few changes, so that many are alike in some of them."""
    places = words.sample(range(len(base)), 6)
    for _turn in range(count):
        parts = list(base)
        for at in sorted(words.sample(places, words.randint(1, 4)), reverse=True):
            parts[at : at + words.choice((0, 1))] = words.choices(
                WORDS[:12], k=words.choice((1, 2))
            )
        if words.random() < 0.2:
            one, other = words.sample(places, 2)
            parts[one % len(parts)], parts[other % len(parts)] = parts[other], parts[one]
        yield " ".join(parts)


def _asked_on(paragraph: int) -> tuple[str, list[ComparableProposal]]:
    words = Random(paragraph)
    base = words.choices(WORDS, k=words.choice((12, 25, 60)))
    texts = _proposals(words, base, 60)
    return " ".join(base), [
        ComparableProposal(key, "replace", text) for key, text in enumerate(texts)
    ]


@pytest.mark.parametrize("paragraph", others_at_night(PARAGRAPHS, at_change=4))
def test_what_is_gathered_is_what_every_pair_says(paragraph: int) -> None:
    base, asked = _asked_on(paragraph)
    plain = PlainGathering(base)
    for each in asked:
        plain.add(each)
    found = gather_proposals({"en": base}, asked, LISTS)
    assert [[m.key for m in each.members] for each in found] == [
        [each.key for each in members] for members in plain.sets
    ]
    assert [list(each.similar_sets) for each in found] == plain.apart


def test_these_proposals_are_gathered_kept_apart_and_alone() -> None:
    sets = [
        each
        for base, asked in map(_asked_on, PARAGRAPHS)
        for each in gather_proposals({"en": base}, asked, LISTS)
    ]
    assert sum(len(each.members) > 1 for each in sets) >= 20
    assert sum(len(each.similar_sets) == MAX_SIMILAR_SETS for each in sets) >= 20
    assert sum(len(each.members) == 1 and not each.similar_sets for each in sets) >= 20


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_words_cut_once_are_the_words_of_the_whole(paragraph: int) -> None:
    words = Random(paragraph)
    odd = [
        "1 000",
        "1\u00a0000,5",
        "（案文）",
        "l’État",
        "«a»",
        "(b)",
        "10:30",
        "\u0665 \u0666\u0666\u0666",
    ]
    text = " ".join(words.choices([*WORDS, *odd[: paragraph + 1]], k=80))
    cut = CutWordsCache()
    for turn in ("new", "kept"):
        assert plain_tokens(text, cut) == plain_tokens(text), turn
