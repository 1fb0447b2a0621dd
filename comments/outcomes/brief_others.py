"""What others said on the paragraphs that one spoke on: counted, and the first of it read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comments.models import ActivityQuerySet, Comment, CommentKind
from comments.news.citations import ParagraphPositions
from comments.news.fresh import count_rows, first_rows
from comments.threads.foreign_words import redline_beside
from consultations.rules.access import Access
from drafts.words.differences import Redline

# So many inputs of others are told at each paragraph; the thread has them all.
MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class OthersProposal:
    """An input of others that touches a paragraph one spoke on."""

    row: Comment
    pieces: Redline
    opening: str


@dataclass(frozen=True, slots=True)
class OthersInputs:
    """The new ones on one paragraph: how many, and the first in table order."""

    count: int = 0
    first: tuple[OthersProposal, ...] = ()


def inputs_of_others(
    access: Access,
    new: Iterable[ActivityQuerySet],
    places: ParagraphPositions,
    homes: Collection[int],
    own: Collection[int],
) -> Mapping[int, OthersInputs]:
    """By the paragraphs at which they stand now: three queries.

    `new` is what is new to the reader, in arms; `own` are inputs that are theirs, a group's too.
    """
    arms = [rows.filter(source="comments").exclude(row__in=own) for rows in new]
    counts = _by_home(count_rows(arms).get("comments", {}), places, homes)
    keys = [key for found in counts.values() for key in found]
    told = first_rows([rows.filter(paragraph__in=keys) for rows in arms], MOST_OTHERS)
    rows = Comment.objects.visible_to(access).in_force().filter(pk__in=[row.pk for row in told])
    found: dict[int, list[OthersProposal]] = {}
    for row in rows.select_related("seat", "filed_by", "wording__revision__draft").in_table_order():
        found.setdefault(places.home(row.paragraph_id), []).append(_proposal(row))
    return {
        home: OthersInputs(sum(by_key.values()), tuple(found.get(home, ())[:MOST_OTHERS]))
        for home, by_key in counts.items()
    }


def _by_home(
    counts: Mapping[int, int], places: ParagraphPositions, homes: Collection[int]
) -> dict[int, dict[int, int]]:
    """Home → the paragraphs whose inputs came to it, with their counts."""
    found: dict[int, dict[int, int]] = {}
    for key, count in counts.items():
        home = places.home(key)
        if home in homes:
            found.setdefault(home, {})[key] = count
    return found


def _proposal(row: Any) -> OthersProposal:
    is_added = row.kind == CommentKind.ADD_AFTER
    opening = "" if is_added else row.wording.opening
    words = redline_beside(row, row.wording.text, row.wording.revision.draft.language)
    return OthersProposal(row, words, opening)
