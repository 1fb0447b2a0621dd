"""Bracket objects kept in agreement with the words: one for each pair of signs after every act.

The words before an act on the desk and after it are compared, like all that a step records. An act
that sets signs itself says where each sign went; otherwise the differences of the words show it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from drafts.brackets.pair_places import NewPlaceOf, match_pairs
from drafts.brackets.pairs import brackets_in, has_brackets
from drafts.meetings.running_meeting import running_meetings
from drafts.models import Bracket, BracketAsker, BracketLift, DeskStep, Draft, LiftKind, Paragraph

# The fields of a paragraph as a step records them, by name.
type ParagraphFields = Mapping[str, Any]

# By public id of a paragraph; None where it was not in the text, or is discarded.
type FieldsByPublicId = Mapping[str, ParagraphFields | None]

# The open brackets of a paragraph, each as [public id of the bracket, start, end]: the indexes of
# its two signs in the text.
type BracketPlaces = list[list[Any]]

# A function that gives the meeting to which an act on a bracket belongs.
type MeetingOf = Callable[[Bracket], Meeting | None]

# Who asks for which bracket, and for which words in it ("" for the bracket itself).
type AskerEntry = tuple[Bracket, Seat, str]


@dataclass
class BracketInstructions:
    """What an act on brackets adds to its words; plain editing leaves it empty."""

    # By the public id of a paragraph: where each sign in its text stands afterwards.
    new_place_of_by_public_id: dict[str, NewPlaceOf] = field(default_factory=dict)
    meeting: Meeting | None = None
    # Who asks for the brackets that the act puts, and for which alternative in them ("" for none).
    seats_asking_for_new_brackets: Sequence[Seat] = ()
    asked_for_words: str = ""
    # The bracket that is split, where the act makes another one of a part of it.
    split_from: Bracket | None = None
    # A value of `LiftKind`.
    lift_kind: str = LiftKind.EDITED
    # Primary key of each bracket that the act itself lifts → the words that stay; other brackets
    # ended because their words went.
    kept_words_by_bracket_id: Mapping[int, str] = field(default_factory=dict)
    # The delegations whose words are kept.
    seats_of_kept_words: Sequence[Seat] = ()
    # Who is added to, and removed from, those who ask for existing brackets.
    added_asker_entries: Sequence[AskerEntry] = ()
    dropped_askers: Sequence[BracketAsker] = ()

    def lift_kind_of(self, bracket: Bracket) -> str:
        """How a bracket ended: as the act says; dropped where the words around it were deleted."""
        if not self.kept_words_by_bracket_id or bracket.pk in self.kept_words_by_bracket_id:
            return self.lift_kind
        return LiftKind.DROPPED

    @property
    def changes_askers(self) -> bool:
        return bool(self.added_asker_entries or self.dropped_askers)


@dataclass
class BracketPlan:
    """The changes to bracket objects that an act brings; both `places_…` by public id of paragraph.

    `kept_brackets` stay, or are open again, perhaps at other places.
    """

    places_before: dict[str, BracketPlaces] = field(default_factory=dict)
    places_after: dict[str, BracketPlaces] = field(default_factory=dict)
    kept_brackets: list[Bracket] = field(default_factory=list)
    new_brackets: list[Bracket] = field(default_factory=list)
    lifts: list[BracketLift] = field(default_factory=list)


@dataclass
class _Unmatched:
    """What is unmatched in a paragraph: bracket objects without signs, pairs without an object.

    `text_before` and `text_after` are its words before the act and after it.
    """

    brackets: list[Bracket]
    pairs: list[tuple[int, int]]
    text_before: str
    text_after: str

    def words_in(self, bracket: Bracket) -> str:
        """The words that stood between the signs of a bracket before the act."""
        return self.text_before[bracket.start + 1 : bracket.end]


def plan_brackets(
    draft: Draft,
    fields_before: Mapping[str, ParagraphFields],
    fields_after: Mapping[str, ParagraphFields],
    links: Iterable[tuple[str, str, str]],
    instructions: BracketInstructions,
) -> BracketPlan:
    """Plan the changes to the brackets of paragraphs whose words an act changed.

    No query where no changed paragraph has bracket signs, else at most three. `fields_before` and
    `fields_after`: public id of a paragraph → its fields. `links` are the new links of the lineage
    (public id of a paragraph, of the one it follows, how): a bracket that one paragraph lost and
    one that follows it gained is the same.
    """
    texts_before_and_after_by_public_id = {
        public_id: (_text_in_force(fields_before.get(public_id)), _text_in_force(fields))
        for public_id, fields in fields_after.items()
    }
    changed_public_ids = [
        public_id
        for public_id, (text_before, text_after) in texts_before_and_after_by_public_id.items()
        if text_before != text_after and (has_brackets(text_before) or has_brackets(text_after))
    ]
    plan = BracketPlan()
    if not changed_public_ids:
        return plan
    changed_paragraphs = draft.paragraphs.filter(public_id__in=changed_public_ids)
    paragraph_by_public_id = {
        str(paragraph.public_id): paragraph for paragraph in changed_paragraphs
    }
    public_id_by_id = {
        paragraph.pk: public_id for public_id, paragraph in paragraph_by_public_id.items()
    }
    open_brackets_by_public_id: dict[str, list[Bracket]] = {
        public_id: [] for public_id in changed_public_ids
    }
    for bracket in Bracket.objects.open_in(draft).filter(paragraph__in=public_id_by_id):
        open_brackets_by_public_id[public_id_by_id[bracket.paragraph_id]].append(bracket)
    unmatched_by_public_id: dict[str, _Unmatched] = {}
    for public_id in changed_public_ids:
        plan.places_before[public_id] = places_of(open_brackets_by_public_id[public_id])
        plan.places_after[public_id] = []
        text_before, text_after = texts_before_and_after_by_public_id[public_id]
        unmatched_by_public_id[public_id] = _match_by_words(
            plan,
            public_id,
            open_brackets_by_public_id[public_id],
            text_before,
            text_after,
            instructions.new_place_of_by_public_id.get(public_id),
        )
    _match_along_lineage(plan, unmatched_by_public_id, paragraph_by_public_id, links)
    # Restored, or new: a new paragraph has no bracket that could be reopened.
    public_ids_new_in_text = [
        public_id
        for public_id, unmatched in unmatched_by_public_id.items()
        if not unmatched.text_before
    ]
    _reopen_restored(plan, unmatched_by_public_id, paragraph_by_public_id, public_ids_new_in_text)
    for public_id, unmatched in unmatched_by_public_id.items():
        _plan_new_brackets(
            plan, public_id, paragraph_by_public_id[public_id], unmatched, instructions
        )
        plan.lifts += _close_brackets(
            unmatched,
            is_paragraph_struck=bool(fields_after[public_id]["struck_at"]),
            instructions=instructions,
        )
        # In the order of the opening signs.
        plan.places_after[public_id].sort(key=lambda place: place[1])
    return plan


def _text_in_force(fields: ParagraphFields | None) -> str:
    """The words in which brackets count: none where the paragraph is struck."""
    return "" if fields is None or fields["struck_at"] else str(fields["text"])


def places_of(brackets: Iterable[Bracket]) -> BracketPlaces:
    """Where these brackets stand, as steps record it."""
    return [[str(bracket.public_id), bracket.start, bracket.end] for bracket in brackets]


def _match_by_words(
    plan: BracketPlan,
    public_id: str,
    brackets: Sequence[Bracket],
    text_before: str,
    text_after: str,
    new_place_of: NewPlaceOf | None,
) -> _Unmatched:
    """Move the brackets whose signs are still there with their words; returns the others."""
    pairs = brackets_in(text_after).pairs
    bracket_by_pair = {(bracket.start, bracket.end): bracket for bracket in brackets}
    new_pair_by_old_pair = match_pairs(
        text_before, text_after, list(bracket_by_pair), pairs, new_place_of
    )
    for old_pair, new_pair in new_pair_by_old_pair.items():
        _keep_bracket(plan, public_id, bracket_by_pair[old_pair], new_pair)
    without_signs = [
        bracket for pair, bracket in bracket_by_pair.items() if pair not in new_pair_by_old_pair
    ]
    matched_pairs = set(new_pair_by_old_pair.values())
    return _Unmatched(
        without_signs,
        [pair for pair in pairs if pair not in matched_pairs],
        text_before,
        text_after,
    )


def _match_along_lineage(
    plan: BracketPlan,
    unmatched_by_public_id: Mapping[str, _Unmatched],
    paragraph_by_public_id: Mapping[str, Paragraph],
    links: Iterable[tuple[str, str, str]],
) -> None:
    """Move brackets that hold the same words along a split or a merge, in order."""
    for public_id, followed_public_id, _how in sorted(links):
        if (
            public_id not in unmatched_by_public_id
            or followed_public_id not in unmatched_by_public_id
        ):
            continue
        # What the followed paragraph lost, and what the one that follows it gained.
        lost, gained = unmatched_by_public_id[followed_public_id], unmatched_by_public_id[public_id]
        for pair in tuple(gained.pairs):
            words_inside = gained.text_after[pair[0] + 1 : pair[1]]
            same_words = (
                bracket for bracket in lost.brackets if lost.words_in(bracket) == words_inside
            )
            if (bracket := next(same_words, None)) is not None:
                lost.brackets.remove(bracket)
                gained.pairs.remove(pair)
                bracket.paragraph = paragraph_by_public_id[public_id]
                _keep_bracket(plan, public_id, bracket, pair)


def _reopen_restored(
    plan: BracketPlan,
    unmatched_by_public_id: Mapping[str, _Unmatched],
    paragraph_by_public_id: Mapping[str, Paragraph],
    public_ids_new_in_text: Sequence[str],
) -> None:
    """Reopen, in restored paragraphs, the brackets with which they were struck."""
    # Those with pairs of signs for which no object was found yet.
    with_new_signs = [
        public_id for public_id in public_ids_new_in_text if unmatched_by_public_id[public_id].pairs
    ]
    if not with_new_signs:
        return
    struck_brackets = Bracket.objects.filter(
        paragraph__in=[paragraph_by_public_id[public_id] for public_id in with_new_signs],
        is_open=False,
        lifts__how=LiftKind.STRUCK,
        lifts__step__undone_at=None,
    )
    # Of several at one place, from one striking after another, the newest.
    bracket_by_place = {
        (bracket.paragraph_id, bracket.start, bracket.end): bracket
        for bracket in struck_brackets.order_by("pk")
    }
    for public_id in with_new_signs:
        for pair in tuple(unmatched_by_public_id[public_id].pairs):
            struck_bracket = bracket_by_place.get((paragraph_by_public_id[public_id].pk, *pair))
            if struck_bracket is not None:
                unmatched_by_public_id[public_id].pairs.remove(pair)
                _keep_bracket(plan, public_id, struck_bracket, pair)


def _keep_bracket(
    plan: BracketPlan, public_id: str, bracket: Bracket, pair: tuple[int, int]
) -> None:
    """Plan that a bracket is open at this pair of signs; `public_id` is of its paragraph."""
    bracket.start, bracket.end = pair
    bracket.is_open = True
    plan.kept_brackets.append(bracket)
    plan.places_after[public_id].append([str(bracket.public_id), *pair])


def _plan_new_brackets(
    plan: BracketPlan,
    public_id: str,
    paragraph: Paragraph,
    unmatched: _Unmatched,
    instructions: BracketInstructions,
) -> None:
    """Plan a bracket for each pair of signs without one; `public_id` is of the paragraph."""
    for start, end in unmatched.pairs:
        bracket = Bracket(
            paragraph=paragraph, start=start, end=end, split_from=instructions.split_from
        )
        plan.new_brackets.append(bracket)
        plan.places_after[public_id].append([str(bracket.public_id), start, end])


def _close_brackets(
    unmatched: _Unmatched, *, is_paragraph_struck: bool, instructions: BracketInstructions
) -> Iterator[BracketLift]:
    """Close each bracket whose signs are gone, and yield its lift, which is not stored yet."""
    for bracket in unmatched.brackets:
        held_words = unmatched.words_in(bracket)
        bracket.is_open = False
        yield BracketLift(
            bracket=bracket,
            how=LiftKind.STRUCK if is_paragraph_struck else instructions.lift_kind_of(bracket),
            held=held_words,
            words=instructions.kept_words_by_bracket_id.get(bracket.pk, ""),
        )


# --- Written with the step -----------------------------------------------------------------------


def write_brackets(
    access: Access, step: DeskStep, plan: BracketPlan, instructions: BracketInstructions
) -> None:
    """Write what was planned, as part of the step: a fixed number of queries."""
    lifted_brackets = [lift.bracket for lift in plan.lifts]
    meeting_of = _meeting_chooser(access, step, plan, instructions)
    if plan.kept_brackets or lifted_brackets:
        Bracket.objects.bulk_update(
            [*plan.kept_brackets, *lifted_brackets],
            ["paragraph", "start", "end", "is_open"],
            batch_size=500,
        )
    for bracket in plan.new_brackets:
        bracket.step, bracket.put_at, bracket.meeting = step, access.moment, meeting_of(bracket)
    Bracket.objects.bulk_create(plan.new_brackets, batch_size=500)
    new_asker_entries = [
        (bracket, seat, instructions.asked_for_words)
        for bracket in plan.new_brackets
        for seat in instructions.seats_asking_for_new_brackets
    ]
    _write_askers(access, step, [*new_asker_entries, *instructions.added_asker_entries], meeting_of)
    if instructions.dropped_askers:
        dropped_ids = [asker.pk for asker in instructions.dropped_askers]
        BracketAsker.objects.filter(pk__in=dropped_ids).update(dropped_in=step)
    _write_lifts(access, step, plan.lifts, meeting_of, instructions.seats_of_kept_words)


def _meeting_chooser(
    access: Access, step: DeskStep, plan: BracketPlan, instructions: BracketInstructions
) -> MeetingOf:
    """A function for the meeting of a bracket: the one that the act names, else the one running."""
    if instructions.meeting or not (plan.new_brackets or plan.lifts):
        return lambda _bracket: instructions.meeting
    running = running_meetings(access, step.draft)
    return lambda bracket: running.meeting_for(bracket.paragraph_id)


def _write_askers(
    access: Access,
    step: DeskStep,
    asker_entries: Iterable[AskerEntry],
    meeting_of: MeetingOf,
) -> None:
    """Write who asks for which bracket, and for which words in it ("" for the bracket itself)."""
    BracketAsker.objects.bulk_create(
        [
            BracketAsker(
                bracket=bracket,
                seat=seat,
                words=words,
                meeting=meeting_of(bracket),
                step=step,
                asked_at=access.moment,
            )
            for bracket, seat, words in asker_entries
        ],
        batch_size=500,
    )


def _write_lifts(
    access: Access,
    step: DeskStep,
    lifts: Sequence[BracketLift],
    meeting_of: MeetingOf,
    seats_of_kept_words: Sequence[Seat],
) -> None:
    """Write the planned lifts, each with the delegations whose words were kept."""
    for lift in lifts:
        lift.step, lift.meeting = step, meeting_of(lift.bracket)
        lift.made_at, lift.made_by = access.moment, access.user
        lift.capacity = access.capacity_words
    written_lifts = BracketLift.objects.bulk_create(lifts, batch_size=500)
    lift_seat_link = BracketLift.whose.through
    lift_seat_link.objects.bulk_create(
        [
            lift_seat_link(bracketlift=lift, seat=seat)
            for lift in written_lifts
            for seat in seats_of_kept_words
        ],
        batch_size=500,
    )


def name_askers_of_step(
    access: Access, step: DeskStep, seats_by_words: Mapping[str, Sequence[Seat]]
) -> None:
    """Say who asks for brackets that a step put.

    `seats_by_words`: the words in a bracket, without spaces around them → who asks for it.
    """
    brackets_put = step.brackets_put.filter(is_open=True).select_related("paragraph", "meeting")
    asker_entries = [
        (bracket, seat, "")
        for bracket in brackets_put
        for seat in seats_by_words.get(
            bracket.paragraph.text[bracket.start + 1 : bracket.end].strip(), ()
        )
    ]
    _write_askers(access, step, asker_entries, lambda bracket: bracket.meeting)


# --- A step undone or redone ---------------------------------------------------------------------


def restore_brackets(
    paragraph_by_public_id: Mapping[str, Paragraph],
    expected_fields_by_public_id: FieldsByPublicId,
    target_fields_by_public_id: FieldsByPublicId,
) -> None:
    """Set the bracket objects as a step recorded them, when it is undone or redone.

    The words of its paragraphs are already set. `expected_fields_by_public_id` is what the step
    recorded of each paragraph for its state until now, `target_fields_by_public_id` for the one it
    returns to. `paragraph_by_public_id` holds all paragraphs of the text. Raises ValidationError
    where a later step put or lifted brackets in one of its paragraphs.
    """
    recorded_public_ids = [
        public_id
        for public_id in expected_fields_by_public_id
        if _recorded_places(expected_fields_by_public_id[public_id]) is not None
        or _recorded_places(target_fields_by_public_id[public_id]) is not None
    ]
    # A step from before brackets were objects did not record them: they are read in its words.
    unrecorded_public_ids = [
        public_id
        for public_id in expected_fields_by_public_id
        if public_id not in recorded_public_ids
        and _may_touch_brackets(
            paragraph_by_public_id[public_id],
            expected_fields_by_public_id[public_id],
            target_fields_by_public_id[public_id],
        )
    ]
    if not recorded_public_ids and not unrecorded_public_ids:
        return
    open_brackets_by_public_id: dict[str, list[Bracket]] = {
        public_id: [] for public_id in (*recorded_public_ids, *unrecorded_public_ids)
    }
    public_id_by_id = {
        paragraph_by_public_id[public_id].pk: public_id for public_id in open_brackets_by_public_id
    }
    stored_brackets = Bracket.objects.filter(paragraph__in=public_id_by_id, is_open=True)
    for bracket in stored_brackets.order_by("start"):
        open_brackets_by_public_id[public_id_by_id[bracket.paragraph_id]].append(bracket)
    for public_id in recorded_public_ids:
        recorded_places = _recorded_places(expected_fields_by_public_id[public_id]) or []
        if places_of(open_brackets_by_public_id[public_id]) != recorded_places:
            paragraph = paragraph_by_public_id[public_id]
            raise ValidationError(
                _("A later step changed brackets in “%(words)s…”. Undo that one first.")
                % {"words": paragraph.label or paragraph.text[:40]}
            )
    bracket_by_public_id = {
        str(bracket.public_id): bracket
        for public_id in recorded_public_ids
        for bracket in open_brackets_by_public_id[public_id]
    }
    # Closed first: those that the step recorded for the state it returns to are opened below.
    for bracket in bracket_by_public_id.values():
        bracket.is_open = False
    target_by_bracket_public_id = {
        bracket_public_id: (paragraph_by_public_id[public_id], start, end)
        for public_id in recorded_public_ids
        for bracket_public_id, start, end in _recorded_places(target_fields_by_public_id[public_id])
        or []
    }
    closed_brackets = Bracket.objects.filter(
        public_id__in=target_by_bracket_public_id.keys() - bracket_by_public_id.keys()
    )
    bracket_by_public_id |= {str(bracket.public_id): bracket for bracket in closed_brackets}
    for bracket_public_id, (paragraph, start, end) in target_by_bracket_public_id.items():
        bracket = bracket_by_public_id[bracket_public_id]
        bracket.paragraph, bracket.start, bracket.end = paragraph, start, end
        bracket.is_open = True
    changed_brackets = list(bracket_by_public_id.values())
    new_brackets = [
        bracket
        for public_id in unrecorded_public_ids
        for bracket in _brackets_from_words(
            paragraph_by_public_id[public_id],
            open_brackets_by_public_id[public_id],
            expected_fields_by_public_id[public_id],
            changed_brackets,
        )
    ]
    bracket_fields = ["paragraph", "start", "end", "is_open"]
    Bracket.objects.bulk_update(changed_brackets, bracket_fields, batch_size=500)
    Bracket.objects.bulk_create(new_brackets, batch_size=500)


def _recorded_places(fields: ParagraphFields | None) -> BracketPlaces | None:
    """The places that a step recorded; None where it recorded none, or no paragraph was there."""
    return None if fields is None else fields.get("brackets")


def _may_touch_brackets(paragraph: Paragraph, *recorded_fields: ParagraphFields | None) -> bool:
    """Whether a recorded change of the paragraph may touch square brackets.

    Where brackets stand in the words that the step recorded, or in those of a paragraph that the
    step brings into the text or takes out of it.
    """
    texts = [str(fields.get("text", "")) for fields in recorded_fields if fields]
    enters_or_leaves_text = any(
        fields is None or "struck_at" in fields for fields in recorded_fields
    )
    return any(map(has_brackets, texts)) or (enters_or_leaves_text and has_brackets(paragraph.text))


def _brackets_from_words(
    paragraph: Paragraph,
    open_brackets: Sequence[Bracket],
    expected_fields: ParagraphFields | None,
    changed_brackets: list[Bracket],
) -> Iterator[Bracket]:
    """Fit bracket objects to the words, where the step recorded none; yields the new objects.

    The objects that it changes are added to `changed_brackets`.
    """
    is_in_force = paragraph.struck_at is None and paragraph.discarded_at is None
    text = paragraph.text if is_in_force else ""
    # Where the step recorded no words, they are the same before and after.
    text_before = str((expected_fields or {}).get("text", paragraph.text))
    pairs = brackets_in(text).pairs
    bracket_by_pair = {(bracket.start, bracket.end): bracket for bracket in open_brackets}
    new_pair_by_old_pair = match_pairs(text_before, text, list(bracket_by_pair), pairs)
    for pair, bracket in bracket_by_pair.items():
        bracket.is_open = pair in new_pair_by_old_pair
        bracket.start, bracket.end = new_pair_by_old_pair.get(pair, pair)
        changed_brackets.append(bracket)
    matched_pairs = set(new_pair_by_old_pair.values())
    for start, end in pairs:
        if (start, end) not in matched_pairs:
            yield Bracket(paragraph=paragraph, start=start, end=end)
