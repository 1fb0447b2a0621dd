"""The compiled table: one authorised value from which the page and every paper are made."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override

from comments.models import (
    Comment,
    CommentKind,
    CommentQuerySet,
    CommentType,
    Review,
)
from comments.tables.annexes import ConcordanceAnnexes, GroupInputMembers, TableAnnexes
from comments.tables.bracket_annex import BracketAnnexes
from comments.tables.input_values import (
    InputValues,
    RowAnswers,
    read_answers,
    read_inputs,
    read_member_names,
)
from comments.tables.ordered_input_ids import OrderedInputIds, order_input_ids
from comments.tables.table_filter import TableFilter, apply_filter
from comments.tables.table_head import (
    dated_stages,
    day_text,
    handling_mark,
    narrowed_title,
    stage_checksums,
    whole_title,
)
from comments.tables.table_row import TableRow
from comments.tables.unattributed_annex import UnattributedAnnex
from comments.tables.wording_places import RevisionLabels, WordingPlace, read_wording_places
from comments.threads.foreign_words import redline_to_show
from consultations.models import Consent, Seat
from consultations.rules.access import Access, Act
from consultations.rules.consent import attributed_filter, is_attributed
from consultations.rules.phases import readable_by_all_filter
from drafts.models import Revision, StateAct
from drafts.printing.annex import Annex

TableCopy = Literal["circulation", "facilitators"]
TableLayout = Literal["grid", "blocks"]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table as at its cut-off."""

    title: str  # "Table of Inputs on First and Second Drafts"
    consultation_title: str
    text_titles: tuple[str, ...]
    dated_stages: tuple[str, ...]  # "First draft of 3 May 2010", for each revision
    cut_off: datetime  # aware; printed in New York time
    handling_mark: str  # "Facilitators' copy – not for circulation"
    copy: TableCopy
    layout: TableLayout
    language: str  # of the printed frame, one of settings.LANGUAGES
    row_count: int
    rows: Iterable[TableRow]  # may be read more than once, a batch at a time
    annexes: Iterable[Annex] = ()  # TableAnnexes; none in a table of own inputs
    stage_checksums: tuple[tuple[str, str], ...] = ()  # the stage and checksum of each revision
    input_count: int | None = None  # in a short table: how many inputs its rows hold
    disposition_filter: str = ""  # it holds only inputs with this answer, or UNANSWERED
    filter_names: tuple[str, ...] = ()  # of the chosen part: "II Prevention", "Norway"

    @property
    def is_short(self) -> bool:
        """Whether inputs that ask for the same share a row."""
        return self.input_count is not None


WHOLE_TABLE = TableFilter()
ROWS_PER_READ = 500  # in a fixed number of queries


