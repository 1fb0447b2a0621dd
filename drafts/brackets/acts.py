"""The acts on brackets of the working text: put, lift, narrow, split, add an alternative.

An asker is a delegation or group that asks for a bracket, or for words in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from delegations.history import write
from drafts.brackets.alternatives import (
    BracketChoice,
    choice_in_bracket,
    splices_for_another_alternative,
)
from drafts.brackets.objects import BracketInstructions
from drafts.brackets.pair_places import (
    NewPlaceOf,
    Splice,
    places_after_splices,
    with_given_places,
    with_splices,
)
from drafts.brackets.pairs import BracketPair, brackets_in, cuts_through
from drafts.desk.acts import StaleVersion, valid_paragraph_text
from drafts.desk.steps import recorded_step
from drafts.models import Bracket, BracketAsker, LiftKind, Paragraph, StepKind
from drafts.parsing.file_text import MAX_OPENING_LENGTH
from drafts.parsing.opening import opening_words


@transaction.atomic
def put_bracket(
    *,
    access: Access,
    paragraph: Paragraph,
    version: int,
    start: int,
    end: int,
    asking_seats: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Set brackets around a stretch of the words: characters `start` to `end` of the text.

    Raises ValidationError where the stretch cuts through another bracket, `StaleVersion` where
    somebody saved since `version`.
    """
    _require_same_consultation(access, asking_seats, meeting)
    with _text_step(access, paragraph, version, StepKind.PUT_BRACKET) as (
        instructions,
        stored_paragraph,
    ):
        text = stored_paragraph.text
        start, end = _without_spaces(text, start, end)
        _require_nested(text, start, end)
        splices = [Splice(start, start, "["), Splice(end, end, "]")]
        # The new opening sign moves all after it by one, so the closing sign stands at `end + 1`.
        instructions.seats_asking_for_new_brackets, instructions.meeting = asking_seats, meeting
        _rewrite(access, stored_paragraph, instructions, splices, new_pair=(start, end + 1))
    brackets = Bracket.objects.select_related("paragraph__draft", "meeting")
    return brackets.get(paragraph=stored_paragraph, start=start, end=end + 1, is_open=True)


