"""Which inputs a table shows, in which order and place, with the answers to each by the cut-off."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import Case, Count, Q, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy as _

from comments.inputs.models import TABLE_ORDER
from comments.inputs.placement import InputPlacement, place_inputs
from comments.inputs.queries import ids_subquery
from comments.models import (
    Acknowledgement,
    Alignment,
    Closure,
    Comment,
    CommentMember,
    CommentQuerySet,
    Disposition,
    Reply,
    Review,
)
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK, date_of
from delegations.reader_names import name_for_reader
from drafts.comparing.concordance import LineageLink
from drafts.models import Descent, Draft, ParagraphKind, Revision, Wording
from drafts.text.names import name_of_wording

# --- Inputs, and the answers to them -------------------------------------------------------------


# The words of the ISO comment form for a disposition, where they are not ours.
ISO_DISPOSITION_WORDS = {
    Disposition.REFLECTED: _("accepted"),
    Disposition.PARTLY: _("accepted with modification"),
    Disposition.NOT_REFLECTED: _("not accepted"),
}

# For a stance on an earlier answer, where the facilitators have decided again since.
STANCE_ON_EARLIER_ANSWER = _("%(stance)s, %(day)s, on the answer before")


class InputValues(NamedTuple):
    """The values of one comment that its row of the table is made of."""

    pk: int
    wording_id: int
    seat_id: int  # of the delegation or group whose input it is
    filed_by_id: int  # the seat of the delegation that filed it
    number: int | None  # None before the submission
    kind: str
    type: str
    language: str
    redline: list[list[str]]
    proposed: str
    rationale: str
    is_late: bool
    withdrawn_at: datetime | None
    move_after_id: int | None  # the paragraph to follow; None but for a move
    supersedes_id: int | None  # the version before it; None for the first
    consent: str  # what the delegation allows with it: a value of Consent


@dataclass(frozen=True, slots=True)
class RowAnswers:
    """What others said to some inputs, and which members the inputs of groups list.

    By the ids of the inputs; all as a paper prints it. A stance is what a delegation says to the
    facilitators' answer to its input.
    """

    member_names_by_id: Mapping[int, Sequence[str]]
    aligned_names_by_id: Mapping[int, Sequence[str]]
    replies_by_id: Mapping[int, Sequence[str]]
    # Disposition and observation, or the note of a closure and its reason.
    answer_by_id: Mapping[int, tuple[str, str]]
    stance_by_id: Mapping[int, str]  # "Maintains its position, 5 May 2010"


def read_inputs(comments: CommentQuerySet, comment_ids: Sequence[int]) -> list[InputValues]:
    """Those of the `comments` with these ids, in the order of the ids: one query."""
    inputs = (
        InputValues(*values)
        for values in _input_values(comments.filter(pk__in=ids_subquery(comment_ids)))
    )
    input_by_id = {input_values.pk: input_values for input_values in inputs}
    return [input_by_id[pk] for pk in comment_ids if pk in input_by_id]


def read_answers(
    inputs: Sequence[InputValues],
    *,
    access: Access,
    cut_off: datetime,
    name_by_seat_id: Mapping[int, str],
    has_replies: bool,
    has_reviews: bool,
) -> RowAnswers:
    """The answers to these inputs at the cut-off, in at most seven queries.

    Replies follow an input through its versions; an alignment and a review stay with the version
    that they were made on.
    """
    comment_ids = [input_values.pk for input_values in inputs]
    group_input_ids = [
        input_values.pk
        for input_values in inputs
        if input_values.seat_id != input_values.filed_by_id
    ]
    decisions = _latest_decisions(comment_ids, cut_off) if has_reviews else {}
    closures = _closure_answers(comment_ids, cut_off) if has_reviews else {}
    return RowAnswers(
        member_names_by_id=read_member_names(group_input_ids),
        aligned_names_by_id=_aligned_names(access, comment_ids, cut_off, name_by_seat_id),
        replies_by_id=_replies(access, inputs, cut_off, name_by_seat_id) if has_replies else {},
        answer_by_id=closures
        | {pk: (decision.disposition, decision.observation) for pk, decision in decisions.items()},
        stance_by_id=_stances(decisions, cut_off),
    )


def _input_values(comments: CommentQuerySet) -> Iterable[tuple[Any, ...]]:
    """The fields of `InputValues` of each comment, in no order."""
    return comments.values_list(*InputValues._fields)


def read_member_names(comment_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The names of the members that inputs of groups list, by the id of the input."""
    member_names: dict[int, list[str]] = defaultdict(list)
    if comment_ids:
        members = CommentMember.objects.filter(comment__in=ids_subquery(comment_ids))
        ordered = members.order_by("sort_key", "pk")
        for comment_id, name in ordered.values_list("comment_id", "name"):
            member_names[comment_id].append(name_for_reader(name))
    return member_names


