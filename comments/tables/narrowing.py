"""A part of a table to look at: one text, one section, one delegation, one state.

The files hold the whole table, or what has one answer (`compile_table`); numbers stand as they are,
whatever is left out.
"""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Q
from django.db.models.functions import Substr

from comments.models import Comment
from comments.tables.table import Table, TableRows
from consultations.models import Seat
from consultations.rules.access import Access
from drafts.models import Draft, Kind, Revision, Wording

SHOWN: Final = 60  # characters of a heading
IN_TIME, LATE, WITHDRAWN = "in_time", "late", "withdrawn"


@dataclass(frozen=True, slots=True)
class TableSection:
    """What stands under a heading of a text, by the keys of the paragraphs."""

    key: str
    name: str
    paragraphs: Collection[int]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is looked at; nothing chosen is everything."""

    text: Draft | None = None
    section: TableSection | None = None
    delegation: Seat | None = None
    state: str = ""

    def __bool__(self) -> bool:
        return self != Narrowed()

    def of(self, table: Table, access: Access) -> Table:
        """The table with the rows that are looked at: one query more."""
        rows = table.rows
        assert isinstance(rows, TableRows)
        found = Comment.objects.visible_to(access).filter(self._wanted(rows))
        wanted = set(found.values_list("pk", flat=True))
        keys = array("q", (key for key in rows.keys if key in wanted))
        return replace(table, rows=replace(rows, keys=keys))

    def _wanted(self, rows: TableRows) -> Q:
        places = rows.places.items()
        wanted = Q(consultation=rows.access.consultation)
        if self.text:
            wanted &= Q(wording__revision__draft=self.text)
        if self.section:
            under = self.section.paragraphs
            wanted &= Q(wording__in=[key for key, place in places if place.paragraph_id in under])
        if self.delegation:
            wanted &= Q(seat=self.delegation)
        withdrawn = Q(withdrawn_at__lte=rows.cut_off)
        if self.state == WITHDRAWN:
            wanted &= withdrawn
        elif self.state:
            wanted &= Q(is_late=self.state == LATE) & ~withdrawn
        return wanted


def sections_of(revisions: Sequence[Revision]) -> list[TableSection]:
    """The sections of each text as its last revision has them: one query."""
    last = {revision.draft_id: revision.pk for revision in sorted(revisions, key=_number)}
    rows = Wording.objects.filter(revision__in=list(last.values()))
    ordered = rows.order_by("revision__draft__place", "revision__draft_id", "place")
    words = Substr("text", 1, SHOWN)
    read = ordered.values_list("paragraph_id", "paragraph__public_id", "kind", "label", words)
    found: list[tuple[str, str, list[int]]] = []
    for paragraph, key, kind, label, shown in read:
        if kind == Kind.TITLE:
            found.append(("", "", []))  # what stands before the first heading is no section
        elif kind == Kind.HEADING:
            found.append((str(key), f"{label} {shown}".strip(), []))
        if found:
            found[-1][2].append(paragraph)
    return [TableSection(key, name, frozenset(inside)) for key, name, inside in found if key]


def _number(revision: Revision) -> int:
    return revision.number
