"""The minutes of a meeting as one value: by paragraph what was said, decided, and reworded."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from comments.models import MinuteLine
from consultations.models import Meeting, Minutes
from consultations.rules.access import Access
from drafts.desk.changed_between import WordsChanged, changed_between
from drafts.desk.room_parts import rooms_at_moments
from drafts.labels import name_of
from drafts.models import AgendaItem, Draft, Paragraph, Revision, StateAct, Wording


@dataclass(frozen=True, slots=True)
class MinutedParagraph:
    """A paragraph of the meeting: its words, what was said, acts on its state, how it changed."""

    paragraph: Paragraph
    # Title of its text and name of the paragraph; empty for readers who may not know them yet.
    title: str
    name: str
    text: str
    lines: tuple[MinuteLine, ...]
    states: tuple[StateAct, ...]
    change: WordsChanged | None = None

    @property
    def draft(self) -> Draft:
        return self.paragraph.draft


@dataclass(frozen=True, slots=True)
class MinutesRecord:
    """All paragraphs in the order of the texts; `general` are lines on no paragraph."""

    minutes: Minutes
    agenda: tuple[str, ...]
    general: tuple[MinuteLine, ...]
    paragraphs: tuple[MinutedParagraph, ...]
    is_full: bool

    @property
    def meeting(self) -> Meeting:
        return self.minutes.meeting


def minutes_record(access: Access, minutes: Minutes, *, is_full: bool = True) -> MinutesRecord:
    """The minutes as this reader may read them, in a fixed number of queries.

    The full copy is for those who take minutes: it has the words of the desk and how they changed.
    The other, read by all once issued, has only circulated words. Neither has struck lines.
    """
    is_full = is_full and access.reads_all
    lines = lines_of(access, minutes, has_struck=False)
    is_here = _room_test(access, minutes)
    states = _state_acts(access, minutes, is_here, is_full=is_full)
    changes = _changes_in_room(access, minutes, is_here) if is_full else []
    changed = {change.paragraph.pk: change for change in changes}
    keys = {line.paragraph_id for line in lines if line.paragraph_id} | set(states) | set(changed)
    lines_on = _lines_by_paragraph(lines)
    revisions = Revision.objects.visible_to(access)
    circulated = set() if is_full else set(revisions.values_list("draft", flat=True))
    paragraphs = tuple(
        MinutedParagraph(
            row,
            row.draft.title if is_full or row.draft_id in circulated else "",
            name,
            text,
            tuple(lines_on.get(row.pk, ())),
            tuple(states.get(row.pk, ())),
            changed.get(row.pk),
        )
        for row, name, text in _named_paragraphs(access, minutes, keys, is_full=is_full)
    )
    agenda = _agenda_lines(access, minutes)
    return MinutesRecord(minutes, agenda, tuple(lines_on.get(None, ())), paragraphs, is_full)


def changes_in(access: Access, minutes: Minutes) -> list[WordsChanged]:
    """The paragraphs of the room that changed while it met. Needs `minutes.meeting`."""
    return _changes_in_room(access, minutes, _room_test(access, minutes))


def lines_of(
    access: Access, minutes: Minutes, paragraph: Paragraph | None = None, *, has_struck: bool = True
) -> list[MinuteLine]:
    """The lines of minutes, of one paragraph if it is named, in the order in which they were said.

    One query.
    """
    rows = MinuteLine.objects.visible_to(access).filter(minutes=minutes)
    if paragraph is not None:
        rows = rows.filter(paragraph=paragraph)
    if not has_struck:
        rows = rows.filter(struck_at=None)
    return list(rows.select_related("seat", "spoke_for", "author", "comment__seat"))


def minuted_paragraphs(access: Access, meeting: Meeting) -> list[Paragraph]:
    """The paragraphs of the meeting in order: those of its agenda, else those of all texts.

    Two queries. Paragraphs of the desk only; for those who read the working text.
    """
    rows = Paragraph.objects.visible_to(access).in_force().select_related("draft")
    ordered = rows.order_by("draft__place", "draft", "place", "pk")
    items = list(AgendaItem.objects.filter(meeting=meeting).order_by("place", "pk"))
    if not items:
        return list(ordered)
    paragraphs = list(ordered.filter(draft__in={item.draft_id for item in items}))
    parts = (part for item in items for part in _paragraphs_of_item(item, paragraphs))
    return list({part.pk: part for part in parts}.values())


def _paragraphs_of_item(item: AgendaItem, rows: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs of an item: a whole text, or a paragraph with all below it."""
    if item.paragraph_id is None:
        return [row for row in rows if row.draft_id == item.draft_id]
    family: set[int] = {item.paragraph_id}
    for row in rows:
        if row.parent_id in family:
            family.add(row.pk)
    return [row for row in rows if row.pk in family]


