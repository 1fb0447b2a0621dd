"""A delegation's brief: what became of its inputs, and what touches its paragraphs now.

Page and paper read it in the same number of queries for one input or a thousand: first the order
and the sums without words, then the words of the paragraphs that are shown. `access` says what may
be read, as everywhere; nothing is written, and what is new to the reader stays new.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from comments.desks.rooms import running_silences
from comments.desks.silence_overview import silences_ahead
from comments.models import ActivityQuerySet, Comment
from comments.news.citations import (
    ParagraphPositions,
    citation_of,
    citation_of_deleted,
    current_positions,
    paragraph_url,
)
from comments.news.fresh import fresh_activity, rounds_here
from comments.news.silences import name_of_silence
from comments.news.unseen import seen_until
from comments.news.unseen_rows import unseen_rows
from comments.outcomes.brief_others import OthersInputs, inputs_of_others, overview_of_others
from comments.outcomes.outcome import OwnInput, outcome_of, paragraphs_now
from comments.outcomes.outcome_sums import outcomes_now
from comments.outcomes.own_inputs import (
    CommentedParagraphSummary,
    OwnInputSummary,
    by_home,
    changed_since,
    input_on_latest_wording,
    own_input_summaries,
)
from comments.outcomes.proposal_match import Outcome
from comments.outcomes.texts_now import newest_revisions, texts_now
from comments.threads.comparison import redlines_of
from comments.threads.key_lists import is_one_of
from comments.threads.threads import with_answers
from consultations.lists.room_clashes import RoomClash, room_clashes
from consultations.models import Meeting, Round
from consultations.rules.access import Access, Refused
from consultations.rules.phases import Phase, phase_of
from drafts.labels import name_of
from drafts.models import AgendaItem, Revision, Wording
from drafts.words.differences import Redline, restored
from drafts.words.typography import is_typographic

# So many own inputs are shown at each paragraph; the thread has them all.
MAX_INPUTS = 8


@dataclass(frozen=True, slots=True)
class BriefChange:
    """What changed from the wording that the delegation spoke on to the present one."""

    stage_then: str
    label_then: str
    stage_now: str
    redline: Redline
    opening_words: str
    language: str
    is_newest: bool = False
    is_struck: bool = False
    is_typographic: bool = False
    # The labels of the paragraphs that have its words now, if it was split or merged.
    split_into: tuple[str, ...] = ()
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class CommentedParagraph:
    """A paragraph on which the delegation spoke, with its words."""

    label: str
    label_then: str
    text: str
    url: str
    change: BriefChange
    # The first of the own inputs, and how many there are.
    inputs: tuple[OwnInput, ...]
    count: int
    others: OthersInputs
    on_agenda: bool
    has_news: bool


@dataclass(frozen=True, slots=True)
class BriefSilence:
    """A silence that runs in the delegation's group room, or one of the facilitators.

    For one of the facilitators `group` is empty, and `label` is what is under silence.
    """

    group: str
    label: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief. `since` says from when on inputs of others are new; None: from the beginning."""

    access: Access
    meeting: Meeting | None
    since: datetime | None
    last_meeting: Meeting | None
    by_look: bool
    meetings: tuple[Meeting, ...]
    # All of the consultation, and those that are not over.
    all_rounds: tuple[Round, ...]
    rounds: tuple[tuple[Round, Phase], ...]
    silences: tuple[BriefSilence, ...]
    # Two of its rooms that meet at once.
    clashes: tuple[RoomClash, ...]
    # The paragraphs one spoke on, the most relevant first, and what became of each input.
    summaries: tuple[CommentedParagraphSummary, ...]
    outcomes: Mapping[int, Outcome]
    # How many new inputs others made on these paragraphs, `MANY` where there are more.
    others_count: int
    places: ParagraphPositions
    newest: Mapping[int, Revision]
    # What others said that is new to the reader, as querysets that are not evaluated yet.
    new: Sequence[ActivityQuerySet]

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """The texts as they stand."""
        return tuple(self.newest.values())

    @property
    def drafts(self) -> set[int]:
        """The texts of these paragraphs."""
        return {own.draft for summary in self.summaries for own in summary.inputs}

    def commented_paragraphs(
        self, summaries: Sequence[CommentedParagraphSummary] | None = None
    ) -> list[CommentedParagraph]:
        """The paragraphs with their words, as many as a page shows of them: five queries."""
        return _commented_paragraphs(self, self.summaries if summaries is None else summaries)


