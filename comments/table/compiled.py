"""The compiled table: one authorised value with its head and rows, from which all is made."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override

from comments.inputs.citations import join_with_and
from comments.inputs.unattributed import redline_to_show
from comments.models import (
    UNANSWERED,
    Comment,
    CommentKind,
    CommentQuerySet,
    CommentType,
    Disposition,
    Review,
)
from comments.table.annexes import (
    BracketAnnexes,
    ConcordanceAnnexes,
    GroupInputMembers,
    TableAnnexes,
    UnattributedAnnex,
)
from comments.table.filter import TableFilter, apply_filter
from comments.table.queries import (
    InputValues,
    OrderedInputIds,
    RevisionLabels,
    RowAnswers,
    WordingPlace,
    order_input_ids,
    read_answers,
    read_inputs,
    read_member_names,
    read_wording_places,
)
from consultations.models import Consent, Round, Seat
from consultations.rules.access import Access, Act
from consultations.rules.consent import attributed_filter, is_attributed
from consultations.rules.phases import (
    is_readable_by_all,
    readable_by_all_filter,
    rounds_on_same_texts,
)
from consultations.time.wall_clock import NEW_YORK, date_of
from drafts.circulating.seal import checksum_in_groups
from drafts.models import Revision, StateAct
from drafts.printing.annex import Annex
from drafts.words.differences import Redline

TableCopy = Literal["circulation", "facilitators"]
TableLayout = Literal["grid", "blocks"]

WHOLE_TABLE = TableFilter()
ROWS_PER_READ = 500  # in a fixed number of queries


@dataclass(frozen=True, slots=True)
class TableRow:
    """One input as at the cut-off; its words as received, all other words already translated."""

    number: str  # "PRT-7", permanent; "" before the submission
    draft_title: str  # of the text: the Plan, the draft resolution
    stage: str  # of the revision the input was made on: "First draft"
    label_then: str  # of the paragraph in that revision: "OP3"
    label_now: str  # "" where the paragraph was deleted since
    text: str  # the wording the input was made on
    text_language: str  # BCP 47 tag of that wording
    # Its opening words, set in italics: "Recalling". The text begins with them, except in texts
    # circulated before release 0.2, in which an incorporated change may have replaced them.
    opening: str
    delegation_name: str  # the name under which it sat
    on_behalf_of: str  # who filed for a group, in words: "filed by Cabo Verde"
    member_names: tuple[str, ...]  # of the group whose input it is
    aligned_names: tuple[str, ...]  # of delegations, with their reservations in words
    kind: str  # display words
    type: str  # display words
    language: str  # BCP 47 tag of the input's words
    redline: Redline  # the proposed wording against the text; () for a plain comment
    proposed: str
    rationale: str
    replies: tuple[str, ...]
    status: str  # "", "late", "withdrawn 5 May 2010"
    observation: str  # with the facilitators' answer; empty in the circulation copy
    disposition: str  # the answer; empty in the circulation copy
    state: str = ""  # of the paragraph now: "Agreed ad referendum, 5 May 2010"
    stance: str = ""  # the delegation's answer to the disposition; empty in the circulation copy
    # For the rolling text, which sets the same rows into the text; not printed.
    comment_id: int = 0
    wording_id: int = 0  # of the wording it was made on
    paragraph_id: int = 0  # of the paragraph under which the last revision shows it
    kind_value: str = ""  # the kind as a value of CommentKind
    consent: str = Consent.ROUND  # what the delegation allows with it: a value of Consent
    is_withdrawn: bool = False  # by the cut-off
    # In a short table: the other inputs that ask for the same.
    merged_rows: tuple["TableRow", ...] = ()


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


# --- Titles --------------------------------------------------------------------------------------


def whole_title(access: Access, revisions: Sequence[Revision], *, is_for_facilitators: bool) -> str:
    """The title of the whole table; it says on which stages inputs of others are left out."""
    stages = [revision.stage for revision in revisions]
    hidden_stages = [] if is_for_facilitators else _hidden_stages(access, revisions)
    if not hidden_stages:
        return table_title(stages)
    if access.reads_all:
        template = gettext("%(title)s (without inputs on %(stages)s that delegations may not read)")
        return template % {"title": table_title(stages), "stages": join_stages(hidden_stages)}
    own_name = access.seat.name_for_reader if access.seat else access.capacity.name
    if set(hidden_stages) == set(stages):
        return own_inputs_title(stages, own_name)
    template = gettext("%(title)s (on %(stages)s own inputs of %(name)s only)")
    return template % {
        "title": table_title(stages),
        "stages": join_stages(hidden_stages),
        "name": own_name,
    }


def table_title(stages: Sequence[str]) -> str:
    """The title of a table of inputs on these stages, in the style of the United Nations.

    Of one stage "Table of Inputs on First Draft"; of two "… on First and Second Drafts"; of three
    "… on First, Second and Third Drafts". Stages that share no last word stand in full.
    """
    return gettext("Table of Inputs on %(stages)s") % {"stages": join_stages(stages)}


def own_inputs_title(stages: Sequence[str], name: str) -> str:
    """The title where a reader sees only the inputs of their own delegation, with this name."""
    values = {"name": name, "stages": join_stages(stages)}
    return gettext("Own inputs of %(name)s on %(stages)s") % values


def join_stages(stages: Sequence[str]) -> str:
    """The stages as a list: "First and Second Drafts", "Second Draft and Rev.1"."""
    if (get_language() or "en").partition("-")[0] != "en":
        return join_with_and(list(dict.fromkeys(stages)))
    titles = list(dict.fromkeys(_in_title_case(stage) for stage in stages))
    # What stands before the last space of each title, and the word behind it: "Draft" gets an "s"
    # where all titles share it, and "Rev.1" never, since it is no plain word.
    beginnings, last_words = zip(*(title.rpartition(" ")[::2] for title in titles), strict=True)
    shares_last_word = len(set(last_words)) == 1 and last_words[0].isalpha()
    if len(titles) > 1 and shares_last_word and all(beginnings):
        return f"{join_with_and(beginnings)} {last_words[0]}s"
    return join_with_and(titles)


# English words that keep a small letter in a title.
SMALL_WORDS = frozenset({"a", "an", "and", "for", "of", "on", "the", "to"})


def _in_title_case(stage: str) -> str:
    """First letters as capitals, all else as given: "Call for Inputs", "Rev.1"."""
    first_word, *later_words = stage.split() or [stage]  # an empty stage has no words
    return " ".join(
        [
            _capitalized(first_word),
            *(word if word in SMALL_WORDS else _capitalized(word) for word in later_words),
        ]
    )


def _capitalized(word: str) -> str:
    return word[:1].upper() + word[1:]


def _hidden_stages(access: Access, revisions: Sequence[Revision]) -> list[str]:
    """The stages on which delegations may not read all of each other's inputs now."""
    # Rounds that are not open yet have no inputs to leave out.
    opened_rounds = list(
        Round.objects.filter(consultation=access.consultation, opens_at__lte=access.moment)
    )
    # A later round may ask again on the texts of an earlier one, which the revisions name.
    return [
        revision.stage
        for revision in revisions
        if revision.round_id
        and not all(
            is_readable_by_all(round, access.moment)
            for round in rounds_on_same_texts(revision.round_id, opened_rounds)
        )
    ]