def _room_test(access: Access, minutes: Minutes) -> Callable[[int], bool]:
    """A test whether a paragraph was with the room that met, or the plenary: two queries at most.

    Rooms meet at the same time, so not every change during a meeting belongs to it. A paragraph
    that changed hands meanwhile counts in both rooms; a room that had none of its own worked on
    those of the plenary.
    """
    until = minutes.ended_at or access.moment
    assignments = rooms_at_moments(access.consultation.pk, [minutes.begun_at, until])
    meeting_room = minutes.meeting.room_id
    if meeting_room not in {room.pk for rooms in assignments for room in rooms.values()}:
        meeting_room = None

    def is_here(paragraph: int) -> bool:
        rooms = (room_by_public_id.get(paragraph) for room_by_public_id in assignments)
        return any((room.pk if room else None) == meeting_room for room in rooms)

    return is_here


def _state_acts(
    access: Access, minutes: Minutes, is_here: Callable[[int], bool], *, is_full: bool
) -> dict[int, list[StateAct]]:
    rows = StateAct.objects.visible_to(access) if is_full else StateAct.objects.circulated(access)
    by_paragraph: dict[int, list[StateAct]] = defaultdict(list)
    until = minutes.ended_at or access.moment
    # What was reopened at the desk meanwhile, with other words, names no meeting.
    meanwhile = Q(meeting=None, made_at__range=(minutes.begun_at, until))
    of_meeting = rows.filter(Q(meeting=minutes.meeting) | meanwhile)
    for act in of_meeting.select_related("meeting").order_by("pk"):
        if act.meeting_id or is_here(act.paragraph_id):
            by_paragraph[act.paragraph_id].append(act)
    return by_paragraph


def _changes_in_room(
    access: Access, minutes: Minutes, is_here: Callable[[int], bool]
) -> list[WordsChanged]:
    until = minutes.ended_at or access.moment
    changed = changed_between(access, minutes.begun_at, until)
    return [change for change in changed if is_here(change.paragraph.pk)]


def _named_paragraphs(
    access: Access, minutes: Minutes, keys: Iterable[int], *, is_full: bool
) -> list[tuple[Paragraph, str, str]]:
    """Paragraphs in order, each with its name and words: two queries.

    Of the full copy those of the desk when the meeting ended, else those last circulated by then.
    """
    rows = Paragraph.objects.filter(pk__in=keys, draft__consultation=access.consultation)
    ordered = rows.select_related("draft").order_by("draft__place", "draft", "place", "pk")
    states = _desk_states(minutes, keys) if is_full else _last_wordings(access, minutes, keys)
    named = []
    for row in ordered:
        # What was first written after the end has no earlier words.
        state: Any = states.get(row.pk) or (row if is_full else None)
        name = name_of(state.label, state.kind, state.text) if state else ""
        named.append((row, name, state.text if state else ""))
    return named


def _desk_states(minutes: Minutes, keys: Iterable[int]) -> Mapping[int, Any]:
    rows: Any = Paragraph.history.filter(id__in=keys)
    if minutes.ended_at:
        rows = rows.filter(history_date__lte=minutes.ended_at)
    last = rows.order_by("id", "-history_date", "-history_id").distinct("id")
    return {row.id: row for row in last}


def _last_wordings(access: Access, minutes: Minutes, keys: Iterable[int]) -> Mapping[int, Any]:
    until = Q(revision__circulated_at__lte=minutes.ended_at or access.moment)
    rows = Wording.objects.visible_to(access).filter(until, paragraph__in=keys)
    last = rows.order_by("paragraph_id", "-revision__number").distinct("paragraph_id")
    return {row.paragraph_id: row for row in last}


def _lines_by_paragraph(lines: Iterable[MinuteLine]) -> dict[int | None, list[MinuteLine]]:
    by_paragraph: dict[int | None, list[MinuteLine]] = defaultdict(list)
    for line in lines:
        by_paragraph[line.paragraph_id].append(line)
    return by_paragraph


def _agenda_lines(access: Access, minutes: Minutes) -> tuple[str, ...]:
    """Each item by its text, the circulated label of its paragraph, and its note."""
    items = list(minutes.meeting.agenda.select_related("draft").order_by("place", "pk"))
    keys = [item.paragraph_id for item in items if item.paragraph_id]
    labels = {key: row.label for key, row in _last_wordings(access, minutes, keys).items()}
    parts = ((item.draft.title, labels.get(item.paragraph_id or 0), item.note) for item in items)
    return tuple(" · ".join(filter(None, part)) for part in parts)
