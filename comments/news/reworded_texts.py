"""The paragraphs whose words changed, text by text, for the page of what is new."""

from collections.abc import Iterable
from dataclasses import dataclass

from comments.threads.citations import ParagraphPosition, ParagraphPositions, paragraph_url
from consultations.rules.access import Access
from drafts.models import Draft


@dataclass(frozen=True, slots=True)
class RewordedText:
    """A text with the paragraphs that were reworded or added in it."""

    title: str
    # How one cites each, and the address of it in the newest revision.
    paragraphs: tuple[tuple[str, str], ...]


def reworded_texts(
    access: Access, reworded_paragraph_ids: Iterable[int] | None, positions: ParagraphPositions
) -> list[RewordedText]:
    """Where words changed since the reader last saw them, in the order of the texts: one query.

    `reworded_paragraph_ids` is None at the reader's first visit, when nothing counts as changed.
    """
    changed_positions = [
        position
        for paragraph_id in reworded_paragraph_ids or ()
        # One that has left the text since has no position.
        if (position := positions.position_by_id.get(paragraph_id))
    ]
    if not changed_positions:
        return []
    positions_by_draft_id: dict[int, list[ParagraphPosition]] = {}
    for position in sorted(changed_positions, key=lambda position: position.sort_key):
        positions_by_draft_id.setdefault(position.draft_id, []).append(position)
    draft_by_id = {draft.pk: draft for draft in Draft.objects.visible_to(access)}
    return [
        RewordedText(
            draft_by_id[draft_id].title,
            tuple(
                (
                    position.citation,
                    paragraph_url(access, draft_by_id[draft_id], position.public_id),
                )
                for position in positions_in_draft
            ),
        )
        for draft_id, positions_in_draft in positions_by_draft_id.items()
    ]
