"""The paragraphs whose words changed, text by text, for the page of what is new."""

from collections.abc import Iterable
from dataclasses import dataclass

from comments.news.citations import ParagraphPosition, ParagraphPositions, paragraph_url
from consultations.rules.access import Access
from drafts.models import Draft


@dataclass(frozen=True, slots=True)
class RewordedText:
    """A text with the paragraphs that were reworded or added in it: label and address."""

    title: str
    paragraphs: tuple[tuple[str, str], ...]


def reworded_texts(
    access: Access, reworded: Iterable[int] | None, places: ParagraphPositions
) -> list[RewordedText]:
    """Where words changed since the reader last saw them, in the order of the texts: one query."""
    changed = [place for key in reworded or () if (place := places.standing.get(key))]
    if not changed:
        return []
    by_draft: dict[int, list[ParagraphPosition]] = {}
    for place in sorted(changed, key=lambda place: place.sort_key):
        by_draft.setdefault(place.sort_key[1], []).append(place)
    drafts = {draft.pk: draft for draft in Draft.objects.visible_to(access)}
    return [
        RewordedText(
            drafts[key].title,
            tuple(
                (place.label, paragraph_url(access, drafts[key], place.public_id)) for place in rows
            ),
        )
        for key, rows in by_draft.items()
    ]
