"""What became of proposed words in the wording that stands now, word by word. Pure.

A word that was put in is found where it came into the paragraph since; a word that was taken out
is gone where it no longer stands. Capitals, punctuation and typography tell no word from another.
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
    """What became of an input in the text, whatever the facilitators say of it."""

    IN_TEXT = "in_text", _("in the text")
    PARTLY = "partly", _("partly in the text")
    NOT = "not", _("not in the text")
    WAITING = "waiting", _("no new revision yet")
    NO_WORDS = "no_words", _("proposes no words")
    FOREIGN = "foreign", _("in another language than the text, not compared")


@dataclass(frozen=True, slots=True)
class ProposalMatch:
    """Phrases of one proposal: put in and found, put in and absent, taken out and gone or not."""

    outcome: Outcome
    found: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    staying: tuple[str, ...] = ()
    # The share of its telling words that came or went as it asked.
    share: float = 0.0


# Words that join others say nothing alone: "and" in the text is not "and the media" in part.
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
    """A word as it stands, with the space after it, and what it is compared by."""

    shown: str
    key: str


def match_proposal(base: str, proposed: str, now: str) -> ProposalMatch:
    """What of the way from `base` to `proposed` stands in `now`.

    All three are whole wordings: the one that the input was made on, the one that it asks for,
    and the one that stands now.
    """
    old, said, new = _words(base), _words(proposed), _words(now)
    if _keys(old) == _keys(said):  # a change of capitals or punctuation alone
        old, said, new = (_as_written(words) for words in (old, said, new))
    kept = equal_in_order(_keys(old), _keys(said))
    standing = equal_in_order(_keys(old), _keys(new))
    put_in = _left(said, {after for _before, after in kept})
    taken_out = _left(old, {before for before, _after in kept})
    came = Counter(new[place].key for place in _left(new, {after for _b, after in standing}))
    stays = {before for before, _after in standing}
    found = set(_met(said, put_in, came))
    gone = {place for place in taken_out if place not in stays}
    known = set(_keys(old))
    asked = _telling(said, put_in, known) or put_in
    asked_out = _telling(old, taken_out, set()) or taken_out
    done = sum(place in found for place in asked) + sum(place in gone for place in asked_out)
    share = done / ((len(asked) + len(asked_out)) or 1)
    answer = ProposalMatch(
        outcome=_outcome(share),
        found=_phrases(said, [place for place in put_in if place in found]),
        absent=_phrases(said, [place for place in put_in if place not in found]),
        gone=_phrases(old, [place for place in taken_out if place in gone]),
        staying=_phrases(old, [place for place in taken_out if place not in gone]),
        share=share,
    )
    return _without_links(answer)


def _outcome(share: float) -> Outcome:
    if share == 1:
        return Outcome.IN_TEXT
    return Outcome.PARTLY if share else Outcome.NOT


def _without_links(answer: ProposalMatch) -> ProposalMatch:
    """Where all of it or nothing came, links that say otherwise are not told."""
    if answer.outcome == Outcome.IN_TEXT:
        return replace(answer, absent=(), staying=())
    if answer.outcome == Outcome.NOT:
        return replace(answer, found=(), gone=())
    return answer


def _words(text: str) -> list[_Word]:
    return [_Word(token, _key(token)) for token in spaced_words(text) if token.strip()]


def _key(token: str) -> str:
    plain = without_typography(token).strip()
    bare = plain.strip("".join({sign for sign in plain if _is_punctuation(sign)}))
    return (bare or plain).casefold()


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P")


def _as_written(words: Iterable[_Word]) -> list[_Word]:
    return [_Word(word.shown, without_typography(word.shown).strip()) for word in words]


def _keys(words: Iterable[_Word]) -> list[str]:
    return [word.key for word in words]


def _left(words: list[_Word], matched: set[int]) -> list[int]:
    return [place for place in range(len(words)) if place not in matched]


def _met(words: list[_Word], places: Iterable[int], came: Counter[str]) -> Iterator[int]:
    """The places whose word came into the text; each that came answers for one of them."""
    for place in places:
        if came[words[place].key] > 0:
            came[words[place].key] -= 1
            yield place


def _telling(words: list[_Word], places: Iterable[int], known: set[str]) -> list[int]:
    """The places by whose word one can tell a proposal: new to the paragraph, and no mere link."""
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
