"""The acts on brackets of the working text: put, lift, narrow, split, add an alternative."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from delegations.history import write
from drafts.desk.bracket_objects import BracketInstructions
from drafts.desk.editing import StaleVersion, checked_text
from drafts.desk.steps import recorded_step
from drafts.models import Bracket, BracketAsker, LiftKind, Paragraph, StepKind
from drafts.readers.opening import opening_words
from drafts.words.alternatives import BracketChoice, choice_of, with_another
from drafts.words.bracket_places import (
    Moved,
    Splice,
    moved_by_splices,
    with_places_set,
    with_splices,
)
from drafts.words.brackets import Pair, brackets_in, cuts_through

NO_PLACES: Mapping[int, int] = {}


@transaction.atomic
def put_bracket(
    *,
    access: Access,
    paragraph: Paragraph,
    version: int,
    start: int,
    end: int,
    askers: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Set brackets around a stretch of the words: characters `start` to `end` of the text.

    Raises ValidationError where the stretch cuts through another bracket, `StaleVersion` where
    somebody saved since `version`.
    """
    _require_same_consultation(access, askers, meeting)
    with _text_step(access, paragraph, version, StepKind.PUT_BRACKET) as (instructions, stored):
        text = stored.text
        start, end = _without_spaces(text, start, end)
        _require_nested(text, start, end)
        splices = [Splice(start, start, "["), Splice(end, end, "]")]
        instructions.askers, instructions.meeting = askers, meeting
        _rewrite(access, stored, instructions, splices, new=(start, end + 1))
    rows = Bracket.objects.select_related("paragraph__draft", "meeting")
    return rows.get(paragraph=stored, start=start, end=end + 1, is_open=True)


