"""What became of proposed words in the wording that stands now, word by word. Uses no database.

An inserted word is found if it came into the paragraph since; a deleted word is gone if it no
longer stands there. Words that differ in capitals, punctuation or typography alone are the same.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.words.differences import equal_in_order
from drafts.words.tokens import spaced_words
from drafts.words.typography import without_typography


class Outcome(models.TextChoices):
    """What became of an input in the text, whatever the facilitators answered."""

    IN_TEXT = "in_text", _("in the text")
    PARTLY = "partly", _("partly in the text")
    NOT = "not", _("not in the text")
    WAITING = "waiting", _("no new revision yet")
    NO_WORDS = "no_words", _("proposes no words")
    FOREIGN = "foreign", _("in another language than the text, not compared")


@dataclass(frozen=True, slots=True)
class ProposalMatch:
    """Phrases of one proposal: inserted and found or absent, deleted and gone or staying."""

    outcome: Outcome
    found: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    staying: tuple[str, ...] = ()
    # The share of its distinctive words that came or went as proposed.
    share: float = 0.0


# Words that mean nothing alone: a text with "and" does not have a part of "and the media".
LINKS = frozenset(
    """
    a an and as at by for from in into of on or that the their to with
    à au aux avec dans de des du en et la le les leur leurs ou par pour que sur un une
    al con del el los las o para por su sus una y
    в и из или к на о об от по с со у для
    في من على إلى عن أو و أن التي الذي مع
    的 和 与 及 或 在 对
    """.split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as written, with the space after it, and the key by which it is compared."""

    shown: str
    key: str


def match_proposal(original: str, proposed: str, current: str) -> ProposalMatch:
    """Which of the changes from `original` to `proposed` are in `current`.

    All three are whole wordings: the one that the input was made on, the one that it asks for,
    and the one that stands now.
    """
    old_words, proposed_words, current_words = _words(original), _words(proposed), _words(current)
    if _keys(old_words) == _keys(proposed_words):  # a change of capitals or punctuation alone
        old_words, proposed_words, current_words = (
            _words_as_written(words) for words in (old_words, proposed_words, current_words)
        )
    kept = equal_in_order(_keys(old_words), _keys(proposed_words))
    standing = equal_in_order(_keys(old_words), _keys(current_words))
    inserted = _unmatched(proposed_words, {after for _before, after in kept})
    deleted = _unmatched(old_words, {before for before, _after in kept})
    new_words = Counter(
        current_words[i].key for i in _unmatched(current_words, {after for _b, after in standing})
    )
    still_there = {before for before, _after in standing}
    found = set(_found_places(proposed_words, inserted, new_words))
    gone = {place for place in deleted if place not in still_there}
    met = [
        place in found
        for place in _distinctive(proposed_words, inserted, set(_keys(old_words))) or inserted
    ]
    met += [place in gone for place in _distinctive(old_words, deleted, set()) or deleted]
    share = sum(met) / (len(met) or 1)
    match = ProposalMatch(
        outcome=_outcome_of_share(share),
        found=_phrases(proposed_words, [place for place in inserted if place in found]),
        absent=_phrases(proposed_words, [place for place in inserted if place not in found]),
        gone=_phrases(old_words, [place for place in deleted if place in gone]),
        staying=_phrases(old_words, [place for place in deleted if place not in gone]),
        share=share,
    )
    return _without_links(match)


def _outcome_of_share(share: float) -> Outcome:
    if share == 1:
        return Outcome.IN_TEXT
    return Outcome.PARTLY if share else Outcome.NOT


def _without_links(match: ProposalMatch) -> ProposalMatch:
    """Drop phrases of links that contradict the outcome, where it is all or nothing."""
    if match.outcome == Outcome.IN_TEXT:
        return replace(match, absent=(), staying=())
    if match.outcome == Outcome.NOT:
        return replace(match, found=(), gone=())
    return match


def _words(text: str) -> list[_Word]:
    return [_Word(token, _comparison_key(token)) for token in spaced_words(text) if token.strip()]


def _comparison_key(token: str) -> str:
    word = without_typography(token).strip()
    bare = word.strip("".join({sign for sign in word if _is_punctuation(sign)}))
    return (bare or word).casefold()


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P")


def _words_as_written(words: Iterable[_Word]) -> list[_Word]:
    return [_Word(word.shown, without_typography(word.shown).strip()) for word in words]


def _keys(words: Iterable[_Word]) -> list[str]:
    return [word.key for word in words]


def _unmatched(words: list[_Word], matched: set[int]) -> list[int]:
    return [place for place in range(len(words)) if place not in matched]


def _found_places(
    words: list[_Word], places: Iterable[int], new_words: Counter[str]
) -> Iterator[int]:
    """The places whose word came into the text; a new word counts for one place only."""
    for place in places:
        if new_words[words[place].key] > 0:
            new_words[words[place].key] -= 1
            yield place


def _distinctive(words: list[_Word], places: Iterable[int], known: set[str]) -> list[int]:
    """The places whose words distinguish a proposal: new to the paragraph, and no links."""
    bare = [place for place in places if words[place].key not in LINKS]
    return [place for place in bare if words[place].key not in known] or bare


def _phrases(words: list[_Word], places: list[int]) -> tuple[str, ...]:
    """Words that stand next to each other as one phrase."""
    phrases: list[list[int]] = []
    for place in places:
        if phrases and phrases[-1][-1] == place - 1:
            phrases[-1].append(place)
        else:
            phrases.append([place])
    return tuple("".join(words[place].shown for place in run).strip() for run in phrases)