def _aligned_names(
    access: Access,
    comment_ids: Sequence[int],
    cut_off: datetime,
    name_by_seat_id: Mapping[int, str],
) -> Mapping[int, Sequence[str]]:
    """The delegations aligned with each input, with their reservations, by the input's id."""
    aligned_names: dict[int, list[str]] = defaultdict(list)
    alignments = Alignment.objects.visible_to(access).filter(
        _in_force_filter(cut_off), comment__in=ids_subquery(comment_ids)
    )
    ordered = alignments.order_by("seat__rank", "seat__sort_key", "pk")
    for comment_id, seat_id, reservation in ordered.values_list(
        "comment_id", "seat_id", "reservation"
    ):
        aligned_name = _name_with_reservation(name_by_seat_id[seat_id], reservation)
        aligned_names[comment_id].append(aligned_name)
    return aligned_names


def _in_force_filter(cut_off: datetime) -> Q:
    """The condition on alignments and replies: made by the cut-off and not withdrawn by then."""
    return Q(created_at__lte=cut_off) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=cut_off))


def _name_with_reservation(name: str, reservation: str) -> str:
    if not reservation:
        return name
    with_reservation = gettext("%(name)s (with a reservation: %(reservation)s)")
    return with_reservation % {"name": name, "reservation": reservation}


def _replies(
    access: Access,
    inputs: Sequence[InputValues],
    cut_off: datetime,
    name_by_seat_id: Mapping[int, str],
) -> Mapping[int, Sequence[str]]:
    """The replies to each input and to its earlier versions, by the input's id."""
    shown_id_by_version_id = {input_values.pk: input_values.pk for input_values in inputs}
    shown_id_by_version_id |= _earlier_versions(access, inputs, cut_off)
    replies_by_id: dict[int, list[str]] = defaultdict(list)
    replies = Reply.objects.visible_to(access).filter(
        _in_force_filter(cut_off), comment__in=ids_subquery(shown_id_by_version_id)
    )
    ordered = replies.order_by("created_at", "pk")
    facilitators, reply_line = gettext("Co-facilitators"), gettext("%(name)s: %(words)s")
    for version_id, seat_id, text in ordered.values_list("comment_id", "seat_id", "text"):
        name = name_by_seat_id[seat_id] if seat_id else facilitators
        shown_id = shown_id_by_version_id[version_id]
        replies_by_id[shown_id].append(reply_line % {"name": name, "words": text})
    return replies_by_id


def _earlier_versions(
    access: Access, inputs: Sequence[InputValues], cut_off: datetime
) -> dict[int, int]:
    """The id of each earlier version → the id of the input in the table; they share a number."""
    shown_id_by_number = {
        (input_values.seat_id, input_values.number): input_values.pk
        for input_values in inputs
        if input_values.supersedes_id
    }
    if not shown_id_by_number:
        return {}
    superseded = Comment.objects.visible_to(access).filter(
        superseded_at__lte=cut_off,
        seat__in={seat_id for seat_id, _number in shown_id_by_number},
        number__in={number for _seat_id, number in shown_id_by_number},
    )
    return {
        pk: shown_id_by_number[seat_id, number]
        for pk, seat_id, number in superseded.values_list("pk", "seat_id", "number")
        if number is not None and (seat_id, number) in shown_id_by_number
    }


