"""Similar proposals are grouped; the result is measured against plain similarity."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from rapidfuzz import fuzz

from drafts.words.decisive import WordDifference, read_decisive_words
from drafts.words.decisive_lists import DEFAULT_DECISIVE_WORDS
from drafts.words.gathering import (
    ComparableProposal,
    GatheredSet,
    MemberCertainty,
    SimilarSet,
    differences_between,
    gather_proposals,
)

PAIRS = Path(__file__).parent / "like_proposals"
LISTS = {language: read_decisive_words(text) for language, text in DEFAULT_DECISIVE_WORDS.items()}
BASE = "Each State shall adopt measures to prevent trafficking in persons in its territory."


class LikePair(NamedTuple):
    """Two proposals on one paragraph, and what a person would say of them.

    "same" asks for the same, "near" for nearly so; "decisive" reads alike and is not; "apart".
    """

    label: str
    language: str
    base: str
    one: str
    other: str

    @property
    def belongs(self) -> bool:
        return self.label in {"same", "near"}


def pairs() -> Iterable[LikePair]:
    """Of each file `= paragraph`, then `label | old → new ;; … | old → new` against it."""
    for file in sorted(PAIRS.glob("*.txt")):
        base = ""
        for line in file.read_text().splitlines():
            if line.startswith("= "):
                base = line[2:]
                continue
            label, one, other = line.split(" | ")
            yield LikePair(label, file.stem, base, _edited(base, one), _edited(base, other))


def _edited(base: str, edits: str) -> str:
    for edit in edits.split(" ;; "):
        old, new = edit.split(" → ")
        assert old in base, edit
        base = base.replace(old, new, 1)
    return base


ALL = list(pairs())


def sets_of(*words: str, base: str = BASE, language: str = "en") -> list[GatheredSet]:
    asked = [
        ComparableProposal(number, "replace", text, language) for number, text in enumerate(words)
    ]
    return gather_proposals({language: base}, asked, LISTS)


def is_gathered(pair: LikePair) -> bool:
    return len(sets_of(pair.one, pair.other, base=pair.base, language=pair.language)) == 1


def f1(pairs: Iterable[tuple[bool, bool]]) -> float:
    """Of pairs of what was said and what is so."""
    told = list(pairs)
    right = sum(one and other for one, other in told)
    return 2 * right / (sum(one for one, _ in told) + sum(other for _, other in told))


def test_there_are_300_pairs_and_a_third_of_them_is_decisive() -> None:
    assert len(ALL) >= 300
    assert sum(pair.label == "decisive" for pair in ALL) * 3 >= len(ALL)


def test_no_decisive_pair_is_gathered() -> None:
    assert [pair for pair in ALL if pair.label == "decisive" and is_gathered(pair)] == []


def test_the_trivially_same_are_gathered() -> None:
    same = [pair for pair in ALL if pair.label == "same"]
    missed = [pair for pair in same if not is_gathered(pair)]
    assert len(missed) <= 0.05 * len(same), missed


def test_gathering_beats_plain_closeness_at_its_best_threshold() -> None:
    ours = f1((is_gathered(pair), pair.belongs) for pair in ALL)
    close = [(fuzz.token_ratio(pair.one, pair.other), pair.belongs) for pair in ALL]
    theirs = max(f1((ratio >= bar, so) for ratio, so in close) for bar in range(101))
    assert ours > theirs
    assert ours >= 0.9


def test_a_near_one_says_in_which_words_it_differs() -> None:
    one = BASE.replace("persons", "persons, in consultation with civil society,")
    other = BASE.replace("persons", "persons, in close consultation with civil society,")
    (found,) = sets_of(one, other)
    assert [member.certainty for member in found.members] == [
        MemberCertainty.SAME,
        MemberCertainty.NEAR,
    ]
    assert differences_between(one, other) == (WordDifference("", "close"),)


def test_a_same_one_in_other_characters_shows_them_too() -> None:
    one, other = BASE.replace("measures", "the measures;"), BASE.replace("measures", "measures;")
    (found,) = sets_of(one, other)
    assert found.members[1].certainty == MemberCertainty.SAME
    assert differences_between(one, other) == (WordDifference("the", ""),)


def test_a_decisive_word_keeps_apart_and_is_named() -> None:
    one, other = (BASE.replace("shall", word) for word in ("should", "may"))
    first, second = sets_of(f"{one} So it is.", f"{other} So it is.")
    assert second.similar_sets == (
        SimilarSet(first.key, (WordDifference("should", "may"),), is_decisive=True),
    )


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ("within 2 years", "within 3 years", WordDifference("2", "3")),
        ("within [two] years", "within two years", WordDifference("[", "")),
        ("for women", "for women and girls", WordDifference("women", "women and girls")),
        ("in territories", "in the territories", WordDifference("territories", "the territories")),
        ("reports and letters", "reports or letters", WordDifference("and", "or")),
        (
            "as appropriate",
            "where applicable",
            WordDifference("as appropriate", "where applicable"),
        ),
    ],
)
def test_what_is_decisive_is_named_in_its_words(
    one: str, other: str, named: WordDifference
) -> None:
    ends = (f"{BASE} These are added at the end of it, {words}." for words in (one, other))
    assert [far.differences[0] for far in sets_of(*ends)[1].similar_sets] == [named]


def test_another_form_of_a_word_that_may_be_missing_is_no_other_word() -> None:
    lists = {"en": read_decisive_words("endeavour, endeavours / –")}
    ends = ("the State endeavours to report", "the States endeavour to report", "they report")
    asked = [
        ComparableProposal(number, "replace", f"{BASE} In the course of the year {words} on it.")
        for number, words in enumerate(ends)
    ]
    with_the_word, without = gather_proposals({"en": BASE}, asked, lists)
    assert [member.key for member in with_the_word.members] == [0, 1]
    assert [member.key for member in without.members] == [2]
    [similar_set] = without.similar_sets
    assert similar_set.is_decisive
    assert similar_set.differences == (WordDifference("endeavours", ""),)


def test_a_negation_that_moves_keeps_apart() -> None:
    ends = ("shall not require consent and protect", "shall require consent and not protect")
    first, second = sets_of(*(f"{BASE} They {words} all who ask for their help." for words in ends))
    assert [(far.key, far.is_decisive) for far in second.similar_sets] == [(first.key, True)]


def test_two_that_each_add_another_word_are_not_gathered_by_a_third_without() -> None:
    ends = ("they take part", "they should take part", "they shall take part")
    found = sets_of(*(f"{BASE} In the work of the Council {words}." for words in ends))
    assert len(found) == 3


def test_the_same_words_in_another_order_are_suggested_only() -> None:
    ends = ("reports and letters on the matter", "letters and reports on the matter")
    first, second = sets_of(*(f"{BASE} They send {words}." for words in ends))
    assert [(far.key, far.is_decisive) for far in second.similar_sets] == [(first.key, False)]


def test_proposals_without_words_are_gathered_by_what_they_ask() -> None:
    kinds = ("delete", "retain", "delete", "move to 4", "move to 5", "move to 4")
    asked = [ComparableProposal(number, kind) for number, kind in enumerate(kinds)]
    found = gather_proposals({"en": BASE}, asked, LISTS)
    assert [[member.key for member in each.members] for each in found] == [[0, 2], [1], [3, 5], [4]]


def test_an_added_paragraph_is_never_gathered_with_the_same_words_as_a_rewording() -> None:
    asked = [
        ComparableProposal(1, "add_after", "All States report."),
        ComparableProposal(2, "replace", "All States report."),
    ]
    assert len(gather_proposals({"en": BASE}, asked, LISTS)) == 2


def test_another_language_is_suggested_by_the_translation_and_never_gathered() -> None:
    french = "Chaque État doit prendre des mesures pour prévenir la traite sur son territoire."
    asked = [
        ComparableProposal(1, "replace", BASE.replace("measures", "effective measures")),
        ComparableProposal(2, "replace", french.replace("mesures", "mesures efficaces"), "fr"),
        ComparableProposal(
            3, "replace", french.replace("sur son territoire", "où que ce soit"), "fr"
        ),
    ]
    one, two, three = gather_proposals({"en": BASE, "fr": french}, asked, LISTS)
    assert two.similar_sets == (SimilarSet(one.key, (), is_decisive=False),)
    assert three.similar_sets == ()


def test_another_language_without_a_translation_is_not_suggested() -> None:
    asked = [
        ComparableProposal(1, "replace", f"{BASE} More."),
        ComparableProposal(2, "replace", f"{BASE} Plus.", "fr"),
    ]
    assert [found.similar_sets for found in gather_proposals({"en": BASE}, asked, LISTS)] == [
        (),
        (),
    ]


@pytest.mark.parametrize("line", ["/", "shall / ", " / shall", "shall / ,", "–"])
def test_a_line_that_says_no_choice_is_refused_by_name(line: str) -> None:
    with pytest.raises(ValueError, match=line.strip() or "/"):
        read_decisive_words(f"and / or\n{line}")


def test_every_list_of_the_product_can_be_read() -> None:
    assert all(LISTS[language].option_by_token for language in ("en", "fr", "es", "ar", "ru", "zh"))
