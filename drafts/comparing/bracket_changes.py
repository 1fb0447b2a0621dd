"""Sentences about brackets put and lifted between two wordings. Uses no database."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from drafts.words.bracket_places import match_pairs
from drafts.words.brackets import BracketPair, brackets_in, has_brackets
from drafts.words.quoting import first_words

# This many are quoted; an ellipsis stands for the others.
MAX_QUOTED = 3


def bracket_changes(before: str, after: str) -> Iterator[str]:
    """The brackets that were put and lifted: "brackets put: “in time”"."""
    if before == after or not (has_brackets(before) or has_brackets(after)):
        return
    old_pairs, new_pairs = brackets_in(before).pairs, brackets_in(after).pairs
    matches = match_pairs(before, after, old_pairs, new_pairs)
    kept = set(matches.values())
    if put := [pair for pair in new_pairs if pair not in kept]:
        yield _("brackets put: %(words)s") % {"words": _quoted_words(after, put)}
    if lifted := [pair for pair in old_pairs if pair not in matches]:
        yield _("brackets lifted: %(words)s") % {"words": _quoted_words(before, lifted)}


def _quoted_words(text: str, pairs: Sequence[BracketPair]) -> str:
    quoted = [f"“{first_words(text[start + 1 : end])}”" for start, end in pairs[:MAX_QUOTED]]
    return "; ".join([*quoted, *("…" for _more in pairs[MAX_QUOTED : MAX_QUOTED + 1])])
