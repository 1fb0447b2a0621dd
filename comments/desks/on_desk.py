"""A paragraph of the desk with what was proposed on it, and whose words it took: five queries.

One more where a proposal is in another language than the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.shortcuts import get_object_or_404

from comments.desks.proposals import DeskProposal, proposals_on
from comments.models import TAKEABLE, Comment, Incorporation
from comments.threads.homes import pieces_in
from consultations.rules.access import Access
from drafts.models import Descent, Paragraph, WordingTranslation


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A paragraph as it stands on the desk, and the inputs that ask for something of it."""

    # The one that was asked for; where it left the text, the first that follows it.
    paragraph: Paragraph
    is_standing: bool
    # The others in which its words stand, where it was split.
    beside: tuple[Paragraph, ...]
    proposals: tuple[DeskProposal, ...]
    incorporations: tuple[Incorporation, ...]

    def find(self, reference: str) -> DeskProposal | None:
        """A proposal by the number of its input."""
        return next((p for p in self.proposals if p.row.reference == reference), None)


def paragraph_on_desk(access: Access, id: UUID) -> OnDesk:
    """What stands for a paragraph on the desk now. Raises Http404 for who may not read it."""
    kept = Paragraph.objects.visible_to(access).kept().select_related("draft", "parent")
    asked = get_object_or_404(kept, public_id=id)
    asked.draft.consultation = access.consultation
    texts = Paragraph.objects.visible_to(access).in_force().filter(draft=asked.draft_id)
    standing = list(texts.select_related("parent").order_by("place", "pk"))
    links = Descent.objects.filter(paragraph__draft=asked.draft_id).order_by("pk")
    steps = list(links.values_list("paragraph_id", "follows_id"))
    pieces = pieces_in({row.pk: row.place for row in standing}, steps)
    keys = {asked.pk, *pieces.get(asked.pk, ())}
    found = [row for row in standing if row.pk in keys]
    here = next((row for row in found if row.pk == asked.pk), found[0] if found else None)
    if here is not None:
        here.draft = asked.draft
        keys = {here.pk, *(key for key, reached in pieces.items() if here.pk in reached)}
    rows = _proposed(access, keys)
    said = _translations(access, [row for row in rows if row.language != asked.draft.language])
    besides = {row.pk: row for row in standing if row is not here}
    others = {key: [besides[one] for one in went if one in besides] for key, went in pieces.items()}
    proposals = proposals_on(rows, here, standing, said, others)
    return OnDesk(
        paragraph=here or asked,
        is_standing=here is not None,
        beside=tuple(row for row in found if row is not here),
        proposals=tuple(proposals),
        incorporations=tuple(incorporations_of(access, [proposal.row for proposal in proposals])),
    )


def incorporations_by_comment(
    access: Access, rows: Sequence[Comment]
) -> dict[int, list[Incorporation]]:
    """The same by the key of their input."""
    found: dict[int, list[Incorporation]] = {}
    for incorporation in incorporations_of(access, rows):
        found.setdefault(incorporation.comment_id, []).append(incorporation)
    return found


def incorporations_of(access: Access, rows: Sequence[Comment]) -> list[Incorporation]:
    """Whose words stand on the desk or went out with a revision, of these inputs: one query."""
    found = Incorporation.objects.visible_to(access).in_force().filter(comment__in=rows)
    return list(found.select_related("step__revision", "comment__seat").order_by("-step__number"))


def _proposed(access: Access, keys: set[int]) -> list[Comment]:
    rows = Comment.objects.visible_to(access).in_force()
    asked = rows.filter(paragraph__in=keys, kind__in=TAKEABLE)
    return list(asked.select_related("seat", "wording__revision", "move_after").in_table_order())


def _translations(access: Access, rows: Sequence[Comment]) -> dict[int, str]:
    """What the words that each input was made on say in its own language, where they do."""
    if not rows:
        return {}
    found = WordingTranslation.objects.visible_to(access).filter(
        wording__paragraph__in={row.paragraph_id for row in rows},
        language__in={row.language for row in rows},
    )
    said = {
        (paragraph, words, language): text
        for paragraph, words, language, text in found.order_by("wording__revision").values_list(
            "wording__paragraph", "wording__text_hash", "language", "text"
        )
    }
    keys = {row.pk: (row.paragraph_id, row.wording.text_hash, row.language) for row in rows}
    return {pk: said[key] for pk, key in keys.items() if key in said}