@transaction.atomic
def add_alternative(
    *,
    access: Access,
    bracket: Bracket,
    version: int,
    words: str,
    askers: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Add an alternative to the words in a bracket, asked for by these delegations."""
    _require_same_consultation(access, askers, meeting)
    words = words.strip()
    if not words or not brackets_in(words).is_sound:
        raise ValidationError({"words": _("Give words in which every bracket has a partner.")})
    kind = StepKind.ADD_ALTERNATIVE
    with _text_step(access, bracket.paragraph, version, kind) as (instructions, stored):
        pair = _pair_of(bracket)
        splices = with_another(stored.text, brackets_in(stored.text).pairs, pair, words)
        instructions.meeting, instructions.asked_words = meeting, words
        if splices[-1].start == pair[1]:
            instructions.asked = [(bracket, seat, words) for seat in askers]
        else:  # in a bracket of its own beside the others
            instructions.askers = askers
        _rewrite(access, stored, instructions, splices)
    return _stored_bracket(bracket)


@transaction.atomic
def lift_bracket(
    *,
    access: Access,
    bracket: Bracket,
    version: int,
    how: str,
    alternative: int = 0,
    whose: Sequence[Seat] = (),
    meeting: Meeting | None = None,
) -> Bracket:
    """Lift a bracket: its words are kept, deleted, or replaced by one alternative (from 0).

    `whose` are the delegations whose words are kept; where none is named, those that asked for
    these words.
    """
    _require_same_consultation(access, whose, meeting)
    kind = StepKind.LIFT_BRACKET
    with _text_step(access, bracket.paragraph, version, kind) as (instructions, stored):
        text, pair = stored.text, _pair_of(bracket)
        choice = choice_of(text, brackets_in(text).pairs, pair)
        splices, words = _lift_splices(text, pair, choice, how, alternative)
        ended = _ended_brackets(stored, pair, choice if how == LiftKind.CHOSEN else None)
        instructions.meeting, instructions.how = meeting, how
        instructions.words = {ended_bracket.pk: words for ended_bracket in ended}
        instructions.whose = whose or _seats_that_asked_for(text, ended, words)
        _rewrite(access, stored, instructions, splices)
    return _stored_bracket(bracket)


@transaction.atomic
def narrow_bracket(
    *, access: Access, bracket: Bracket, version: int, start: int, end: int
) -> Bracket:
    """Leave in brackets only a part of the words, characters `start` to `end` of the text."""
    kind = StepKind.NARROW_BRACKET
    with _text_step(access, bracket.paragraph, version, kind) as (instructions, stored):
        text, (opens, closes) = stored.text, _pair_of(bracket)
        start, end = _without_spaces(text, start, end)
        if not opens < start < end <= closes:
            raise ValidationError(_("Choose words inside this bracket."))
        if (start, end) == (opens + 1, closes):
            raise ValidationError(_("These are all its words. Choose fewer."))
        _require_nested(text, start, end)
        splices = [
            Splice(opens, opens + 1),
            Splice(start, start, text[opens]),
            Splice(end, end, text[closes]),
            Splice(closes, closes + 1),
        ]
        _rewrite(access, stored, instructions, splices, places={opens: start - 1, closes: end})
    return _stored_bracket(bracket)


@transaction.atomic
def split_bracket(*, access: Access, bracket: Bracket, version: int, at: int) -> Bracket:
    """Make two brackets of one, cut before character `at` of the text; both have its askers."""
    kind = StepKind.SPLIT_BRACKET
    with _text_step(access, bracket.paragraph, version, kind) as (instructions, stored):
        text, (opens, closes) = stored.text, _pair_of(bracket)
        words_before, words_after = text[opens + 1 : at], text[at:closes]
        if not opens < at < closes or not words_before.strip() or not words_after.strip():
            raise ValidationError(_("Choose a place between words of this bracket."))
        _require_nested(text, opens + 1, at)
        end = at - (len(words_before) - len(words_before.rstrip()))
        begin = at + (len(words_after) - len(words_after.lstrip()))
        splices = [Splice(end, end, text[closes]), Splice(begin, begin, text[opens])]
        instructions.split_from, instructions.meeting = bracket, bracket.meeting
        instructions.askers = [asker.seat for asker in _askers(bracket)]
        _rewrite(access, stored, instructions, splices, places={closes: end})
    return _stored_bracket(bracket)


@transaction.atomic
def name_askers(
    *, access: Access, bracket: Bracket, seats: Sequence[Seat], meeting: Meeting | None = None
) -> Bracket:
    """Say who asks for a bracket: these delegations and groups, and no others."""
    _require_same_consultation(access, seats, meeting)
    paragraph = bracket.paragraph
    with recorded_step(
        access, paragraph.draft, StepKind.NAME_ASKERS, of=[paragraph]
    ) as instructions:
        _pair_of(bracket)
        askers = list(_askers(bracket))
        named_keys, wanted_keys = {asker.seat_id for asker in askers}, {seat.pk for seat in seats}
        instructions.meeting = meeting
        instructions.asked = [(bracket, seat, "") for seat in seats if seat.pk not in named_keys]
        instructions.dropped = [asker for asker in askers if asker.seat_id not in wanted_keys]
        if not instructions.names_anybody:
            raise ValidationError(_("They are named already."))
    return _stored_bracket(bracket)


# --- What the acts share --------------------------------------------------------------------------


@contextmanager
def _text_step(
    access: Access, paragraph: Paragraph, version: int, kind: str
) -> Iterator[tuple[BracketInstructions, Paragraph]]:
    """Open a step and give the stored paragraph; raises where its version is not `version`."""
    with recorded_step(access, paragraph.draft, kind) as instructions:
        rows = Paragraph.objects.in_force().select_related("draft", "parent")
        stored = rows.filter(pk=paragraph.pk).first()
        if stored is None:
            raise ValidationError(_("This paragraph is deleted. Restore it first."))
        if stored.version != version:
            raise StaleVersion(stored)
        yield instructions, stored


def _rewrite(
    access: Access,
    stored: Paragraph,
    instructions: BracketInstructions,
    splices: Sequence[Splice],
    *,
    new: Pair | None = None,
    places: Mapping[int, int] = NO_PLACES,
) -> None:
    """Write the changed words, and record where each of their signs went."""
    before, text = stored.text, checked_text(with_splices(stored.text, splices))
    moved = with_places_set(moved_by_splices(splices), places)
    _require_sound_brackets(before, text, moved, new)
    instructions.moved[str(stored.public_id)] = moved
    stored.opening = _new_opening(stored, text, moved)
    stored.text = text
    stored.version += 1
    write(stored, by=access)


def _require_sound_brackets(before: str, after: str, moved: Moved, new: Pair | None) -> None:
    """Raise ValidationError unless each bracket not lifted is still one, and the new one too."""
    old, new_found = brackets_in(before), brackets_in(after)
    signs = [(moved(start), moved(end)) for start, end in old.pairs]
    kept = {pair for pair in signs if None not in pair}
    is_broken = any((start is None) != (end is None) for start, end in signs)
    lone = len(new_found.alone) + len(new_found.crossing) > len(old.alone) + len(old.crossing)
    if (
        is_broken
        or lone
        or not kept <= set(new_found.pairs)
        or (new and new not in new_found.pairs)
    ):
        raise ValidationError(
            _("A bracket without a partner stands there. Mend it in the words first."),
            code="crossing",
        )


def _new_opening(stored: Paragraph, text: str, moved: Moved) -> str:
    """The opening words with the bracket signs now among them."""
    if not stored.opening or text.startswith(stored.opening):
        return stored.opening
    last_index = moved(len(stored.opening) - 1)
    if last_index is not None and last_index < 200:
        return text[: last_index + 1]
    return opening_words(text, stored.kind)  # type: ignore[arg-type]


def _without_spaces(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the spaces at its ends; ValidationError where it holds no words."""
    words = text[start:end] if 0 <= start < end <= len(text) else ""
    if not words.strip():
        raise ValidationError(_("Choose the words first."))
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))


