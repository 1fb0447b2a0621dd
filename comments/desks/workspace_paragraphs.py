"""The paragraphs of the texts as circulated last, and on which of them a comment is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from comments.models import Comment
from comments.threads.input_placement import place_inputs
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.rules.access import Access
from drafts.models import Descent, ParagraphKind, Revision
from drafts.text.labels import name_of_paragraph


@dataclass(frozen=True, slots=True)
class WorkspaceParagraph:
    """A paragraph as circulated last, with its place among all texts of the consultation."""

    order: int  # its place among all of them, from 0
    paragraph_id: int
    public_id: UUID
    wording_public_id: UUID
    label: str
    kind: str
    text: str
    opening: str  # the words at its beginning that are set in italics
    section_key: str  # "slug:number"; number 0 stands before the first heading
    revision: Revision

    @property
    def name(self) -> str:
        """How a list calls it: its label, or its first words."""
        return name_of_paragraph(self.label, self.kind, self.text)


def workspace_paragraph_of(access: Access, comment: Comment) -> WorkspaceParagraph | None:
    """The paragraph that a comment is on in the current texts; None where it left them."""
    return current_paragraph_by_earlier_id(access, workspace_paragraphs_of(access)).get(
        comment.paragraph_id
    )


def workspace_paragraphs_of(access: Access) -> list[WorkspaceParagraph]:
    """Every paragraph of every text as it was circulated last, in order: one query."""
    revisions_of_text = Revision.objects.filter(draft=OuterRef("revision__draft")).order_by(
        "-number"
    )
    wordings = (
        wordings_with_paragraph_uuid(access)
        .filter(revision=Subquery(revisions_of_text.values("pk")[:1]))
        .select_related("revision__draft", "revision__round")
        .defer("redline", "notes")
        .order_by("revision__draft__place", "revision__draft__pk", "place")
    )
    workspace_paragraphs: list[WorkspaceParagraph] = []
    draft_id, section_number = 0, 0
    for order, wording in enumerate(wordings):
        if wording.revision.draft_id != draft_id:  # the first paragraph of another text
            draft_id, section_number = wording.revision.draft_id, 0
        if wording.kind == ParagraphKind.HEADING and wording.level == 0:  # of the first level
            section_number += 1
        workspace_paragraphs.append(_workspace_paragraph(order, wording, section_number))
    return workspace_paragraphs


def _workspace_paragraph(order: int, wording: Any, section_number: int) -> WorkspaceParagraph:
    """A wording as the paragraph at the place `order`; section 0 stands before the first heading.

    `wording` is one of `wordings_with_paragraph_uuid`.
    """
    return WorkspaceParagraph(
        order=order,
        paragraph_id=wording.paragraph_id,
        public_id=wording.paragraph_uuid,
        wording_public_id=wording.public_id,
        label=wording.label,
        kind=wording.kind,
        text=wording.text,
        opening=wording.opening,
        section_key=f"{wording.revision.draft.slug}:{section_number}",
        revision=wording.revision,
    )


def current_paragraph_by_earlier_id(
    access: Access, workspace_paragraphs: Sequence[WorkspaceParagraph]
) -> dict[int, WorkspaceParagraph]:
    """Paragraph → where its comments are now, after splits and merges: one query."""
    paragraph_by_id = {paragraph.paragraph_id: paragraph for paragraph in workspace_paragraphs}
    links: list[tuple[int, int]] = []
    if any(paragraph.revision.number > 1 for paragraph in workspace_paragraphs):
        circulated = Revision.objects.visible_to(access)
        descents = Descent.objects.filter(revision__in=circulated).oldest_first()
        links = list(descents.values_list("paragraph_id", "follows_id"))
    current_id_by_earlier_id = place_inputs(
        {paragraph.paragraph_id: paragraph.order for paragraph in workspace_paragraphs}, links
    ).current_id_by_earlier_id
    return paragraph_by_id | {
        earlier_id: paragraph_by_id[current_id]
        for earlier_id, current_id in current_id_by_earlier_id.items()
    }


def section_choices(
    workspace_paragraphs: Sequence[WorkspaceParagraph],
) -> Iterator[tuple[str, str]]:
    """Each text, and after it its sections, as choices for a form."""
    has_several_texts = len({paragraph.revision.draft_id for paragraph in workspace_paragraphs}) > 1
    listed_keys: set[str] = set()
    for paragraph in workspace_paragraphs:
        slug, _sep, number = paragraph.section_key.partition(":")
        if has_several_texts and slug not in listed_keys:
            yield slug, paragraph.revision.draft.title
        if paragraph.section_key not in listed_keys and number != "0":
            yield (
                paragraph.section_key,
                f"– {paragraph.text}" if has_several_texts else paragraph.text,
            )
        listed_keys |= {slug, paragraph.section_key}
