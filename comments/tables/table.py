"""The compiled table: one authorised value from which the page and every paper are made."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Literal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, override

from comments.models import (
    UNANSWERED,
    Comment,
    CommentKind,
    CommentQuerySet,
    CommentType,
    Disposition,
    Review,
)
from comments.tables.annexes import ConcordanceAnnexes, Membership, TableAnnexes
from comments.tables.bracket_annex import BracketAnnexes
from comments.tables.inputs import InputRow, RowAnswers, answers_on, members_of, read_inputs
from comments.tables.nameless_annex import NamelessAnnex
from comments.tables.positions import RevisionLabels, WordingPlace, places_of
from comments.tables.table_filter import TableFilter, apply_filter
from comments.tables.table_keys import KeysInOrder, keys_in_order
from comments.tables.titles import named_stages, own_title_of, table_title
from comments.threads.foreign_words import redline_beside
from consultations.models import Consent, Round, Seat
from consultations.rules.access import Access, Act
from consultations.rules.consent import attributed_filter
from consultations.rules.phases import is_readable_by_all, readable_by_all_filter
from consultations.wall_clock import date_of
from drafts.circulating.seal import in_groups
from drafts.models import Revision, StateAct
from drafts.shells.annex import Annex

# Pieces of a difference: ("=", kept words), ("-", deleted words), ("+", inserted words).
Redline = tuple[tuple[str, str], ...]
Copy = Literal["circulation", "facilitators"]
Layout = Literal["grid", "blocks"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One input as at the cut-off; its words as received, all other words already translated."""

    number: str  # "PRT-7", permanent; "" before the submission
    draft: str  # title of the text: the Plan, the draft resolution
    revision: str  # stage the input was made on: "First draft"
    label_then: str
    label_now: str  # "" when the paragraph was struck
    text: str  # the wording the input was made on
    opening: str  # its opening words, set in italics: "Recalling"
    delegation: str  # the name under which it sat
    on_behalf_of: str  # who filed for a group, in words: "filed by Cabo Verde"
    members: tuple[str, ...]
    aligned: tuple[str, ...]  # a reservation is said in words
    kind: str  # display words
    type: str  # display words
    language: str  # BCP 47 tag of the input's words
    redline: Redline  # the proposed wording against the text; () for a plain comment
    proposed: str
    rationale: str
    replies: tuple[str, ...]
    status: str  # "", "late", "withdrawn 5 May 2010"
    observation: str  # empty in the circulation copy
    disposition: str  # empty in the circulation copy
    text_language: str = ""  # BCP 47 tag of the text; "" when it is the table's own
    state: str = ""  # of the paragraph now: "Agreed ad referendum, 5 May 2010"
    stance: str = ""  # the delegation's answer to the disposition; empty in the circulation copy
    # For the rolling text, which sets the same rows into the text; not printed.
    key: int = 0  # of the input
    wording: int = 0  # the key of the wording it was made on
    paragraph: int = 0  # the key of the paragraph under which the last revision shows it
    asks: str = ""  # the kind as a value of CommentKind
    is_withdrawn: bool = False  # by the cut-off
    others: tuple["TableRow", ...] = ()  # in a short table: who asks for the same, in order


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table as at its cut-off."""

    title: str  # "Table of Inputs on First and Second Drafts"
    consultation: str  # its title
    texts: tuple[str, ...]
    revisions: tuple[str, ...]  # each with its date
    cut_off: datetime  # aware; printed in New York time
    handling: str  # "Facilitators' copy – not for circulation"
    copy: Copy
    layout: Layout
    language: str  # of the printed frame, one of settings.LANGUAGES
    count: int  # how many rows there are
    rows: Iterable[TableRow]  # may be read more than once, a batch at a time
    annexes: Iterable[Annex] = ()  # who is a member of a large group, and concordances
    checksums: tuple[tuple[str, str], ...] = ()  # of each revision, by its stage
    inputs: int | None = None  # in a short table: how many inputs its rows hold
    disposition: str = ""  # it holds only inputs with this answer, or UNANSWERED
    part: tuple[str, ...] = ()  # the names of the chosen part: "II Prevention", "Norway"

    @property
    def is_short(self) -> bool:
        """Whether inputs that ask for the same share a row."""
        return self.inputs is not None


NEW_YORK = ZoneInfo("America/New_York")
WHOLE = TableFilter()
CHUNK = 500  # rows read at a time, in a fixed number of queries


def compile_table(
    *,
    access: Access,
    revisions: Sequence[Revision],
    cut_off: datetime,
    copy: Copy = "circulation",
    layout: Layout = "grid",
    language: str = "",
    disposition: str = "",
    part: TableFilter = WHOLE,
) -> Table:
    """The table of inputs on these revisions as the record stood at the cut-off.

    What the reader may read is decided now, at `access.moment`; the cut-off decides the state:
    submitted, superseded, withdrawn, answered, reviewed and circulated by then. The circulation
    copy never holds an input that delegations may not read, whoever makes it. With a disposition,
    or UNANSWERED, only inputs with that last answer by the cut-off, published or not. Needs
    `draft` of each revision. The cut-off is aware. Raises Refused, and ValidationError for a
    cut-off in the future or before the first of the revisions, for a part that they do not have,
    and for an answer in the circulation copy, which shows none.
    """
    access.require(Act.EXPORT)
    if copy == "facilitators":
        access.require(Act.READ_UNPUBLISHED_REVIEW)
    elif disposition:
        message = gettext("Choose the facilitators’ copy to choose by answer.")
        raise ValidationError({"disposition": message})
    for revision in revisions:
        access.require(Act.READ_TEXT, on=revision)
    circulated = _circulated_by(access, revisions, cut_off)
    language = language or get_language() or "en"
    with override(language):
        places, labels = places_of(circulated, cut_off, by_revision=layout == "blocks")
        seats = {seat.pk: seat for seat in Seat.objects.filter(consultation=access.consultation)}
        chosen = apply_filter(part, circulated, places, seats.values(), cut_off)
        inputs = _readable_inputs(access, copy).as_at(cut_off).filter(chosen.condition)
        if disposition:
            answers = Review.objects.filter(decided_at__lte=cut_off)
            inputs = inputs.filter(answers.inputs_answered(disposition))
        rows = TableRows(
            access=access,
            copy=copy,
            cut_off=cut_off,
            language=language,
            has_replies=copy == "facilitators" or layout == "blocks",
            keys=keys_in_order(inputs, chosen.places),
            places=chosen.places,
            labels=labels,
            seats=seats,
            says_consent=copy == "facilitators",
            states=_state_labels(access, copy, labels.newest, cut_off),
        )
        return Table(
            title=_narrowed_title(_title(access, circulated, copy), chosen.names, disposition),
            consultation=access.consultation.title,
            texts=tuple(dict.fromkeys(revision.draft.title for revision in circulated)),
            revisions=revision_words(circulated),
            cut_off=cut_off,
            handling=_handling(access, copy),
            copy=copy,
            layout=layout,
            language=language,
            count=len(rows),
            rows=rows,
            annexes=TableAnnexes(
                rows.memberships,
                ConcordanceAnnexes(circulated, language),
                language,
                nameless=NamelessAnnex(access, cut_off, chosen.places, language)
                if copy == "circulation" and chosen.is_of_all
                else (),
                brackets=BracketAnnexes(access, circulated, language, copy == "facilitators"),
            ),
            checksums=checksums_of(circulated),
            disposition=disposition,
            part=chosen.names,
        )


def _circulated_by(
    access: Access, revisions: Sequence[Revision], cut_off: datetime
) -> list[Revision]:
    """The revisions that were out by the cut-off, in the order of texts and numbers."""
    if cut_off > access.moment:
        raise ValidationError(gettext("The cut-off is in the future. Choose an earlier time."))
    if not revisions:
        raise ValidationError(gettext("Choose at least one revision."))
    chosen = [revision for revision in revisions if revision.circulated_at <= cut_off]
    if not chosen:
        raise ValidationError(
            gettext("None of these revisions was circulated by the cut-off. Choose a later one.")
        )
    return sorted(chosen, key=lambda r: (r.draft.place, r.draft_id, r.number))


def _readable_inputs(access: Access, copy: Copy) -> CommentQuerySet:
    """The inputs that this reader may read now, and that this copy may hold."""
    rows = Comment.objects.visible_to(access)
    if copy == "circulation" and access.reads_all:
        return rows.filter(readable_by_all_filter(access.moment), attributed_filter())
    return rows


def _state_labels(
    access: Access, copy: Copy, revisions: Sequence[Revision], cut_off: datetime
) -> dict[int, str]:
    """The state that the facilitators gave each paragraph by the cut-off, in words: one query."""
    acts = StateAct.objects.filter(made_at__lte=cut_off)
    visible = acts.visible_to(access) if copy == "facilitators" else acts.circulated(access)
    return {
        act.paragraph_id: gettext("%(state)s, %(day)s")
        % {"state": capfirst(act.get_state_display()), "day": _day_text(act.made_at)}
        for act in visible.applying_to(revisions)
    }


# --- The head ------------------------------------------------------------------------------------


def _title(access: Access, revisions: Sequence[Revision], copy: Copy) -> str:
    stages = [revision.stage for revision in revisions]
    hidden = [] if copy == "facilitators" else _hidden_stages(access, revisions)
    if not hidden:
        return table_title(stages)
    if access.reads_all:
        template = gettext("%(title)s (without inputs on %(stages)s that delegations may not read)")
        return template % {"title": table_title(stages), "stages": named_stages(hidden)}
    name = access.seat.name_for_reader if access.seat else access.capacity.name
    if set(hidden) == set(stages):
        return own_title_of(stages, name)
    template = gettext("%(title)s (on %(stages)s own inputs of %(name)s only)")
    return template % {"title": table_title(stages), "stages": named_stages(hidden), "name": name}


def _narrowed_title(title: str, part: Sequence[str], disposition: str) -> str:
    """The title with the name of the part, so that a part is never taken for the whole."""
    if part:
        template = gettext("%(title)s (only %(part)s)")
        title = template % {"title": title, "part": gettext("; ").join(part)}
    if not disposition:
        return title
    if disposition == UNANSWERED:
        return gettext("%(title)s (only inputs without an answer)") % {"title": title}
    answer = Disposition(disposition).label
    template = gettext("%(title)s (only inputs answered: %(answer)s)")
    return template % {"title": title, "answer": answer}


def _hidden_stages(access: Access, revisions: Sequence[Revision]) -> list[str]:
    """The stages on which delegations may not read all of each other's inputs now."""
    round_ids = [revision.round_id for revision in revisions if revision.round_id]
    rounds = Round.objects.filter(Q(pk__in=round_ids) | Q(asks_again__in=round_ids))
    hidden: set[int | None] = set()
    for round in rounds.filter(opens_at__lte=access.moment):
        if not is_readable_by_all(round, access.moment):
            hidden |= {round.pk, round.asks_again_id}
    return [revision.stage for revision in revisions if revision.round_id in hidden]


