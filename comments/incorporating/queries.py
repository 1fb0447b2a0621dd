"""A paragraph of the desk with the proposals on it, and whose words are in it: five queries.

One more where a proposal is in another language than the text. The desk is where facilitators edit
the working text, between two revisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404

from comments.incorporating.proposals import DeskProposal, proposals_on
from comments.inputs.placement import find_successors
from comments.models import INCORPORABLE_KINDS, Comment, Incorporation
from consultations.rules.access import Access
from drafts.models import Descent, Paragraph, WordingTranslation


@dataclass(frozen=True, slots=True)
class ParagraphOnDesk:
    """A paragraph of the desk, and the inputs that ask for a change of it."""

    # The one that was asked for; where it left the text, the first that follows it, if any does.
    paragraph: Paragraph
    is_in_text: bool  # False where it left the text and none follows it
    # The other paragraphs that have words of the one that was asked for, where it was split.
    other_pieces: tuple[Paragraph, ...]
    proposals: tuple[DeskProposal, ...]
    # What of the proposals is in the text already, newest first.
    incorporations: tuple[Incorporation, ...]

    def find(self, reference: str) -> DeskProposal | None:
        """A proposal by the number of its input."""
        return next(
            (proposal for proposal in self.proposals if proposal.comment.reference == reference),
            None,
        )


def paragraph_on_desk(access: Access, public_id: UUID) -> ParagraphOnDesk:
    """The paragraph, or what follows it on the desk. Raises Http404 where it may not be read."""
    readable_paragraphs = (
        Paragraph.objects.visible_to(access).kept().select_related("draft", "parent")
    )
    requested = get_object_or_404(readable_paragraphs, public_id=public_id)
    requested.draft.consultation = access.consultation  # known already: saves a query
    paragraphs_in_force = (
        Paragraph.objects.visible_to(access).in_force().filter(draft=requested.draft_id)
    )
    paragraphs_in_text = list(paragraphs_in_force.select_related("parent").order_by("place", "pk"))
    successor_ids_by_id = _successor_ids_by_id(requested, paragraphs_in_text)
    requested_and_successor_ids = {requested.pk, *successor_ids_by_id.get(requested.pk, ())}
    pieces_of_requested = [
        desk_paragraph
        for desk_paragraph in paragraphs_in_text
        if desk_paragraph.pk in requested_and_successor_ids
    ]
    requested_in_text = (
        desk_paragraph
        for desk_paragraph in pieces_of_requested
        if desk_paragraph.pk == requested.pk
    )
    current_paragraph = next(
        requested_in_text, pieces_of_requested[0] if pieces_of_requested else None
    )
    # Inputs are read on the current paragraph and on those whose words it took over.
    input_paragraph_ids = requested_and_successor_ids
    if current_paragraph is not None:
        current_paragraph.draft = requested.draft
        input_paragraph_ids = {
            current_paragraph.pk,
            *(
                earlier_id
                for earlier_id, successor_ids in successor_ids_by_id.items()
                if current_paragraph.pk in successor_ids
            ),
        }
    inputs = _inputs_on(access, input_paragraph_ids)
    foreign_inputs = [input for input in inputs if input.language != requested.draft.language]
    other_paragraph_by_id = {
        desk_paragraph.pk: desk_paragraph
        for desk_paragraph in paragraphs_in_text
        if desk_paragraph is not current_paragraph
    }
    other_pieces_by_id = {
        earlier_id: [
            other_paragraph_by_id[successor_id]
            for successor_id in successor_ids
            if successor_id in other_paragraph_by_id
        ]
        for earlier_id, successor_ids in successor_ids_by_id.items()
    }
    proposals = proposals_on(
        inputs,
        current_paragraph,
        paragraphs_in_text,
        _translations(access, foreign_inputs),
        other_pieces_by_id,
    )
    return ParagraphOnDesk(
        paragraph=current_paragraph or requested,
        is_in_text=current_paragraph is not None,
        other_pieces=tuple(
            desk_paragraph
            for desk_paragraph in pieces_of_requested
            if desk_paragraph is not current_paragraph
        ),
        proposals=tuple(proposals),
        incorporations=tuple(
            incorporations_of(access, [proposal.comment for proposal in proposals])
        ),
    )


def _successor_ids_by_id(
    paragraph: Paragraph, paragraphs_in_text: Sequence[Paragraph]
) -> dict[int, tuple[int, ...]]:
    """Id of a paragraph of this text that was split or merged → the ids of those with its words."""
    links = Descent.objects.filter(paragraph__draft=paragraph.draft_id).order_by("pk")
    pairs = list(links.values_list("paragraph_id", "follows_id"))
    return find_successors(
        {desk_paragraph.pk: desk_paragraph.place for desk_paragraph in paragraphs_in_text}, pairs
    )


def incorporations_by_comment(
    access: Access, comments: Sequence[Comment]
) -> dict[int, list[Incorporation]]:
    """The same as `incorporations_of`, by the key of the input."""
    incorporations_by_comment_id: dict[int, list[Incorporation]] = {}
    for incorporation in incorporations_of(access, comments):
        incorporations_by_comment_id.setdefault(incorporation.comment_id, []).append(incorporation)
    return incorporations_by_comment_id


def incorporations_of(access: Access, comments: Sequence[Comment]) -> list[Incorporation]:
    """What of these inputs is on the desk or went out with a revision, newest first: one query."""
    in_force = Incorporation.objects.visible_to(access).in_force().filter(comment__in=comments)
    related = in_force.select_related("step__revision", "comment__seat")
    return list(related.order_by("-step__number"))


def _inputs_on(access: Access, paragraph_ids: set[int]) -> list[Comment]:
    """The inputs in force on these paragraphs whose words could go into the text."""
    comments = Comment.objects.visible_to(access).in_force()
    incorporable_inputs = comments.filter(
        paragraph__in=paragraph_ids, kind__in=INCORPORABLE_KINDS
    ).in_table_order()
    return list(incorporable_inputs.select_related("seat", "wording__revision", "move_after"))


def _translations(access: Access, inputs: Sequence[Comment]) -> dict[int, str]:
    """Id of an input → the words that it was made on, translated into the input's language.

    Without the inputs for which there is no such translation.
    """
    if not inputs:
        return {}
    visible_translations = WordingTranslation.objects.visible_to(access).order_by(
        "wording__revision"
    )
    translations = visible_translations.filter(
        wording__paragraph__in={input.paragraph_id for input in inputs},
        language__in={input.language for input in inputs},
    )
    # In the order of revisions, so that of the same words the latest translation stays.
    text_by_key = {
        (paragraph_id, text_hash, language): text
        for paragraph_id, text_hash, language, text in translations.values_list(
            "wording__paragraph", "wording__text_hash", "language", "text"
        )
    }
    key_by_input_id = {
        input.pk: (input.paragraph_id, input.wording.text_hash, input.language) for input in inputs
    }
    return {
        input_id: text_by_key[key]
        for input_id, key in key_by_input_id.items()
        if key in text_by_key
    }
