"""The proposals on a paragraph by sets of those that ask for the same: three queries at any size.

What the words say is `drafts/words/gathering`; what facilitators put together or took apart by
hand goes before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from comments.models import Comment, CommentKind, DecisiveList, Review, SetChoice
from comments.threads.foreign_words import redline_beside
from comments.threads.hanging import ALIGNMENT_ITEMS
from comments.threads.threads import TABLE_ORDER, ParagraphView, Text
from consultations.rules.access import Access
from drafts.languages.coverage import latest_translations
from drafts.words.decisive import DecisiveWords, Difference, decisive_words
from drafts.words.decisive_lists import DEFAULTS
from drafts.words.differences import Redline, restored
from drafts.words.gathering import (
    ApartSet,
    Certainty,
    GatheredMember,
    GatheredSet,
    Proposal,
    differences_between,
    gather,
)
from drafts.words.hunks import WantedChange, apply_change

# More proposals than this on one paragraph are not compared; the page says so.
MOST = 300
GATHERED_KINDS = (
    CommentKind.REPLACE,
    CommentKind.ADD_AFTER,
    CommentKind.DELETE,
    CommentKind.MOVE,
    CommentKind.RETAIN,
)


@dataclass(frozen=True, slots=True)
class SetMember:
    """An input of a set: why it is in it."""

    row: Comment
    is_same: bool
    is_by_hand: bool
    is_answered: bool
    first: Comment

    @property
    def differences(self) -> tuple[Difference, ...]:
        """In which words it differs from the first: worked out where it is shown."""
        if self.row.pk == self.first.pk or self.row.proposed == self.first.proposed:
            return ()
        return differences_between(self.first.proposed, self.row.proposed)


@dataclass(frozen=True, slots=True)
class LikeSet:
    """Another set that is like this one, by its first input."""

    row: Comment
    differences: tuple[Difference, ...]
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class ProposalSet:
    """Inputs that ask for the same or nearly so; `redline` is what the first asks for."""

    members: tuple[SetMember, ...]
    apart: tuple[LikeSet, ...]
    kind: CommentKind
    redline: Redline

    @property
    def first(self) -> Comment:
        return self.members[0].row

    @property
    def answered(self) -> int:
        """How many of its inputs have an answer."""
        return sum(member.is_answered for member in self.members)


@dataclass(frozen=True, slots=True)
class ProposalSets:
    """All sets of a paragraph in the order of the table, and the inputs in none."""

    sets: tuple[ProposalSet, ...]
    alone: tuple[SetMember, ...]
    is_cut: bool
    # The words of the paragraph by language, and what each input asks of them, by its key; None
    # where it was made on earlier words and meets what others changed since.
    bases: Mapping[str, str]
    asked: Mapping[int, str | None]

    @property
    def rows(self) -> list[Comment]:
        """Every input that was looked at."""
        members = (member for found in self.sets for member in found.members)
        return [member.row for member in (*members, *self.alone)]


def proposal_sets(access: Access, text: Text, paragraph: ParagraphView) -> ProposalSets:
    """The standing proposals that this reader may see on a paragraph, gathered."""
    rows = proposals_to_gather(access, text.keys_under(paragraph))
    said = latest_translations(access, text.revision, {paragraph.key: paragraph.text_hash})
    bases = {language: found[paragraph.key].text for language, found in said.items()}
    bases[paragraph.language] = paragraph.text
    asked = _words_now(rows[:MOST], paragraph)
    found = gather(bases, _asked(rows[:MOST], asked), decisive_lists(access))
    sets = _with_hands(found, {row.pk: row for row in rows})
    return ProposalSets(
        sets=tuple(found for found in sets if len(found.members) > 1 or found.apart),
        alone=tuple(f.members[0] for f in sets if len(f.members) == 1 and not f.apart),
        is_cut=len(rows) > MOST,
        bases=bases,
        asked=asked,
    )


def proposals_to_gather(access: Access, keys: Iterable[int]) -> list[Any]:
    """The inputs that ask for something of these paragraphs, with what was set by hand.

    One more than `MOST` where there are more.
    """
    reviews = Review.objects.visible_to(access).filter(comment=OuterRef("pk"), replaced_at=None)
    rows = Comment.objects.visible_to(access).in_force()
    asked = rows.filter(paragraph__in=list(keys), kind__in=GATHERED_KINDS)
    named = asked.select_related("seat", "wording", "paragraph__draft", "move_after", "set_choice")
    full = named.annotate(is_answered=Exists(reviews), aligned_items=ALIGNMENT_ITEMS)
    return list(full.order_by(*TABLE_ORDER)[: MOST + 1])


def decisive_lists(access: Access) -> dict[str, DecisiveWords]:
    """The decisive words of each language: the secretariat's, else those of the product."""
    return {language: decisive_words(text) for language, text in decisive_texts(access).items()}


