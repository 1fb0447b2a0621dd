"""How paragraphs are cited and linked, by where they stand in the newest circulated texts."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, Value, When
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.threads.input_placement import DescentLink, find_successors, place_inputs
from consultations.rules.access import Access
from drafts.labels import name_of, names_by_paragraph_id
from drafts.models import Descent, Draft, Kind, Revision, Wording


class WordingPosition(NamedTuple):
    """A wording of a newest revision, without its words."""

    draft_id: int
    draft_place: int
    paragraph_id: int
    paragraph_public_id: uuid.UUID
    parent_id: int | None
    place: int
    kind: str
    label: str
    level: int = 0
    # Its first words where it has no label, else empty.
    opening: str = ""


def opening_expression(prefix: str = "") -> Case:
    """In SQL, the first words of a wording that has no label; empty for one that has."""
    return Case(When(**{f"{prefix}label": ""}, then=Left(f"{prefix}text", 60)), default=Value(""))


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
    "level",
    opening_expression(),
)


@dataclass(frozen=True, slots=True)
class ParagraphPosition:
    """Where a paragraph stands now: its order, its public id, and how one cites it."""

    sort_key: tuple[int, ...]
    public_id: uuid.UUID
    label: str
    kind: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class ParagraphPositions:
    """The paragraphs of the newest circulated texts; keys are those of paragraphs."""

    standing: Mapping[int, ParagraphPosition]
    current_id_by_earlier_id: Mapping[int, int]
    # A paragraph that was split or merged → those in which its words stand now.
    successor_ids_by_earlier_id: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def current_id_of(self, paragraph: int) -> int:
        """The paragraph under which its inputs stand: itself, or the first that follows it."""
        return self.current_id_by_earlier_id.get(paragraph, paragraph)

    def position_of(self, paragraph: int) -> ParagraphPosition | None:
        """Where the paragraph stands now; None where it was deleted or never circulated."""
        return self.standing.get(self.current_id_of(paragraph))

    def sort_key_of(self, paragraph: int) -> tuple[int, ...]:
        """The key to sort paragraphs by; those that left the text come last."""
        position = self.position_of(paragraph)
        return (0, *position.sort_key) if position else (1, paragraph)

    def ids_under(self, paragraph: int) -> frozenset[int]:
        """The paragraph and those split off it; for a heading its whole section, for a title the
        whole text."""
        home = self.current_id_of(paragraph)
        head = self.standing.get(home)
        if head is None or head.kind not in {Kind.TITLE, Kind.HEADING}:
            return frozenset({home, *self.successor_ids_by_earlier_id.get(paragraph, ())})
        text = [
            key for key, place in self.standing.items() if place.sort_key[:2] == head.sort_key[:2]
        ]
        if head.kind == Kind.TITLE:
            return frozenset(text)
        below = [key for key in text if self.standing[key].sort_key >= head.sort_key]
        end = next(
            (index for index, key in enumerate(below) if index and self._ends_section(key, head)),
            None,
        )
        return frozenset(below[:end])

    def _ends_section(self, paragraph: int, head: ParagraphPosition) -> bool:
        place = self.standing[paragraph]
        return place.kind == Kind.HEADING and place.level <= head.level


def current_positions(access: Access) -> ParagraphPositions:
    """The positions in the newest revision of each text, in two queries that load no words."""
    standing: dict[int, ParagraphPosition] = {}
    moved: dict[int, int] = {}
    pieces: dict[int, tuple[int, ...]] = {}
    steps = _steps_by_text(access)
    for draft, rows in groupby(_newest_positions(access), key=lambda row: row.draft_id):
        in_text = positions_in_text(list(rows), steps.get(draft, []))
        standing |= in_text.standing
        moved |= in_text.current_id_by_earlier_id
        pieces |= in_text.successor_ids_by_earlier_id
    return ParagraphPositions(standing, moved, pieces)


def positions_in_text(
    text: Sequence[WordingPosition], steps: Sequence[DescentLink]
) -> ParagraphPositions:
    """The positions in one revision: its paragraphs in order, and the steps until it.

    Uses no database.
    """
    places = {row.paragraph_id: row.place for row in text}
    standing = {
        row.paragraph_id: ParagraphPosition(
            (row.draft_place, row.draft_id, row.place),
            row.paragraph_public_id,
            label,
            row.kind,
            row.level,
        )
        for row, label in zip(text, citations_of(text), strict=True)
    }
    return ParagraphPositions(
        standing,
        place_inputs(places, steps).current_id_by_earlier_id,
        find_successors(places, steps),
    )


def citations_of(rows: Sequence[WordingPosition]) -> list[str]:
    """How one cites each paragraph of a text: "OP3(a)", "Paragraph 12", “Recalling …”."""
    by_key = names_by_paragraph_id(
        (row.paragraph_id, row.parent_id, row.label, row.kind, row.opening) for row in rows
    )
    return [citation_of(by_key[row.paragraph_id]) for row in rows]


class ParagraphName(NamedTuple):
    """What a paragraph is named by; `text` as it was circulated, empty where it never was."""

    label: str
    kind: str
    text: str


def last_paragraph_names(access: Access, paragraphs: Iterable[int]) -> dict[int, ParagraphName]:
    """What paragraphs are named by in the newest revision that has them: one query."""
    rows = Wording.objects.visible_to(access).filter(paragraph__in=list(paragraphs))
    last = rows.order_by("paragraph", "-revision__number").distinct("paragraph")
    columns = last.values_list("paragraph", "label", "kind", "text")
    return {paragraph: ParagraphName(*name) for paragraph, *name in columns}


def citation_of_deleted(label: str, kind: str, text: str) -> str:
    """How one cites a paragraph that no longer stands in the text; `text` as it was circulated."""
    is_named = label or text
    name = citation_of(name_of(label, kind, text)) if is_named else _kind_label(kind)
    return _("%(label)s, no longer in the text") % {"label": name}


def citation_of(label: str) -> str:
    """A label as a citation: "12" → "Paragraph 12"; "OP3" stays as it is."""
    return _("Paragraph %(label)s") % {"label": label} if label[:1].isdigit() else label


def inline_citation(label: str) -> str:
    """The same inside a line, as in "PRT-6, paragraph 13"."""
    return _("paragraph %(label)s") % {"label": label} if label[:1].isdigit() else label


def _kind_label(kind: str) -> str:
    return str(capfirst(Kind(kind).label))


def _newest_positions(access: Access) -> Iterable[WordingPosition]:
    newest = Revision.objects.order_by("draft_id", "-number").distinct("draft_id")
    rows = Wording.objects.visible_to(access).filter(revision__in=newest.values("pk"))
    ordered = rows.order_by("revision__draft__place", "revision__draft_id", "place")
    return [WordingPosition(*row) for row in ordered.values_list(*POSITION_COLUMNS)]


def _steps_by_text(access: Access) -> dict[int, list[DescentLink]]:
    """Which paragraph followed which in the circulated texts, by text."""
    steps: dict[int, list[DescentLink]] = {}
    rows = Descent.objects.filter(revision__draft__consultation=access.consultation)
    for draft, paragraph, follows in rows.in_time().values_list(
        "revision__draft_id", "paragraph_id", "follows_id"
    ):
        steps.setdefault(draft, []).append((paragraph, follows))
    return steps


# --- Addresses: full, as a mail needs them; they need sign-in ------------------------------------


def paragraph_url(access: Access, draft: Draft, paragraph: uuid.UUID) -> str:
    """The paragraph with its thread open, in the revision that is the newest when it is opened."""
    text = absolute_url(reverse("latest", args=[access.consultation.slug, draft.slug]))
    return f"{text}?open={paragraph}#p-{paragraph}"


def revision_url(access: Access, draft: Draft, number: int) -> str:
    """The page of this revision."""
    return absolute_url(reverse("reading", args=[access.consultation.slug, draft.slug, number]))


def absolute_url(path: str) -> str:
    """The full address of a path."""
    return f"{settings.BASE_URL}{path}"