def _require_nested(text: str, start: int, end: int) -> None:
    if cuts_through(brackets_in(text).pairs, start, end):
        raise ValidationError(
            _("These words begin in one bracket and end in another. Choose whole brackets."),
            code="crossing",
        )


def _lift_splices(
    text: str, pair: Pair, choice: BracketChoice | None, how: str, alternative: int
) -> tuple[list[Splice], str]:
    """The splices that lift a bracket, and the words that remain."""
    start, end = pair
    if how == LiftKind.KEPT:
        return [Splice(start, start + 1), Splice(end, end + 1)], text[start + 1 : end]
    if how == LiftKind.DROPPED:
        return [Splice(*_with_spare_space(text, start, end + 1))], ""
    if how != LiftKind.CHOSEN or choice is None or alternative >= len(choice.alternatives):
        raise ValidationError(_("Choose one of its alternatives."))
    chosen = choice.alternatives[alternative]
    return list(choice.splices_for(chosen)), text[chosen.start : chosen.end]


def _with_spare_space(text: str, start: int, end: int) -> tuple[int, int]:
    """Words to delete with the space that would stand twice, or before a full stop."""
    follows = text[end : end + 1]
    if start and text[start - 1] == " " and (not follows or follows in " ,.;:"):
        return start - 1, end
    return (start, end + 1) if not start and follows == " " else (start, end)


def _ended_brackets(stored: Paragraph, pair: Pair, choice: BracketChoice | None) -> list[Bracket]:
    """The brackets that a lift ends: the bracket itself, or all options that stand side by side."""
    opens = stored.brackets.filter(is_open=True)
    if choice is None or (choice.start == pair[0] and choice.end == pair[1] + 1):
        return list(opens.filter(start=pair[0]))
    starts = [option.start for option in choice.alternatives]
    inside_choice = [
        bracket for bracket in opens if choice.start <= bracket.start and bracket.end < choice.end
    ]
    return [
        bracket
        for bracket in inside_choice
        if _holds_an_alternative(bracket, inside_choice, starts)
    ]


def _holds_an_alternative(
    bracket: Bracket, others: Sequence[Bracket], starts: Sequence[int]
) -> bool:
    is_outer = not any(other.start < bracket.start and bracket.end < other.end for other in others)
    return is_outer and any(bracket.start < place <= bracket.end for place in starts)


def _seats_that_asked_for(text: str, ended: Sequence[Bracket], words: str) -> list[Seat]:
    """Who asked for these words; of options side by side also who asked for the one that stays."""
    seats: dict[int, Seat] = {}
    for bracket in ended:
        held = text[bracket.start + 1 : bracket.end].strip()
        is_option = len(ended) > 1 and held.endswith(words)
        for asker in _askers(bracket) if words else ():
            if asker.words == words or (is_option and not asker.words):
                seats[asker.seat_id] = asker.seat
    return list(seats.values())


def _askers(bracket: Bracket) -> QuerySet[BracketAsker]:
    return bracket.askers.in_effect().select_related("seat")


def _pair_of(bracket: Bracket) -> Pair:
    """The current places of its two signs; ValidationError where it was lifted meanwhile."""
    stored = _stored_bracket(bracket)
    if not stored.is_open:
        raise ValidationError(_("This bracket was lifted already."))
    return stored.start, stored.end


def _stored_bracket(bracket: Bracket) -> Bracket:
    return Bracket.objects.select_related("paragraph__draft", "meeting").get(pk=bracket.pk)


def _require_same_consultation(
    access: Access, seats: Sequence[Seat], meeting: Meeting | None
) -> None:
    """Raise ValidationError where a delegation or the meeting is of another consultation."""
    consultation = access.consultation.pk
    if any(seat.consultation_id != consultation for seat in seats):
        raise ValidationError(_("This delegation has no seat in your consultation."))
    if meeting and meeting.consultation_id != consultation:
        raise ValidationError(_("This meeting belongs to another consultation."))