class _Decision(NamedTuple):
    """The facilitators' answer at the cut-off, as a paper prints it."""

    review_id: int
    disposition: str  # display words
    observation: str


def _latest_decisions(comment_ids: Sequence[int], cut_off: datetime) -> Mapping[int, _Decision]:
    """The latest decision on each input by the cut-off, published or not, by the input's id.

    For the facilitators' copy only.
    """
    reviews = Review.objects.in_force_at(cut_off).filter(comment__in=ids_subquery(comment_ids))
    latest = reviews.order_by("comment_id", "-decided_at", "-pk").distinct("comment_id")
    words_by_disposition = {
        disposition: _disposition_words(disposition) for disposition in Disposition.values
    }
    return {
        comment_id: _Decision(review_id, words_by_disposition[disposition], observation)
        for comment_id, review_id, disposition, observation in latest.values_list(
            "comment_id", "pk", "disposition", "observation"
        )
    }


def _closure_answers(comment_ids: Sequence[int], cut_off: datetime) -> dict[int, tuple[str, str]]:
    """For inputs closed without an answer at the cut-off: a sentence with the day, and the reason.

    By the id of the input.
    """
    closures = Closure.objects.in_force_at(cut_off).filter(comment__in=ids_subquery(comment_ids))
    closed = gettext("Closed without an answer, %(day)s")
    return {
        closure.comment_id: (closed % {"day": date_of(closure.closed_at, NEW_YORK)}, closure.reason)
        for closure in closures
    }


def _stances(decisions: Mapping[int, _Decision], cut_off: datetime) -> Mapping[int, str]:
    """The last stance of each delegation on the decision on its input, with the day, by the
    input's id; no query without decisions.

    A stance may change, so it is read from the history.
    """
    if not decisions:
        return {}
    records = Acknowledgement.history.filter(
        comment__in=ids_subquery(decisions), acknowledged_at__lte=cut_off
    )
    latest_records = records.order_by("comment_id", "-acknowledged_at", "-history_id").distinct(
        "comment_id"
    )
    return {
        record.comment_id: _stance_words(
            record, is_on_decision=record.review_id == decisions[record.comment_id].review_id
        )
        for record in latest_records
    }


# A row of the history of acknowledgements: it has their fields.
type AcknowledgementRecord = Any


def _stance_words(record: AcknowledgementRecord, *, is_on_decision: bool) -> str:
    """The stance and its day; `is_on_decision` is False if the decision was replaced since."""
    day = date_of(record.acknowledged_at, NEW_YORK)
    sentence = gettext("%(stance)s, %(day)s") if is_on_decision else STANCE_ON_EARLIER_ANSWER
    stance = str(sentence) % {"stance": capfirst(record.get_stance_display()), "day": day}
    return f"{stance}: {record.note}" if record.note else stance


def _disposition_words(disposition_value: str) -> str:
    """Our words for a disposition, with those of the ISO form in brackets where they differ."""
    disposition = Disposition(disposition_value)
    label = capfirst(str(disposition.label))
    iso_words = ISO_DISPOSITION_WORDS.get(disposition)
    return f"{label} ({iso_words})" if iso_words else label


# --- Places of wordings --------------------------------------------------------------------------


# Inputs on these are general comments, which a table shows first (domain, rule 11).
GENERAL_KINDS = frozenset({ParagraphKind.TITLE, ParagraphKind.HEADING})


@dataclass(frozen=True, slots=True)
class WordingPlace:
    """One wording on which inputs were made, and where a table shows them."""

    sort_key: tuple[int, ...]  # by which a table sorts the inputs on it
    revision_id: int
    paragraph_id: int  # under which they are shown in the latest of the revisions
    draft_title: str
    stage: str  # of the revision: "First draft"
    label_then: str
    label_now: str  # "" where the paragraph was deleted since
    current_paragraph_id: int  # the paragraph with the label now
    text: str
    opening: str  # opening words, set in italics: "Recalling"
    language: str  # of the text


