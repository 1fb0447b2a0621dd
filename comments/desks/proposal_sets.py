"""The proposals on a paragraph by sets of those that ask for the same: three queries at any size.

`drafts/words/gathering` compares the words; what facilitators put together or took apart by hand
prevails over it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from comments.models import Comment, CommentKind, DecisiveList, Review, SetChoice
from comments.threads.attached_rows import ALIGNMENT_ITEMS
from comments.threads.foreign_words import redline_beside
from comments.threads.threads import TABLE_ORDER, ParagraphView, Text
from consultations.rules.access import Access
from drafts.languages.coverage import latest_translations
from drafts.words.decisive import DecisiveWords, Difference, decisive_words
from drafts.words.decisive_lists import DEFAULT_DECISIVE_WORDS
from drafts.words.differences import Redline, redline_from_stored
from drafts.words.gathering import (
    Certainty,
    GatheredMember,
    GatheredSet,
    Proposal,
    SimilarSet,
    differences_between,
    gather_proposals,
)
from drafts.words.hunks import WantedChange, apply_change

# More proposals than this on one paragraph are not compared; the page says so.
MAX_PROPOSALS = 300
GATHERED_KINDS = (
    CommentKind.REPLACE,
    CommentKind.ADD_AFTER,
    CommentKind.DELETE,
    CommentKind.MOVE,
    CommentKind.RETAIN,
)


@dataclass(frozen=True, slots=True)
class SetMember:
    """An input of a set, and why it is in the set."""

    comment: Comment
    is_same: bool
    is_by_hand: bool
    is_answered: bool
    first_comment: Comment

    @property
    def differences(self) -> tuple[Difference, ...]:
        """In which words it differs from the first; computed only where it is shown."""
        if (
            self.comment.pk == self.first_comment.pk
            or self.comment.proposed == self.first_comment.proposed
        ):
            return ()
        return differences_between(self.first_comment.proposed, self.comment.proposed)


@dataclass(frozen=True, slots=True)
class LikeSet:
    """Another set that is like this one, by its first input."""

    first_comment: Comment
    differences: tuple[Difference, ...]
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class ProposalSet:
    """Inputs that ask for the same or nearly so; `redline` is what the first asks for."""

    members: tuple[SetMember, ...]
    similar_sets: tuple[LikeSet, ...]
    kind: CommentKind
    redline: Redline

    @property
    def first_comment(self) -> Comment:
        return self.members[0].comment

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
    # The words of the paragraph by language, and what each input makes of them, by its key; None
    # where it was made on earlier words and conflicts with what was changed since.
    bases: Mapping[str, str]
    wanted_words: Mapping[int, str | None]

    @property
    def comments(self) -> list[Comment]:
        """Every input that was compared."""
        members = (member for one in self.sets for member in one.members)
        return [member.comment for member in (*members, *self.alone)]


def proposal_sets(access: Access, text: Text, paragraph: ParagraphView) -> ProposalSets:
    """The standing proposals that this reader may see on a paragraph, gathered."""
    rows = proposals_to_gather(access, text.paragraph_ids_under(paragraph))
    translations = latest_translations(access, text.revision, {paragraph.key: paragraph.text_hash})
    bases = {language: found[paragraph.key].text for language, found in translations.items()}
    bases[paragraph.language] = paragraph.text
    wanted_words = _wanted_words(rows[:MAX_PROPOSALS], paragraph)
    by_words = gather_proposals(
        bases, _as_proposals(rows[:MAX_PROPOSALS], wanted_words), decisive_lists(access)
    )
    sets = _with_choices_by_hand(by_words, {row.pk: row for row in rows})
    return ProposalSets(
        sets=tuple(one for one in sets if len(one.members) > 1 or one.similar_sets),
        alone=tuple(
            one.members[0] for one in sets if len(one.members) == 1 and not one.similar_sets
        ),
        is_cut=len(rows) > MAX_PROPOSALS,
        bases=bases,
        wanted_words=wanted_words,
    )


def proposals_to_gather(access: Access, keys: Iterable[int]) -> list[Any]:
    """The inputs that ask for something of these paragraphs, with what was set by hand.

    One more than `MAX_PROPOSALS` where there are more.
    """
    reviews = Review.objects.visible_to(access).filter(comment=OuterRef("pk"), replaced_at=None)
    rows = Comment.objects.visible_to(access).in_force()
    proposals = rows.filter(paragraph__in=list(keys), kind__in=GATHERED_KINDS)
    full = proposals.annotate(is_answered=Exists(reviews), aligned_items=ALIGNMENT_ITEMS)
    related = ("seat", "wording", "paragraph__draft", "move_after", "set_choice")
    return list(full.select_related(*related).order_by(*TABLE_ORDER)[: MAX_PROPOSALS + 1])


def decisive_lists(access: Access) -> dict[str, DecisiveWords]:
    """The decisive words of each language: the secretariat's, else those of the product."""
    return {language: decisive_words(text) for language, text in decisive_texts(access).items()}


