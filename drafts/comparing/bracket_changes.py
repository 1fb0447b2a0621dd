"""Brackets put and lifted between two wordings, told as such. Pure."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from drafts.words.bracket_places import match_pairs
from drafts.words.brackets import Pair, brackets_in, has_brackets
from drafts.words.quoting import first_words

# So many are quoted; of more the rest is counted by the mark that words go on.
MOST_QUOTED = 3


def brackets_changed(before: str, after: str) -> Iterator[str]:
    """Which brackets came and which went: "brackets put: “in time”"."""
    if before == after or not (has_brackets(before) or has_brackets(after)):
        return
    olds, news = brackets_in(before).pairs, brackets_in(after).pairs
    found = match_pairs(before, after, olds, news)
    kept = set(found.values())
    if put := [pair for pair in news if pair not in kept]:
        yield _("brackets put: %(words)s") % {"words": _quoted(after, put)}
    if lifted := [pair for pair in olds if pair not in found]:
        yield _("brackets lifted: %(words)s") % {"words": _quoted(before, lifted)}


def _quoted(text: str, pairs: Sequence[Pair]) -> str:
    quoted = [f"“{first_words(text[start + 1 : end])}”" for start, end in pairs[:MOST_QUOTED]]
    return "; ".join([*quoted, *("…" for _more in pairs[MOST_QUOTED : MOST_QUOTED + 1])])
