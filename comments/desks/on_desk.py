"""A paragraph of the desk with the proposals on it, and whose words are in it: five queries.

One more where a proposal is in another language than the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404

from comments.desks.proposals import DeskProposal, proposals_on
from comments.models import INCORPORABLE_KINDS, Comment, Incorporation
from comments.threads.input_placement import find_successors
from consultations.rules.access import Access
from drafts.models import Descent, Paragraph, WordingTranslation


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A paragraph of the desk, and the inputs that ask for a change of it."""

    # The one that was asked for; where it left the text, the first that follows it.
    paragraph: Paragraph
    is_standing: bool
    # The other paragraphs that have its words, where it was split.
    beside: tuple[Paragraph, ...]
    proposals: tuple[DeskProposal, ...]
    incorporations: tuple[Incorporation, ...]

    def find(self, reference: str) -> DeskProposal | None:
        """A proposal by the number of its input."""
        return next((p for p in self.proposals if p.comment.reference == reference), None)


def paragraph_on_desk(access: Access, id: UUID) -> OnDesk:
    """The paragraph, or what follows it on the desk. Raises Http404 where it may not be read."""
    readable = Paragraph.objects.visible_to(access).kept().select_related("draft", "parent")
    requested = get_object_or_404(readable, public_id=id)
    requested.draft.consultation = access.consultation
    texts = Paragraph.objects.visible_to(access).in_force().filter(draft=requested.draft_id)
    standing = list(texts.select_related("parent").order_by("place", "pk"))
    pieces = _pieces(requested, standing)
    keys = {requested.pk, *pieces.get(requested.pk, ())}
    parts = [row for row in standing if row.pk in keys]
    itself = (row for row in parts if row.pk == requested.pk)
    current = next(itself, parts[0] if parts else None)
    if current is not None:
        current.draft = requested.draft
        keys = {current.pk, *(key for key, reached in pieces.items() if current.pk in reached)}
    rows = _inputs_on(access, keys)
    foreign = [row for row in rows if row.language != requested.draft.language]
    elsewhere = {row.pk: row for row in standing if row is not current}
    others = {
        key: [elsewhere[piece] for piece in reached if piece in elsewhere]
        for key, reached in pieces.items()
    }
    proposals = proposals_on(rows, current, standing, _translations(access, foreign), others)
    return OnDesk(
        paragraph=current or requested,
        is_standing=current is not None,
        beside=tuple(row for row in parts if row is not current),
        proposals=tuple(proposals),
        incorporations=tuple(
            incorporations_of(access, [proposal.comment for proposal in proposals])
        ),
    )


def _pieces(paragraph: Paragraph, standing: Sequence[Paragraph]) -> dict[int, tuple[int, ...]]:
    """The keys of the pieces of each paragraph of its text that was split or merged."""
    links = Descent.objects.filter(paragraph__draft=paragraph.draft_id).order_by("pk")
    steps = list(links.values_list("paragraph_id", "follows_id"))
    return find_successors({row.pk: row.place for row in standing}, steps)


def incorporations_by_comment(
    access: Access, rows: Sequence[Comment]
) -> dict[int, list[Incorporation]]:
    """`incorporations_of` these inputs, by the key of the input."""
    by_comment: dict[int, list[Incorporation]] = {}
    for incorporation in incorporations_of(access, rows):
        by_comment.setdefault(incorporation.comment_id, []).append(incorporation)
    return by_comment


def incorporations_of(access: Access, rows: Sequence[Comment]) -> list[Incorporation]:
    """What of these inputs is on the desk or went out with a revision: one query."""
    in_force = Incorporation.objects.visible_to(access).in_force().filter(comment__in=rows)
    related = in_force.select_related("step__revision", "comment__seat")
    return list(related.order_by("-step__number"))


def _inputs_on(access: Access, keys: set[int]) -> list[Comment]:
    rows = Comment.objects.visible_to(access).in_force()
    takeable = rows.filter(paragraph__in=keys, kind__in=INCORPORABLE_KINDS).in_table_order()
    return list(takeable.select_related("seat", "wording__revision", "move_after"))


def _translations(access: Access, rows: Sequence[Comment]) -> dict[int, str]:
    """The translation of the words that each input was made on, into the input's language."""
    if not rows:
        return {}
    visible = WordingTranslation.objects.visible_to(access).order_by("wording__revision")
    translations = visible.filter(
        wording__paragraph__in={row.paragraph_id for row in rows},
        language__in={row.language for row in rows},
    )
    texts = {
        (paragraph, words, language): text
        for paragraph, words, language, text in translations.values_list(
            "wording__paragraph", "wording__text_hash", "language", "text"
        )
    }
    keys = {row.pk: (row.paragraph_id, row.wording.text_hash, row.language) for row in rows}
    return {pk: texts[key] for pk, key in keys.items() if key in texts}