def narrowed_title(title: str, filter_names: Sequence[str], disposition: str) -> str:
    """The title with what was chosen, so that a part is never mistaken for the whole table."""
    if filter_names:
        template = gettext("%(title)s (only %(part)s)")
        title = template % {"title": title, "part": gettext("; ").join(filter_names)}
    if not disposition:
        return title
    if disposition == UNANSWERED:
        return gettext("%(title)s (only inputs without an answer)") % {"title": title}
    answer = Disposition(disposition).label
    template = gettext("%(title)s (only inputs answered: %(answer)s)")
    return template % {"title": title, "answer": answer}


# --- Other words of the head ---------------------------------------------------------------------


def dated_stages(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """The stage of each revision with its day in New York: "First draft of 3 May 2010"."""
    stages = _stages(revisions)
    days = (day_text(revision.circulated_at) for revision in revisions)
    return tuple(
        gettext("%(stage)s of %(day)s") % {"stage": stage, "day": day}
        for stage, day in zip(stages, days, strict=True)
    )


def stage_checksums(revisions: Sequence[Revision]) -> tuple[tuple[str, str], ...]:
    """The stage of each revision, and its checksum as it is printed."""
    checksums = (checksum_in_groups(revision.checksum) for revision in revisions)
    return tuple(zip(_stages(revisions), checksums, strict=True))


def _stages(revisions: Sequence[Revision]) -> list[str]:
    """The stage of each revision, after the title of its text if there are several texts."""
    if len({revision.draft_id for revision in revisions}) > 1:
        return [f"{revision.draft.title}: {revision.stage}" for revision in revisions]
    return [revision.stage for revision in revisions]


def handling_mark(access: Access, *, is_for_facilitators: bool) -> str:
    """Who may have the table, as its papers say at the top of each page."""
    if is_for_facilitators:
        return gettext("Facilitators’ copy – not for circulation")
    return access.consultation.handling or gettext("For participants of the consultation only")


def day_text(moment: datetime) -> str:
    """The day of a moment in New York."""
    return date_of(moment, NEW_YORK)
