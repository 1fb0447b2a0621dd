"""Sentences about brackets put and lifted between two wordings. Uses no database."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from drafts.brackets.pair_places import match_pairs
from drafts.brackets.pairs import BracketPair, brackets_in, has_brackets
from drafts.words.quoting import first_words

# This many are quoted; an ellipsis stands for the others.
MAX_QUOTED = 3


def bracket_changes(old_text: str, new_text: str) -> Iterator[str]:
    """Sentences on the brackets that were put and lifted: "brackets put: “in time”"."""
    if old_text == new_text or not (has_brackets(old_text) or has_brackets(new_text)):
        return
    old_pairs, new_pairs = brackets_in(old_text).pairs, brackets_in(new_text).pairs
    new_pair_by_old_pair = match_pairs(old_text, new_text, old_pairs, new_pairs)
    kept_pairs = set(new_pair_by_old_pair.values())
    if put_pairs := [pair for pair in new_pairs if pair not in kept_pairs]:
        yield _("brackets put: %(words)s") % {"words": _quoted_words(new_text, put_pairs)}
    if lifted_pairs := [pair for pair in old_pairs if pair not in new_pair_by_old_pair]:
        yield _("brackets lifted: %(words)s") % {"words": _quoted_words(old_text, lifted_pairs)}


def _quoted_words(text: str, pairs: Sequence[BracketPair]) -> str:
    """The words in these brackets in quotation marks, no more than `MAX_QUOTED`."""
    quoted = [f"“{first_words(text[start + 1 : end])}”" for start, end in pairs[:MAX_QUOTED]]
    ellipsis = ["…"] if len(pairs) > MAX_QUOTED else []
    return "; ".join([*quoted, *ellipsis])