def revision_words(revisions: Sequence[Revision]) -> tuple[str, ...]:
    """Each revision with its day in New York."""
    stages = _stages(revisions)
    days = (_day_text(revision.circulated_at) for revision in revisions)
    return tuple(
        gettext("%(stage)s of %(day)s") % {"stage": stage, "day": day}
        for stage, day in zip(stages, days, strict=True)
    )


def checksums_of(revisions: Sequence[Revision]) -> tuple[tuple[str, str], ...]:
    """The stage of each revision and its checksum."""
    seals = (in_groups(revision.checksum) for revision in revisions)
    return tuple(zip(_stages(revisions), seals, strict=True))


def _stages(revisions: Sequence[Revision]) -> list[str]:
    several = len({revision.draft_id for revision in revisions}) > 1
    return [f"{r.draft.title}: {r.stage}" if several else r.stage for r in revisions]


def _handling(access: Access, copy: Copy) -> str:
    if copy == "facilitators":
        return gettext("Facilitators’ copy – not for circulation")
    return access.consultation.handling or gettext("For participants of the consultation only")


def _day_text(moment: datetime) -> str:
    return date_of(moment, NEW_YORK)


# --- The rows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table: their keys in order; the rows are read a chunk at a time, repeatedly."""

    access: Access
    copy: Copy
    cut_off: datetime
    language: str
    has_replies: bool
    keys: "KeysInOrder | array[int]"
    places: Mapping[int, WordingPlace]
    labels: RevisionLabels
    seats: Mapping[int, Seat]
    says_consent: bool = False
    states: Mapping[int, str] = field(default_factory=dict)  # in words, by paragraph

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, span: slice) -> list[TableRow]:
        """Consecutive rows, for a page of them."""
        return self.read(self.keys[span])

    def __iter__(self) -> Iterator[TableRow]:
        for keys in batched(self.keys, CHUNK):
            yield from self.read(keys)

    def counts(self) -> dict[int, int]:
        """How many inputs each paragraph has that has any, in a table of whole texts."""
        assert isinstance(self.keys, KeysInOrder)
        counts = {
            place.paragraph_id: self.keys.count_with(wording)
            for wording, place in self.places.items()
        }
        return {paragraph: count for paragraph, count in counts.items() if count}

    def under(self, paragraphs: Collection[int], *, limit: int) -> tuple[list[TableRow], int]:
        """The first rows under some paragraphs, and how many more there are."""
        assert isinstance(self.keys, KeysInOrder)
        wordings = [key for key, place in self.places.items() if place.paragraph_id in paragraphs]
        keys = self.keys.on_wordings(wordings)
        return self.read(keys[:limit]), max(0, len(keys) - limit)

    def memberships(self) -> Iterator[Membership]:
        """Which inputs list which members, in the order of the table: two queries."""
        keys = [*self.keys]
        members = members_of(keys)
        filed = Comment.objects.filter(pk__in=list(members)).values_list("pk", "seat", "number")
        inputs = {pk: (self.seats[seat], number) for pk, seat, number in filed}
        for key in keys:
            if key in inputs:
                seat, number = inputs[key]
                yield Membership(f"{seat.code}-{number}", seat.name_for_reader, tuple(members[key]))

    def in_force(self) -> CommentQuerySet:
        """The inputs that this reader may read, as they stood at the cut-off."""
        return _readable_inputs(self.access, self.copy).as_at(self.cut_off)

    def read(self, keys: Sequence[int]) -> list[TableRow]:
        """The rows of these inputs, in the order of the keys."""
        # Never across a yield: the language would leak into whoever reads the rows.
        with override(self.language):
            inputs = read_inputs(_readable_inputs(self.access, self.copy), keys)
            answers = answers_on(
                inputs,
                access=self.access,
                cut_off=self.cut_off,
                names={pk: seat.name_for_reader for pk, seat in self.seats.items()},
                has_replies=self.has_replies,
                has_reviews=self.copy == "facilitators",
            )
            kinds = {kind: capfirst(str(label)) for kind, label in CommentKind.choices}
            types = {type_: capfirst(str(label)) for type_, label in CommentType.choices}
            return [self._row(row, answers, kinds, types) for row in inputs]

    def _row(
        self, row: InputRow, answers: RowAnswers, kinds: Mapping[str, str], types: Mapping[str, str]
    ) -> TableRow:
        place = self.places[row.wording_id]
        seat = self.seats[row.seat_id]
        disposition, observation = answers.reviews.get(row.pk, ("", ""))
        return TableRow(
            number=f"{seat.code}-{row.number}" if row.number else "",
            draft=place.draft,
            revision=place.revision,
            label_then=place.label_then,
            label_now=place.label_now,
            text=place.text,
            opening=place.opening,
            delegation=seat.name_for_reader,
            on_behalf_of=self._filed_by(row),
            members=tuple(answers.members.get(row.pk, ())),
            aligned=tuple(answers.aligned.get(row.pk, ())),
            kind=self._kind(row, kinds, place),
            type=types[row.type],
            language=row.language,
            redline=redline_beside(row, place.text, place.language or self.language),
            proposed=row.proposed,
            rationale=row.rationale,
            replies=tuple(answers.replies.get(row.pk, ())),
            status=self._status(row),
            observation=observation,
            disposition=disposition,
            text_language=place.language,
            state=self.states.get(place.current_id, "") if place.label_now else "",
            stance=answers.stances.get(row.pk, ""),
            key=row.pk,
            wording=row.wording_id,
            paragraph=place.paragraph_id,
            asks=row.kind,
            is_withdrawn=self._is_withdrawn(row),
        )

    def _filed_by(self, row: InputRow) -> str:
        if row.filed_by_id == row.seat_id:
            return ""
        return gettext("filed by %(name)s") % {"name": self.seats[row.filed_by_id].name_for_reader}

    def _kind(self, row: InputRow, kinds: Mapping[str, str], place: WordingPlace) -> str:
        label = self.labels.of(place.revision_id, row.move_after_id) if row.move_after_id else ""
        if not label:
            return kinds[row.kind]
        values = {"kind": kinds[row.kind], "label": label}
        return gettext("%(kind)s, to be placed after %(label)s") % values

    def _status(self, row: InputRow) -> str:
        """Whether it is late, its consent, and whether it was withdrawn by the cut-off."""
        says_consent = self.says_consent and row.consent != Consent.ROUND
        if not (row.is_late or row.withdrawn_at or says_consent):
            return ""
        remarks = [gettext("late")] if row.is_late else []
        if says_consent:
            remarks.append(str(Consent(row.consent).label))
        if row.withdrawn_at and self._is_withdrawn(row):
            remarks.append(gettext("withdrawn %(day)s") % {"day": _day_text(row.withdrawn_at)})
        return gettext(", ").join(remarks)

    def _is_withdrawn(self, row: InputRow) -> bool:
        return row.withdrawn_at is not None and row.withdrawn_at <= self.cut_off