def compile_table(
    *,
    access: Access,
    revisions: Sequence[Revision],
    cut_off: datetime,
    copy: TableCopy = "circulation",
    layout: TableLayout = "grid",
    language: str = "",
    disposition: str = "",
    table_filter: TableFilter = WHOLE_TABLE,
) -> Table:
    """The table of inputs on these revisions as the record stood at the cut-off.

    What the reader may read is decided now, at `access.moment`; the cut-off decides the state:
    submitted, superseded, withdrawn, answered, reviewed and circulated by then. The circulation
    copy holds no input that delegations may not read but the reader's own, marked in the title or
    status. With a disposition, or UNANSWERED, only inputs with that last answer by the cut-off,
    published or not. Needs `draft` of each revision. The cut-off is aware. Raises Refused, and
    ValidationError for a cut-off in the future or before the first of the revisions, for a part
    that they do not have, and for an answer in the circulation copy, which shows none.
    """
    access.require(Act.EXPORT)
    if copy == "facilitators":
        access.require(Act.READ_UNPUBLISHED_REVIEW)  # this copy shows those answers too
    elif disposition:
        message = gettext("Choose the facilitators’ copy to choose by answer.")
        raise ValidationError({"disposition": message})
    for revision in revisions:
        access.require(Act.READ_TEXT, on=revision)
    circulated_revisions = _circulated_revisions(access, revisions, cut_off)
    language = language or get_language() or "en"
    with override(language):
        place_by_wording_id, revision_labels = read_wording_places(
            circulated_revisions, cut_off, sorts_by_revision=layout == "blocks"
        )
        seats = Seat.objects.filter(consultation=access.consultation)
        seat_by_id = {seat.pk: seat for seat in seats}
        filtered = apply_filter(
            table_filter, circulated_revisions, place_by_wording_id, seat_by_id.values(), cut_off
        )
        inputs = _readable_inputs(access, copy).as_at(cut_off).filter(filtered.condition)
        if disposition:
            reviews = Review.objects.in_force_at(cut_off)
            inputs = inputs.filter(reviews.disposition_filter(disposition))
        rows = TableRows(
            access=access,
            copy=copy,
            cut_off=cut_off,
            language=language,
            # The grid of the circulation copy has no column for replies.
            has_replies=copy == "facilitators" or layout == "blocks",
            comment_ids=order_input_ids(inputs, filtered.place_by_wording_id),
            place_by_wording_id=filtered.place_by_wording_id,
            revision_labels=revision_labels,
            seat_by_id=seat_by_id,
            shows_consent=copy == "facilitators",
            state_by_paragraph_id=_state_labels(
                access, copy, revision_labels.newest_revisions, cut_off
            ),
        )
        # A choice of a delegation, or of late inputs, would tell whose the unattributed ones are.
        unattributed_inputs: Iterable[Annex] = ()
        if copy == "circulation" and filtered.has_every_delegation_and_state:
            unattributed_inputs = UnattributedAnnex(
                access, cut_off, filtered.place_by_wording_id, language
            )
        is_for_facilitators = copy == "facilitators"
        title = whole_title(access, circulated_revisions, is_for_facilitators=is_for_facilitators)
        return Table(
            title=narrowed_title(title, filtered.filter_names, disposition),
            consultation_title=access.consultation.title,
            text_titles=tuple(
                dict.fromkeys(revision.draft.title for revision in circulated_revisions)
            ),
            dated_stages=dated_stages(circulated_revisions),
            cut_off=cut_off,
            handling_mark=handling_mark(access, is_for_facilitators=is_for_facilitators),
            copy=copy,
            layout=layout,
            language=language,
            row_count=len(rows),
            rows=rows,
            annexes=TableAnnexes(
                rows.read_group_members,
                ConcordanceAnnexes(circulated_revisions, language),
                language,
                unattributed_inputs=unattributed_inputs,
                brackets=BracketAnnexes(
                    access, circulated_revisions, language, is_for_facilitators
                ),
            ),
            stage_checksums=stage_checksums(circulated_revisions),
            disposition_filter=disposition,
            filter_names=filtered.filter_names,
        )


def _circulated_revisions(
    access: Access, revisions: Sequence[Revision], cut_off: datetime
) -> list[Revision]:
    """Those of the revisions circulated by the cut-off, in the order of texts and numbers.

    Raises ValidationError if there are none, or the cut-off is in the future.
    """
    if cut_off > access.moment:
        raise ValidationError(gettext("The cut-off is in the future. Choose an earlier time."))
    if not revisions:
        raise ValidationError(gettext("Choose at least one revision."))
    circulated = [revision for revision in revisions if revision.circulated_at <= cut_off]
    if not circulated:
        raise ValidationError(
            gettext("None of these revisions was circulated by the cut-off. Choose a later one.")
        )
    return sorted(
        circulated, key=lambda revision: (revision.draft.place, revision.draft_id, revision.number)
    )


def _readable_inputs(access: Access, copy: TableCopy) -> CommentQuerySet:
    """The inputs that this reader may read now, and that this copy may hold."""
    comments = Comment.objects.visible_to(access)
    # Facilitators read inputs that others may not read yet, or not with the name of the delegation.
    if copy == "circulation" and access.reads_all:
        return comments.filter(readable_by_all_filter(access.moment), attributed_filter())
    return comments