class WordingValues(NamedTuple):
    """The values of one wording that its place in the table is made of."""

    pk: int
    revision_id: int
    paragraph_id: int
    parent_id: int | None
    place: int  # its position in the revision
    kind: str
    label: str
    name: str
    opening: str
    text: str


@dataclass(frozen=True, slots=True)
class RevisionLabels:
    """The labels of the paragraphs of each revision, and which revisions are the newest."""

    label_by_ids: dict[tuple[int, int], str]  # by the ids of the revision and the paragraph
    newest_revisions: tuple[Revision, ...] = ()  # of each text, by the cut-off

    def label_in(self, revision_id: int, paragraph_id: int | None) -> str:
        """The label of a paragraph in a revision; "" if that does not have it."""
        return self.label_by_ids.get((revision_id, paragraph_id or 0), "")


def read_wording_places(
    revisions: Sequence[Revision], cut_off: datetime, *, sorts_by_revision: bool
) -> tuple[dict[int, WordingPlace], RevisionLabels]:
    """The place of every wording of these revisions, by its id, in three queries.

    Paragraphs are in the order of the latest of the revisions, general ones (title, headings)
    first; one that was deleted since keeps its place. The label now is that of the newest revision
    circulated by the cut-off. With `sorts_by_revision` the inputs of one paragraph are sorted by
    the revision they were made on. Needs `draft` of each revision.
    """
    drafts = sorted(
        {revision.draft for revision in revisions}, key=lambda draft: (draft.place, draft.pk)
    )
    newest_by_draft_id = _newest_revisions(drafts, cut_off)
    wordings_by_revision_id = _read_wordings([*revisions, *newest_by_draft_id.values()])
    descents = _read_descents(drafts, cut_off)
    labels = RevisionLabels(_citations(wordings_by_revision_id), tuple(newest_by_draft_id.values()))
    place_by_wording_id: dict[int, WordingPlace] = {}
    for draft_position, draft in enumerate(drafts):
        chosen_revisions = sorted(
            (revision for revision in revisions if revision.draft == draft),
            key=lambda revision: revision.number,
        )
        last_chosen, newest_revision = chosen_revisions[-1], newest_by_draft_id[draft.pk]
        placement_in_last_chosen = _placement_in(
            wordings_by_revision_id[last_chosen.pk], descents, last_chosen.number
        )
        placement_in_newest = _placement_in(
            wordings_by_revision_id[newest_revision.pk], descents, newest_revision.number
        )
        sort_key_by_paragraph_id = _paragraph_order(
            [wordings_by_revision_id[revision.pk] for revision in chosen_revisions]
        )
        for index, revision in enumerate(chosen_revisions):
            for wording in wordings_by_revision_id[revision.pk]:
                paragraph_id = placement_in_last_chosen.current_id_by_earlier_id.get(
                    wording.paragraph_id, wording.paragraph_id
                )
                current_paragraph_id = placement_in_newest.current_id_by_earlier_id.get(
                    wording.paragraph_id, wording.paragraph_id
                )
                place_by_wording_id[wording.pk] = WordingPlace(
                    sort_key=(
                        draft_position,
                        *sort_key_by_paragraph_id[paragraph_id],
                        index if sorts_by_revision else 0,
                    ),
                    revision_id=revision.pk,
                    paragraph_id=paragraph_id,
                    draft_title=draft.title,
                    stage=revision.stage,
                    label_then=labels.label_in(revision.pk, wording.paragraph_id),
                    label_now=labels.label_in(newest_revision.pk, current_paragraph_id),
                    current_paragraph_id=current_paragraph_id,
                    text=wording.text,
                    opening=wording.opening,
                    language=draft.language,
                )
    return place_by_wording_id, labels


# (paragraph id, id of the earlier paragraph that it follows, number of the revision).
NumberedDescent = tuple[int, int, int]