def brief_of(access: Access, meeting: UUID | None = None, *, by_look: bool = False) -> Brief:
    """The brief before a meeting, the next one unless it is named; as of the access's moment.

    With `by_look`, new is what this person has not seen; else what came since the last meeting.
    No words are read yet. Raises Refused for who acts for no delegation, Http404 for a meeting
    that is not one of this consultation.
    """
    if not access.is_delegate:
        raise Refused(_no_brief_sentence())
    calendar = list(Meeting.objects.filter(consultation=access.consultation))
    chosen = _chosen_meeting(access, calendar, meeting)
    last = _last_meeting(access, calendar, chosen)
    rounds = rounds_here(access)
    since, new = _new_since(access, last, rounds, by_look=by_look)
    places, newest = current_positions(access), newest_revisions(access)
    own = own_input_summaries(access)
    inputs_by_home = by_home(own, places)
    others = overview_of_others(access, new, places, inputs_by_home)
    summaries = _paragraph_summaries(
        inputs_by_home,
        places,
        changed=changed_since(access, inputs_by_home, places, newest),
        touched=others.homes,
        agenda=_agenda_paragraphs(chosen, places),
    )
    return Brief(
        access=access,
        meeting=chosen,
        since=since,
        last_meeting=None if by_look else last,
        by_look=by_look,
        meetings=tuple(_meetings_to_come(access, calendar)),
        all_rounds=tuple(rounds),
        rounds=tuple(_rounds_not_over(access, rounds)),
        silences=(*_official_silences(access), *_group_silences(access, places)),
        clashes=tuple(room_clashes(access)),
        summaries=tuple(sorted(summaries, key=lambda summary: summary.relevance)),
        outcomes=outcomes_now(access, own, places, newest),
        others_count=others.count,
        places=places,
        newest=newest,
        new=new,
    )


def _no_brief_sentence() -> str:
    return _(
        "Briefs are for delegations. Before a meeting you get the digest. It lists "
        "new inputs and paragraphs without a review."
    )


# --- The calendar --------------------------------------------------------------------------------


def _meetings_to_come(access: Access, calendar: Iterable[Meeting]) -> list[Meeting]:
    return [m for m in calendar if m.starts_at >= access.moment and m.cancelled_at is None]


def _chosen_meeting(
    access: Access, calendar: Sequence[Meeting], requested: UUID | None
) -> Meeting | None:
    """The meeting with this id; the next one where no id is given, or it was cancelled."""
    following = next(iter(_meetings_to_come(access, calendar)), None)
    if requested is None:
        return following
    meeting = next((meeting for meeting in calendar if meeting.public_id == requested), None)
    if meeting is None:
        raise Http404
    return following if meeting.cancelled_at else meeting


def _last_meeting(
    access: Access, calendar: Sequence[Meeting], chosen: Meeting | None
) -> Meeting | None:
    """The meeting held last before now; before a meeting of the past, the one before that."""
    until = min(access.moment, chosen.starts_at) if chosen else access.moment
    earlier = [m for m in calendar if m.starts_at < until and m.cancelled_at is None]
    return earlier[-1] if earlier else None


def _new_since(
    access: Access, last: Meeting | None, rounds: Sequence[Round], *, by_look: bool
) -> tuple[datetime | None, list[ActivityQuerySet]]:
    """From when on what others say is new, and what is new, as querysets not yet evaluated."""
    if by_look:
        return seen_until(access), list(unseen_rows(access, rounds))
    since = last.starts_at if last else None
    return since, list(fresh_activity(access, since or access.consultation.created_at, rounds))


def _rounds_not_over(access: Access, rounds: Iterable[Round]) -> Iterable[tuple[Round, Phase]]:
    for round in rounds:
        phase = phase_of(round, access.moment)
        if phase is not Phase.CLOSED:
            yield round, phase


def _official_silences(access: Access) -> Iterable[BriefSilence]:
    """The silences of the facilitators that run and ask the own delegation: one query."""
    for row in silences_ahead(access):
        yield BriefSilence(group="", label=name_of_silence(row), until=row.silence_until)


def _group_silences(access: Access, places: ParagraphPositions) -> Iterable[BriefSilence]:
    """The silences that run unbroken in the rooms of the own groups: one query."""
    rows = running_silences(access).select_related("seat", "wording")
    for row in rows.order_by("silence_until", "pk"):
        place = places.position_of(row.paragraph_id)
        assert row.silence_until is not None
        yield BriefSilence(
            group=row.seat.name_for_reader,
            label=place.label if place else citation_of_deleted(*_name_parts(row.wording)),
            until=row.silence_until,
        )