def _state_labels(
    access: Access, copy: TableCopy, revisions: Sequence[Revision], cut_off: datetime
) -> dict[int, str]:
    """The state that the facilitators gave each paragraph by the cut-off, in words, by its id.

    One query.
    """
    state_acts = StateAct.objects.filter(made_at__lte=cut_off)
    if copy == "facilitators":
        visible_acts = state_acts.visible_to(access)
    else:
        visible_acts = state_acts.on_circulated_words(access)
    return {
        act.paragraph_id: gettext("%(state)s, %(day)s")
        % {"state": capfirst(act.get_state_display()), "day": day_text(act.made_at)}
        for act in visible_acts.applying_to(revisions)
    }


# --- The rows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table: the ids of their inputs in order; rows are read a batch at a time.

    They may be read repeatedly.
    """

    access: Access
    copy: TableCopy
    cut_off: datetime
    language: str
    has_replies: bool
    comment_ids: "OrderedInputIds | array[int]"  # an array in a table of own inputs
    place_by_wording_id: Mapping[int, WordingPlace]
    revision_labels: RevisionLabels
    seat_by_id: Mapping[int, Seat]
    shows_consent: bool = False  # of every input; else where others may not read it by name
    state_by_paragraph_id: Mapping[int, str] = field(default_factory=dict)  # in words

    def __len__(self) -> int:
        return len(self.comment_ids)

    def __getitem__(self, span: slice) -> list[TableRow]:
        """Consecutive rows, for a page of them."""
        return self.read(self.comment_ids[span])

    def __iter__(self) -> Iterator[TableRow]:
        for comment_ids in batched(self.comment_ids, ROWS_PER_READ):
            yield from self.read(comment_ids)

    def count_by_paragraph_id(self) -> dict[int, int]:
        """How many inputs are on each paragraph that has any, by its id; not for own inputs."""
        assert isinstance(self.comment_ids, OrderedInputIds)
        # In the grid layout the wordings of one paragraph share a position: each has the count of
        # all of them.
        counts = {
            place.paragraph_id: self.comment_ids.count_at_wording(wording_id)
            for wording_id, place in self.place_by_wording_id.items()
        }
        return {paragraph_id: count for paragraph_id, count in counts.items() if count}

    def rows_under(
        self, paragraph_ids: Collection[int], *, limit: int
    ) -> tuple[list[TableRow], int]:
        """The first rows under some paragraphs, and how many more; not in a table of own inputs."""
        assert isinstance(self.comment_ids, OrderedInputIds)
        wording_ids = [
            wording_id
            for wording_id, place in self.place_by_wording_id.items()
            if place.paragraph_id in paragraph_ids
        ]
        comment_ids = self.comment_ids.ids_on_wordings(wording_ids)
        return self.read(comment_ids[:limit]), max(0, len(comment_ids) - limit)

    def read_group_members(self) -> Iterator[GroupInputMembers]:
        """The members that each group's input lists, in the order of the table: two queries."""
        comment_ids = [*self.comment_ids]
        member_names_by_id = read_member_names(comment_ids)
        group_inputs = Comment.objects.filter(pk__in=list(member_names_by_id))
        seat_and_number_by_id = {
            pk: (self.seat_by_id[seat_id], number)
            for pk, seat_id, number in group_inputs.values_list("pk", "seat", "number")
        }
        for pk in comment_ids:
            if pk in seat_and_number_by_id:
                seat, number = seat_and_number_by_id[pk]
                yield GroupInputMembers(
                    f"{seat.code}-{number}", seat.name_for_reader, tuple(member_names_by_id[pk])
                )

    def comments_as_at_cut_off(self) -> CommentQuerySet:
        """The inputs that this reader may read, as they stood at the cut-off."""
        return _readable_inputs(self.access, self.copy).as_at(self.cut_off)

    def read(self, comment_ids: Sequence[int]) -> list[TableRow]:
        """The rows of these inputs, in the order of the ids."""
        # A list, no generator: at a yield the language would stay set for whoever reads the rows.
        with override(self.language):
            inputs = read_inputs(_readable_inputs(self.access, self.copy), comment_ids)
            answers = read_answers(
                inputs,
                access=self.access,
                cut_off=self.cut_off,
                name_by_seat_id={pk: seat.name_for_reader for pk, seat in self.seat_by_id.items()},
                has_replies=self.has_replies,
                has_reviews=self.copy == "facilitators",
            )
            words_by_kind = {kind: capfirst(str(label)) for kind, label in CommentKind.choices}
            words_by_type = {type_: capfirst(str(label)) for type_, label in CommentType.choices}
            return [
                self._row(input_values, answers, words_by_kind, words_by_type)
                for input_values in inputs
            ]

    def _row(
        self,
        input_values: InputValues,
        answers: RowAnswers,
        words_by_kind: Mapping[str, str],
        words_by_type: Mapping[str, str],
    ) -> TableRow:
        """The row of one input, with the answers to it."""
        place = self.place_by_wording_id[input_values.wording_id]
        seat = self.seat_by_id[input_values.seat_id]
        disposition, observation = answers.answer_by_id.get(input_values.pk, ("", ""))
        return TableRow(
            number=f"{seat.code}-{input_values.number}" if input_values.number else "",
            draft_title=place.draft_title,
            stage=place.stage,
            label_then=place.label_then,
            label_now=place.label_now,
            text=place.text,
            opening=place.opening,
            delegation_name=seat.name_for_reader,
            on_behalf_of=self._filing_note(input_values),
            member_names=tuple(answers.member_names_by_id.get(input_values.pk, ())),
            aligned_names=tuple(answers.aligned_names_by_id.get(input_values.pk, ())),
            kind=self._kind(input_values, words_by_kind, place),
            type=words_by_type[input_values.type],
            language=input_values.language,
            redline=redline_to_show(input_values, place.text, place.language),
            proposed=input_values.proposed,
            rationale=input_values.rationale,
            replies=tuple(answers.replies_by_id.get(input_values.pk, ())),
            status=self._status(input_values),
            observation=observation,
            disposition=disposition,
            text_language=place.language,
            state=self.state_by_paragraph_id.get(place.current_paragraph_id, "")
            if place.label_now
            else "",
            stance=answers.stance_by_id.get(input_values.pk, ""),
            comment_id=input_values.pk,
            wording_id=input_values.wording_id,
            paragraph_id=place.paragraph_id,
            kind_value=input_values.kind,
            consent=input_values.consent,
            is_withdrawn=self._is_withdrawn(input_values),
        )

    def _filing_note(self, input_values: InputValues) -> str:
        """Who filed an input for its group; empty for a delegation's own."""
        if input_values.filed_by_id == input_values.seat_id:
            return ""
        return gettext("filed by %(name)s") % {
            "name": self.seat_by_id[input_values.filed_by_id].name_for_reader
        }

    def _kind(
        self, input_values: InputValues, words_by_kind: Mapping[str, str], place: WordingPlace
    ) -> str:
        """The kind in words; of a move also the label of the paragraph to follow."""
        label = (
            self.revision_labels.label_in(place.revision_id, input_values.move_after_id)
            if input_values.move_after_id
            else ""
        )
        if not label:
            return words_by_kind[input_values.kind]
        values = {"kind": words_by_kind[input_values.kind], "label": label}
        return gettext("%(kind)s, to be placed after %(label)s") % values

    def _status(self, input_values: InputValues) -> str:
        """Whether it is late, its consent, and whether it was withdrawn by the cut-off."""
        remarks = [gettext("late")] if input_values.is_late else []
        shows_consent = self.shows_consent or not is_attributed(input_values)
        if shows_consent and input_values.consent != Consent.ROUND:
            remarks.append(str(Consent(input_values.consent).label))
        # `withdrawn_at` is asked for the type checker: it follows from the second condition.
        if input_values.withdrawn_at and self._is_withdrawn(input_values):
            remarks.append(
                gettext("withdrawn %(day)s") % {"day": day_text(input_values.withdrawn_at)}
            )
        return gettext(", ").join(remarks)

    def _is_withdrawn(self, input_values: InputValues) -> bool:
        return input_values.withdrawn_at is not None and input_values.withdrawn_at <= self.cut_off