def _newest_revisions(drafts: Iterable[Draft], cut_off: datetime) -> dict[int, Revision]:
    """The newest revision of each text by the cut-off, by the id of the text."""
    circulated = Revision.objects.filter(draft__in=drafts, circulated_at__lte=cut_off)
    # In the dictionary later ones replace earlier ones.
    return {revision.draft_id: revision for revision in circulated.order_by("number")}


def _read_wordings(revisions: Iterable[Revision]) -> dict[int, list[WordingValues]]:
    """The wordings of each revision in the order of the text, by the id of the revision."""
    wordings_by_revision_id: dict[int, list[WordingValues]] = {
        revision.pk: [] for revision in revisions
    }
    rows = Wording.objects.filter(revision__in=list(wordings_by_revision_id)).order_by("place")
    for values in rows.values_list(*WordingValues._fields):
        wording = WordingValues(*values)
        wordings_by_revision_id[wording.revision_id].append(wording)
    return wordings_by_revision_id


def _read_descents(drafts: Iterable[Draft], cut_off: datetime) -> list[NumberedDescent]:
    """Which paragraph follows which earlier one, in the revisions circulated by the cut-off."""
    rows = Descent.objects.filter(revision__draft__in=drafts, revision__circulated_at__lte=cut_off)
    return list(rows.oldest_first().values_list("paragraph_id", "follows_id", "revision__number"))


def _placement_in(
    wordings: Sequence[WordingValues], descents: Iterable[NumberedDescent], revision_number: int
) -> InputPlacement:
    """Under which paragraphs of the revision with these wordings inputs on earlier ones are."""
    position_by_paragraph_id = {wording.paragraph_id: wording.place for wording in wordings}
    links: list[LineageLink] = [
        (paragraph_id, earlier_id)
        for paragraph_id, earlier_id, number in descents
        if number <= revision_number
    ]
    return place_inputs(position_by_paragraph_id, links)


def _paragraph_order(
    wordings_of_revisions: Sequence[Sequence[WordingValues]],
) -> dict[int, tuple[int, int]]:
    """The sort key of each paragraph, by its id: as in the last revision; paragraphs that it no
    longer has, where they were."""
    ordered_ids: list[int] = []
    kind_by_id: dict[int, str] = {}
    # Later revisions first; a paragraph that they lack is put after the one that it followed in its
    # own.
    for wordings in reversed(wordings_of_revisions):
        already_ordered = set(ordered_ids)
        position = 0
        for wording in wordings:
            kind_by_id.setdefault(wording.paragraph_id, wording.kind)
            if wording.paragraph_id in already_ordered:
                position = ordered_ids.index(wording.paragraph_id) + 1
                continue
            ordered_ids.insert(position, wording.paragraph_id)
            position += 1
    return {
        paragraph_id: (0 if kind_by_id[paragraph_id] in GENERAL_KINDS else 1, position)
        for position, paragraph_id in enumerate(ordered_ids)
    }


def _citations(
    wordings_by_revision_id: dict[int, list[WordingValues]],
) -> dict[tuple[int, int], str]:
    """The citation of each paragraph, by the ids of its revision and of itself.

    "OP3", "OP3(a)", or its opening words.
    """
    return {
        (revision_id, wording.paragraph_id): name_of_wording(wording)
        for revision_id, wordings in wordings_by_revision_id.items()
        for wording in wordings
    }


# --- The order of inputs -------------------------------------------------------------------------


# Draft comments have no moment of submission.
DRAFTS_FIRST = Case(When(submitted_at=None, then=Value(0)), default=Value(1))