def decisive_texts(access: Access) -> dict[str, str]:
    """The lists as they are written, by language: one query."""
    rows = DecisiveList.objects.visible_to(access).exclude(words="")
    return DEFAULT_DECISIVE_WORDS | dict(rows.values_list("language", "words"))


def _as_proposals(rows: Sequence[Any], wanted_words: Mapping[int, str | None]) -> list[Proposal]:
    """What each input asks for; one that conflicts with the current words, as it was made."""
    proposals = []
    for row in rows:
        words = wanted_words[row.pk]
        words = row.proposed if words is None else words
        kind = f"move {row.move_after_id}" if row.kind == CommentKind.MOVE else row.kind
        language = row.language if words else row.paragraph.draft.language
        proposals.append(Proposal(row.pk, kind, words, language))
    return proposals


def _wanted_words(rows: Sequence[Any], paragraph: ParagraphView) -> dict[int, str | None]:
    """What each input makes of the current words; the same change is applied once."""
    applied: dict[tuple[int, str, str], str | None] = {}
    for row in rows:
        key = (row.wording_id, row.kind, row.proposed)
        if key not in applied:
            applied[key] = _wanted_text(row, paragraph)
    return {row.pk: applied[row.wording_id, row.kind, row.proposed] for row in rows}


def _wanted_text(row: Any, paragraph: ParagraphView) -> str | None:
    """The current words with the change an input makes of earlier ones; None for a conflict."""
    if row.kind != CommentKind.REPLACE or row.language != paragraph.language:
        return str(row.proposed)
    if row.wording.text == paragraph.text:
        return str(row.proposed)
    applied = apply_change(paragraph.text, WantedChange(redline_from_stored(row.redline)))
    return None if applied.conflicts else applied.text_after


def _with_choices_by_hand(
    gathered_sets: Sequence[GatheredSet], rows: Mapping[int, Any]
) -> list[ProposalSet]:
    """The sets gathered by words, changed by what was put together or taken apart by hand."""
    set_keys = _set_keys(gathered_sets, rows)
    by_words = {member.key: member for one in gathered_sets for member in one.members}
    apart = {member.key: one.apart for one in gathered_sets for member in one.members[:1]}
    sets: dict[int, list[int]] = {}
    for key in (key for key in rows if key in by_words):
        sets.setdefault(set_keys[key], []).append(key)
    return [_proposal_set(keys, by_words, apart.get(keys[0], ()), rows) for keys in sets.values()]


def _set_keys(gathered_sets: Sequence[GatheredSet], rows: Mapping[int, Any]) -> dict[int, int]:
    """The key of the set of each input: the one gathered by words, or another chosen by hand.

    Sets gathered by words have negative keys, so that an input taken apart has none of theirs.
    """
    of_words = {member.key: -one.key for one in gathered_sets for member in one.members}

    def set_key(key: int, seen: frozenset[int] = frozenset()) -> int:
        choice = _choice_of(rows[key]) if key in rows else None
        if choice is None:
            return of_words.get(key, key)
        if choice.beside_id is None or choice.beside_id in seen:
            return key
        return set_key(choice.beside_id, seen | {key})

    return {key: set_key(key) for key in of_words}


def _choice_of(row: Any) -> SetChoice | None:
    """What was set by hand for an input, and is in force."""
    choice: SetChoice | None = getattr(row, "set_choice", None)
    return choice if choice and choice.where != SetChoice.Where.BY_WORDS else None


def _proposal_set(
    keys: Sequence[int],
    by_words: Mapping[int, GatheredMember],
    apart: Sequence[SimilarSet],
    rows: Mapping[int, Any],
) -> ProposalSet:
    first = rows[keys[0]]
    gathered_first = by_words[keys[0]]
    return ProposalSet(
        members=tuple(_set_member(first, rows[key], gathered_first, by_words[key]) for key in keys),
        similar_sets=tuple(
            LikeSet(rows[other.key], other.differences, other.is_decisive)
            for other in apart
            if other.key not in keys and not _choice_of(first)
        ),
        kind=CommentKind(first.kind),
        redline=redline_beside(first, first.wording.text, first.paragraph.draft.language),
    )


def _set_member(
    first: Any, row: Any, gathered_first: GatheredMember, gathered_row: GatheredMember
) -> SetMember:
    """`first` differs from the first that was gathered by words if that one was taken apart."""
    is_first = row.pk == first.pk
    is_same = gathered_first.certainty == gathered_row.certainty == Certainty.SAME
    return SetMember(
        comment=row,
        is_same=is_first or is_same,
        is_by_hand=not is_first and _choice_of(row) is not None,
        is_answered=row.is_answered,
        first_comment=first,
    )
