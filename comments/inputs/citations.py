"""How paragraphs are cited and linked: by their place in the newest revision of each text.

`drafts/text/labels` makes labels ("3", "(a)"), `drafts/text/names` a name out of each that no other
paragraph of its revision has, `drafts/text/citing` a citation out of one.

`positions_in_text` gives the places in any one revision.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext as _

from comments.inputs.placement import find_successors, place_inputs
from consultations.rules.access import Access
from drafts.comparing.concordance import LineageLink
from drafts.models import Descent, Draft, ParagraphKind, Revision, Wording
from drafts.text.citing import citation_of_wording, inline_citation_of_wording
from drafts.text.names import NamedWording


class WordingPosition(NamedTuple):
    """Where a wording (a paragraph as one revision has it) stands, without its words."""

    draft_id: int
    draft_place: int
    paragraph_id: int
    paragraph_public_id: uuid.UUID
    parent_id: int | None
    place: int
    kind: str
    label: str
    name: str
    level: int  # how deep it stands in the outline, from 0


# The columns that make a `WordingPosition`, in its order.
POSITION_COLUMNS = (
    "revision__draft_id",
    "revision__draft__place",
    "paragraph_id",
    "paragraph__public_id",
    "parent_id",
    "place",
    "kind",
    "label",
    "name",
    "level",
)


@dataclass(frozen=True, slots=True)
class ParagraphPosition:
    """Where a paragraph stands now: its order, its public id, and how one cites it."""

    sort_key: tuple[int, int, int]  # the place and id of its text, and its place in the text
    public_id: uuid.UUID
    citation: str  # "OP3(a)", "Paragraph 12", or its first words
    kind: str = ""
    level: int = 0

    @property
    def draft_id(self) -> int:
        """The id of its text."""
        _draft_place, draft_id, _place = self.sort_key
        return draft_id


@dataclass(frozen=True, slots=True)
class ParagraphPositions:
    """The paragraphs of the newest circulated texts, or of one revision, by their ids."""

    position_by_id: Mapping[int, ParagraphPosition]
    current_id_by_earlier_id: Mapping[int, int]
    # The id of an earlier paragraph that was split, merged or replaced → the paragraphs that follow
    # it in the newest text, in their order; empty where none does.
    successor_ids_by_earlier_id: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def current_id_of(self, paragraph_id: int) -> int:
        """The paragraph under which its inputs stand: itself, or the first that follows it."""
        return self.current_id_by_earlier_id.get(paragraph_id, paragraph_id)

    def position_of(self, paragraph_id: int) -> ParagraphPosition | None:
        """Where the paragraph stands now; None where it was deleted or never circulated."""
        return self.position_by_id.get(self.current_id_of(paragraph_id))

    def sort_key_of(self, paragraph_id: int) -> tuple[int, ...]:
        """The key to sort paragraphs by; those that left the text come last."""
        position = self.position_of(paragraph_id)
        return (0, *position.sort_key) if position else (1, paragraph_id)

    def ids_under(self, paragraph_id: int) -> frozenset[int]:
        """The ids of the paragraph and of those that follow it after a split.

        For a heading those of its whole section, for a title those of the whole text.
        """
        current_id = self.current_id_of(paragraph_id)
        current_position = self.position_by_id.get(current_id)
        if current_position is None or current_position.kind not in {
            ParagraphKind.TITLE,
            ParagraphKind.HEADING,
        }:
            return frozenset({current_id, *self.successor_ids_by_earlier_id.get(paragraph_id, ())})
        ids_in_text = [
            paragraph_id_in_text
            for paragraph_id_in_text, position in self.position_by_id.items()
            if position.draft_id == current_position.draft_id
        ]
        if current_position.kind == ParagraphKind.TITLE:
            return frozenset(ids_in_text)
        ids_from_heading_on = [
            paragraph_id_in_text
            for paragraph_id_in_text in ids_in_text
            if self.position_by_id[paragraph_id_in_text].sort_key >= current_position.sort_key
        ]
        end_index = next(
            (
                index
                for index, paragraph_id_in_text in enumerate(ids_from_heading_on)
                # The first is the heading itself.
                if index > 0 and self._ends_section(paragraph_id_in_text, current_position)
            ),
            None,
        )
        return frozenset(ids_from_heading_on[:end_index])

    def _ends_section(self, paragraph_id: int, heading: ParagraphPosition) -> bool:
        """Whether the paragraph is a heading, and no subheading of this `heading`."""
        position = self.position_by_id[paragraph_id]
        return position.kind == ParagraphKind.HEADING and position.level <= heading.level


def current_positions(access: Access) -> ParagraphPositions:
    """The positions in the newest revision of each text, in two queries that load no words."""
    position_by_id: dict[int, ParagraphPosition] = {}
    current_id_by_earlier_id: dict[int, int] = {}
    successor_ids_by_earlier_id: dict[int, tuple[int, ...]] = {}
    links_by_draft_id = _links_by_draft_id(access)
    for draft_id, wordings in groupby(
        _newest_positions(access), key=lambda wording: wording.draft_id
    ):
        positions_of_text = positions_in_text(list(wordings), links_by_draft_id.get(draft_id, []))
        position_by_id |= positions_of_text.position_by_id
        current_id_by_earlier_id |= positions_of_text.current_id_by_earlier_id
        successor_ids_by_earlier_id |= positions_of_text.successor_ids_by_earlier_id
    return ParagraphPositions(position_by_id, current_id_by_earlier_id, successor_ids_by_earlier_id)


def positions_in_text(
    wordings: Sequence[WordingPosition], links: Sequence[LineageLink]
) -> ParagraphPositions:
    """The positions in one revision; uses no database.

    `wordings` are in order; `links` say which paragraph followed which, up to this revision.
    """
    place_by_paragraph_id = {wording.paragraph_id: wording.place for wording in wordings}
    position_by_id = {
        wording.paragraph_id: ParagraphPosition(
            sort_key=(wording.draft_place, wording.draft_id, wording.place),
            public_id=wording.paragraph_public_id,
            citation=citation_of_wording(wording),
            kind=wording.kind,
            level=wording.level,
        )
        for wording in wordings
    }
    return ParagraphPositions(
        position_by_id=position_by_id,
        current_id_by_earlier_id=place_inputs(
            place_by_paragraph_id, links
        ).current_id_by_earlier_id,
        successor_ids_by_earlier_id=find_successors(place_by_paragraph_id, links),
    )


def inline_citations(wordings: Iterable[Wording]) -> dict[int, str]:
    """How a sentence cites wordings, by their ids: "paragraph 12", "OP3(a)", "title"."""
    return {wording.pk: inline_citation_of_wording(wording) for wording in wordings}


class ParagraphName(NamedTuple):
    """What a paragraph is cited by; `text` as it was circulated, empty where it never was."""

    name: str
    label: str
    kind: str
    text: str = ""


def last_paragraph_name_by_id(
    access: Access, paragraph_ids: Iterable[int]
) -> dict[int, ParagraphName]:
    """What paragraphs are named by in the newest revision that has them: one query."""
    wordings = Wording.objects.visible_to(access).filter(paragraph__in=list(paragraph_ids))
    names = wordings.last_of_each_paragraph().values_list("paragraph", *ParagraphName._fields)
    return {paragraph_id: ParagraphName(*name) for paragraph_id, *name in names}


def citation_of_deleted(wording: NamedWording) -> str:
    """How one cites a paragraph that is no longer in the text: "OP3, no longer in the text"."""
    return _("%(label)s, no longer in the text") % {"label": citation_of_wording(wording)}


def _newest_positions(access: Access) -> Iterable[WordingPosition]:
    """The wordings of the newest revision of each text, in order."""
    revisions = Revision.objects.visible_to(access).latest_of_each_text()
    wordings = Wording.objects.visible_to(access).filter(revision__in=revisions.values("pk"))
    ordered_wordings = wordings.order_by("revision__draft__place", "revision__draft_id", "place")
    return [
        WordingPosition(*columns) for columns in ordered_wordings.values_list(*POSITION_COLUMNS)
    ]


def _links_by_draft_id(access: Access) -> dict[int, list[LineageLink]]:
    """Which paragraph followed which in the circulated texts, by text."""
    links_by_draft_id: dict[int, list[LineageLink]] = {}
    descents = Descent.objects.filter(revision__draft__consultation=access.consultation)
    for draft_id, paragraph_id, followed_id in descents.oldest_first().values_list(
        "revision__draft_id", "paragraph_id", "follows_id"
    ):
        links_by_draft_id.setdefault(draft_id, []).append((paragraph_id, followed_id))
    return links_by_draft_id


# --- Addresses: full, as a mail needs them; they need sign-in ------------------------------------


def paragraph_url(access: Access, draft: Draft, paragraph_public_id: uuid.UUID) -> str:
    """The paragraph with its thread open, in the revision that is the newest when it is opened."""
    text_url = absolute_url(reverse("latest", args=[access.consultation.slug, draft.slug]))
    return f"{text_url}?open={paragraph_public_id}#p-{paragraph_public_id}"


def revision_url(access: Access, draft: Draft, number: int) -> str:
    """The page of this revision."""
    return absolute_url(reverse("reading", args=[access.consultation.slug, draft.slug, number]))


def absolute_url(path: str) -> str:
    """The full address of a path."""
    return f"{settings.BASE_URL}{path}"


def join_with_and(names: Sequence[str]) -> str:
    """The names as a list, with commas and, before the last, "and". At least one is needed."""
    *earlier_names, last_name = names
    if not earlier_names:
        return last_name
    # Translators: between the items of a list, and before its last item.
    return gettext(", ").join(earlier_names) + gettext(" and ") + last_name