@dataclass(frozen=True, slots=True)
class OrderedInputIds:
    """The ids of inputs in the order of a table: paragraph, then seat, then number.

    A position is the place of a wording in that order; wordings that a table shows at one paragraph
    may share one. The ids come in arrays of 64-bit integers ("q"), which take less memory than
    lists.
    """

    comments: CommentQuerySet
    position_by_wording_id: Mapping[int, int]
    running_totals: Sequence[int]  # how many inputs there are up to and with each position
    order_within_position: Sequence[Any] = TABLE_ORDER

    def __len__(self) -> int:
        return self.running_totals[-1] if self.running_totals else 0

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids_on_wordings(self.position_by_wording_id))

    def __getitem__(self, span: slice) -> "array[int]":
        """Consecutive ids, for a page of them: reads those of the positions on which they are."""
        start, stop, _step = span.indices(len(self))
        if start >= stop:
            return array("q")
        first_position = bisect_right(self.running_totals, start)
        last_position = bisect_right(self.running_totals, stop - 1)
        earlier_count = self.running_totals[first_position - 1] if first_position else 0
        wording_ids = [
            wording_id
            for wording_id, position in self.position_by_wording_id.items()
            if first_position <= position <= last_position
        ]
        ids = self.ids_on_wordings(wording_ids)
        return ids[start - earlier_count : stop - earlier_count]

    def count_at_wording(self, wording_id: int) -> int:
        """How many inputs are at the position of this wording."""
        position = self.position_by_wording_id[wording_id]
        earlier_count = self.running_totals[position - 1] if position else 0
        return self.running_totals[position] - earlier_count

    def ids_on_wordings(self, wording_ids: Collection[int]) -> "array[int]":
        """The ids of the inputs on some wordings, in order: one query."""
        comments = self.comments.filter(wording__in=ids_subquery(wording_ids))
        ordered = comments.order_by(*self.order_within_position)
        ids_with_wording_ids = list(ordered.values_list("pk", "wording_id"))
        # A stable sort keeps the order of those at one position.
        ids_with_wording_ids.sort(
            key=lambda pk_and_wording_id: self.position_by_wording_id[pk_and_wording_id[1]]
        )
        return array("q", (pk for pk, _wording_id in ids_with_wording_ids))


def order_input_ids(
    comments: CommentQuerySet, place_by_wording_id: Mapping[int, WordingPlace]
) -> OrderedInputIds:
    """The inputs on these wordings in the order of a table.

    They are counted in one query that opens no row.
    """
    sort_keys = sorted({place.sort_key for place in place_by_wording_id.values()})
    position_by_sort_key = {sort_key: position for position, sort_key in enumerate(sort_keys)}
    position_by_wording_id = {
        wording_id: position_by_sort_key[place.sort_key]
        for wording_id, place in place_by_wording_id.items()
    }
    count_at_position = [0] * len(sort_keys)
    on_wordings = comments.filter(wording__in=ids_subquery(place_by_wording_id))
    for wording_id, count in _counts_by_wording(on_wordings):
        count_at_position[position_by_wording_id[wording_id]] += count
    return OrderedInputIds(comments, position_by_wording_id, list(accumulate(count_at_position)))


def order_input_ids_for_reading_page(comments: CommentQuerySet) -> OrderedInputIds:
    """Inputs and own drafts in the order of the reading page: two queries.

    By text, revision and paragraph, then own drafts, then the order of the table.
    """
    count_by_wording_id = dict(_counts_by_wording(comments))
    text_order = ("revision__draft__place", "revision__draft_id", "revision__number", "place")
    wordings = Wording.objects.filter(pk__in=ids_subquery(count_by_wording_id)).order_by(
        *text_order
    )
    position_by_wording_id = {
        wording_id: position
        for position, wording_id in enumerate(wordings.values_list("pk", flat=True))
    }
    running_totals = list(
        accumulate(count_by_wording_id[wording_id] for wording_id in position_by_wording_id)
    )
    return OrderedInputIds(
        comments,
        position_by_wording_id,
        running_totals,
        order_within_position=(DRAFTS_FIRST, *TABLE_ORDER),
    )


def _counts_by_wording(comments: CommentQuerySet) -> Iterable[tuple[int, int]]:
    """The id of each wording with comments, and how many it has."""
    return comments.order_by().values_list("wording").annotate(count=Count("*"))