def decisive_texts(access: Access) -> dict[str, str]:
    """The same as they are written: one query."""
    rows = DecisiveList.objects.visible_to(access).exclude(words="")
    return DEFAULTS | dict(rows.values_list("language", "words"))


def _asked(rows: Sequence[Any], asked: Mapping[int, str | None]) -> list[Proposal]:
    """What each asks for as it is compared: where its words meet others, as it was made."""
    found = []
    for row in rows:
        words = asked[row.pk]
        words = row.proposed if words is None else words
        kind = f"move {row.move_after_id}" if row.kind == CommentKind.MOVE else row.kind
        language = row.language if words else row.paragraph.draft.language
        found.append(Proposal(row.pk, kind, words, language))
    return found


def _words_now(rows: Sequence[Any], paragraph: ParagraphView) -> dict[int, str | None]:
    """What each asks of the words as they stand; the same change of earlier words is made once."""
    brought: dict[tuple[int, str, str], str | None] = {}
    for row in rows:
        key = (row.wording_id, row.kind, row.proposed)
        if key not in brought:
            brought[key] = _brought(row, paragraph)
    return {row.pk: brought[row.wording_id, row.kind, row.proposed] for row in rows}


def _brought(row: Any, paragraph: ParagraphView) -> str | None:
    """A change of earlier words made in those that stand; None where they meet."""
    if row.kind != CommentKind.REPLACE or row.language != paragraph.language:
        return str(row.proposed)
    if row.wording.text == paragraph.text:
        return str(row.proposed)
    done = apply_change(paragraph.text, WantedChange(restored(row.redline)))
    return None if done.conflicts else done.after


def _with_hands(found: Sequence[GatheredSet], rows: Mapping[int, Any]) -> list[ProposalSet]:
    """The sets as the words say, but for what was put together or taken apart by hand."""
    homes = _homes(found, rows)
    by_words = {member.key: member for each in found for member in each.members}
    apart = {member.key: each.apart for each in found for member in each.members[:1]}
    sets: dict[int, list[int]] = {}
    for key in (key for key in rows if key in by_words):
        sets.setdefault(homes[key], []).append(key)
    return [_set_of(keys, by_words, apart.get(keys[0], ()), rows) for keys in sets.values()]


def _homes(found: Sequence[GatheredSet], rows: Mapping[int, Any]) -> dict[int, int]:
    """For each input what stands for its set: the first of its words' set, or another by hand.

    Below nought are the sets of the words, so that one that was taken out is not met there.
    """
    of_words = {member.key: -each.key for each in found for member in each.members}

    def home(key: int, seen: frozenset[int] = frozenset()) -> int:
        choice = _choice_of(rows[key]) if key in rows else None
        if choice is None:
            return of_words.get(key, key)
        if choice.beside_id is None or choice.beside_id in seen:
            return key
        return home(choice.beside_id, seen | {key})

    return {key: home(key) for key in of_words}


def _choice_of(row: Any) -> SetChoice | None:
    """What was set by hand for an input, and stands."""
    choice: SetChoice | None = getattr(row, "set_choice", None)
    return choice if choice and choice.where != SetChoice.Where.BY_WORDS else None


def _set_of(
    keys: Sequence[int],
    by_words: Mapping[int, GatheredMember],
    apart: Sequence[ApartSet],
    rows: Mapping[int, Any],
) -> ProposalSet:
    first = rows[keys[0]]
    return ProposalSet(
        members=tuple(_member(first, rows[key], by_words[keys[0]], by_words[key]) for key in keys),
        apart=tuple(
            LikeSet(rows[far.key], far.differences, far.is_decisive)
            for far in apart
            if far.key not in keys and not _choice_of(first)
        ),
        kind=CommentKind(first.kind),
        redline=redline_beside(first, first.wording.text, first.paragraph.draft.language),
    )


def _member(first: Any, row: Any, said_of_first: GatheredMember, said: GatheredMember) -> SetMember:
    """The first may be another than that of the words, where that one was taken out."""
    is_first = row.pk == first.pk
    is_same = said_of_first.certainty == said.certainty == Certainty.SAME
    return SetMember(
        row=row,
        is_same=is_first or is_same,
        is_by_hand=not is_first and _choice_of(row) is not None,
        is_answered=row.is_answered,
        first=first,
    )
