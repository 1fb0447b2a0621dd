"""A delegation's brief: what became of its inputs, and what touches its paragraphs now.

Read once for page and paper, in the same number of queries for one input or a thousand. Every row
is asked of `access` as everywhere; nothing is written, and nobody's marks of what is new are moved.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from comments.desks.rooms import running_silences
from comments.desks.silence_overview import silences_ahead
from comments.models import ActivityQuerySet, Comment, CommentKind, CommentMember
from comments.news.citations import (
    ParagraphPositions,
    label_then,
    named_paragraph,
    paragraph_url,
    positions_now,
)
from comments.news.fresh import fresh, rounds_here
from comments.news.silences import name_of_silence
from comments.news.unseen import seen_until
from comments.news.unseen_rows import unseen_rows
from comments.outcomes.brief_others import OthersInputs, inputs_of_others
from comments.outcomes.outcome import OwnInput, outcome_of, paragraphs_now
from comments.threads.comparison import redlines_of
from comments.threads.threads import with_answers
from consultations.lists.room_clashes import RoomClash, room_clashes
from consultations.models import Meeting, Round
from consultations.rules.access import Access, Refused
from consultations.rules.phases import Phase, phase_of
from drafts.labels import name_of
from drafts.models import AgendaItem, Revision, Wording
from drafts.words.differences import Redline, restored
from drafts.words.typography import is_typographic


@dataclass(frozen=True, slots=True)
class BriefChange:
    """The wording that was spoken on, against the one that stands now."""

    stage_then: str
    label_then: str
    stage_now: str
    pieces: Redline
    opening: str
    language: str
    is_newest: bool = False
    is_struck: bool = False
    is_typographic: bool = False
    # Where its words stand now, when not in one paragraph of its own.
    split_into: tuple[str, ...] = ()
    merged_into: str = ""

    @property
    def happened(self) -> bool:
        return bool(self.pieces or self.is_struck or self.split_into or self.merged_into)


@dataclass(frozen=True, slots=True)
class SpokenParagraph:
    """A paragraph on which the delegation spoke."""

    # The key of the one under which its inputs stand now.
    home: int
    label: str
    label_then: str
    text: str
    url: str
    rank: tuple[int, ...]
    change: BriefChange
    inputs: tuple[OwnInput, ...]
    others: OthersInputs
    on_agenda: bool
    happened: bool


@dataclass(frozen=True, slots=True)
class BriefSilence:
    """A silence that runs in a group room of the delegation's, or one of the facilitators.

    `group` is empty of the latter; `label` then is what is under silence.
    """

    group: str
    label: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Brief:
    """All of it. `since` tells from when on inputs of others are new; None: from the beginning."""

    meeting: Meeting | None
    since: datetime | None
    last_meeting: Meeting | None
    by_look: bool
    meetings: tuple[Meeting, ...]
    rounds: tuple[tuple[Round, Phase], ...]
    silences: tuple[BriefSilence, ...]
    # Two of its rooms that meet at once.
    clashes: tuple[RoomClash, ...]
    spoken: tuple[SpokenParagraph, ...]
    revisions: tuple[Revision, ...]  # the texts as they stand


def brief_of(access: Access, meeting: UUID | None = None, *, by_look: bool = False) -> Brief:
    """The brief before a meeting, the next one unless it is named; as of the access's moment.

    `by_look`: new is what this person has not seen, in place of what came since the last meeting.
    Raises Refused for who acts for no delegation, Http404 for a meeting that is not one of ours.
    """
    if not access.is_delegate:
        raise Refused(_no_brief())
    calendar = list(Meeting.objects.filter(consultation=access.consultation))
    chosen = _chosen(access, calendar, meeting)
    last = _last_before(access, calendar, chosen)
    since, new = _new_since(access, last, by_look=by_look)
    places, newest = positions_now(access), newest_revisions(access)
    spoken = _spoken(access, places, new, chosen, newest)
    return Brief(
        meeting=chosen,
        since=since,
        last_meeting=None if by_look else last,
        by_look=by_look,
        meetings=tuple(_to_come(access, calendar)),
        rounds=tuple(_rounds(access)),
        silences=(*_official_silences(access), *_silences(access, places)),
        clashes=tuple(room_clashes(access)),
        spoken=tuple(sorted(spoken, key=_by_relevance)),
        revisions=tuple(newest.values()),
    )


def _no_brief() -> str:
    return _(
        "Briefs are for delegations. Before a meeting you get the digest. It lists "
        "new inputs and paragraphs without a review."
    )


def _by_relevance(spoken: SpokenParagraph) -> tuple[Any, ...]:
    """What the meeting is about, then where something happened, each in the order of the texts."""
    return (not spoken.on_agenda, not spoken.happened, spoken.rank)


# --- The calendar --------------------------------------------------------------------------------


def _to_come(access: Access, calendar: Iterable[Meeting]) -> list[Meeting]:
    return [m for m in calendar if m.starts_at >= access.moment and m.cancelled_at is None]


def _chosen(access: Access, calendar: Sequence[Meeting], asked: UUID | None) -> Meeting | None:
    """The meeting that is asked for; the next one where none is, or where it was cancelled."""
    following = next(iter(_to_come(access, calendar)), None)
    if asked is None:
        return following
    found = next((meeting for meeting in calendar if meeting.public_id == asked), None)
    if found is None:
        raise Http404
    return following if found.cancelled_at else found


def _last_before(
    access: Access, calendar: Sequence[Meeting], chosen: Meeting | None
) -> Meeting | None:
    """The meeting held last before now; before a meeting of the past, the one before that."""
    until = min(access.moment, chosen.starts_at) if chosen else access.moment
    held = [m for m in calendar if m.starts_at < until and m.cancelled_at is None]
    return held[-1] if held else None


def _new_since(
    access: Access, last: Meeting | None, *, by_look: bool
) -> tuple[datetime | None, list[ActivityQuerySet]]:
    """From when on what others say is new, and what is, as rows that nobody has read yet."""
    if by_look:
        return seen_until(access), list(unseen_rows(access))
    since = last.starts_at if last else None
    begun = since or access.consultation.created_at
    return since, list(fresh(access, begun, rounds_here(access)))


def _rounds(access: Access) -> Iterable[tuple[Round, Phase]]:
    for round in Round.objects.filter(consultation=access.consultation):
        phase = phase_of(round, access.moment)
        if phase is not Phase.CLOSED:
            yield round, phase


def _official_silences(access: Access) -> Iterable[BriefSilence]:
    """Those of the facilitators that run on which the own delegation is asked: one query."""
    for row in silences_ahead(access):
        yield BriefSilence(group="", label=name_of_silence(row), until=row.silence_until)


def _silences(access: Access, places: ParagraphPositions) -> Iterable[BriefSilence]:
    """What runs in the rooms of the own groups, and is not broken: one query."""
    rows = running_silences(access).select_related("seat", "wording")
    for row in rows.order_by("silence_until", "pk"):
        place = places.of(row.paragraph_id)
        assert row.silence_until is not None
        yield BriefSilence(
            group=row.seat.name_for_reader,
            label=place.label if place else label_then(*_called(row.wording)),
            until=row.silence_until,
        )


def _on_agenda(meeting: Meeting | None, places: ParagraphPositions) -> frozenset[int]:
    """The paragraphs that the meeting is about: those named, or every one of a text named whole."""
    rows = AgendaItem.objects.filter(meeting=meeting).values_list("draft_id", "paragraph_id")
    keys: set[int] = set()
    for draft, paragraph in rows if meeting else ():
        if paragraph is not None:
            keys |= places.under(paragraph)
        else:
            keys |= {key for key, place in places.standing.items() if place.rank[1] == draft}
    return frozenset(keys)


# --- What was said, and what stands ---------------------------------------------------------------


def own_inputs(access: Access) -> Any:
    """What the delegation has said and what stands: its own, what it filed or is to act on for a
    group, and what a group said in its name."""
    as_member = CommentMember.objects.filter(delegation=access.delegation).values("comment")
    own = Q(seat=access.seat) | access.own_record() | Q(pk__in=as_member)
    return Comment.objects.visible_to(access).in_force().filter(own)


def _spoken(
    access: Access,
    places: ParagraphPositions,
    new: Iterable[ActivityQuerySet],
    meeting: Meeting | None,
    newest: Mapping[int, Revision],
) -> list[SpokenParagraph]:
    rows = list(
        with_answers(access, own_inputs(access)).order_by("seat__rank", "seat__sort_key", "number")
    )
    texts = texts_now(access, rows, places, newest)
    by_home: dict[int, list[Any]] = {}
    for row in rows:
        by_home.setdefault(places.home(row.paragraph_id), []).append(row)
    others = inputs_of_others(access, new, places, by_home, [row.pk for row in rows])
    changes = _changes(by_home, texts, places, newest)
    agenda = _on_agenda(meeting, places)
    return [
        _paragraph(
            access,
            places,
            home,
            rows=said,
            change=changes[home],
            inputs=tuple(outcome_of(row, texts, places, newest) for row in said),
            others=others.get(home, OthersInputs()),
            on_agenda=home in agenda,
        )
        for home, said in by_home.items()
    ]


def newest_revisions(access: Access) -> dict[int, Revision]:
    """The newest circulated revision of each text: one query."""
    rows = Revision.objects.visible_to(access).select_related("draft")
    last = rows.order_by("draft_id", "-number").distinct("draft_id")
    return {revision.draft_id: revision for revision in last}


def texts_now(
    access: Access, rows: Sequence[Any], places: ParagraphPositions, newest: Mapping[int, Revision]
) -> dict[int, Wording]:
    """The wordings of now that are compared with, by paragraph: one query.

    Those that the inputs stand under and went into; where paragraphs were proposed, all that are
    new in that text since.
    """
    keys = {
        key for row in rows for key in (places.home(row.paragraph_id), *paragraphs_now(row, places))
    }
    asked = Q(paragraph__in=keys)
    adding = [row for row in rows if row.kind == CommentKind.ADD_AFTER]
    first = Wording.objects.filter(paragraph=OuterRef("paragraph")).order_by("revision__number")
    if adding:
        oldest = min(row.wording.revision.number for row in adding)
        texts = {row.paragraph.draft_id for row in adding}
        asked |= Q(first_number__gt=oldest, revision__draft__in=texts)
    found = (
        Wording.objects.visible_to(access)
        .filter(revision__in=[revision.pk for revision in newest.values()])
        .annotate(first_number=Subquery(first.values("revision__number")[:1]))
        .filter(asked)
    )
    return {row.paragraph_id: row for row in found.select_related("revision")}


def _changes(
    by_home: Mapping[int, Sequence[Any]],
    texts: Mapping[int, Wording],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> dict[int, BriefChange]:
    """For each paragraph, the wording spoken on last against the one that stands.

    What was said on the newest revision counts only where nothing was said before it.
    """
    current = {revision.pk for revision in newest.values()}
    last = {home: max(rows, key=lambda row: _age(row, current)) for home, rows in by_home.items()}
    pairs = {
        home: (row.wording, texts[home])
        for home, row in last.items()
        if home in texts and row.wording.text != texts[home].text
    }
    stored = {
        home: restored(now.redline)
        for home, (then, now) in pairs.items()
        if now.previous_id == then.pk and now.redline
    }
    worked_out = redlines_of({home: pair for home, pair in pairs.items() if home not in stored})
    redlines = stored | worked_out
    return {
        home: _change(row, home, redlines.get(home, ()), texts, places, newest)
        for home, row in last.items()
    }


def _age(row: Any, current: set[int]) -> tuple[bool, int, int]:
    revision = row.wording.revision
    return revision.pk not in current, revision.number, row.pk


def _change(
    row: Any,
    home: int,
    pieces: Redline,
    texts: Mapping[int, Wording],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> BriefChange:
    then, now = row.wording, texts.get(home)
    revision = newest[row.paragraph.draft_id]
    parts = paragraphs_now(row, places)
    labels = [place.label for key in parts if (place := places.standing.get(key))]
    is_merged = now is not None and home != row.paragraph_id and len(parts) < 2
    return BriefChange(
        stage_then=then.revision.stage,
        label_then=named_paragraph(name_of(*_called(then)))
        if now is not None and then.label != now.label
        else "",
        stage_now=revision.stage,
        pieces=pieces,
        opening=then.opening if now is None else now.opening,
        language=row.paragraph.draft.language,
        is_newest=then.revision_id == revision.pk,
        is_struck=now is None,
        is_typographic=now is not None and is_typographic(then.text, now.text),
        split_into=tuple(labels) if len(labels) > 1 else (),
        merged_into=places.standing[home].label if is_merged else "",
    )


def _paragraph(
    access: Access,
    places: ParagraphPositions,
    home: int,
    *,
    rows: Sequence[Any],
    change: BriefChange,
    inputs: tuple[OwnInput, ...],
    others: OthersInputs,
    on_agenda: bool,
) -> SpokenParagraph:
    place, first = places.of(home), rows[0]
    label = place.label if place else label_then(*_called(first.wording))
    paragraph = place.id if place else first.paragraph.public_id
    is_answered = any(own.view.review and not own.view.review.stance for own in inputs)
    return SpokenParagraph(
        home=home,
        label=label,
        label_then=change.label_then,
        text=first.paragraph.draft.title,
        url=paragraph_url(access, first.paragraph.draft, paragraph),
        rank=places.rank(home),
        change=change,
        inputs=inputs,
        others=others,
        on_agenda=on_agenda,
        happened=bool(change.happened or others.count or is_answered),
    )


def _called(wording: Wording) -> tuple[str, str, str]:
    return wording.label, wording.kind, wording.text
