"""A part of a table: one text, one section, one delegation, one state; on page and in files.

Numbers stand as they are, whatever is left out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.translation import gettext

from comments.tables.positions import WordingPlace
from consultations.models import Seat
from consultations.rules.access import Access
from drafts.models import Kind, Revision, Wording

SHOWN: Final = 60  # characters of a heading
IN_TIME, LATE, WITHDRAWN = STATES = "in_time", "late", "withdrawn"


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked for, by the keys in an address; nothing chosen is everything."""

    text: str = ""
    section: str = ""
    delegation: str = ""
    state: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        return {name: key for name, key in asdict(self).items() if key}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A part, found in a table: what it is called, on which wordings, and of which inputs."""

    words: tuple[str, ...]
    places: Mapping[int, WordingPlace]
    wanted: Q

    @property
    def is_of_all(self) -> bool:
        """Whether it says nothing of whose the inputs are, and of when they came and went."""
        return not self.wanted


@dataclass(frozen=True, slots=True)
class TableSection:
    """What stands under a heading of a text, by the keys of the paragraphs."""

    key: str
    name: str
    paragraphs: Collection[int]


def narrowed(
    part: Part,
    revisions: Sequence[Revision],
    places: Mapping[int, WordingPlace],
    seats: Iterable[Seat],
    cut_off: datetime,
) -> Narrowed:
    """The part in a table of these revisions; a ValidationError where they do not have it.

    One query where a section is asked for. Needs `draft` of each revision.
    """
    words: list[str] = []
    wanted = Q()
    if part.text:
        of_text = {r.pk: r.draft for r in revisions if str(r.draft.public_id) == part.text}
        words.append(next((draft.title for draft in of_text.values()), ""))
        places = {key: place for key, place in places.items() if place.revision_id in of_text}
    if part.section:
        sections = {section.key: section for section in sections_of(revisions)}
        under = sections.get(part.section, TableSection("", "", ()))
        words.append(under.name)
        places = {key: p for key, p in places.items() if p.paragraph_id in under.paragraphs}
    if part.delegation:
        found = [seat for seat in seats if str(seat.public_id) == part.delegation]
        words.append(next((seat.name_for_reader for seat in found), ""))
        wanted &= Q(seat__in=found)
    if part.state:
        words.append(_state_words()[part.state])
        wanted &= _in_state(part.state, cut_off)
    if not all(words):
        raise _no_such_part()
    return Narrowed(tuple(words), places, wanted)


def named_part(
    access: Access,
    revisions: Sequence[Revision],
    *,
    section: str = "",
    delegation: str = "",
    state: str = "",
) -> Part:
    """The part by what people call it: the heading of a section, the code of a delegation.

    A section is named as in the choice on the page, "II Prevention". Raises ValidationError for a
    name that none bears, or several. Two queries at most.
    """
    keys = {"section": "", "delegation": ""}
    if section:
        wanted = section.casefold()
        found = [known.key for known in sections_of(revisions) if known.name.casefold() == wanted]
        keys["section"] = _only(found)
    if delegation:
        seats = Seat.objects.filter(consultation=access.consultation, code__iexact=delegation)
        keys["delegation"] = _only([str(seat.public_id) for seat in seats])
    return Part(**keys, state=state)


def _only(keys: Sequence[str]) -> str:
    if len(keys) != 1:
        raise _no_such_part()
    return keys[0]


def _no_such_part() -> ValidationError:
    return ValidationError(gettext("The chosen revisions do not have this part."))


def _state_words() -> dict[str, str]:
    return {
        IN_TIME: gettext("in time"),
        LATE: gettext("late"),
        WITHDRAWN: gettext("withdrawn"),
    }


def _in_state(state: str, cut_off: datetime) -> Q:
    withdrawn = Q(withdrawn_at__lte=cut_off)
    return withdrawn if state == WITHDRAWN else Q(is_late=state == LATE) & ~withdrawn


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