@transaction.atomic
def add_alternative(
    *,
    access: Access,
    bracket: Bracket,
    version: int,
    words: str,
    asking_seats: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Add an alternative to the words in a bracket, asked for by these delegations."""
    _require_same_consultation(access, asking_seats, meeting)
    words = words.strip()
    if not words or not brackets_in(words).all_paired:
        raise ValidationError({"words": _("Give words in which every bracket has a partner.")})
    with _text_step(access, bracket.paragraph, version, StepKind.ADD_ALTERNATIVE) as (
        instructions,
        stored_paragraph,
    ):
        pair = _current_pair(bracket)
        splices = splices_for_another_alternative(
            stored_paragraph.text, brackets_in(stored_paragraph.text).pairs, pair, words
        )
        instructions.meeting, instructions.asked_for_words = meeting, words
        if splices[-1].start == pair[1]:  # inside this bracket, before its closing sign
            instructions.added_asker_entries = [(bracket, seat, words) for seat in asking_seats]
        else:  # in a bracket of its own beside the others
            instructions.seats_asking_for_new_brackets = asking_seats
        _rewrite(access, stored_paragraph, instructions, splices)
    return _stored_bracket(bracket)


@transaction.atomic
def lift_bracket(
    *,
    access: Access,
    bracket: Bracket,
    version: int,
    lift_kind: str,
    alternative_index: int = 0,
    seats_of_kept_words: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Lift a bracket: its words are kept, deleted, or replaced by one alternative.

    `lift_kind` is `LiftKind.KEPT`, `DROPPED` or `CHOSEN`; `alternative_index`, from 0, says which
    is chosen. `seats_of_kept_words` are the delegations whose words are kept; where none is named,
    those that asked for these words.
    """
    _require_same_consultation(access, seats_of_kept_words, meeting)
    with _text_step(access, bracket.paragraph, version, StepKind.LIFT_BRACKET) as (
        instructions,
        stored_paragraph,
    ):
        text, pair = stored_paragraph.text, _current_pair(bracket)
        choice = choice_in_bracket(text, brackets_in(text).pairs, pair)
        splices, kept_words = _lift_splices(text, pair, choice, lift_kind, alternative_index)
        ended_brackets = _ended_brackets(
            stored_paragraph, pair, choice if lift_kind == LiftKind.CHOSEN else None
        )
        instructions.meeting, instructions.lift_kind = meeting, lift_kind
        instructions.kept_words_by_bracket_id = {
            ended_bracket.pk: kept_words for ended_bracket in ended_brackets
        }
        instructions.seats_of_kept_words = seats_of_kept_words or _seats_that_asked_for(
            text, ended_brackets, kept_words
        )
        _rewrite(access, stored_paragraph, instructions, splices)
    return _stored_bracket(bracket)


@transaction.atomic
def narrow_bracket(
    *, access: Access, bracket: Bracket, version: int, start: int, end: int
) -> Bracket:
    """Leave in brackets only a part of the words, characters `start` to `end` of the text."""
    with _text_step(access, bracket.paragraph, version, StepKind.NARROW_BRACKET) as (
        instructions,
        stored_paragraph,
    ):
        text, (open_index, close_index) = stored_paragraph.text, _current_pair(bracket)
        start, end = _without_spaces(text, start, end)
        if not open_index < start < end <= close_index:
            raise ValidationError(_("Choose words inside this bracket."))
        if (start, end) == (open_index + 1, close_index):
            raise ValidationError(_("These are all its words. Choose fewer."))
        _require_nested(text, start, end)
        # The two old signs go, the same signs stand around the words that stay in brackets.
        splices = [
            Splice(open_index, open_index + 1),
            Splice(start, start, text[open_index]),
            Splice(end, end, text[close_index]),
            Splice(close_index, close_index + 1),
        ]
        _rewrite(
            access,
            stored_paragraph,
            instructions,
            splices,
            # The old opening sign, deleted before both, moves all after it by one.
            new_place_by_old_place={open_index: start - 1, close_index: end},
        )
    return _stored_bracket(bracket)


@transaction.atomic
def split_bracket(*, access: Access, bracket: Bracket, version: int, cut_index: int) -> Bracket:
    """Make two brackets of one, cut before this index of the text; its askers ask for both."""
    with _text_step(access, bracket.paragraph, version, StepKind.SPLIT_BRACKET) as (
        instructions,
        stored_paragraph,
    ):
        text, (open_index, close_index) = stored_paragraph.text, _current_pair(bracket)
        words_before, words_after = text[open_index + 1 : cut_index], text[cut_index:close_index]
        if (
            not open_index < cut_index < close_index
            or not words_before.strip()
            or not words_after.strip()
        ):
            raise ValidationError(_("Choose a place between words of this bracket."))
        _require_nested(text, open_index + 1, cut_index)
        first_end = cut_index - (len(words_before) - len(words_before.rstrip()))
        second_start = cut_index + (len(words_after) - len(words_after.lstrip()))
        splices = [
            Splice(first_end, first_end, text[close_index]),
            Splice(second_start, second_start, text[open_index]),
        ]
        instructions.split_from, instructions.meeting = bracket, bracket.meeting
        instructions.seats_asking_for_new_brackets = [
            asker.seat for asker in _current_askers(bracket)
        ]
        _rewrite(
            access,
            stored_paragraph,
            instructions,
            splices,
            new_place_by_old_place={close_index: first_end},
        )
    return _stored_bracket(bracket)


@transaction.atomic
def name_askers(
    *, access: Access, bracket: Bracket, seats: Sequence[Seat], meeting: Meeting | None = None
) -> Bracket:
    """Say who asks for a bracket: these delegations and groups, and no others."""
    _require_same_consultation(access, seats, meeting)
    paragraph = bracket.paragraph
    with recorded_step(
        access, paragraph.draft, StepKind.NAME_ASKERS, act_paragraphs=[paragraph]
    ) as instructions:
        _require_open(_stored_bracket(bracket))
        askers = list(_current_askers(bracket))
        current_seat_ids = {asker.seat_id for asker in askers}
        wanted_seat_ids = {seat.pk for seat in seats}
        instructions.meeting = meeting
        instructions.added_asker_entries = [
            (bracket, seat, "") for seat in seats if seat.pk not in current_seat_ids
        ]
        instructions.dropped_askers = [
            asker for asker in askers if asker.seat_id not in wanted_seat_ids
        ]
        if not instructions.changes_askers:
            raise ValidationError(_("They are named already."))
    return _stored_bracket(bracket)


# --- What the acts share --------------------------------------------------------------------------


@contextmanager
def _text_step(
    access: Access, paragraph: Paragraph, version: int, step_kind: str
) -> Iterator[tuple[BracketInstructions, Paragraph]]:
    """Open a step on the words of a paragraph; yields its instructions and the stored paragraph.

    Raises `StaleVersion` where somebody saved since `version`, ValidationError where the paragraph
    is deleted.
    """
    with recorded_step(access, paragraph.draft, step_kind) as instructions:
        paragraphs = Paragraph.objects.in_force().select_related("draft", "parent")
        stored_paragraph = paragraphs.filter(pk=paragraph.pk).first()
        if stored_paragraph is None:
            raise ValidationError(_("This paragraph is deleted. Restore it first."))
        if stored_paragraph.version != version:
            raise StaleVersion(stored_paragraph)
        yield instructions, stored_paragraph


def _rewrite(
    access: Access,
    stored_paragraph: Paragraph,
    instructions: BracketInstructions,
    splices: Sequence[Splice],
    *,
    new_pair: BracketPair | None = None,
    new_place_by_old_place: Mapping[int, int] | None = None,
) -> None:
    """Write the words with the splices, and record where each of their bracket signs went.

    `new_pair` is a bracket that must be there afterwards. `new_place_by_old_place` is for
    signs that the splices remove and write elsewhere: indexes of the old and of the new text.
    """
    old_text = stored_paragraph.text
    new_text = valid_paragraph_text(with_splices(old_text, splices))
    new_place_of = with_given_places(places_after_splices(splices), new_place_by_old_place or {})
    _require_sound_brackets(old_text, new_text, new_place_of, new_pair)
    instructions.new_place_of_by_public_id[str(stored_paragraph.public_id)] = new_place_of
    stored_paragraph.opening = _new_opening(stored_paragraph, new_text, new_place_of)
    stored_paragraph.text = new_text
    stored_paragraph.version += 1
    write(stored_paragraph, by=access)


def _require_sound_brackets(
    old_text: str, new_text: str, new_place_of: NewPlaceOf, new_pair: BracketPair | None
) -> None:
    """Raise ValidationError unless every pair is lifted whole or still a pair, and `new_pair` is.

    Neither may more signs be without a partner than before.
    """
    old_brackets, new_brackets = brackets_in(old_text), brackets_in(new_text)
    moved_pairs = [(new_place_of(start), new_place_of(end)) for start, end in old_brackets.pairs]
    kept_pairs = {pair for pair in moved_pairs if None not in pair}
    lost_one_sign = any((start is None) != (end is None) for start, end in moved_pairs)
    old_unpaired_count = len(old_brackets.unpaired_positions) + len(old_brackets.crossing_positions)
    new_unpaired_count = len(new_brackets.unpaired_positions) + len(new_brackets.crossing_positions)
    if (
        lost_one_sign
        or new_unpaired_count > old_unpaired_count
        or not kept_pairs <= set(new_brackets.pairs)
        or (new_pair and new_pair not in new_brackets.pairs)
    ):
        raise ValidationError(
            _("A bracket without a partner stands there. Mend it in the words first."),
        )


def _new_opening(stored_paragraph: Paragraph, text: str, new_place_of: NewPlaceOf) -> str:
    """The opening words with the signs now among them; found anew where their end is gone."""
    if not stored_paragraph.opening or text.startswith(stored_paragraph.opening):
        return stored_paragraph.opening
    new_last_index = new_place_of(len(stored_paragraph.opening) - 1)
    if new_last_index is not None and new_last_index < MAX_OPENING_LENGTH:
        return text[: new_last_index + 1]
    return opening_words(text, stored_paragraph.kind)  # type: ignore[arg-type]


def _without_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the spaces at its ends; ValidationError where it holds no words."""
    words = text[start:end] if 0 <= start < end <= len(text) else ""
    if not words.strip():
        raise ValidationError(_("Choose the words first."))
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))


def _require_nested(text: str, start: int, end: int) -> None:
    """Raise ValidationError where these words begin in one bracket and end in another."""
    if cuts_through(brackets_in(text).pairs, start, end):
        raise ValidationError(
            _("These words begin in one bracket and end in another. Choose whole brackets."),
        )


def _lift_splices(
    text: str,
    pair: BracketPair,
    choice: BracketChoice | None,
    lift_kind: str,
    alternative_index: int,
) -> tuple[list[Splice], str]:
    """The splices that lift a bracket, and the words that remain."""
    start, end = pair
    if lift_kind == LiftKind.KEPT:
        return [Splice(start, start + 1), Splice(end, end + 1)], text[start + 1 : end]
    if lift_kind == LiftKind.DROPPED:
        return [Splice(*_with_spare_space(text, start, end + 1))], ""
    if (
        lift_kind != LiftKind.CHOSEN
        or choice is None
        or alternative_index >= len(choice.alternatives)
    ):
        raise ValidationError(_("Choose one of its alternatives."))
    chosen = choice.alternatives[alternative_index]
    return list(choice.splices_for(chosen)), text[chosen.start : chosen.end]


def _with_spare_space(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch to delete: these words, with a space that would be one too many.

    It would stand first, last, twice or before a stop.
    """
    next_character = text[end : end + 1]
    if start and text[start - 1] == " " and (not next_character or next_character in " ,.;:"):
        return start - 1, end
    return (start, end + 1) if not start and next_character == " " else (start, end)


def _ended_brackets(
    stored_paragraph: Paragraph, pair: BracketPair, choice: BracketChoice | None
) -> list[Bracket]:
    """The brackets that a lift ends: the bracket itself, or all options that stand side by side."""
    open_brackets = stored_paragraph.brackets.filter(is_open=True)
    # No choice, or one whose alternatives all stand inside this bracket.
    if choice is None or (choice.start == pair[0] and choice.end == pair[1] + 1):
        return list(open_brackets.filter(start=pair[0]))
    alternative_starts = [option.start for option in choice.alternatives]
    inside_choice = [
        bracket
        for bracket in open_brackets
        if choice.start <= bracket.start and bracket.end < choice.end
    ]
    return [
        bracket
        for bracket in inside_choice
        if _holds_an_alternative(bracket, inside_choice, alternative_starts)
    ]


def _holds_an_alternative(
    bracket: Bracket, brackets: Sequence[Bracket], alternative_starts: Sequence[int]
) -> bool:
    """Whether an outermost bracket of a choice holds one of its alternatives."""
    is_outer = not any(
        other.start < bracket.start and bracket.end < other.end for other in brackets
    )
    return is_outer and any(
        bracket.start < alternative_start <= bracket.end for alternative_start in alternative_starts
    )


def _seats_that_asked_for(text: str, ended_brackets: Sequence[Bracket], words: str) -> list[Seat]:
    """Who asked for these words; of options side by side also who asked for the one that stays."""
    seats: dict[int, Seat] = {}
    for bracket in ended_brackets:
        held_words = text[bracket.start + 1 : bracket.end].strip()
        # In a bracket the name of an option stands before its words: "Option A: shall".
        is_option = len(ended_brackets) > 1 and held_words.endswith(words)
        # Where no words stay, nobody's words were kept.
        for asker in _current_askers(bracket) if words else ():
            if asker.words == words or (is_option and not asker.words):
                seats[asker.seat_id] = asker.seat
    return list(seats.values())


def _current_askers(bracket: Bracket) -> QuerySet[BracketAsker]:
    return bracket.askers.in_force().select_related("seat")


def _current_pair(bracket: Bracket) -> BracketPair:
    """The current places of its two signs; ValidationError where it was lifted meanwhile."""
    stored_bracket = _stored_bracket(bracket)
    _require_open(stored_bracket)
    return stored_bracket.start, stored_bracket.end


def _require_open(stored_bracket: Bracket) -> None:
    if not stored_bracket.is_open:
        raise ValidationError(_("This bracket was lifted already."))


def _stored_bracket(bracket: Bracket) -> Bracket:
    return Bracket.objects.select_related("paragraph__draft", "meeting").get(pk=bracket.pk)


def _require_same_consultation(
    access: Access, seats: Sequence[Seat], meeting: Meeting | None
) -> None:
    """Raise ValidationError where a delegation or the meeting is of another consultation."""
    consultation_id = access.consultation.pk
    if any(seat.consultation_id != consultation_id for seat in seats):
        raise ValidationError(_("This delegation has no seat in your consultation."))
    if meeting and meeting.consultation_id != consultation_id:
        raise ValidationError(_("This meeting belongs to another consultation."))