def _agenda_paragraphs(meeting: Meeting | None, places: ParagraphPositions) -> frozenset[int]:
    """The paragraphs on the agenda: those named, and all of a text that is named as a whole."""
    rows = AgendaItem.objects.filter(meeting=meeting).values_list("draft_id", "paragraph_id")
    keys: set[int] = set()
    for draft, paragraph in rows if meeting else ():
        if paragraph is not None:
            keys |= places.ids_under(paragraph)
        else:
            keys |= {key for key, place in places.standing.items() if place.sort_key[1] == draft}
    return frozenset(keys)


# --- Paragraphs -----------------------------------------------------------------------------------


def _paragraph_summaries(
    inputs_by_home: Mapping[int, Sequence[OwnInputSummary]],
    places: ParagraphPositions,
    *,
    changed: Collection[int],
    touched: Collection[int],
    agenda: Collection[int],
) -> Iterable[CommentedParagraphSummary]:
    for home, inputs in inputs_by_home.items():
        is_answered = any(own.is_answered for own in inputs)
        yield CommentedParagraphSummary(
            home=home,
            rank=places.sort_key_of(home),
            inputs=tuple(inputs),
            on_agenda=home in agenda,
            has_news=home in changed or home in touched or is_answered,
        )


def _commented_paragraphs(
    brief: Brief, summaries: Sequence[CommentedParagraphSummary]
) -> list[CommentedParagraph]:
    access, places, newest = brief.access, brief.places, brief.newest
    last = {
        summary.home: input_on_latest_wording(summary.inputs, newest).pk for summary in summaries
    }
    shown = {summary.home: [own.pk for own in summary.inputs[:MAX_INPUTS]] for summary in summaries}
    rows = _inputs_by_key(access, {*last.values(), *(pk for pks in shown.values() for pk in pks)})
    texts = texts_now(access, [*rows.values()], places, newest)
    changes = _changes({home: rows[pk] for home, pk in last.items()}, texts, places, newest)
    others = inputs_of_others(access, brief.new, places, shown.keys())
    return [
        _commented_paragraph(
            brief,
            summary,
            change=changes[summary.home],
            inputs=tuple(outcome_of(rows[pk], texts, places, newest) for pk in shown[summary.home]),
            others=others.get(summary.home, OthersInputs()),
        )
        for summary in summaries
    ]


def _inputs_by_key(access: Access, keys: Iterable[int]) -> dict[int, Any]:
    rows = Comment.objects.visible_to(access).filter(is_one_of("pk", keys))
    return {row.pk: row for row in with_answers(access, rows)}


def _changes(
    last: Mapping[int, Any],
    texts: Mapping[int, Wording],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> dict[int, BriefChange]:
    """For each paragraph, what changed from the last wording spoken on to the present one."""
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
    computed = redlines_of({home: pair for home, pair in pairs.items() if home not in stored})
    redlines = stored | computed
    return {
        home: _brief_change(row, home, redlines.get(home, ()), texts, places, newest)
        for home, row in last.items()
    }


def _brief_change(
    row: Any,
    home: int,
    redline: Redline,
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
        label_then=citation_of(name_of(*_name_parts(then)))
        if now is not None and then.label != now.label
        else "",
        stage_now=revision.stage,
        redline=redline,
        opening_words=then.opening if now is None else now.opening,
        language=row.paragraph.draft.language,
        is_newest=then.revision_id == revision.pk,
        is_struck=now is None,
        is_typographic=now is not None and is_typographic(then.text, now.text),
        split_into=tuple(labels) if len(labels) > 1 else (),
        merged_into=places.standing[home].label if is_merged else "",
    )


def _commented_paragraph(
    brief: Brief,
    summary: CommentedParagraphSummary,
    *,
    change: BriefChange,
    inputs: tuple[OwnInput, ...],
    others: OthersInputs,
) -> CommentedParagraph:
    place, first = brief.places.position_of(summary.home), inputs[0].view.comment
    draft = first.paragraph.draft
    paragraph = place.public_id if place else first.paragraph.public_id
    return CommentedParagraph(
        label=place.label if place else citation_of_deleted(*_name_parts(first.wording)),
        label_then=change.label_then,
        text=draft.title,
        url=paragraph_url(brief.access, draft, paragraph),
        change=change,
        inputs=inputs,
        count=len(summary.inputs),
        others=others,
        on_agenda=summary.on_agenda,
        has_news=summary.has_news,
    )


def _name_parts(wording: Wording) -> tuple[str, str, str]:
    return wording.label, wording.kind, wording.text
