"""The proposals on a paragraph by sets of those that ask for the same: three queries at any size.

`drafts/words/gathering` compares the words; what facilitators put together or took apart by hand
prevails over it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from comments.inputs.models import TABLE_ORDER
from comments.inputs.queries import ALIGNMENT_ITEMS
from comments.inputs.unattributed import redline_to_show
from comments.models import Comment, CommentKind, DecisiveList, Review, SetChoice
from comments.threads.queries import ShownParagraph, ShownText
from consultations.rules.access import Access
from drafts.languages.queries import latest_translations
from drafts.words.decisive import DecisiveWords, WordDifference, read_decisive_words
from drafts.words.decisive_lists import DEFAULT_DECISIVE_WORDS
from drafts.words.differences import Redline, redline_from_stored
from drafts.words.gathering import (
    ComparableProposal,
    GatheredMember,
    GatheredSet,
    MemberCertainty,
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
    # Whether its words ask for the same as those of the first, and not for nearly the same. It says
    # nothing of an input that was put there by hand.
    is_same: bool
    is_by_hand: bool  # whether the facilitators put it there
    is_answered: bool
    first_comment: Comment  # of the set

    @property
    def differences(self) -> tuple[WordDifference, ...]:
        """In which words it differs from the first; computed only where it is shown."""
        if (
            self.comment.pk == self.first_comment.pk
            or self.comment.proposed == self.first_comment.proposed
        ):
            return ()
        return differences_between(self.first_comment.proposed, self.comment.proposed)


@dataclass(frozen=True, slots=True)
class SimilarProposalSet:
    """Another set that is like this one, by its first input."""

    first_comment: Comment
    differences: tuple[WordDifference, ...]
    is_decisive: bool  # whether a decisive word ("shall", not "should") keeps them apart


@dataclass(frozen=True, slots=True)
class ProposalSet:
    """Inputs that ask for the same or nearly so; `kind` and `redline` are those of the first."""

    members: tuple[SetMember, ...]
    similar_sets: tuple[SimilarProposalSet, ...]
    kind: CommentKind
    redline: Redline

    @property
    def first_comment(self) -> Comment:
        return self.members[0].comment

    @property
    def answered_count(self) -> int:
        """How many of its inputs have an answer."""
        return sum(member.is_answered for member in self.members)


@dataclass(frozen=True, slots=True)
class ProposalSets:
    """All sets of a paragraph in the order of the table, and the inputs in none.

    A single input makes a set where it is similar to an earlier set.
    """

    sets: tuple[ProposalSet, ...]
    single_members: tuple[SetMember, ...]
    is_incomplete: bool  # there were more than MAX_PROPOSALS
    # The words of the paragraph by language, and what each input makes of them, by its id; None
    # where it was made on earlier words and conflicts with what was changed since.
    text_by_language: Mapping[str, str]
    wanted_text_by_comment_id: Mapping[int, str | None]

    @property
    def comments(self) -> list[Comment]:
        """Every input that was compared."""
        members = (member for proposal_set in self.sets for member in proposal_set.members)
        return [member.comment for member in (*members, *self.single_members)]


def proposal_sets(access: Access, shown_text: ShownText, paragraph: ShownParagraph) -> ProposalSets:
    """The proposals in force that this reader may see on a paragraph, gathered in sets."""
    # Also those on earlier paragraphs, which are read under this one now.
    comments = proposals_to_gather(access, shown_text.paragraph_ids_under(paragraph))
    translations = latest_translations(
        access, shown_text.revision, {paragraph.pk: paragraph.text_hash}
    )
    text_by_language = {
        language: translation_by_paragraph_id[paragraph.pk].text
        for language, translation_by_paragraph_id in translations.items()
    }
    text_by_language[paragraph.language] = paragraph.text
    wanted_text_by_comment_id = _wanted_text_by_comment_id(comments[:MAX_PROPOSALS], paragraph)
    gathered_sets = gather_proposals(
        text_by_language,
        _as_proposals(comments[:MAX_PROPOSALS], wanted_text_by_comment_id),
        decisive_words_by_language(access),
    )
    sets = _with_choices_by_hand(gathered_sets, {comment.pk: comment for comment in comments})
    return ProposalSets(
        sets=tuple(
            proposal_set
            for proposal_set in sets
            if len(proposal_set.members) > 1 or proposal_set.similar_sets
        ),
        single_members=tuple(
            proposal_set.members[0]
            for proposal_set in sets
            if len(proposal_set.members) == 1 and not proposal_set.similar_sets
        ),
        is_incomplete=len(comments) > MAX_PROPOSALS,
        text_by_language=text_by_language,
        wanted_text_by_comment_id=wanted_text_by_comment_id,
    )


def proposals_to_gather(access: Access, paragraph_ids: Iterable[int]) -> list[Comment]:
    """The inputs that ask for something of these paragraphs, with their `set_choice` by hand.

    One more than `MAX_PROPOSALS` where there are more.
    """
    reviews = Review.objects.visible_to(access).filter(comment=OuterRef("pk"))
    inputs = Comment.objects.visible_to(access).in_force()
    proposals = inputs.filter(paragraph__in=list(paragraph_ids), kind__in=GATHERED_KINDS)
    # `placed_changes` names who is aligned with each.
    annotated_inputs = proposals.annotate(
        is_answered=Exists(reviews), alignment_items=ALIGNMENT_ITEMS
    )
    related = ("seat", "wording", "paragraph__draft", "move_after", "set_choice")
    return list(
        annotated_inputs.select_related(*related).order_by(*TABLE_ORDER)[: MAX_PROPOSALS + 1]
    )


def decisive_words_by_language(access: Access) -> dict[str, DecisiveWords]:
    """The decisive words of each language, which keep proposals in different sets.

    Those that the secretariat listed, else those that come with the platform.
    """
    return {
        language: read_decisive_words(text)
        for language, text in decisive_text_by_language(access).items()
    }


def decisive_text_by_language(access: Access) -> dict[str, str]:
    """The lists of decisive words as they were typed, by language: one query."""
    lists = DecisiveList.objects.visible_to(access).exclude(words="")
    return DEFAULT_DECISIVE_WORDS | dict(lists.values_list("language", "words"))


def _as_proposals(
    comments: Sequence[Comment], wanted_text_by_comment_id: Mapping[int, str | None]
) -> list[ComparableProposal]:
    """What each input asks for; one that conflicts with the current words, as it was made."""
    proposals = []
    for comment in comments:
        wanted_text = wanted_text_by_comment_id[comment.pk]
        wanted_text = comment.proposed if wanted_text is None else wanted_text
        # Moves to different places are different requests, so the target is part of the kind.
        kind = f"move {comment.move_after_id}" if comment.kind == CommentKind.MOVE else comment.kind
        # Without words, as to delete the paragraph, the language of the input says nothing.
        language = comment.language if wanted_text else comment.paragraph.draft.language
        proposals.append(ComparableProposal(comment.pk, kind, wanted_text, language))
    return proposals


def _wanted_text_by_comment_id(
    comments: Sequence[Comment], paragraph: ShownParagraph
) -> dict[int, str | None]:
    """`_wanted_text` of each input by its id; the same change of the same words is applied once."""
    text_by_change: dict[tuple[int, str, str], str | None] = {}
    for comment in comments:
        change = (comment.wording_id, comment.kind, comment.proposed)
        if change not in text_by_change:
            text_by_change[change] = _wanted_text(comment, paragraph)
    return {
        comment.pk: text_by_change[comment.wording_id, comment.kind, comment.proposed]
        for comment in comments
    }


def _wanted_text(comment: Comment, paragraph: ShownParagraph) -> str | None:
    """The words that an input asks for; a change of earlier words is made in the current ones.

    None where it conflicts with them. "" for an input without words, as to delete the paragraph.
    """
    if comment.kind != CommentKind.REPLACE or comment.language != paragraph.language:
        return str(comment.proposed)
    if comment.wording.text == paragraph.text:
        return str(comment.proposed)
    applied_change = apply_change(
        paragraph.text, WantedChange(redline_from_stored(comment.redline))
    )
    return None if applied_change.conflicts else applied_change.text_after


def _with_choices_by_hand(
    gathered_sets: Sequence[GatheredSet], comment_by_id: Mapping[int, Comment]
) -> list[ProposalSet]:
    """The sets gathered by words, changed by what was put together or taken apart by hand."""
    set_key_by_comment_id = _set_keys(gathered_sets, comment_by_id)
    member_by_comment_id = {
        member.key: member for gathered_set in gathered_sets for member in gathered_set.members
    }
    similar_sets_by_first_id = {
        member.key: gathered_set.similar_sets
        for gathered_set in gathered_sets
        for member in gathered_set.members[:1]
    }
    comment_ids_by_set_key: dict[int, list[int]] = {}
    # The one beyond MAX_PROPOSALS was not compared: it is in no set.
    for comment_id in (
        comment_id for comment_id in comment_by_id if comment_id in member_by_comment_id
    ):
        comment_ids_by_set_key.setdefault(set_key_by_comment_id[comment_id], []).append(comment_id)
    return [
        _proposal_set(
            comment_ids,
            member_by_comment_id,
            similar_sets_by_first_id.get(comment_ids[0], ()),
            comment_by_id,
        )
        for comment_ids in comment_ids_by_set_key.values()
    ]


def _set_keys(
    gathered_sets: Sequence[GatheredSet], comment_by_id: Mapping[int, Comment]
) -> dict[int, int]:
    """The key of the set of each input: the one gathered by words, or another chosen by hand.

    The key of a set gathered by words is negative; that of an input with a set of its own is the
    id of the input: so no two of them are equal.
    """
    gathered_set_key_by_comment_id = {
        member.key: -gathered_set.key
        for gathered_set in gathered_sets
        for member in gathered_set.members
    }

    def set_key(comment_id: int, visited_ids: frozenset[int] = frozenset()) -> int:
        """The key of the set of one input; `visited_ids` were put beside it, one after another.

        An input beside which another was put may itself be withdrawn or not compared: its id is
        then the key.
        """
        choice = _choice_of(comment_by_id[comment_id]) if comment_id in comment_by_id else None
        if choice is None:
            return gathered_set_key_by_comment_id.get(comment_id, comment_id)
        # In a set of its own; or the last of a circle of inputs that were put beside each other.
        if choice.beside_id is None or choice.beside_id in visited_ids:
            return comment_id
        return set_key(choice.beside_id, visited_ids | {comment_id})

    return {comment_id: set_key(comment_id) for comment_id in gathered_set_key_by_comment_id}


def _choice_of(comment: Comment) -> SetChoice | None:
    """What was set by hand for an input, and is in force."""
    choice: SetChoice | None = getattr(comment, "set_choice", None)
    return choice if choice and choice.where != SetChoice.Where.BY_WORDS else None


def _proposal_set(
    comment_ids: Sequence[int],
    member_by_comment_id: Mapping[int, GatheredMember],
    similar_sets: Sequence[SimilarSet],
    comment_by_id: Mapping[int, Comment],
) -> ProposalSet:
    """The set of these comments, led by the first.

    Similar sets were found by words: there are none where the first was placed by hand.
    """
    first_comment = comment_by_id[comment_ids[0]]
    gathered_first = member_by_comment_id[comment_ids[0]]
    return ProposalSet(
        members=tuple(
            _set_member(
                first_comment,
                comment_by_id[comment_id],
                gathered_first,
                member_by_comment_id[comment_id],
            )
            for comment_id in comment_ids
        ),
        similar_sets=tuple(
            SimilarProposalSet(
                comment_by_id[similar_set.key], similar_set.differences, similar_set.is_decisive
            )
            for similar_set in similar_sets
            if similar_set.key not in comment_ids and not _choice_of(first_comment)
        ),
        kind=CommentKind(first_comment.kind),
        redline=redline_to_show(
            first_comment, first_comment.wording.text, first_comment.paragraph.draft.language
        ),
    )


def _set_member(
    first_comment: Comment,
    comment: Any,  # a comment with `is_answered`, as `proposals_to_gather` reads it
    gathered_first: GatheredMember,
    gathered_comment: GatheredMember,
) -> SetMember:
    """A comment as a member of the set that `first_comment` leads.

    `gathered_first` and `gathered_comment` say how each was gathered by words.
    """
    is_first = comment.pk == first_comment.pk
    is_same = gathered_first.certainty == gathered_comment.certainty == MemberCertainty.SAME
    return SetMember(
        comment=comment,
        is_same=is_first or is_same,
        is_by_hand=not is_first and _choice_of(comment) is not None,
        is_answered=comment.is_answered,
        first_comment=first_comment,
    )
